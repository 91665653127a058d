"""The event view: which values a field of an event has, in every layout that is known.

Between the readers and the matchers. In goes an event as a mapping; out come the values of a
field, whether it is present or null, and all values for a search of the whole event. The
rules are the section "Fields and layouts" of `MEANING.md`; the compiled matcher follows the
same text. An event is only looked at, never changed or copied.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Self

from .places import Path, Place, places

Event = Mapping[str, Any]
"""An event: a text line is `{"message": LINE}`."""


class JsonFloat(float):
    """A number of a JSON text that remembers how it was written."""

    __slots__ = ("token",)
    token: str

    def __new__(cls, token: str) -> Self:
        """Read the JSON text of a number."""
        number = super().__new__(cls, token)
        number.token = token
        return number

    def __repr__(self) -> str:
        """Return the text as written."""
        return self.token

    def __reduce__(self) -> tuple[type["JsonFloat"], tuple[str]]:
        """Keep the text when pickled."""
        return JsonFloat, (self.token,)


Scalar = str | bool | int | float
"""One value of a field: null is not among them."""


class View:
    """An event, asked field by field; answers are kept while the view lives."""

    __slots__ = ("_event", "_found", "_spaced")

    def __init__(self, event: Event) -> None:
        """Look at an event."""
        self._event = event
        self._found: dict[str, list[Any] | None] = {}
        self._spaced = any(isinstance(key, str) and " " in key for key in event)

    def values(self, field: str) -> tuple[Scalar, ...]:
        """Return the values of a field: none if it is missing, null, an empty list or a map."""
        found = self._look_up(field)
        if found is None:
            joined = self._joined(field)
            return () if joined is None else (joined,)
        return tuple(_scalars(found))

    def present(self, field: str) -> bool:
        """Return whether the event has the field, even if it is null or empty."""
        return self._look_up(field) is not None or self._joined(field) is not None

    def is_null(self, field: str) -> bool:
        """Return whether the field is missing, null, or nothing but a list of nulls."""
        found = self._look_up(field)
        if found is None:
            return self._joined(field) is None
        return _all_null(found)

    def all_values(self) -> Iterator[Scalar]:
        """Go through every text, number and boolean of the event, at any depth."""
        stack: list[Iterator[Any]] = [iter(self._event.values())]
        while stack:
            for value in stack[-1]:
                if isinstance(value, Mapping):
                    stack.append(iter(value.values()))
                    break
                if isinstance(value, list | tuple):
                    stack.append(iter(value))
                    break
                if value is not None:
                    yield _scalar(value)
            else:
                stack.pop()

    def _look_up(self, field: str) -> list[Any] | None:
        """Return what the first path that is present leads to, or `None`."""
        try:
            return self._found[field]
        except KeyError:
            value = self._event.get(field, _MISSING)
            found = [value] if value is not _MISSING else self._search(field)
            self._found[field] = found
            return found

    def _search(self, field: str) -> list[Any] | None:
        """Return what the first place that the event has leads to."""
        for place in places(field):
            if place.keys[0] in self._event or (self._spaced and len(place.keys) == 1):
                found = (
                    _leaves(self._event, place)
                    if place.any_depth
                    else _follow(self._event, place.keys)
                )
                if found:
                    return found
        return None

    def _joined(self, field: str) -> str | None:
        r"""Return the one value of a joined field such as `ObjectName\ObjectValueName`."""
        if "\\" not in field:
            return None
        firsts = [next(iter(self.values(part)), None) for part in field.split("\\")]
        texts = [text_of(first) for first in firsts if first is not None]
        return "\\".join(texts) if len(texts) == len(firsts) else None


_MISSING: Any = object()


def text_of(value: Scalar) -> str:
    """Return the text that a value is compared by: numbers as written, booleans as in JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return integer_text(value)
    return repr(value)


def integer_text(value: int) -> str:
    """Return the decimal digits of an integer of any size."""
    try:
        return str(value)
    except ValueError:  # more digits than Python cares to print
        return f"{_decimal(value):f}"


