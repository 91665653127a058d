"""Windows and Sysmon events as XML: `<Event>…</Event>`, one after the other.

They may stand one a line, over many lines, inside `<Events>`, or behind the stamp of a system
log. Each becomes the same map as an event log file gives: attributes under `#attributes`,
texts of elements with attributes under `#text`, named data under their names.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, BinaryIO
from xml.parsers import expat

from tocsin.matcher.view import Event
from tocsin.readers.lines import LINE_LIMIT
from tocsin.readers.problems import malformed
from tocsin.readers.record import Record

_START = re.compile(rb"<Event[\s>]")
_END = b"</Event>"
_PIECE = 1 << 18
_DEPTH = 64
_CUT_OFF = {expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN}


def read(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Read the events of a stream; what stands between them is skipped."""
    for index, (number, text) in enumerate(_elements(stream)):
        try:
            event = parse_event(text)
        except ValueError as error:
            problem = malformed(name, f"the element in line {number}", str(error))
            yield Record(index, None, None, number, problem, name)
        else:
            yield Record(index, event, None, number, None, name)


def _elements(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Go through the elements with the lines they begin in; an unfinished one comes last."""
    buffer = b""
    number = 1
    searched = 0
    while piece := stream.read(_PIECE):
        buffer += piece
        while (end := buffer.find(_END, max(0, searched - len(_END)))) >= 0:
            element, buffer = buffer[: end + len(_END)], buffer[end + len(_END) :]
            yield from _starting(element, number)
            number += element.count(b"\n")
            searched = 0
        searched = len(buffer)
        if searched > LINE_LIMIT:
            number += buffer.count(b"\n")
            buffer, searched = b"", 0
    yield from _starting(buffer, number)


def _starting(text: bytes, number: int) -> Iterator[tuple[int, bytes]]:
    """Go through the elements that begin in a text; all but the last are cut off."""
    bounds = [found.start() for found in _START.finditer(text)] + [len(text)]
    for start, end in pairwise(bounds):
        yield number + text.count(b"\n", 0, start), text[start:end]


def parse_event(text: bytes) -> Event:
    """Return the event that one element holds.

    Raises:
        ValueError: it is not well-formed, or declares entities.
    """
    builder = _Builder()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.EntityDeclHandler = _refuse
    parser.buffer_text = True
    try:
        parser.Parse(text, True)  # noqa: FBT003 - the parser's own call
    except expat.ExpatError as error:
        message = expat.errors.messages[error.code]
        raise ValueError("it is cut off" if message in _CUT_OFF else message) from None
    return {"Event": builder.event}


def _refuse(*_: object) -> None:
    """Refuse entities of the document's own, which can make a small text huge."""
    raise ValueError("it declares entities")


class _Builder:
    """Puts the map together, element by element."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.event: Any = None
        self._open: list[tuple[str, dict[str, str], dict[str, Any], list[str]]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        if len(self._open) >= _DEPTH:
            raise ValueError(f"it nests deeper than {_DEPTH} elements")
        self._open.append((tag.rpartition(":")[2], attributes, {}, []))

    def text(self, data: str) -> None:
        """Take a piece of text."""
        self._open[-1][3].append(data)

    def end(self, _: str) -> None:
        """Close an element and put it into the one around it."""
        tag, attributes, children, texts = self._open.pop()
        text = "".join(texts)
        if not self._open:
            self.event = _value(attributes, children, text)
        elif tag == "Data" and "Name" in attributes:
            _put(self._open[-1][2], attributes["Name"], text)
        else:
            _put(self._open[-1][2], tag, _value(attributes, children, text))


def _value(attributes: dict[str, str], children: dict[str, Any], text: str) -> Any:  # noqa: ANN401
    """Return what an element stands for: a map, a text, or null where there is nothing."""
    value = {"#attributes": attributes, **children} if attributes else children
    if not text.strip():
        return value or None
    if not value:
        return text
    return {**value, "#text": text}


def _put(around: dict[str, Any], name: str, value: Any) -> None:  # noqa: ANN401 - see `_value`
    """Put a value under a name; a second one makes a list."""
    if name not in around:
        around[name] = value
    elif isinstance(around[name], list):
        around[name].append(value)
    else:
        around[name] = [around[name], value]
