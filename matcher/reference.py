"""The reference evaluator: what a rule means, said in plain Python.

A rule in logical form and an event go in, a verdict comes out. It is slow and it is right:
the compiled matcher, every pass and every emitted query are tested against it. The text that
it follows is `MEANING.md`; numbers such as D9 are the decisions named there.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any as Anything

from ..dsl.folding import fold
from ..dsl.ir import (
    All,
    Any,
    AtLeast,
    Check,
    Compare,
    Const,
    Contains,
    Ends,
    Equals,
    Exists,
    FieldIs,
    InNet,
    IrRule,
    IsNull,
    Matches,
    Node,
    Not,
    OneOf,
    Relation,
    Starts,
    Test,
    TimePart,
    Truth,
)
from ..dsl.values import DASHES, Network, Part, Pattern, Wild
from .addresses import in_network
from .expressions import compiled
from .numbers import compare
from .timestamps import part_of
from .view import Scalar, View, text_of


def match(rule: IrRule, event: Mapping[str, Anything]) -> bool:
    """Return whether the rule's condition holds for the event, whatever its log source.

    Args:
        rule: a rule without unfilled placeholders.
        event: a mapping, flat, dotted or nested.
    """
    return holds(rule.condition, View(event))


def holds(node: Node, view: View) -> bool:
    """Return whether a boolean node holds for an event."""
    match node:
        case All(children=children):
            return all(holds(child, view) for child in children)
        case Any(children=children):
            return any(holds(child, view) for child in children)
        case AtLeast(count=count, children=children):
            return sum(holds(child, view) for child in children) >= count
        case Not(child=child):
            return not holds(child, view)
        case Const(value=value):
            return value
        case Test():
            return passes(node, view)


def passes(test: Test, view: View) -> bool:
    """Return whether some value of the test's field passes its check (D13, D14)."""
    if test.field is None:
        return any(_passes(test.check, value) for value in view.all_values())
    match test.check:
        case Exists(present=present):
            return view.present(test.field) is present
        case IsNull():
            return view.is_null(test.field)
        case FieldIs():
            return _relates(test.check, view.values(test.field), view)
        case check:
            return any(_passes(check, value) for value in view.values(test.field))


def _passes(check: Check, value: Scalar) -> bool:
    """Return whether one value passes a check."""
    match check:
        case Equals() | Contains() | Starts() | Ends():
            return _text_matches(check, text_of(value))
        case OneOf(texts=texts, cased=cased):
            return text_of(value) in texts if cased else fold(text_of(value)) in _folded(texts)
        case Matches(regex=regex):
            return compiled(regex).search(text_of(value)) is not None
        case InNet(network=network):
            return _in_net(network, value)
        case Compare(order=order, number=number):
            return not isinstance(value, bool) and compare(text_of(value), order, number)
        case Truth(value=wanted):
            return fold(text_of(value)) == ("true" if wanted else "false")
        case TimePart(part=part, order=order, number=number):
            found = None if isinstance(value, bool) else part_of(text_of(value), part)
            return found is not None and compare(str(found), order, number)
        case FieldIs() | Exists() | IsNull():
            return False


@lru_cache(maxsize=64)
def _folded(texts: frozenset[str]) -> frozenset[str]:
    """Return the texts, folded."""
    return frozenset(fold(text) for text in texts)


def _in_net(network: Network, value: Scalar) -> bool:
    """Return whether a value is an address in a network."""
    return isinstance(value, str) and in_network(value, network)


def _relates(check: FieldIs, values: Iterable[Scalar], view: View) -> bool:
    """Return whether some value relates to some value of the other field."""
    prepare: Callable[[str], str] = str if check.cased else fold
    others = [prepare(text_of(other)) for other in view.values(check.other)]
    return any(
        _RELATIONS[check.relation](prepare(text_of(value)), other)
        for value in values
        for other in others
    )


_RELATIONS: dict[Relation, Callable[[str, str], bool]] = {
    Relation.EQUALS: str.__eq__,
    Relation.STARTS: str.startswith,
    Relation.ENDS: str.endswith,
    Relation.CONTAINS: str.__contains__,
}


def _text_matches(check: Equals | Contains | Starts | Ends, text: str) -> bool:
    """Return whether a text has a pattern where the check says."""
    value = text if check.cased else fold(text)
    left = (Wild.STAR,) if isinstance(check, Contains | Ends) else ()
    right = (Wild.STAR,) if isinstance(check, Contains | Starts) else ()
    return _glob(_pieces(check.pattern, left, right, cased=check.cased), value)


_Piece = tuple[Part, ...]


@lru_cache(maxsize=200_000)
def _pieces(
    pattern: Pattern, left: tuple[Wild, ...], right: tuple[Wild, ...], *, cased: bool
) -> tuple[_Piece, ...]:
    """Return a pattern, opened at its ends, as the pieces between its stars."""
    pieces: list[list[Part]] = [[]]
    for part in Pattern.of((*left, *pattern.parts, *right)).parts:
        if part is Wild.STAR:
            pieces.append([])
        else:
            pieces[-1].append(part if cased or not isinstance(part, str) else fold(part))
    return tuple(tuple(piece) for piece in pieces)


def _glob(pieces: tuple[_Piece, ...], text: str) -> bool:
    """Return whether the whole text is the pieces in order, anything between them (D7)."""
    first, *rest = pieces
    start = _piece_at(first, text, 0)
    if start is None or not rest:
        return start == len(text)
    *middle, last = rest
    for piece in middle:
        start = _find(piece, text, start)
        if start is None:
            return False
    begin = len(text) - _length(last)
    return begin >= start and _piece_at(last, text, begin) is not None


def _length(piece: _Piece) -> int:
    """Return how many code points a piece stands for."""
    return sum(len(part) if isinstance(part, str) else 1 for part in piece)


def _piece_at(piece: _Piece, text: str, start: int) -> int | None:
    """Return where a piece that begins at `start` ends, or `None` if it is not there."""
    for part in piece:
        if isinstance(part, str):
            if not text.startswith(part, start):
                return None
            start += len(part)
        elif start < len(text) and (part is Wild.ONE or text[start] in DASHES):
            start += 1
        else:
            return None
    return start


def _find(piece: _Piece, text: str, start: int) -> int | None:
    """Return the end of the first place of a piece at or after `start`, or `None`."""
    if len(piece) == 1 and isinstance(piece[0], str):
        found = text.find(piece[0], start)
        return None if found < 0 else found + len(piece[0])
    for begin in range(start, len(text) - _length(piece) + 1):
        end = _piece_at(piece, text, begin)
        if end is not None:
            return end
    return None
