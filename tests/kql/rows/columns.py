"""The judge: whether a condition over columns holds for a row, by the reference.

The row becomes an event whose fields are its columns, the computed ones worked out here on
our own, so that a mistake in the emitter's arithmetic shows. An empty text and a null are
missing fields, because a table cannot tell them apart; a test for the empty text is true of
what is missing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from xml.sax.saxutils import unescape

from tocsin.dsl.fieldmap.places import Computed, NamedColumn
from tocsin.dsl.ir import All, AtLeast, Equals, FieldIs, IsNull, Node, Not, OneOf, Test, tests
from tocsin.dsl.ir import Any as AnyOf
from tocsin.matcher.reference import holds
from tocsin.matcher.view import View

from tests.kql.oracle.dynamics import dynamic_text

Row = dict[str, Any]


class ColumnJudge:
    """Judges conditions over the columns of one table."""

    def __init__(self, condition: Node, computed: Mapping[str, NamedColumn] | None = None) -> None:
        """Know the columns that a condition asks for, and how some are computed."""
        self.computed = computed or {}
        self.columns = sorted(set(_columns(condition)))
        self._ready: dict[int, tuple[Node, Node]] = {}

    def __call__(self, node: Node, row: Row) -> bool:
        """Tell whether a condition, or a part of it, holds for a row."""
        return self.judge(node, self.view(row))

    def judge(self, node: Node, view: View) -> bool:
        """Tell whether a condition holds for the view of a row."""
        known = self._ready.get(id(node))
        if known is None:
            known = self._ready[id(node)] = (node, empty_is_missing(node))
        return holds(known[1], view)

    def view(self, row: Row) -> View:
        """Return a row as an event over the columns asked for."""
        event = {}
        for name in self.columns:
            named = self.computed.get(name)
            value = row[name] if named is None else compute(named.place, row)
            if value is not None and value != "":
                event[name] = field_value(value)
        return View(event)


def _columns(node: Node) -> Iterator[str]:
    for test in tests(node):
        if test.field is not None:
            yield test.field
        if isinstance(test.check, FieldIs):
            yield test.check.other


def field_value(value: Any) -> Any:
    """Return a cell as an event would hold it."""
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    if isinstance(value, dict | list):
        return dynamic_text(value)
    return value


def compute(place: Computed, row: Row) -> Any:
    """Return the value of a computed column."""
    cells = [row[column] for column in place.columns]
    match place.kind:
        case "member":
            return _cut(_follow(cells[0], place.path), place.cut)
        case "json":
            bag = _parsed(cells[0]) if isinstance(cells[0], str) else cells[0]
            return _cut(_follow(bag, place.path), place.cut)
        case "xml":
            return _element(cells[0], place.path[-1])
        case "joined":
            return _joined(place, row, *cells)
        case "hex":
            return None if cells[0] is None else hex(cells[0])
        case "extract":
            found = re.search(place.path[0], dynamic_text(cells[0]))
            return found[1] if found else None


def _cut(value: Any, text: str) -> Any:
    return value.replace(text, "") if text and isinstance(value, str) else value


def _joined(place: Computed, row: Row, first: str, second: str) -> str:
    if not first:
        return second
    alone = place.empty is None
    if place.only is not None:
        column, texts = place.only
        alone = row[column] not in texts
    if not second and alone:
        return first
    return f"{first}{place.separator}{second or place.empty}"


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _follow(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _element(text: str, name: str) -> str:
    _, start, rest = text.partition(f'<Data Name="{name}">')
    inner, end, _ = rest.partition("</Data>")
    return unescape(inner) if start and end else ""


def empty_is_missing(node: Node) -> Node:
    """Return the condition with tests for the empty text true of what is missing."""
    match node:
        case Test(check=Equals(pattern=pattern)) if not pattern.parts:
            return AnyOf((node, Test(node.field, IsNull(), node.span)))
        case Test(check=OneOf(texts=texts)) if "" in texts:
            return AnyOf((node, Test(node.field, IsNull(), node.span)))
        case All(children=children):
            return All(tuple(map(empty_is_missing, children)))
        case AnyOf(children=children):
            return AnyOf(tuple(map(empty_is_missing, children)))
        case AtLeast(count=count, children=children):
            return AtLeast(count, tuple(map(empty_is_missing, children)))
        case Not(child=child):
            return Not(empty_is_missing(child))
        case _:
            return node
