"""A stream of bytes cut into blocks of whole lines, with bounded memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tocsin.readers.lines import LINE_LIMIT

BLOCK = 4 << 20
"""How many bytes are read at a time."""

_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole lines.

    Attributes:
        data: the bytes; a buffer of its own.
        size: how many of them are lines of this block.
        too_long: whether, before these lines, one stood that is over the limit and left out.
    """

    data: bytearray
    size: int
    too_long: bool = False


def blocks(stream: BinaryIO, size: int = BLOCK) -> Iterator[Block]:
    """Go through a stream in blocks of whole lines; the last line may lack its end.

    A byte order mark at the beginning is left out. A line over the limit is skipped, and
    the next block says so.
    """
    rest = b""
    too_long = False
    first = True
    while True:
        data, more = _filled(stream, rest, size, first=first)
        first = False
        end = data.rfind(b"\n") + 1 if more else len(data)
        if end or not more:
            if data or too_long:
                yield Block(data, end, too_long)
            too_long = False
            rest = bytes(data[end:])
        elif len(data) > LINE_LIMIT:
            too_long = True
            rest = _after_line(stream)
        else:
            rest = bytes(data)
        if not more:
            return


def _filled(stream: BinaryIO, rest: bytes, size: int, *, first: bool) -> tuple[bytearray, bool]:
    """Return what was left over and what comes after it, and whether more may follow."""
    data = bytearray(len(rest) + size)
    data[: len(rest)] = rest
    view = memoryview(data)
    filled = len(rest)
    while filled < len(data):
        count = stream.readinto(view[filled:])  # type: ignore[attr-defined]  # binary files have it
        if not count:
            break
        filled += count
    more = filled == len(data)
    view.release()
    del data[filled:]
    if first and data.startswith(_MARK):
        del data[: len(_MARK)]
    return data, more


def _after_line(stream: BinaryIO) -> bytes:
    """Read on to the end of a line; return what was read after it."""
    while piece := stream.read(BLOCK):
        end = piece.find(b"\n") + 1
        if end:
            return piece[end:]
    return b""
