"""A text that a regular expression matches, in several styles."""

import random
from collections.abc import Iterator

from tocsin.dsl.regex import parse_regex
from tocsin.dsl.regex.tree import Anchor, AnchorKind, Chain, Chars, Choice, RegexNode, Repeat
from tocsin.dsl.values import Regex

PREFERRED = "a1 x_-/\\.:=\"'ZA9,"
STYLES = 4
MOST = 3


def samples(regex: Regex) -> Iterator[str]:
    """Yield texts that are likely to match: the shortest choices first, then mixed ones."""
    node = parse_regex(regex.pattern, regex.flags)
    seen = set()
    for style in range(STYLES):
        text = _text(node, random.Random(style), style)
        if text not in seen:
            seen.add(text)
            yield text


def _text(node: RegexNode, chance: random.Random, style: int) -> str:
    match node:
        case Chars():
            return _character(node, chance, style)
        case Anchor(kind=kind):
            return "\n" if kind is AnchorKind.LINE_BEGIN and style == STYLES - 1 else ""
        case Chain(parts=parts):
            return "".join(_text(part, chance, style) for part in parts)
        case Choice(options=options):
            chosen = options[style % len(options)] if style < STYLES - 1 else chance.choice(options)
            return _text(chosen, chance, style)
        case Repeat(child=child, least=least, most=most):
            extra = 0 if style == 0 else chance.randint(0, MOST)
            count = least + extra if most is None else min(least + extra, most)
            return "".join(_text(child, chance, style) for _ in range(count))


def _character(node: Chars, chance: random.Random, style: int) -> str:
    if not node.ranges:
        return ""
    liked = [c for c in PREFERRED if any(a <= ord(c) <= b for a, b in node.ranges)]
    if liked:
        return liked[0] if style == 0 else chance.choice(liked)
    first, last = node.ranges[0] if style == 0 else chance.choice(node.ranges)
    return chr(first if style == 0 else chance.randint(first, min(last, first + 20)))
