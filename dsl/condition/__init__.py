"""A condition line becomes a tree: text with places in, `ast` nodes out.

The grammar is `grammar/condition.lark`. Equal texts are parsed once; the commonest forms (names
and quantifiers joined by `and`) are read without the grammar, to the same tree. Depth and
length are limited, so whoever walks the tree may recurse.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from ..ast import And, Name, Node, Not, Or, Quantified
from ..diagnostics import Diagnostic, Label, Report, Severity
from ..source import Source, Span
from ..yamltext.places import char_places
from .parts import LOCAL, Fault, count_of

DEPTH_LIMIT = 50
"""How deep parentheses and `not` may nest."""

LENGTH_LIMIT = 65_536
"""How long a condition may be, in characters."""

_WORD = re.compile(r"[^ \t\r\n\f\x85\u2028\u2029]+")
_NAME = re.compile(r"[\w-]+")
_NAMES = re.compile(r"[\w*-]+")
_KEYWORDS = frozenset({"and", "or", "not", "of", "them", "AND", "OR", "NOT"})
_NESTING = re.compile(r"[()]|(?<![\w*-])(?:not|NOT)(?![\w*-])|[\w*-]+")


def read_condition(span: Span, text: str, report: Report) -> Node | None:
    """Return the tree of a condition, or `None` with the fault in the report.

    Args:
        span: the condition as it stands in the file, quotes included.
        text: what it says once quotes, escapes and folds are undone.
        report: takes the fault.
    """
    found = parse_condition(text)
    places = char_places(span.text, text)
    if isinstance(found, Fault):
        report.add(_diagnostic(found, span, places))
        return None
    if places is None:
        return _move(found, span.source, [span.start] * len(text))
    if isinstance(places, range):
        start = span.start + places.start
        return _move(found, span.source, range(start, start + len(text) + 1))
    return _move(found, span.source, [span.start + place for place in places])


@lru_cache(maxsize=2048)
def parse_condition(text: str) -> Node | Fault:
    """Return the tree of a condition with places in its own text, or the first fault."""
    if len(text) > LENGTH_LIMIT:
        help_ = "split the condition into several detections or rules"
        message = f"the condition has {len(text):,} characters, more than {LENGTH_LIMIT:,}"
        return Fault(message, 0, len(text), help=help_, code="T103")
    return _quick(text) or _deep(text) or _parse(text)


def _parse(text: str) -> Node | Fault:
    """Return the tree of a condition by its grammar."""
    from .grammar import parse  # noqa: PLC0415 - Lark takes time to load

    return parse(text)


def _quick(text: str) -> Node | None:
    """Return the tree of names and quantifiers joined by `and`, or `None` for other forms."""
    words = list(_WORD.finditer(text))
    operands: list[Node] = []
    at = 0
    while at < len(words):
        if operands:
            if words[at].group() != "and":
                return None
            at += 1
        first = at
        negated = at < len(words) and words[at].group() == "not"
        at += negated
        found = _quick_operand(words[at : at + 3])
        if found is None:
            return None
        operand, used = found
        at += used
        if negated:
            operand = Not(operand, Span(LOCAL, words[first].start(), operand.span.end))
        operands.append(operand)
    if len(operands) < 2:  # one operand is itself
        return operands[0] if operands else None
    return And(tuple(operands), operands[0].span.to(operands[-1].span))


def _quick_operand(words: list[re.Match[str]]) -> tuple[Node, int] | None:
    """Return a name or a quantifier at the front of the words and how many words it has."""
    if not words or not _NAME.fullmatch(words[0].group()) or words[0].group() in _KEYWORDS:
        return None
    name = words[0].group()
    if len(words) == 1 or words[1].group() != "of":
        return Name(name, Span(LOCAL, *words[0].span())), 1
    count = count_of(name)
    if count is None or len(words) < 3:  # count, `of`, names
        return None
    target = words[2].group()
    them = target == "them"
    if not _NAMES.fullmatch(target) or (target in _KEYWORDS and not them):
        return None
    span = Span(LOCAL, words[0].start(), words[2].end())
    return Quantified(count, () if them else (target,), them, span), 3


def _deep(text: str) -> Fault | None:
    """Return the fault of a condition that nests deeper than the limit."""
    floors: list[int] = []
    floor = depth = 0
    for found in _NESTING.finditer(text):
        word = found.group()
        if word == "(":
            floors.append(floor)
            floor = depth = depth + 1
        elif word == ")":
            floor = depth = floors.pop() if floors else 0
        elif word in {"not", "NOT"}:
            depth += 1
        else:
            depth = floor
        if depth > DEPTH_LIMIT:
            message = f"the condition nests deeper than {DEPTH_LIMIT} levels"
            help_ = "make parts of it detections or rules of their own"
            return Fault(message, *found.span(), help=help_, code="T103")
    return None


def _move(node: Node, source: Source, places: Sequence[int]) -> Node:
    """Return the tree with the places of the file."""
    match node:
        case Name(name, span):
            return Name(name, _place(span, source, places))
        case Quantified(count, names, them, span):
            return Quantified(count, names, them, _place(span, source, places))
        case Not(child, span):
            return Not(_move(child, source, places), _place(span, source, places))
        case And(children, span):
            moved = tuple(_move(child, source, places) for child in children)
            return And(moved, _place(span, source, places))
        case Or(children, span):
            moved = tuple(_move(child, source, places) for child in children)
            return Or(moved, _place(span, source, places))
        case _:  # an item has its place already
            return node


def _place(span: Span, source: Source, places: Sequence[int]) -> Span:
    """Return the stretch of the file for a stretch of the condition's text."""
    return Span(source, places[span.start], places[span.end - 1] + 1)


def _diagnostic(fault: Fault, span: Span, places: Sequence[int] | None) -> Diagnostic:
    """Return the diagnostic for a fault of a condition."""
    if places is not None and fault.end > fault.start:
        start = span.start + places[fault.start]
        span = Span(span.source, start, span.start + places[fault.end - 1] + 1)
    label = Label(span, fault.label)
    return Diagnostic(fault.code, Severity.ERROR, fault.message, (label,), fault.help)
