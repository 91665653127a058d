"""Cheap questions that every text in which an expression is found answers with yes.

A gate counts characters of one set: so many side by side, or so many in all. Like clues, gates
may only be too lenient; but where a run is the whole expression, its gate decides texts of ASCII.
They matter for expressions whose literals are short and everywhere, such as a GUID written as
classes and dashes, and for `.{1000,}`, whose automaton would have a thousand states.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ..dsl.regex.tree import Chain, Chars, Choice, Ranges, RegexNode, Repeat

_ASCII = 128
_LEAST_RUN = 4
_TELLING = 100
"""A run of this length tells something even of a set that leaves out little."""


class GateKind(Enum):
    """How the characters are counted."""

    RUN = 0
    COUNT = 1
    ALONE = 2
    """Side by side, and nothing else is asked."""


@dataclass(frozen=True, slots=True)
class Gate:
    """So many characters of a set.

    Attributes:
        kind: side by side, or in all, or side by side as the whole expression.
        ranges: the set.
        least: how many at least.
    """

    kind: GateKind
    ranges: Ranges
    least: int

    @property
    def wide(self) -> bool:
        """Whether the set holds more than ASCII."""
        return bool(self.ranges) and self.ranges[-1][1] >= _ASCII

    def rows(self) -> bytes:
        """Return the ASCII part: bit `high` of byte `low` is the character `16 * high + low`."""
        rows = bytearray(16)
        for first, last in self.ranges:
            for point in range(first, min(last + 1, _ASCII)):
                rows[point & 15] |= 1 << (point >> 4)
        return bytes(rows)


def gates_of(tree: RegexNode) -> tuple[Gate, ...]:
    """Return the most telling gate of each kind, where there is one, the cheaper first."""
    if isinstance(tree, Repeat) and isinstance(tree.child, Chars) and tree.least > 0:
        return (Gate(GateKind.ALONE, tree.child.ranges, tree.least),)
    gates: list[Gate] = []
    counts = _counts(tree)
    if counts:
        point, least = max(counts.items(), key=lambda item: (item[1], item[0]))
        if least > 1:
            gates.append(Gate(GateKind.COUNT, ((point, point),), least))
    runs = [run for run in _runs(tree) if _is_telling(run)]
    if runs:
        gates.append(max(runs, key=_weight))
    return tuple(gates)


def _runs(node: RegexNode) -> Iterator[Gate]:
    """Go through the repeated sets that every match has."""
    match node:
        case Repeat(child=Chars(ranges=ranges), least=least):
            yield Gate(GateKind.RUN, ranges, least)
        case Repeat(child=child, least=least) if least > 0:
            yield from _runs(child)
        case Chain(parts=parts):
            for part in parts:
                yield from _runs(part)
        case _:
            return


def _is_telling(gate: Gate) -> bool:
    """Return whether the gate keeps out usual texts."""
    least = _TELLING if _members(gate) > _ASCII // 2 else _LEAST_RUN
    return gate.least >= least


def _members(gate: Gate) -> int:
    """Return how many ASCII characters the set has."""
    return sum(min(last, _ASCII - 1) - first + 1 for first, last in gate.ranges if first < _ASCII)


def _weight(gate: Gate) -> int:
    """Return how telling a run is."""
    return gate.least * (_ASCII - _members(gate))


def _counts(node: RegexNode) -> Counter[int]:
    """Return how often each ASCII character stands in every match, at least."""
    match node:
        case Chars(ranges=((first, last),)) if first == last < _ASCII:
            return Counter({first: 1})
        case Chain(parts=parts):
            return sum(map(_counts, parts), Counter[int]())
        case Choice(options=options):
            found = _counts(options[0])
            for option in options[1:]:
                found &= _counts(option)
            return found
        case Repeat(child=child, least=least) if least > 0:
            return Counter({point: count * least for point, count in _counts(child).items()})
        case _:
            return Counter()
