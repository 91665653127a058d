"""Laying out trees: precedence, parentheses, and the breaking of long lines.

In goes a tree over a target's tests, out comes its text. `and` binds tighter than `or`, yet
both are always set in parentheses within each other. Chains longer than `CHAIN` become groups
of groups, because parsers nest a chain one level a link.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .tree import And, Fixed, Leaf, Not, Or, Tree

WIDTH = 100
"""From how many characters a line is broken."""
ONE_LINE = 10**9
"""A width that nothing exceeds."""
CHAIN = 100
"""How many links a chain has at most."""
INDENT = "    "


@dataclass(frozen=True, slots=True)
class Style:
    """How a target spells logic.

    Attributes:
        conjunction: the word between tests that must all hold.
        disjunction: the word between alternatives.
        negate: makes the negation of a text in parentheses; told whether it stands within
            and, or or.
        true: a test that always holds.
        false: a test that never holds.
        width: from how many characters lines are broken.
    """

    conjunction: str = "and"
    disjunction: str = "or"
    negate: Callable[[str, bool], str] = lambda text, _inner: f"not {text}"
    true: str = "true"
    false: str = "false"
    width: int = WIDTH


def render(tree: Tree, style: Style, depth: int = 0) -> str:
    """Return the text of a tree that stands alone.

    Args:
        tree: what to lay out.
        style: the target's spelling.
        depth: how far the lines are indented already.
    """
    match tree:
        case And(children=children):
            return _chain(children, style.conjunction, style, depth)
        case Or(children=children):
            return _chain(children, style.disjunction, style, depth)
        case Not(child=child):
            return _negation(child, style, depth, inner=False)
        case Fixed(value=value):
            return style.true if value else style.false
        case Leaf():
            return tree.lines(depth, style.width)


def _operand(tree: Tree, style: Style, depth: int) -> str:
    """Return the text of a tree that stands within another."""
    match tree:
        case And() | Or():
            return enclosed(render(tree, style, depth + 1), depth)
        case Not(child=child):
            return _negation(child, style, depth, inner=True)
        case _:
            return render(tree, style, depth)


def _negation(child: Tree, style: Style, depth: int, *, inner: bool) -> str:
    return style.negate(enclosed(render(child, style, depth + 1), depth), inner)


def _chain(children: Sequence[Tree], word: str, style: Style, depth: int) -> str:
    texts = [_operand(child, style, depth) for child in children]
    return join(balanced(texts, word, depth), word, depth, style.width)


def balanced(texts: list[str], word: str, depth: int = 0) -> list[str]:
    """Return at most `CHAIN` texts: neighbours are joined in groups where there are more."""
    while len(texts) > CHAIN:
        groups = (texts[at : at + CHAIN] for at in range(0, len(texts), CHAIN))
        texts = [enclosed(join(group, word, depth + 1), depth) for group in groups]
    return texts


def join(texts: Sequence[str], word: str, depth: int = 0, width: int = WIDTH) -> str:
    """Return texts with a word between them, a line each where they are long together."""
    line = f" {word} ".join(texts)
    if len(line) <= width and "\n" not in line:
        return line
    return f"\n{INDENT * depth}{word} ".join(texts)


def enclosed(text: str, depth: int = 0) -> str:
    """Return a text in parentheses; on lines of its own where it has several."""
    if "\n" not in text:
        return f"({text})"
    pad = INDENT * (depth + 1)
    return f"(\n{pad}{text}\n{INDENT * depth})"


def listed(items: Sequence[str], depth: int = 0, width: int = WIDTH) -> str:
    """Return items with commas, broken into lines that fit the width."""
    line = ", ".join(items)
    if len(line) <= width:
        return line
    pad = "\n" + INDENT * (depth + 1)
    lines: list[str] = []
    current = ""
    for item in items:
        added = f"{current}, {item}" if current else item
        if current and len(added) > width:
            lines.append(current + ",")
            current = item
        else:
            current = added
    return pad + pad.join([*lines, current]) + "\n" + INDENT * depth
