"""On all data every path of the matcher finds the same, and what the reference finds."""

import gzip
from collections import defaultdict
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest
from tocsin.dsl.ir import Node, RuleSet
from tocsin.matcher import reference
from tocsin.matcher.matcher import Matcher
from tocsin.matcher.view import View

from tests.conformance import streams
from tests.conformance.harness import by_route
from tests.conformance.streams import Hits, hits, is_flat, read, scanned, table
from tocsin.scan.blocks import Blocks

SAMPLE = 50
"""How many events of a stream the reference judges."""
SMALL: dict[str, object] = {
    "memo_bytes": 1 << 14,
    "memo_value": 64,
    "set_bytes": 1 << 14,
    "verdict_bytes": 1 << 14,
}

Routes = dict[Node, list[tuple[str | None, Node]]]


@pytest.fixture(scope="module")
def stored(matcher: Matcher) -> bytes:
    """Return the stored program of the corpus."""
    return matcher.to_bytes()


@pytest.fixture(scope="module")
def routes(corpus: RuleSet) -> Routes:
    """Return the rules by their header condition."""
    return by_route(corpus)


@pytest.fixture(scope="module", params=streams.STREAMS)
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of a stream."""
    return str(request.param)


@pytest.fixture(scope="module")
def lines(name: str, data_dir: Path) -> bytes:
    """Return the lines of a stream."""
    return streams.stream(name, data_dir)


@pytest.fixture(scope="module")
def wanted(stored: bytes, lines: bytes) -> Hits:
    """Return what a cold pass over the lines finds."""
    return hits(cold(stored).match_json(lines))


def cold(stored: bytes, **limits: object) -> Matcher:
    """Return a matcher of the stored program that has seen nothing."""
    matcher = Matcher.from_bytes(stored)
    matcher.limits.update(limits)
    return matcher


@pytest.mark.parametrize("path", streams.PATHS)
def test_compiled_now_and_stored_before_agree_cold_and_warm(
    path: str, matcher: Matcher, stored: bytes, lines: bytes, wanted: Hits
) -> None:
    judged = streams.PATHS[path]
    opened = cold(stored)
    assert judged(opened, lines) == wanted
    assert judged(opened, lines) == wanted
    assert judged(matcher, lines) == wanted


@pytest.mark.parametrize("limits", [{"memo": False}, SMALL], ids=["none", "little"])
def test_what_is_remembered_does_not_matter(
    limits: dict[str, object], stored: bytes, lines: bytes, wanted: Hits
) -> None:
    assert hits(cold(stored, **limits).match_json(lines)) == wanted


@pytest.mark.parametrize("jobs", [1, 2])
def test_scans_agree_whatever_the_threads_and_blocks(
    jobs: int, stored: bytes, lines: bytes, wanted: Hits, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("tocsin.scan.run.Blocks", partial(Blocks, size=1 << 17))
    monkeypatch.setattr("tocsin.scan.parts.LARGEST", 1 << 17)
    monkeypatch.setattr("tocsin.scan.parts.SMALLEST", 1 << 16)
    file = tmp_path / "events.jsonl"
    file.write_bytes(lines)
    assert scanned(cold(stored), file, jobs) == wanted
    packed = tmp_path / "events.jsonl.gz"
    packed.write_bytes(gzip.compress(lines, 1))
    assert scanned(cold(stored), packed, jobs) == wanted


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "dictionary"])
@pytest.mark.parametrize("name", streams.FLAT, indirect=True)
def test_columns_agree_with_mappings(
    packed: bool, name: str, stored: bytes, lines: bytes, wanted: Hits
) -> None:
    events = read(lines)
    flat = [index for index, event in enumerate(events) if is_flat(event)]
    assert flat
    columns = table([events[index] for index in flat], packed=packed)
    found = hits(cold(stored).match_arrow(columns))
    if name == "zeek":  # logs of many kinds: a row has all their columns, most of them null
        assert found == hits(cold(stored).match_many(columns.to_pylist()))
    else:
        place = {index: row for row, index in enumerate(flat)}
        assert found == [(place[index], rule) for index, rule in wanted if index in place]


def test_nested_columns_agree_with_mappings(stored: bytes, data_dir: Path) -> None:
    lines = streams.stream("nested", data_dir)
    events = read(lines)
    wanted = rules_by_event(hits(cold(stored).match_json(lines)))
    alike: dict[str, list[int]] = defaultdict(list)
    for index, event in enumerate(events):
        alike[shape(event)].append(index)
    matcher = cold(stored)
    for chosen in alike.values():
        columns = pa.Table.from_pylist([streams.as_texts(events[index]) for index in chosen])
        found = rules_by_event(hits(matcher.match_arrow(columns)))
        assert found == {row: wanted[index] for row, index in enumerate(chosen) if index in wanted}


def shape(value: object) -> str:
    """Return what tells events apart whose columns have the same names and types."""
    if isinstance(value, dict):
        return f"{{{','.join(f'{key}:{shape(each)}' for key, each in value.items())}}}"
    return ""


def rules_by_event(found: Hits) -> dict[int, list[str | None]]:
    """Return the rules that match by event."""
    rules: dict[int, list[str | None]] = defaultdict(list)
    for index, rule in found:
        rules[index].append(rule)
    return dict(rules)


def test_the_reference_finds_the_same(
    stored: bytes, lines: bytes, wanted: Hits, routes: Routes
) -> None:
    events = read(lines)
    matching = sorted({index for index, _ in wanted})
    step = max(1, len(events) // (SAMPLE // 2))
    some = max(1, len(matching) // (SAMPLE // 2))
    chosen = sorted({*range(0, len(events), step), *matching[::some]})
    found = rules_by_event(wanted)
    for index in chosen:
        assert set(found.get(index, [])) == by_reference(routes, View(events[index]))


def by_reference(routes: Routes, view: View) -> set[str | None]:
    """Return the ids of the rules that match by the reference."""
    return {
        rule
        for when, members in routes.items()
        if reference.holds(when, view)
        for rule, condition in members
        if reference.holds(condition, view)
    }


def test_event_logs_agree_with_their_json_lines(matcher: Matcher, data_dir: Path) -> None:
    logs = sorted((data_dir / "sigma-regression").rglob("*.evtx"))
    assert logs
    for log in logs:
        lines = log.parent.parent / "jsonl" / f"{log.stem}.jsonl"
        assert scanned(matcher, log, 1) == scanned(matcher, lines, 1)
