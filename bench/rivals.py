"""Row 8, run with ``python -m bench.rivals``: rules as SQL in SQLite and in DuckDB.

The rules for process creation become queries by pySigma's SQLite backend, and each is run over
one table of events, all of whose columns are text that compares without regard to case. This is
how scanners built on that backend work. DuckDB runs the same queries with its own operators.
Making the queries and filling the table is not counted, for neither side.
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import duckdb
from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection
from sigma.exceptions import SigmaError

from bench.lines import scan
from bench.measure import cpu, median
from bench.streams import fresh, process_creation, rule_paths, stream

EVENTS = 300
CREATED = b'"EventID":1,'

Pairs = set[tuple[str, int]]
"""Rule id and number of the event."""


def main() -> None:
    """Measure, and print two rows of the table."""
    lines = [line for line in stream("process").splitlines(keepends=True) if CREATED in line]
    sample = lines[:EVENTS]
    events = [json.loads(line) for line in sample]
    queries, refused = converted()
    matcher = fresh(process_creation())
    ours = {(str(match.rule_id), index) for index, match in matcher.match_json(b"".join(sample))}
    ours = {pair for pair in ours if pair[0] in queries}
    data = b"".join(lines)
    own = median(lambda: cpu(lambda: scan(fresh(process_creation()), data))[0])
    print("| # | measure | value | claim | figures |")
    print("|---|---|---|---|---|")
    for name, engine in (("SQLite", Sqlite(events)), ("DuckDB", Duck(events))):
        usable = {rule: query for rule, query in queries.items() if engine.accepts(query)}
        taken, found = cpu(lambda engine=engine, usable=usable: engine.run(usable))
        mine = {pair for pair in ours if pair[0] in usable}
        ratio = (taken / len(events)) / (own / len(lines))
        print(
            f"| 8 | process creation over pySigma in {name} | {ratio:,.0f} | at least 300 | "
            f"{taken / len(events) * 1e6:,.0f} us an event, ours "
            f"{own / len(lines) * 1e9:,.0f} ns; {len(usable):,} queries run, "
            f"{refused} rules not converted, {len(queries) - len(usable)} refused; "
            f"{len(found & mine):,} matches the same, {len(found - mine)} only theirs, "
            f"{len(mine - found)} only ours |",
            flush=True,
        )


def converted() -> tuple[dict[str, str], int]:
    """Return the query of each rule by its id, and how many rules have none."""
    backend = sqliteBackend()
    queries: dict[str, str] = {}
    refused = 0
    for file in rule_files(rule_paths()):
        text = file.read_text("utf-8")
        try:
            rules = SigmaCollection.from_yaml(text)
            [query] = backend.convert(rules)
        except (SigmaError, ValueError):
            refused += 1
            continue
        queries[str(rules[0].id)] = query
    return queries, refused


def rule_files(folders: Iterable[Path]) -> list[Path]:
    """Return the files of rules for process creation on Windows."""
    wanted = re.compile(r"^    category: process_creation\b", re.MULTILINE)
    windows = re.compile(r"^    product: windows\b", re.MULTILINE)
    found = []
    for folder in folders:
        for file in sorted(folder.rglob("*.yml")):
            text = file.read_text("utf-8")
            if wanted.search(text) and windows.search(text) and "|expand:" not in text:
                found.append(file)
    return found


class Base:
    """A table of events in a database's memory, with columns that compare without case.

    Attributes:
        text: the type of a column of texts.
        number: what numbers the rows from 0.
        fault: what the database raises.
    """

    text: ClassVar[str]
    number: ClassVar[str]
    fault: ClassVar[type[Exception]]

    def __init__(self, base: Any, events: list[dict[str, Any]]) -> None:  # noqa: ANN401 - either
        """Fill the table."""
        self.base = base
        names = columns(events)
        base.execute(f"CREATE TABLE logs ({', '.join(map(self.column, names))})")
        marks = ", ".join("?" * len(names))
        base.executemany(f"INSERT INTO logs VALUES ({marks})", rows(events, names))  # noqa: S608

    def column(self, name: str) -> str:
        """Return the declaration of a column."""
        return f'"{name}" {self.text} COLLATE NOCASE'

    def said(self, query: str) -> str:
        """Return a query of SQLite as this database takes it."""
        return query

    def accepts(self, query: str) -> bool:
        """Return whether a query runs, once columns for fields that no event has are added."""
        for _ in range(20):
            try:
                self.base.execute(f"EXPLAIN {self.said(query)}").fetchall()
            except self.fault as fault:
                lacks = re.search(r'no such column: (\w+)|column "(\w+)" not found', str(fault))
                if lacks is None:
                    return False
                self.base.execute(
                    f"ALTER TABLE logs ADD COLUMN {self.column(lacks[1] or lacks[2])}"
                )
            else:
                return True
        return False

    def run(self, queries: Mapping[str, str]) -> Pairs:
        """Run all queries; events are numbered from 0."""
        found: Pairs = set()
        for rule, query in queries.items():
            text = self.said(query).replace("SELECT *", f"SELECT {self.number}", 1)
            found.update((rule, number) for (number,) in self.base.execute(text).fetchall())
        return found


class Sqlite(Base):
    """SQLite, with a function for regular expressions."""

    text, number, fault = "TEXT", "rowid - 1", sqlite3.Error

    def __init__(self, events: list[dict[str, Any]]) -> None:
        """Fill the table."""
        base = sqlite3.connect(":memory:")
        base.create_function("regexp", 2, _regexp, deterministic=True)
        super().__init__(base, events)


class Duck(Base):
    """DuckDB, on one thread."""

    text, number, fault = "VARCHAR", "rowid", duckdb.Error

    def __init__(self, events: list[dict[str, Any]]) -> None:
        """Fill the table."""
        super().__init__(duckdb.connect(config={"threads": 1}), events)

    def said(self, query: str) -> str:
        """Return a query with DuckDB's own operators."""
        query = _REGEXP.sub(r"regexp_matches(\1, \2)", query)
        parts = _PARTS.split(query)
        for number in range(0, len(parts), 2):  # what stands between texts
            part = parts[number].replace(" LIKE ", " ILIKE ").replace("`", '"')
            parts[number] = re.sub(r"\), 0\)", "), FALSE)", part)
        return "".join(parts)


def columns(events: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the names of all fields; names that differ in case are one column."""
    names = {name.lower(): name for event in events for name in event}
    return list(names.values())


def rows(events: Iterable[Mapping[str, Any]], names: Iterable[str]) -> list[list[str | None]]:
    """Return events as rows of texts."""
    return [[_text(event.get(name)) for name in names] for event in events]


def _text(value: object) -> str | None:
    """Return a value as text."""
    return value if value is None or isinstance(value, str) else json.dumps(value)


_PARTS = re.compile(r"('(?:[^']|'')*')")
_REGEXP = re.compile(r"([`\w.]+) REGEXP ('(?:[^']|'')*')")


def _regexp(pattern: str, value: str | None) -> bool:
    """Return whether a pattern occurs, as SQLite asks for."""
    return value is not None and re.search(pattern, value) is not None


if __name__ == "__main__":
    main()
