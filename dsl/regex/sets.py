r"""The named sets of characters in regular expressions, and sets under `i`.

`\\d \\w \\s` and the POSIX names are ASCII, as in RE2, but `\\s` holds the vertical tab, as
everywhere else. `\\p{..}` knows the general categories
of Unicode, as this Python's database has them; scripts are not supported.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from functools import cache

from ..folding import folding_orbits
from .tree import LAST_POINT, Ranges, negated, united

_DIGIT = ((0x30, 0x39),)
_WORD = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
_SPACE = ((0x09, 0x0D), (0x20, 0x20))

LETTER_SETS: dict[str, Ranges] = {
    "d": _DIGIT,
    "w": _WORD,
    "s": _SPACE,
    "D": negated(_DIGIT),
    "W": negated(_WORD),
    "S": negated(_SPACE),
}
"""What a backslash and this letter stand for."""

POSIX_SETS: dict[str, Ranges] = {
    "alnum": ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)),
    "alpha": ((0x41, 0x5A), (0x61, 0x7A)),
    "ascii": ((0x00, 0x7F),),
    "blank": ((0x09, 0x09), (0x20, 0x20)),
    "cntrl": ((0x00, 0x1F), (0x7F, 0x7F)),
    "digit": _DIGIT,
    "graph": ((0x21, 0x7E),),
    "lower": ((0x61, 0x7A),),
    "print": ((0x20, 0x7E),),
    "punct": ((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)),
    "space": _SPACE,
    "upper": ((0x41, 0x5A),),
    "word": _WORD,
    "xdigit": ((0x30, 0x39), (0x41, 0x46), (0x61, 0x66)),
}
"""What `[:name:]` in brackets stands for."""

ANY: Ranges = ((0, LAST_POINT),)
NO_LINE_FEED = negated(((0x0A, 0x0A),))


@cache
def category_set(name: str) -> Ranges | None:
    """Return the code points of a general category such as `L` or `Lu`, or `None` if unknown."""
    if name == "Any":
        return ANY
    found = [(a, b) for category, a, b in _category_runs() if category.startswith(name)]
    return united(found) if found and name not in {"", "Cn"} else None


@cache
def _category_runs() -> tuple[tuple[str, int, int], ...]:
    """Return the runs of neighbouring code points with one general category."""
    runs: list[tuple[str, int, int]] = []
    start, current = 0, unicodedata.category("\0")
    for point in range(1, LAST_POINT + 1):
        category = unicodedata.category(chr(point))
        if category != current:
            runs.append((current, start, point - 1))
            start, current = point, category
    runs.append((current, start, LAST_POINT))
    return tuple(run for run in runs if run[0] != "Cn")


def in_any_case(ranges: Ranges) -> Ranges:
    """Return the set with every code point that equals one of its members but for case."""
    points, orbits = _orbits()
    added = [
        (other, other)
        for first, last in ranges
        for place in range(bisect_left(points, first), bisect_right(points, last))
        for other in orbits[place]
        if other != points[place]
    ]
    return united((*ranges, *added)) if added else ranges


@cache
def _orbits() -> tuple[list[int], list[tuple[int, ...]]]:
    """Return the code points that have a case, in order, and what each equals but for case."""
    found = sorted(folding_orbits().items())
    return [point for point, _ in found], [orbit for _, orbit in found]
