"""The tree of a regular expression: what `regex` reads and the matcher compiles.

Flags and groups are gone: case, dots and line ends are resolved into sets and anchors. A match
is a yes or no, so it does not matter which of several matches a repetition prefers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

Ranges = tuple[tuple[int, int], ...]
"""A set of code points: first and last of each run, ascending, with gaps between runs."""

LAST_POINT = 0x10FFFF


class AnchorKind(Enum):
    """What a position must be."""

    TEXT_BEGIN = 0
    TEXT_END = 1
    LINE_BEGIN = 2
    LINE_END = 3
    WORD_BOUNDARY = 4
    NO_WORD_BOUNDARY = 5


@dataclass(frozen=True, slots=True)
class Chars:
    """One code point of a set; of the empty set, nothing ever."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Anchor:
    """A position, without a character."""

    kind: AnchorKind


@dataclass(frozen=True, slots=True)
class Chain:
    """All parts in order; without parts, the empty text."""

    parts: tuple["RegexNode", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the options."""

    options: tuple["RegexNode", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The child at least `least` and at most `most` times; `None` is without limit."""

    child: "RegexNode"
    least: int
    most: int | None


RegexNode = Chars | Anchor | Chain | Choice | Repeat


def united(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return the set of all the code points in these runs."""
    out: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if out and first <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], last))
        else:
            out.append((first, last))
    return tuple(out)


def negated(ranges: Ranges) -> Ranges:
    """Return the set of all other code points."""
    out: list[tuple[int, int]] = []
    start = 0
    for first, last in ranges:
        if start < first:
            out.append((start, first - 1))
        start = last + 1
    if start <= LAST_POINT:
        out.append((start, LAST_POINT))
    return tuple(out)


def size_of(node: RegexNode) -> int:
    """Return how many steps the expression has once its counted repetitions are written out."""
    match node:
        case Chars() | Anchor():
            return 1
        case Chain(parts=children) | Choice(options=children):
            return 1 + sum(size_of(child) for child in children)
        case Repeat(child=child, least=least, most=most):
            return 1 + size_of(child) * max(1, least + 1 if most is None else most)
