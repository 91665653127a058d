"""From values of columns to whole rows, as the table's product writes them.

A computed column is set by way of the columns that it is made from. What the rows of a table
obey is obeyed here: a column with a closed vocabulary holds a word of it or nothing, a hash is
whole, a name column is the last part of its path column, a number column holds numbers.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from tocsin.dsl.fieldmap.places import Computed, NamedColumn
from tocsin.dsl.schema import Column, Table
from tocsin.dsl.values import Regex

from tests.kql.oracle.expressions import NOW

from .samples import samples

Row = dict[str, Any]
_INTEGER = re.compile(r"-?\d{1,18}")
_HEX = re.compile(r"[^0-9a-fA-F]")
HASH_LENGTHS = {"MD5": 32, "IMPHASH": 32, "SHA1": 40, "SHA256": 64, "SHA512": 128}
NO_KEY = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Nothing"
"""A registry event always has a key."""

FOLDERS = {"\\": "C:\\Some Folder\\", "/": "/some folder/"}


@dataclass(frozen=True)
class RowMaker:
    """Makes rows of one table.

    Attributes:
        table: the table.
        computed: the computed columns of the rule, by name.
        names: pairs of a column with a path and the column with its last name.
        separator: what stands between folders on the systems that the rule is for.
    """

    table: Table
    computed: Mapping[str, NamedColumn] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    separator: str = "\\"

    def row(self, values: Mapping[str, str]) -> Row:
        """Return a row in which columns, real or computed, have the given texts."""
        row = dict(_empty_row(self.table))
        members: dict[str, dict[str, Any]] = {}
        for name, text in values.items():
            named = self.computed.get(name)
            if named is not None:
                self._set_computed(row, members, named.place, text)
            elif name in row:
                row[name] = self._typed(self.table.columns[name], text)
        for column, bag in members.items():
            row[column] = self._document(column, bag, row[column])
        self._settle(row, values)
        for named in self.computed.values():
            if named.place.kind == "joined" and named.place.hives:
                row[named.place.columns[0]] = row[named.place.columns[0]] or NO_KEY
        return row

    def _set_computed(
        self, row: Row, members: dict[str, dict[str, Any]], place: Computed, text: str
    ) -> None:
        match place.kind:
            case "member" | "json" | "xml":
                bag = members.setdefault(place.columns[0], {})
                for name in place.path[:-1]:
                    bag = bag.setdefault(name, {}) if isinstance(bag.get(name, {}), dict) else {}
                if text:
                    bag[place.path[-1]] = text
            case "joined":
                first, second = place.columns
                head, separator, tail = text.rpartition(place.separator)
                whole = not separator
                row[first] = text if whole else head
                row[second] = "" if whole or tail == place.empty else tail
            case "extract":
                bag = members.setdefault(place.columns[0], {})
                if self.table.columns[place.columns[0]].type == "dynamic":
                    name, before = _member_before(place.path[0])
                    bag[name] = before + text
                elif text:
                    bag[place.path[0]] = text_around(place.path[0], text)
            case "hex":
                number = int(text, 16) if re.fullmatch(r"0[xX][0-9a-fA-F]{1,15}", text) else None
                row[place.columns[0]] = number

    def _document(self, column: str, bag: dict[str, Any], text: Any) -> Any:
        """Return members in the form that a column holds them in."""
        if self.table.columns[column].type == "dynamic":
            return bag or None
        kinds = {n.place.kind for n in self.computed.values() if column in n.place.columns}
        if "xml" in kinds:
            fields = (f'<Data Name="{name}">{escape(str(v))}</Data>' for name, v in bag.items())
            return f"{text}<EventData>{''.join(fields)}</EventData>" if bag else text
        if "extract" in kinds:
            return f"{text}{''.join(bag.values())}"
        return json.dumps(bag, ensure_ascii=False) if bag else ""

    def _typed(self, column: Column, text: str) -> Any:
        return _CASTS.get(column.type, str)(text)

    def _settle(self, row: Row, names: Iterable[str]) -> None:
        for column in filter(None, map(self.table.columns.get, names)):
            text = row[column.name]
            if not text or not column.is_text:
                continue
            if column.values:
                words = {word.lower(): word for word in column.values}
                row[column.name] = words.get(text.lower(), "")
            elif column.holds == "hash":
                row[column.name] = whole_hash(column.name, text)
            elif column.holds == "name":
                row[column.name] = re.split(r"[\\/]", text)[-1]
        for path, name in self.names.items():
            if row.get(path) or row.get(name):
                row[path] = self._whole_path(row[path] or row[name])
                row[name] = row[path].rpartition(self.separator)[2]

    def _whole_path(self, text: str) -> str:
        """Return a path with a folder, in the style of the system that the rule is for."""
        other = "/" if self.separator == "\\" else "\\"
        text = text.replace(other, self.separator)
        return text if self.separator in text else f"{FOLDERS[self.separator]}{text}"


_GROUP = re.compile(r"(?<!\\)\((?!\?)")
_MARK = "MARKEDPLACE"


def text_around(pattern: str, value: str) -> str:
    """Return a text in which the first group of an expression finds a value."""
    start = next(m.start() for m in _GROUP.finditer(pattern) if not _in_class(pattern, m.start()))
    end = next(
        end
        for end in range(start + 1, len(pattern) + 1)
        if pattern[end - 1] == ")"
        and not _in_class(pattern, end - 1)
        and _closed(pattern, start, end)
    )
    marked = Regex(pattern[:start] + _MARK + pattern[end:])
    found = list(samples(marked))
    behind = (text for text in found if re.search(marked.pattern, f"x{text}"))
    return next(behind, found[-1]).replace(_MARK, value)


def _in_class(pattern: str, at: int) -> bool:
    before = re.sub(r"\\.", "", pattern[:at])
    return before.rfind("[") > before.rfind("]")


def _closed(pattern: str, start: int, end: int) -> bool:
    """Tell whether a stretch of an expression is one whole group."""
    try:
        return re.compile(pattern[start:end]).groups > 0
    except re.error:
        return False


def _member_before(pattern: str) -> tuple[str, str]:
    """Return the member of a JSON text that an expression finds, and the text before its group."""
    match = re.match(r'"(\w+)":"([^(]*)\(', pattern)
    if match is None:
        raise ValueError(pattern)
    plain = re.sub(r"\\(.)", r"\1", match[2])
    return match[1], json.loads(f'"{plain}"')


_EMPTY: dict[int, tuple[Table, Row]] = {}


def _empty_row(table: Table) -> Row:
    """Return a row in which only the time is set."""
    known = _EMPTY.get(id(table))
    if known is None or known[0] is not table:
        row: Row = {c.name: "" if c.is_text else None for c in table.columns.values()}
        row[table.time] = NOW - timedelta(minutes=5)
        known = _EMPTY[id(table)] = (table, row)
    return known[1]


def whole_hash(column: str, text: str) -> str:
    """Return a text as a whole hash of the column's kind."""
    kind = next((k for k in sorted(HASH_LENGTHS, key=len, reverse=True) if k in column.upper()), "")
    length = HASH_LENGTHS.get(kind, len(text))
    digits = _HEX.sub("", text)
    return (digits + "0" * length)[:length] if kind else text


def _integer(text: str) -> int | None:
    return int(text) if _INTEGER.fullmatch(text) else None


def _real(text: str) -> float | None:
    return float(text) if _INTEGER.fullmatch(text) else None


def _bool(text: str) -> bool | None:
    return {"true": True, "false": False, "1": True, "0": False}.get(text.lower())


def _datetime(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _dynamic(text: str) -> Any:
    return {"Field": text} if text else None


_CASTS: dict[str, Callable[[str], Any]] = {
    "int": lambda text: n if (n := _integer(text)) is not None and abs(n) < 1 << 31 else None,
    "long": _integer,
    "real": _real,
    "bool": _bool,
    "datetime": _datetime,
    "dynamic": _dynamic,
}
