"""A stream of bytes cut into blocks of whole lines, in buffers that are filled again and again."""

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from typing import BinaryIO

from tocsin.readers.lines import LINE_LIMIT

BLOCK = 1 << 20
"""How many bytes are read at a time."""

_APART = 64
"""How many bytes of a buffer are kept free for the begin of a line. Without them what is read would
often come to lie a few bytes further in its page than it lies in the system's cache of the file,
where some processors (AMD's Zen) take four times as long to copy it."""

_BEHIND = 64
"""How many bytes of a buffer are never filled: the matcher looks at so many at a time, and the last
line of a block is judged as fast as the others only if it can."""

_MARK = b"\xef\xbb\xbf"
_END = 2
"""The longest end of a line."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole lines, or one over the limit, of which nothing is kept.

    Attributes:
        data: bytes as they were read, or one line.
        begin: where in them the lines of this block begin.
        end: where they end.
        too_long: whether it stands for a line over the limit.
    """

    data: bytearray | bytes
    begin: int
    end: int
    too_long: bool = False


class Blocks:
    """A stream in blocks of whole lines; the last line may lack its end.

    The begin of a line that goes on in what is read next is moved to the begin of that buffer. A
    line that has no end in all that is read at a time is a block of its own. A byte order mark at
    the beginning is left out.
    """

    def __init__(
        self,
        stream: BinaryIO,
        size: int = BLOCK,
        limit: int = LINE_LIMIT,
        spare: deque[bytearray] | None = None,
    ) -> None:
        """Prepare to go through a stream once.

        Args:
            stream: what the lines are read from.
            size: how many bytes are read at a time.
            limit: how many bytes a line may have, without its end.
            spare: buffers of that size that are free; those of several streams may share them.
        """
        self._stream = stream
        self._size = size
        self._limit = limit
        self._spare = deque[bytearray]() if spare is None else spare

    def __iter__(self) -> Generator[Block]:
        """Go through the blocks. Each needs a buffer, until one is given back."""
        open_line = _OpenLine(self._limit)
        begun, mark = b"", _MARK
        while filled := self._fill(buffer := self._buffer(), begun):
            begin = _begin(begun)
            if buffer.startswith(mark, begin, filled):
                begin += len(mark)
            mark = b""
            read = memoryview(buffer)[:filled]
            end = buffer.rfind(b"\n", begin + len(begun), filled) + 1
            if end and open_line.size:
                line_end = buffer.index(b"\n", begin) + 1
                yield open_line.close(bytes(read[begin:line_end]))
                begin = line_end
            begun = bytes(read[max(begin, end) :])
            if not end:
                open_line.add(begun)
                begun = b""
            if end > begin:
                yield Block(buffer, begin, end)
            else:
                self._spare.append(buffer)
        self._spare.append(buffer)
        open_line.add(begun)
        if open_line.size:
            yield open_line.close(b"")

    def _fill(self, buffer: bytearray, begun: bytes) -> int:
        """Put the begin of a line into a buffer and read what follows; return where that ends.

        Returns:
            0 if nothing follows.
        """
        begin = _begin(begun)
        view = memoryview(buffer)
        view[begin : begin + len(begun)] = begun
        room = view[begin + len(begun) : -_BEHIND]
        count: int = self._stream.readinto1(room)  # type: ignore[attr-defined]
        return begin + len(begun) + count if count else 0

    def give_back(self, block: Block) -> None:
        """Take back a block that nobody looks at any more."""
        if isinstance(block.data, bytearray):
            self._spare.append(block.data)

    def _buffer(self) -> bytearray:
        """Return a buffer that is free, or a new one."""
        return self._spare.pop() if self._spare else bytearray(_APART + self._size + _BEHIND)


def _begin(begun: bytes) -> int:
    """Return where in a buffer a line that has begun is put."""
    return max(0, _APART - len(begun))


class _OpenLine:
    """The line that goes on in what is read next.

    Attributes:
        size: how many bytes of it have been read.
    """

    def __init__(self, limit: int) -> None:
        """Begin with nothing."""
        self.size = 0
        self._limit = limit
        self._parts: list[bytes] = []

    def add(self, part: bytes) -> None:
        """Take a part of it; of a line over the limit nothing is kept."""
        self.size += len(part)
        if self._is_too_long:
            self._parts.clear()
        elif part:
            self._parts.append(part)

    def close(self, part: bytes) -> Block:
        """Return it, with its last part, as a block, and begin with nothing."""
        self.add(part)
        data = b"".join(self._parts)
        block = Block(data, 0, len(data), self._is_too_long)
        self._parts.clear()
        self.size = 0
        return block

    @property
    def _is_too_long(self) -> bool:
        """Whether it is over the limit for certain."""
        return self.size > self._limit + _END
