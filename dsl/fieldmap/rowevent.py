r"""From a row of a table to the event that it stands for: what a field map means.

`derive` turns conditions on events into conditions on rows; this goes the other way, and the
two are proved against each other: a rule holds for `row_event(row)` exactly when its bound
form holds for the row. A column without a value (null, or the empty text) is a field that the
event lacks. As a table cannot tell a field that is missing from one that is empty, rules are
read with `empties_as_missing` there.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ..ir import All, Any, AtLeast, Check, Const, Equals, IsNull, Node, Not, OneOf, Test
from .binding import Binding
from .places import (
    BINARIES,
    DWORDS,
    HIVES,
    Coded,
    Computed,
    Constant,
    InColumn,
    Missing,
    Place,
    Prefixed,
    RegistryData,
)

KEYWORDS = ""
"""The name under which an event has the texts that keywords are searched in."""

Row = Mapping[str, object]


def row_event(binding: Binding, row: Row, fields: Iterable[str] | None = None) -> dict[str, object]:
    """Return the event that a row stands for.

    Args:
        binding: the part of the field map that serves the rule.
        row: the columns' values; dynamic ones as lists and maps.
        fields: the fields that the rule asks for (`fieldmap.fields_of`); `None`: all that
            the field map names.

    Returns:
        Each field that has a value, with all of its values; under `KEYWORDS` those that
        keywords are searched in.
    """
    event: dict[str, object] = {}
    for name in binding.fields if fields is None else fields:
        values = [v for place in binding.places(name) for v in _values(place, row)]
        if values:
            event[name] = values if len(values) > 1 else values[0]
    words = [v for column in binding.words for v in _present(row.get(column))]
    if words:
        event[KEYWORDS] = words
    return event


def _present(value: object) -> Iterator[object]:
    """Go through the value of a column, if it has one."""
    if value is not None and value != "":
        yield value


def _text(value: object) -> str:
    """Return a value as the query's functions see it: as text, null as the empty one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def _values(place: Place, row: Row) -> Iterator[object]:
    match place:
        case InColumn(column=column):
            yield from _present(row.get(column))
        case Coded(column=column, codes=codes):
            held = _text(row.get(column))
            yield from (said for said, texts in codes if held in texts)
        case Prefixed(parts=parts):
            for prefix, name in parts:
                for value in _present(None if name is None else row.get(name)):
                    yield prefix + _text(value)
        case Constant(texts=texts):
            yield from texts
        case RegistryData():
            yield from _registry_data(place, row)
        case Computed():
            yield from _computed(place, row)
        case Missing():
            return


def _registry_data(place: RegistryData, row: Row) -> Iterator[str]:
    data, kind = _text(row.get(place.data)), _text(row.get(place.type))
    if not data:
        yield "(Empty)"
    if kind in BINARIES:
        yield "Binary Data"
    plain = data.isascii() and data.isdigit() and str(int(data)) == data
    if plain and kind in DWORDS:
        yield f"DWORD (0x{int(data):08x})"


def _computed(place: Computed, row: Row) -> Iterator[object]:
    first = row.get(place.columns[0])
    match place.kind:
        case "member":
            yield from _member(first, place.path, place.cut)
        case "json":
            yield from _member(_json(_text(first)), place.path, place.cut)
        case "xml":
            yield from _element(_text(first), place.path[-1])
        case "hex":
            yield from (f"0x{int(_text(v)):x}" for v in _present(first))
        case "extract":
            found = re.search(place.path[0], _text(first))
            yield from _present(None if found is None else found[1])
        case "joined":
            joined = _joined(place, _text(first), _text(row.get(place.columns[1])), row)
            yield from _spellings(joined) if place.hives else _present(joined)


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _member(value: object, path: tuple[str, ...], cut: str = "") -> Iterator[object]:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    text = _text(value)
    yield from _present(text.replace(cut, "") if cut else text)


def _element(text: str, name: str) -> Iterator[object]:
    found = re.search(rf"""<Data Name=["']{re.escape(name)}["']>([^<]*)<""", text)
    if found is not None:
        plain = found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
        yield from _present(plain.replace("&amp;", "&"))


def _joined(place: Computed, first: str, second: str, row: Row) -> str:
    if not first:
        return second
    alone = place.empty is None
    if place.only is not None:
        column, texts = place.only
        alone = _text(row.get(column)) not in texts
    if not second and alone:
        return first
    return first + place.separator + (second or place.empty or "")


def _spellings(text: str) -> Iterator[object]:
    """Go through the ways in which events write a text that begins with a registry hive."""
    yield from _present(text)
    for short, spelled in HIVES:
        if text.upper().startswith(spelled + "\\"):
            yield short + text[len(spelled) :]


def empties_as_missing(node: Node) -> Node:
    """Return the condition as a table can judge it: what is missing counts as empty too."""
    match node:
        case Test() if node.field is not None and _passes_empty(node.check):
            return Any((node, replace(node, check=IsNull())))
        case All(children=children):
            return All(tuple(empties_as_missing(child) for child in children))
        case Any(children=children):
            return Any(tuple(empties_as_missing(child) for child in children))
        case AtLeast(count=count, children=children):
            return AtLeast(count, tuple(empties_as_missing(child) for child in children))
        case Not(child=child):
            return Not(empties_as_missing(child))
        case Test() | Const():
            return node


def _passes_empty(check: Check) -> bool:
    """Return whether a check asks for the empty text itself."""
    match check:
        case Equals(pattern=pattern):
            return not pattern.parts
        case OneOf(texts=texts):
            return "" in texts
        case _:
            return False