def _decimal(value: int) -> Any:  # noqa: ANN401 - see the import
    """Return an integer as a decimal number, without going through its digits."""
    from decimal import MAX_EMAX, MAX_PREC, Context  # noqa: PLC0415 - hardly ever needed

    return Context(prec=MAX_PREC, Emax=MAX_EMAX).create_decimal(value)


def _follow(event: Event, keys: Path) -> list[Any]:
    """Return the values that a path leads to, spread over lists of maps."""
    maps = _maps(event, keys[:-1])
    last = keys[-1]
    exact = [found[last] for found in maps if last in found]
    return exact or [value for found in maps for value in _without_spaces(found, last)]


def _maps(event: Event, keys: Path) -> list[Event]:
    """Return the maps that lie under these keys."""
    maps = [event]
    for key in keys:
        maps = [inner for outer in maps if key in outer for inner in _members(outer[key])]
    return maps


def _members(value: Any) -> Iterator[Event]:  # noqa: ANN401 - an event holds anything
    """Go through a map, or the maps in a list, lists in lists included."""
    if isinstance(value, Mapping):
        yield value
    elif isinstance(value, list | tuple):
        yield from (member for member in _flat(value) if isinstance(member, Mapping))


def _without_spaces(event: Event, key: str) -> list[Any]:
    """Return the value of the last key that is equal once its spaces are taken out."""
    found = _MISSING
    for name, value in event.items():
        if isinstance(name, str) and " " in name and name.replace(" ", "") == key:
            found = value
    return [] if found is _MISSING else [found]


def _leaves(event: Event, place: Place) -> list[Any]:
    """Return the values of the leaves called like the last key, at any depth."""
    exact: list[Any] = []
    spaced: list[Any] = []
    stack = list(reversed(_maps(event, place.keys[:-1])))
    last = place.keys[-1]
    while stack:
        below: list[Event] = []
        for name, value in stack.pop().items():
            if not _is_leaf(value):
                below.extend(_members(value))
            elif name == last:
                exact.append(value)
            elif isinstance(name, str) and " " in name and name.replace(" ", "") == last:
                spaced.append(value)
        stack.extend(reversed(below))
    return exact or spaced


def _is_leaf(value: Any) -> bool:  # noqa: ANN401 - an event holds anything
    """Return whether a value is a scalar, a text with attributes, or a list without maps."""
    if isinstance(value, Mapping):
        return "#text" in value
    if isinstance(value, list | tuple):
        return not any(isinstance(member, Mapping) for member in _flat(value))
    return True


def _flat(values: Any) -> Iterator[Any]:  # noqa: ANN401 - an event holds anything
    """Go through the members of a list and of the lists in it."""
    stack = [iter(values)]
    while stack:
        for value in stack[-1]:
            if isinstance(value, list | tuple):
                stack.append(iter(value))
                break
            yield value
        else:
            stack.pop()


def _resolved(values: list[Any]) -> Iterator[Any]:
    """Go through values, lists opened and `#text` put for the maps that have it."""
    stack = [iter(values)]
    while stack:
        for value in stack[-1]:
            inner = value
            if isinstance(inner, Mapping) and "#text" in inner:
                inner = (inner["#text"],)
            if isinstance(inner, list | tuple):
                stack.append(iter(inner))
                break
            yield inner
        else:
            stack.pop()


def _scalars(found: list[Any]) -> Iterator[Scalar]:
    """Go through the values of a field."""
    for value in _resolved(found):
        if value is not None and not isinstance(value, Mapping):
            yield _scalar(value)


def _all_null(found: list[Any]) -> bool:
    """Return whether there is nothing but nulls."""
    return all(value is None for value in _resolved(found))


_LONE = re.compile("[\ud800-\udfff]")


def _scalar(value: Any) -> Scalar:  # noqa: ANN401 - an event holds anything
    """Return a value as a scalar; what JSON does not know becomes its text."""
    if isinstance(value, str):
        return value if value.isascii() else _LONE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return _scalar(str(value))
