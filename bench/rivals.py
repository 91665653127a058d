"""Row 8, run with ``python -m bench.rivals``: rules as SQL in SQLite and in DuckDB.

The rules for process creation become queries by pySigma's SQLite backend, and each is run over
one table of events, all of whose columns are text that compares without regard to case. This is
how scanners built on that backend work. DuckDB runs the same queries with its own operators.
Making the queries and filling the table is not counted, for neither side.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

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


class Sqlite:
    """A table in SQLite's memory."""

    def __init__(self, events: list[dict[str, Any]]) -> None:
        """Fill the table."""
        self.base = sqlite3.connect(":memory:")
        self.base.create_function("regexp", 2, _regexp, deterministic=True)
        names = columns(events)
        self.base.execute(f"CREATE TABLE logs ({', '.join(map(self.column, names))})")
        marks = ", ".join("?" * len(names))
        self.base.executemany(f"INSERT INTO logs VALUES ({marks})", rows(events, names))  # noqa: S608

    @staticmethod
    def column(name: str) -> str:
        """Return the declaration of a column."""
        return f'"{name}" TEXT COLLATE NOCASE'

    def accepts(self, query: str) -> bool:
        """Prepare a query, with columns for fields that no event has; return whether it runs."""
        return prepared(
            lambda: self.base.execute(f"EXPLAIN {query}").close(),
            lambda name: self.base.execute(f"ALTER TABLE logs ADD COLUMN {self.column(name)}"),
            sqlite3.Error,
        )

    def run(self, queries: Mapping[str, str]) -> Pairs:
        """Run all queries."""
        return {
            (rule, number - 1)
            for rule, query in queries.items()
            for (number,) in self.base.execute(query.replace("SELECT *", "SELECT rowid", 1))
        }


class Duck:
    """A table in DuckDB's memory, on one thread."""

    def __init__(self, events: list[dict[str, Any]]) -> None:
        """Fill the table."""
        self.base = duckdb.connect(config={"threads": 1})
        names = columns(events)
        self.base.execute(f"CREATE TABLE logs ({', '.join(map(self.column, names))})")
        marks = ", ".join("?" * len(names))
        self.base.executemany(f"INSERT INTO logs VALUES ({marks})", rows(events, names))  # noqa: S608

    @staticmethod
    def column(name: str) -> str:
        """Return the declaration of a column."""
        return f'"{name}" VARCHAR COLLATE NOCASE'

    def accepts(self, query: str) -> bool:
        """Prepare a query, with columns for fields that no event has; return whether it runs."""
        return prepared(
            lambda: self.base.execute(f"EXPLAIN {in_duckdb(query)}"),
            lambda name: self.base.execute(f"ALTER TABLE logs ADD COLUMN {self.column(name)}"),
            duckdb.Error,
        )

    def run(self, queries: Mapping[str, str]) -> Pairs:
        """Run all queries."""
        found: Pairs = set()
        for rule, query in queries.items():
            text = in_duckdb(query).replace("SELECT *", "SELECT rowid", 1)
            found.update((rule, number) for (number,) in self.base.execute(text).fetchall())
        return found


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


def prepared(
    attempt: Callable[[], object], add: Callable[[str], object], faults: type[Exception]
) -> bool:
    """Return whether an attempt comes to an end, once the columns that it lacks are added."""
    for _ in range(20):
        try:
            attempt()
        except faults as fault:
            lacks = re.search(r'no such column: (\w+)|column "(\w+)" not found', str(fault))
            if lacks is None:
                return False
            add(lacks[1] or lacks[2])
        else:
            return True
    return False


_PARTS = re.compile(r"('(?:[^']|'')*')")
_REGEXP = re.compile(r"([`\w.]+) REGEXP ('(?:[^']|'')*')")


def in_duckdb(query: str) -> str:
    """Return a query of SQLite as DuckDB takes it."""
    query = _REGEXP.sub(r"regexp_matches(\1, \2)", query)
    parts = _PARTS.split(query)
    for number in range(0, len(parts), 2):  # what stands between texts
        part = parts[number].replace(" LIKE ", " ILIKE ").replace("`", '"')
        parts[number] = re.sub(r"\), 0\)", "), FALSE)", part)
    return "".join(parts)


def _regexp(pattern: str, value: str | None) -> bool:
    """Return whether a pattern occurs, as SQLite asks for."""
    return value is not None and re.search(pattern, value) is not None


if __name__ == "__main__":
    main()
