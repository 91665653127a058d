"""The first oracle: `duckdb-kql` runs the query's text on DuckDB.

In go a query, the schema and rows; out come the rows selected. What the package refuses is
refused here too. Its functions lack those on addresses, which are added from our own
evaluator; filters in the call of an ASIM function are taken off, because the condition must
imply them. `KNOWN_DEFECTS` lists what it gets wrong without a word; queries that use one of
these are refused rather than compared.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import duckdb
import duckdb_kql
from duckdb.func import FunctionNullHandling, PythonUDFType
from duckdb.sqltypes import BOOLEAN, VARCHAR
from duckdb_kql.translate import functions
from tocsin.dsl.schema import Column, Schema

from tocsin.verify.tree import Node, walk

from .oracle import UnsupportedError
from .oracle.expressions import NOW, Row
from .oracle.networks import (
    has_any_ipv4_prefix,
    ipv4_is_in_any_range,
    ipv4_is_private,
    ipv6_is_in_any_range,
)

ROW = "OracleRow"
SQL_TYPES = {
    "string": "VARCHAR",
    "int": "INTEGER",
    "long": "BIGINT",
    "real": "DOUBLE",
    "bool": "BOOLEAN",
    "datetime": "TIMESTAMP",
    "dynamic": "JSON",
}
KNOWN_DEFECTS = {
    "unicode or hexadecimal escape": re.compile(r"(?<!\\)(?:\\\\)*\\[uUx][0-9A-Fa-f]"),
    "obfuscated literal": re.compile(r"\b[hH]@?[\"']"),
    "letters outside ASCII in a class": re.compile(r"matches regex .*\\[wdsb]"),
}
"""What the package gets wrong silently, and how a query that uses it is recognised.

Its literals keep the backslash of `\\uXXXX` and the `h` of `h"..."`; its regexes are RE2's, whose
`\\w \\d \\s \\b` know ASCII alone, while the service's know Unicode.
"""
ASCII_BOUNDARY = re.compile(r"\(\?-u:(\\+b)\)")


class DuckDBOracle:
    """A DuckDB connection with the functions that the package lacks."""

    def __init__(self, schema: Schema) -> None:
        """Connect, and add the functions on addresses."""
        self.schema = schema
        self._connection = duckdb_kql.connect()
        _add_functions(self._connection)

    def select(self, text: str, tree: Node, rows: Mapping[str, Sequence[Row]]) -> list[int]:
        """Return which rows of its table a query selects, counted from 0.

        Raises:
            UnsupportedError: the package refuses the query, or gets such queries wrong.
        """
        for defect, pattern in KNOWN_DEFECTS.items():
            if pattern.search(ASCII_BOUNDARY.sub("", text)):
                raise UnsupportedError(defect)
        text = ASCII_BOUNDARY.sub(r"\1", text)  # the only kind of boundary that RE2 knows
        columns = {str(node[2]) for node in walk(tree) if node[0] == "name"}
        for name, records in rows.items():
            text = re.sub(rf"\b{name}\((?:[^()]|\([^()]*\))*\)", name, text)
            self._load(name, records, None if _uses_star(tree) else columns)
        try:
            result = duckdb_kql.kql(self._connection, text, query_now=NOW)
            names = result.columns
            return [row[names.index(ROW)] for row in result.fetchall()]
        except (duckdb_kql.KqlError, duckdb.Error) as error:
            raise UnsupportedError(f"{type(error).__name__}: {error}") from error

    def _load(self, name: str, records: Sequence[Row], used: set[str] | None) -> None:
        table = self.schema.table(name)
        if table is None:
            raise UnsupportedError(f"table {name}")
        columns = [c for c in table.columns.values() if used is None or c.name in used]
        declared = [f'"{c.name}" {SQL_TYPES[c.type]}' for c in columns]
        self._connection.execute(
            f'CREATE OR REPLACE TABLE "{name}" ({", ".join([*declared, f"{ROW} BIGINT"])})'
        )
        marks = ", ".join("?" * (len(columns) + 1))
        values = [[*_cells(row, columns), index] for index, row in enumerate(records)]
        if values:
            insert = f'INSERT INTO "{name}" VALUES ({marks})'  # noqa: S608  (our own name)
            self._connection.executemany(insert, values)


def _uses_star(tree: Node) -> bool:
    return any(node[0] == "star" for node in walk(tree))


def _cells(row: Row, columns: list[Column]) -> Iterator[Any]:
    for column in columns:
        value = row[column.name]
        yield json.dumps(value) if column.type == "dynamic" and value is not None else value


def _add_functions(connection: duckdb.DuckDBPyConnection) -> None:
    tests: dict[str, Callable[[str, list[str]], bool | None]] = {
        "ipv4_is_in_any_range": ipv4_is_in_any_range,
        "ipv6_is_in_any_range": ipv6_is_in_any_range,
        "has_any_ipv4_prefix": has_any_ipv4_prefix,
    }
    for name, test in tests.items():
        connection.create_function(
            f"kql_{name}",
            _nullable(test),
            [VARCHAR, VARCHAR],
            BOOLEAN,
            type=PythonUDFType.NATIVE,
            null_handling=FunctionNullHandling.SPECIAL,
        )
        _register(name, f"kql_{name}({{0}}, CAST({{1}} AS VARCHAR))")
    for family in ("ipv4", "ipv6"):
        template = f"kql_{family}_is_in_any_range({{0}}, CAST({{1}} AS VARCHAR))"
        _register(f"{family}_is_in_range", template)
    connection.create_function("kql_ipv4_is_private", ipv4_is_private, [VARCHAR], BOOLEAN)
    _register("ipv4_is_private", "kql_ipv4_is_private({0})", 1)


def _nullable(
    test: Callable[[str, list[str]], bool | None],
) -> Callable[[str | None, str], bool | None]:
    """Return a test that takes one network, or a JSON list of them, as a text."""

    def run(text: str | None, networks: str) -> bool | None:
        if text is None:
            return None
        return test(text, json.loads(networks) if networks.startswith("[") else [networks])

    return run


def _register(name: str, template: str, arity: int = 2) -> None:
    spec = functions.FunctionSpec(name, "template", template, (arity,))
    functions.SCALAR_FUNCTIONS[name] = spec
