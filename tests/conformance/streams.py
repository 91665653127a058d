"""The data sets as streams of JSON lines, and what each path of the matcher finds in them."""

import gzip
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import zstandard
from tocsin.matcher.found import Match
from tocsin.matcher.matcher import Matcher
from tocsin.matcher.view import JsonFloat

from tocsin.readers import open_events
from tocsin.scan import Scan

Hits = list[tuple[int, str | None]]
"""Number of the event and id of the rule, in order."""

SLICE = 15_000
"""How many events of a long stream are compared."""

FILES: dict[str, str] = {
    "regression": "sigma-regression/sigma-regression/jsonl/*.jsonl",
    "mitre": "evtx-to-mitre/evtx/jsonl/**/*.jsonl",
    "otrf": "otrf/otrf/**/*.json",
    "linux": "linux/linux/**/*.*",
    "zeek": "zeek/network/**/*.*",
}
PACKED = ("cloudtrail", "one-per-source")
BENCH = ("mixed", "mixed-4103", "nested", "process")
STREAMS = (*FILES, *PACKED, *BENCH)
FLAT = ("otrf", "linux", "zeek", "mixed", "mixed-4103", "process")
"""The streams that have events without maps and lists."""


def stream(name: str, data: Path) -> bytes:
    """Return a stream, each event a line, its first `SLICE` events."""
    return b"".join(islice(_lines(name, data), SLICE))


def _lines(name: str, data: Path) -> Iterator[bytes]:
    """Go through the lines of a stream."""
    if name in BENCH:
        with (data / "bench" / f"{name}.jsonl.zst").open("rb") as packed:
            yield from io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(packed))
    elif name in PACKED:
        with gzip.open(data / f"{name}.jsonl.gz") as lines:
            yield from lines
    else:
        for file in sorted(data.glob(FILES[name])):
            yield from _records(file)


def _records(file: Path) -> Iterator[bytes]:
    """Go through the events of a file of any format, as JSON."""
    with open_events(file) as opened:
        for record in opened:
            if record.event is not None:
                yield json.dumps(record.event, default=str).encode() + b"\n"


def read(lines: bytes) -> list[dict[str, Any]]:
    """Return the events of lines."""
    return [json.loads(line, parse_float=JsonFloat) for line in lines.splitlines()]


def hits(found: Iterable[tuple[int, Match]]) -> Hits:
    """Return matches as they are compared."""
    return [(index, match.rule_id) for index, match in found]


def one_by_one(matcher: Matcher, lines: bytes) -> Hits:
    """Judge mappings, each in a call of its own."""
    return [
        (index, match.rule_id)
        for index, event in enumerate(read(lines))
        for match in matcher.match(event)
    ]


def scanned(matcher: Matcher, file: Path, jobs: int) -> Hits:
    """Judge a file."""
    scan = Scan(matcher, [str(file)], jobs=jobs)
    found = [(each.index, each.match.rule_id) for each in scan]
    assert scan.totals.unreadable == scan.totals.malformed == 0
    return found


def table(events: list[dict[str, Any]], *, packed: bool) -> pa.Table:
    """Return events as columns: integers where a column has no others, else texts."""
    names = dict.fromkeys(name for event in events for name in event)
    return pa.table({name: _column([e.get(name) for e in events], packed) for name in names})


def _column(values: list[Any], packed: bool) -> pa.Array:
    """Return a column."""
    kinds = {type(value) for value in values if value is not None}
    if kinds in ({int}, {bool}):
        return pa.array(values)
    column = pa.array([value if value is None else _text(value) for value in values], pa.string())
    return column.dictionary_encode() if packed else column


def _text(value: object) -> str:
    """Return a value as text."""
    return value if isinstance(value, str) else json.dumps(value, default=str)


def is_flat(event: Mapping[str, Any]) -> bool:
    """Return whether an event has neither maps nor lists."""
    return not any(isinstance(value, dict | list) for value in event.values())


def as_texts(value: object) -> object:
    """Return an event with every value in it a text, so that its columns have one type."""
    if isinstance(value, dict):
        return {key: as_texts(each) for key, each in value.items()}
    return _text(value)


PATHS: dict[str, Callable[[Matcher, bytes], Hits]] = {
    "lines": lambda matcher, lines: hits(matcher.match_json(lines)),
    "mappings": lambda matcher, lines: hits(matcher.match_many(read(lines))),
    "calls": one_by_one,
}
