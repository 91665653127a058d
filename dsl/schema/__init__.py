"""What the tables of a target really have: asked by `check`, by field maps and by `emit`.

In goes one YAML text per target (shipped under `rules/schemas/`, or a user's own in the same
form); out comes a frozen `Schema`. Names are looked up with their case, because targets do;
a name that is not there can be answered with the nearest one that is. A vocabulary, where a
column has one, is closed: no row holds anything else but the empty value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Literal, get_args

from ... import rules as content

ColumnType = Literal[
    "string", "int", "long", "real", "decimal", "bool", "datetime", "timespan", "guid", "dynamic"
]
"""The types of a column, by the names that KQL gives them."""

COLUMN_TYPES: frozenset[str] = frozenset(get_args(ColumnType))

Content = Literal[
    "",
    "path",
    "name",
    "folder",
    "command",
    "hash",
    "ip",
    "port",
    "host",
    "user",
    "url",
    "domain",
    "registry_key",
    "registry_value",
]
"""What a column's text is about: `path` is a full path, `name` a file name without folder."""

CONTENTS: frozenset[str] = frozenset(get_args(Content))

TableKind = Literal["table", "function"]
"""A function returns rows and may take parameters that filter them."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type, what it is about, and the only values that it may hold.

    Attributes:
        name: the name, with its case.
        type: the type in KQL's words.
        values: the closed vocabulary, or empty where any value may stand.
        holds: what the text is about, or empty where that is not known.
        note: what a rule writer should know, or empty.
    """

    name: str
    type: ColumnType
    values: tuple[str, ...] = ()
    holds: Content = ""
    note: str = ""

    @property
    def is_text(self) -> bool:
        """Whether the column is of type string."""
        return self.type == "string"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A filter that a function takes by name.

    Attributes:
        name: the parameter's name.
        type: the type of its argument; `dynamic` is a list of strings.
        filter: how rows are filtered: `from`, `to`, `has_any`, `has_all`, `ip_prefix`, `in`,
            `equals` or `has`.
        columns: the columns of which at least one must pass.
    """

    name: str
    type: ColumnType
    filter: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing that an alert is about, and the columns that identify it.

    Attributes:
        type: the kind of thing in Sentinel's words, such as `Host`.
        identifiers: pairs of an identifier, such as `HostName`, and a column.
    """

    type: str
    identifiers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or a function that returns rows.

    Attributes:
        name: the name by which queries call it.
        kind: a table or a function.
        columns: the columns by name, in the schema's order.
        time: the column of the event's time.
        parameters: the filters of a function.
        about: what a row is, in a few words.
        source: where the facts come from.
        entities: what an alert on a row is about, most telling first.
        connectors: pairs of a Sentinel connector's id and the data type it fills.
    """

    name: str
    kind: TableKind
    columns: Mapping[str, Column]
    time: str
    parameters: tuple[Parameter, ...] = ()
    about: str = ""
    source: str = ""
    entities: tuple[Entity, ...] = ()
    connectors: tuple[tuple[str, str], ...] = ()

    def column(self, name: str) -> Column | None:
        """Return the column of this very name, or None."""
        return self.columns.get(name)

    def nearest_column(self, name: str) -> str | None:
        """Return the name of the column that a misspelt name may have meant, or None."""
        return nearest(name, self.columns)

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter of this very name, or None."""
        return next((p for p in self.parameters if p.name == name), None)

    @property
    def text_columns(self) -> tuple[Column, ...]:
        """The columns that a search for words looks into: strings and dynamic values."""
        return tuple(c for c in self.columns.values() if c.type in {"string", "dynamic"})


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of one target.

    Attributes:
        name: the target's name, such as `defender-xdr`.
        tables: the tables by name.
        aliases: other names of tables, such as a workspace's own copy of a function.
    """

    name: str
    tables: Mapping[str, Table]
    aliases: Mapping[str, str] = field(default_factory=dict)

    def table(self, name: str) -> Table | None:
        """Return the table of this very name or alias, under the name asked for, or None."""
        found = self.tables.get(name)
        if found is None and name in self.aliases:
            return replace(self.tables[self.aliases[name]], name=name)
        return found

    def nearest_table(self, name: str) -> str | None:
        """Return the name of the table that a misspelt name may have meant, or None."""
        return nearest(name, (*self.tables, *self.aliases))


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the name that differs least from `name`, first in case only, or None."""
    lowered = {known.lower(): known for known in names}
    if name.lower() in lowered:
        return lowered[name.lower()]
    close = get_close_matches(name.lower(), lowered, n=1, cutoff=0.7)
    return lowered[close[0]] if close else None


def schema_names() -> tuple[str, ...]:
    """Return the names of the shipped schemas, sorted."""
    folder = resources.files(content) / "schemas"
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(n.removesuffix(".yml") for n in names if n.endswith(".yml")))


@cache
def load_schema(name: str) -> Schema:
    """Return a shipped schema; read once a process.

    Raises:
        KeyError: no schema of that name is shipped.
    """
    if name not in schema_names():
        raise KeyError(name)
    from .file import build_schema  # noqa: PLC0415  (the reader needs the types above)

    text = (resources.files(content) / "schemas" / f"{name}.yml").read_text(encoding="utf-8")
    return build_schema(name, text)
