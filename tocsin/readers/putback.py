"""Streams of which the head has been looked at, and streams of UTF-16.

A file is recognised by its head, which then has to be read again; and what PowerShell and
the event viewer write as UTF-16 is read as UTF-8, so that the readers know one encoding only.
"""

import codecs
import io

HEAD = 1 << 20
"""How many bytes a file is judged by at most."""

_PIECE = 1 << 16
"""How many bytes are read at a time."""

_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def head_of(source: io.RawIOBase) -> tuple[bytes, bool]:
    """Return the first bytes, at least a line if there is one, and whether they are all."""
    head = b""
    while len(head) < HEAD:
        piece = source.read(min(_PIECE, HEAD - len(head))) or b""
        head += piece
        if not piece:
            return head, True
        if b"\n" in head.lstrip():
            break
    return head, False


def as_utf8(head: bytes, source: io.RawIOBase) -> io.RawIOBase | None:
    """Return the stream as UTF-8 if its head is that of UTF-16, else `None`."""
    encoding = _MARKS.get(head[:2])
    if encoding is None:
        return None
    return _Recoded(PutBack(head[2:], source), encoding)


class PutBack(io.RawIOBase):
    """The bytes of a stream with its head put back."""

    def __init__(self, head: bytes, source: io.RawIOBase) -> None:
        """Begin with the head."""
        super().__init__()
        self._head = memoryview(head)
        self._source = source

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: memoryview, /) -> int | None:  # type: ignore[override]
        """Fill a buffer from the head, then from the stream."""
        if not self._head:
            return self._source.readinto(buffer)
        count = min(len(buffer), len(self._head))
        buffer[:count] = self._head[:count]
        self._head = self._head[count:]
        return count


class _Recoded(io.RawIOBase):
    """The bytes of a stream, in UTF-8; what is not text is U+FFFD."""

    def __init__(self, source: io.RawIOBase, encoding: str) -> None:
        """Read text in an encoding."""
        super().__init__()
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._waiting = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Fill a buffer."""
        while not self._waiting and not self._ended:
            piece = self._source.read(_PIECE) or b""
            self._ended = not piece
            text = self._decoder.decode(piece, final=self._ended)
            self._waiting = memoryview(text.encode("utf-8", "replace"))
        count = min(len(buffer), len(self._waiting))
        buffer[:count] = self._waiting[:count]
        self._waiting = self._waiting[count:]
        return count
