"""A file cut into parts, each of which is read and judged by itself.

Parts are places in the file, so cutting reads nothing; a line is of the part behind whose begin it
begins (`matcher/native/file_lines.h`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tocsin.matcher._engine import FILE_END

LARGEST = 2 << 20
"""How many bytes a part has at most: its matches wait until all of it is judged."""

SMALLEST = 256 << 10
"""How many it has at least: each costs a line that is read twice, and some waiting."""

_UNIT = 1 << 16
"""Parts begin at multiples of so many bytes, as the pages do in which the system keeps files."""

_SHARE = 8
"""Of what is left, a thread takes this part: so all threads come to the end at the same time."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file.

    Attributes:
        file: its descriptor.
        begin: a place in the file, in bytes.
        end: a place behind it, or `FILE_END`.
    """

    file: int
    begin: int
    end: int


def parts_of(file: int, size: int, threads: int) -> Iterator[Part]:
    """Go through the parts of a file.

    Args:
        file: a descriptor by which it can be read from any place.
        size: how many bytes it has. What is added while it is judged is of the last part.
        threads: how many threads judge them.
    """
    begin = 0
    while (left := size - begin) > SMALLEST:
        share = min(max(left // (_SHARE * threads), SMALLEST), LARGEST)
        end = begin + share // _UNIT * _UNIT
        yield Part(file, begin, end)
        begin = end
    yield Part(file, begin, FILE_END)
