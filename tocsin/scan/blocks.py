"""A stream of bytes cut into blocks of whole lines, in buffers that are filled again and again."""

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from typing import BinaryIO

from tocsin.readers.lines import LINE_LIMIT

BLOCK = 4 << 20
"""How many bytes are read at a time."""

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

    A line that goes on in what is read next is a block of its own. A byte order mark at the
    beginning is left out.
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
        first = True
        while count := self._stream.readinto1(buffer := self._buffer()):  # type: ignore[attr-defined]
            begin = len(_MARK) if first and buffer.startswith(_MARK) else 0
            first = False
            read = memoryview(buffer)[:count]
            end = buffer.rfind(b"\n", 0, count) + 1
            if end and open_line.size:
                begin = buffer.index(b"\n") + 1
                yield open_line.close(bytes(read[:begin]))
            open_line.add(bytes(read[max(begin, end) :]))
            if end > begin:
                yield Block(buffer, begin, end)
            else:
                self._spare.append(buffer)
        self._spare.append(buffer)
        if open_line.size:
            yield open_line.close(b"")

    def give_back(self, block: Block) -> None:
        """Take back a block that nobody looks at any more."""
        if isinstance(block.data, bytearray):
            self._spare.append(block.data)

    def _buffer(self) -> bytearray:
        """Return a buffer that is free, or a new one."""
        return self._spare.pop() if self._spare else bytearray(self._size)


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
