"""The YAML form of a schema: read here, and nowhere else.

In goes the text of a schema file, out comes a `Schema`, or diagnostics that say what is wrong
with which table. The form groups column names by type so that a long table stays short:

    tables:
      DeviceFileEvents:
        time: Timestamp
        string: ActionType FileName FolderPath
        long: FileSize
        values: {ActionType: [FileCreated, FileDeleted]}
        holds: {path: FolderPath, name: FileName}

`rules/schemas/README.md` describes every key.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import yaml

from ..diagnostics import Diagnostic, Report, Severity
from ..source import Source
from . import (
    COLUMN_TYPES,
    CONTENTS,
    Column,
    ColumnType,
    Content,
    Entity,
    Parameter,
    Schema,
    Table,
    TableKind,
)

LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C loader where PyYAML was built with it; it is ten times as fast."""

FILTERS = frozenset({"from", "to", "has_any", "has_all", "ip_prefix", "in", "equals", "has"})
KEYS = COLUMN_TYPES | {
    "about",
    "connectors",
    "entities",
    "holds",
    "kind",
    "notes",
    "parameters",
    "source",
    "time",
    "values",
}
PARAMETER_WORDS = 3


def build_schema(name: str, text: str) -> Schema:
    """Return the schema that a well-formed text describes.

    Raises:
        ValueError: the text is not well-formed; the message lists the faults.
    """
    data = yaml.load(text, Loader=LOADER)  # noqa: S506  (a safe loader)
    faults = list(find_faults(data))
    if faults:
        raise ValueError("; ".join(faults))
    return _schema(name, data)


def read_schema(source: Source, name: str, report: Report) -> Schema | None:
    """Return the schema in a user's file, or None with the faults in the report."""
    try:
        data = yaml.load(source.text, Loader=LOADER)  # noqa: S506  (a safe loader)
    except yaml.YAMLError as error:
        report.add(_fault(source, f"the schema is not valid YAML: {error}"))
        return None
    faults = list(find_faults(data))
    for fault in faults:
        report.add(_fault(source, fault))
    return None if faults else _schema(name, data)


def _fault(source: Source, message: str) -> Diagnostic:
    return Diagnostic(
        code="T410",
        severity=Severity.ERROR,
        message=message,
        help="see the form of schema files in `rules/schemas/README.md`",
        file=source.name,
    )


def find_faults(data: object) -> Iterator[str]:
    """Yield a sentence for each fault in the data of a schema file."""
    if not isinstance(data, dict) or not isinstance(data.get("tables"), dict):
        yield "a schema file holds a mapping with the key `tables`"
        return
    tables = data["tables"]
    for name, entry in tables.items():
        if isinstance(entry, dict):
            yield from _table_faults(name, entry)
        else:
            yield f"table `{name}` is not a mapping"
    for alias, name in (data.get("aliases") or {}).items():
        if name not in tables:
            yield f"`{alias}` stands for `{name}`, which is not a table here"


def _table_faults(name: str, entry: dict[str, Any]) -> Iterator[str]:
    columns = set(_columns_of(entry))
    for key in sorted(entry.keys() - KEYS):
        yield f"table `{name}` has an unknown key `{key}`"
    if entry.get("time", "TimeGenerated") not in columns:
        yield f"table `{name}` has no time column `{entry.get('time', 'TimeGenerated')}`"
    for column in _mentioned(entry):
        if column not in columns:
            yield f"table `{name}` mentions `{column}`, which is none of its columns"
    for content in entry.get("holds") or {}:
        if content not in CONTENTS:
            yield f"table `{name}` uses the unknown content `{content}`"
    for parameter, text in (entry.get("parameters") or {}).items():
        if not _is_parameter(str(text).split()):
            yield f"table `{name}`: parameter `{parameter}` is not `type filter columns`"


def _is_parameter(words: list[str]) -> bool:
    return len(words) >= PARAMETER_WORDS and words[0] in COLUMN_TYPES and words[1] in FILTERS


def _mentioned(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield every column that some other part of a table's entry speaks of."""
    yield from entry.get("values") or {}
    yield from entry.get("notes") or {}
    for names in (entry.get("holds") or {}).values():
        yield from str(names).split()
    for text in (entry.get("parameters") or {}).values():
        yield from str(text).split()[2:]
    for identifiers in (entry.get("entities") or {}).values():
        yield from identifiers.values()


def _columns_of(entry: Mapping[str, Any]) -> Iterator[str]:
    for kind in COLUMN_TYPES & entry.keys():
        yield from str(entry[kind]).split()


def _schema(name: str, data: Mapping[str, Any]) -> Schema:
    tables = {table: _table(table, entry) for table, entry in data["tables"].items()}
    return Schema(name, tables, dict(data.get("aliases") or {}))


def _table(name: str, entry: Mapping[str, Any]) -> Table:
    return Table(
        name=name,
        kind=cast("TableKind", entry.get("kind", "table")),
        columns=_build_columns(entry),
        time=entry.get("time", "TimeGenerated"),
        parameters=tuple(_parameter(*p) for p in (entry.get("parameters") or {}).items()),
        about=entry.get("about", ""),
        source=entry.get("source", ""),
        entities=tuple(
            Entity(kind, tuple(identifiers.items()))
            for kind, identifiers in (entry.get("entities") or {}).items()
        ),
        connectors=tuple((entry.get("connectors") or {}).items()),
    )


def _build_columns(entry: Mapping[str, Any]) -> dict[str, Column]:
    values = entry.get("values") or {}
    notes = entry.get("notes") or {}
    holds = {
        column: content
        for content, names in (entry.get("holds") or {}).items()
        for column in str(names).split()
    }
    return {
        column: Column(
            name=column,
            type=cast("ColumnType", kind),
            values=tuple(map(str, values.get(column, ()))),
            holds=cast("Content", holds.get(column, "")),
            note=notes.get(column, ""),
        )
        for kind in entry
        if kind in COLUMN_TYPES
        for column in str(entry[kind]).split()
    }


def _parameter(name: str, text: str) -> Parameter:
    kind, check, *columns = text.split()
    return Parameter(name, cast("ColumnType", kind), check, tuple(columns))
