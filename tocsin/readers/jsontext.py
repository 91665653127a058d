"""JSON text to events, strictly: what the other readers share.

In goes the text of one value, out comes the event, or a `ValueError` whose text says what is
wrong. Numbers keep the way they are written, and nothing nests deeper than `DEPTH_LIMIT`.
"""

import json
import re
from typing import Any, NoReturn

from tocsin.matcher.places import DEPTH_LIMIT
from tocsin.matcher.view import Event, JsonFloat


def parse_event(data: bytes) -> Event:
    """Return the event that UTF-8 JSON text holds.

    Raises:
        ValueError: it holds none; the text of the error says why.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start + 1} is not UTF-8") from None
    return event_of(parse_value(text))


def reason_of(text: bytes) -> str:
    """Return why JSON text is no event."""
    try:
        parse_event(text)
    except ValueError as fault:
        return str(fault)
    return "it is not JSON"


def event_of(value: Any) -> Event:  # noqa: ANN401 - it may be anything that JSON has
    """Return the value if it is an event.

    Raises:
        ValueError: it is not an object.
    """
    if isinstance(value, dict):
        return value
    raise ValueError(f"it is {_KINDS.get(type(value), 'a number')}, not an object")


_KINDS = {list: "a list", str: "a text", bool: "a boolean", type(None): "null"}


def parse_value(text: str) -> Any:  # noqa: ANN401 - it may be anything that JSON has
    """Return the value that JSON text holds.

    Raises:
        ValueError: the text is not JSON, or nests too deep.
    """
    if text.count("{") + text.count("[") > DEPTH_LIMIT and too_deep(text):
        raise ValueError(f"it nests deeper than {DEPTH_LIMIT} levels")
    try:
        return (_EXACT if _has_rare_integer(text) else _QUICK).decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"{_wording(error.msg)} at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("it nests too deep for the stack of its caller") from None


def scan_object(text: str, start: int) -> tuple[Event, int]:
    """Return the object that begins at a place of a text, and where it ends.

    Raises:
        ValueError: none begins there, it does not end, or it is one that needs a closer look.
    """
    if text[start : start + 1] != "{":
        raise ValueError("no object begins here")
    try:
        value, end = _QUICK.raw_decode(text, start)
    except RecursionError:
        raise ValueError("it nests too deep for the stack of its caller") from None
    written = text[start:end]
    if written.count("{") + written.count("[") > DEPTH_LIMIT or _has_rare_integer(written):
        raise ValueError("it needs a closer look")
    return value, end


_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


def too_deep(text: str) -> bool:
    """Return whether brackets nest deeper than `DEPTH_LIMIT`, whatever is between them."""
    depth = 0
    for found in _STRUCTURE.finditer(text):
        token = found.group()
        if token in "[{":
            depth += 1
            if depth > DEPTH_LIMIT:
                return True
        elif token in "]}":
            depth -= 1
    return False


_NEGATIVE_ZERO = re.compile(r"-0(?<=[:,\[\s]-0)(?![.0-9eE])")
_DIGITS = 4000
_LONG_INTEGER = re.compile(rf"[0-9]{{{_DIGITS}}}")


def _has_rare_integer(text: str) -> bool:
    """Return whether Python would not give back, or would refuse, an integer of the text."""
    if "-0" in text and _NEGATIVE_ZERO.search(text):
        return True
    return len(text) > _DIGITS and _LONG_INTEGER.search(text) is not None


def _integer(token: str) -> int | JsonFloat:
    """Read an integer; one that would lose its spelling is kept with it."""
    return JsonFloat(token) if token == "-0" or len(token) > _DIGITS else int(token)


def _refuse(token: str) -> NoReturn:
    """Refuse the constants that Python reads but JSON does not know."""
    raise ValueError(f"`{token}` is not JSON")


_QUICK = json.JSONDecoder(parse_float=JsonFloat, parse_constant=_refuse)
_EXACT = json.JSONDecoder(parse_float=JsonFloat, parse_int=_integer, parse_constant=_refuse)


def _wording(message: str) -> str:
    """Return a message of the JSON parser in our words."""
    return _WORDINGS.get(message, message[:1].lower() + message[1:])


_WORDINGS = {
    "Extra data": "there is more text after the value",
    "Expecting value": "a value is missing",
    "Expecting property name enclosed in double quotes": "a name in double quotes is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Expecting ',' delimiter": "a comma is missing",
    "Unterminated string starting at": "a text does not end that starts",
    "Invalid control character at": "there is a control character in a text",
    "Invalid \\escape": "there is an unknown escape in a text",
    "Invalid \\uXXXX escape": "there is a broken `\\u` escape in a text",
    "Illegal trailing comma before end of object": "there is a comma after the last member",
    "Illegal trailing comma before end of array": "there is a comma after the last member",
}
