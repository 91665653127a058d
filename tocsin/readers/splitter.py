"""A stream of JSON cut into its outermost values, with bounded memory.

It finds where values end by brackets and quotes alone, so that a broken value does not take its
neighbours with it; whether a value is JSON is for the parser to say. A list, or an object
that only wraps one as cloud services write it, is opened, and its members are the values.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from tocsin.matcher.view import Event
from tocsin.readers.jsontext import scan_object
from tocsin.readers.lines import LINE_LIMIT

_TEXT = rb'"(?:[^"\\]++|\\.)*+"'
_BETWEEN = re.compile(rb'(?:[^"\[\]{},]++|' + _TEXT + rb")*+([\[\]{},])", re.DOTALL)
"""Up to the next bracket or comma between values."""

_FLAT = rb'(?:[^"\[\]{}]++|' + _TEXT + rb")*+"
_SHALLOW = rb'(?:[^"\[\]{}]++|' + _TEXT + rb"|\{" + _FLAT + rb"\}|\[" + _FLAT + rb"\])*+"
_INSIDE = re.compile(_SHALLOW + rb"([\[\]{}])", re.DOTALL)
"""Up to the next bracket inside a value, maps and lists that hold none passed over at once."""

_PIECE = 1 << 18
_LIST = re.compile(rb"\s*\[")
_ENVELOPE = re.compile(
    rb'\s*\{\s*(?:"@odata\.[^"\\]*"\s*:\s*"(?:[^"\\]|\\.)*+"\s*,\s*)*'
    rb'"(?:Records|records|value|events)"\s*:\s*\['
)
"""What an object begins with that only wraps a list of events."""


@dataclass(slots=True)
class Piece:
    """One value.

    Attributes:
        line: the line that it begins in.
        data: its bytes, `None` if they are over the limit.
        event: the event that it is, where it has been parsed already.
    """

    line: int
    data: bytes | None
    event: Event | None = field(default=None, compare=False, repr=False)


def split(stream: BinaryIO, limit: int = LINE_LIMIT) -> Iterator[Piece]:
    """Go through the values of a stream."""
    return _Splitter(stream, limit).pieces()


def is_envelope(head: bytes) -> bool:
    """Return whether a file that begins so is an object that wraps a list of events."""
    return _ENVELOPE.match(head) is not None


class _Splitter:
    """The state between two reads: `buffer` begins at the value that is being looked at."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        """Start at the beginning of a stream."""
        self.stream = stream
        self.limit = limit
        self.buffer = bytearray()
        self.position = 0  # up to here the buffer has been looked at
        self.line = 1
        self.depth = 0
        self.opened = False  # the values are members of a list
        self.wrapped = False  # the list is in an envelope
        self.skipping = False  # in what an envelope holds after its list
        self.too_long = False
        self.ended = False

    def pieces(self) -> Iterator[Piece]:
        """Go through the values."""
        self._fill()
        if self.buffer.startswith(b"\xef\xbb\xbf"):
            del self.buffer[:3]
        self._open()
        yield from self._run()
        while (token := self._token()) is not None:
            yield from self._step(token)
            if not self.position:
                yield from self._run()
        if not self.skipping:
            yield from self._cut(len(self.buffer), len(self.buffer))

    def _fill(self) -> bool:
        """Read on, the more the more is waiting, so that a long value is scanned few times."""
        piece = self.stream.read(max(_PIECE, min(len(self.buffer), self.limit)))
        self.ended = not piece
        self.buffer += piece
        return bool(piece)

    def _open(self) -> None:
        """Step into a list or an envelope if one comes next."""
        while len(self.buffer) < _PIECE and not self.ended:
            self._fill()
        envelope = _ENVELOPE.match(self.buffer)
        head = envelope or _LIST.match(self.buffer)
        self.opened, self.wrapped, self.depth = head is not None, envelope is not None, 0
        if head is not None:
            self._drop(head.end())

    def _run(self) -> Iterator[Piece]:
        """Go through the whole objects that the buffer begins with, as the parser finds them.

        It is the quick way: it stops at whatever is not plain, and leaves that to the tokens.
        """
        if self.skipping:
            return
        text = _valid(self.buffer)
        done = 0
        while True:
            start = _blank_end(text, done)
            try:
                event, end = scan_object(text, start)
            except ValueError:
                break
            after = _blank_end(text, end)
            if self.opened and text[after : after + 1] != ",":
                break
            self.line += text.count("\n", done, start)
            yield Piece(self.line, text[start:end].encode(), event)
            done = after + 1 if self.opened else end
            self.line += text.count("\n", start, done)
        del self.buffer[: len(text[:done].encode())]

    def _token(self) -> bytes | None:
        """Return the next bracket or comma, or `None` at the end."""
        pattern = _INSIDE if self.depth else _BETWEEN
        while (found := pattern.match(self.buffer, self.position)) is None:
            if len(self.buffer) > self.limit:
                self.too_long = True
                self._drop(len(self.buffer))
            if not self._fill():
                return None
        self.position = found.end()
        return found[1]

    def _drop(self, count: int) -> None:
        """Forget the first bytes of the buffer."""
        self.line += self.buffer.count(b"\n", 0, count)
        del self.buffer[:count]
        self.position = 0

    def _step(self, token: bytes) -> Iterator[Piece]:
        """Take one bracket or comma into account."""
        if token in b"[{":
            self.depth += 1
        elif token in b"]}":
            yield from self._close()
        elif token == b"," and self.depth == 0 and not self.skipping:
            yield from self._cut(self.position - 1, self.position)

    def _close(self) -> Iterator[Piece]:
        """Take a closing bracket into account."""
        if self.depth:
            self.depth -= 1
            if self.depth == 0 and self.skipping:
                self.skipping = False
                self._drop(self.position)
                self._open()
            elif self.depth == 0 and not self.opened:
                yield from self._cut(self.position, self.position)
        elif self.opened:
            yield from self._cut(self.position - 1, self.position)
            if self.wrapped:
                self.skipping, self.depth = True, 1
                self.opened = False
            else:
                self._open()

    def _cut(self, end: int, after: int) -> Iterator[Piece]:
        """Give what is before `end` as a value, unless it is blank, and go on at `after`."""
        data = bytes(self.buffer[:end])
        text = data.lstrip()
        if text or self.too_long:
            line = self.line + data.count(b"\n", 0, len(data) - len(text))
            yield Piece(line, None if self.too_long else text.rstrip())
        self.too_long = False
        self._drop(after)


_BLANK = re.compile(r"[ \t\r\n]*+")


def _blank_end(text: str, start: int) -> int:
    """Return where the white space that begins at a place ends."""
    found = _BLANK.match(text, start)
    return found.end() if found else start


def _valid(data: bytearray) -> str:
    """Return the text of the bytes up to the first that is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data[: error.start].decode("utf-8")
