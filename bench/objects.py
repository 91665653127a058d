"""Rows on dicts and Arrow data, and against evaluation rule by rule."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from tocsin.dsl.ir import IrRule
from tocsin.dsl.logsource import routed, routes
from tocsin.matcher import reference
from tocsin.matcher.matcher import Matcher
from tocsin.matcher.view import View

from bench.lines import ONE, scan
from bench.measure import Row, cpu, median, per_call
from bench.streams import (
    BUILD,
    ROOT,
    events,
    fresh,
    process_creation,
    process_rules,
    stream,
    windows,
)
from tocsin import loads


def rows() -> list[Row]:
    """Measure."""
    return [*_one_rule(), _many_rules(), _rule_by_rule(), *_arrow()]


def _built(source: Path) -> Any:  # noqa: ANN401 - a module that type checkers do not know
    """Return a compiled module of the benchmarks, built when it is first needed."""
    folder = BUILD / "pyx"
    folder.mkdir(parents=True, exist_ok=True)
    copied = shutil.copy(source, folder)
    build = [sys.executable, "-m", "Cython.Build.Cythonize", "-i", "-q", "-3", str(copied)]
    subprocess.run(build, check=True, cwd=folder)
    [file] = folder.glob(f"{source.stem}*{EXTENSION_SUFFIXES[0]}")
    spec = spec_from_file_location(source.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _one_rule() -> list[Row]:
    """Measure a call with one rule against code written by hand: one event, and many."""
    by_hand = _built(ROOT / "bench" / "_handwritten.pyx")
    matcher = Matcher(list(loads(ONE)), "off")
    found = events("process", 200)
    assert [bool(matcher.match(e)) for e in found] == [bool(by_hand.matches(e)) for e in found]
    event = next(event for event in found if event.get("Image") and not matcher.match(event))
    what = "one rule on a dict over code by hand"
    return [
        _by_hand(what, matcher.match, by_hand.matches, [event] * 200),
        _by_hand(f"{what}, 200 events in turn", matcher.match, by_hand.matches, found),
    ]


def _by_hand(
    what: str, ours: Callable[[Any], Any], theirs: Callable[[Any], Any], found: list[Any]
) -> Row:
    """Measure one function against another on events."""

    def each(function: Callable[[Any], Any]) -> Callable[[], None]:
        def go() -> None:
            for event in found:
                function(event)

        return go

    def nothing() -> None:
        for _ in found:
            pass

    empty = per_call(nothing) / len(found)
    own, other = (per_call(each(function)) / len(found) for function in (ours, theirs))
    note = f"{(own - empty) * 1e9:.0f} ns, by hand {(other - empty) * 1e9:.0f} ns"
    return Row("5", what, (own - empty) / (other - empty), 2.0, more=False, note=note)


def _many_rules() -> Row:
    """Measure 1,400 rules against ten on dicts."""
    found = events("process", 300)

    def seconds(compiled: bytes) -> float:
        matcher = fresh(compiled)
        for _ in range(2):
            list(matcher.match_many(found))
        return median(lambda: cpu(lambda: list(matcher.match_many(found * 5)))[0] / 5)

    many, few = seconds(process_creation()), seconds(process_creation(10))
    note = f"{many / len(found) * 1e9:,.0f} ns an event, {few / len(found) * 1e9:,.0f} ns"
    return Row("6", "dicts: 1,400 rules over 10", many / few, 2.5, more=False, note=note)


def rule_by_rule(rules: Sequence[IrRule], sample: Sequence[dict[str, Any]]) -> tuple[float, int]:
    """Return the seconds that the reference evaluator takes for events, and the matches."""
    nodes = [routed(rule, found) for rule in rules if (found := routes(rule.logsource))]

    def judge() -> int:
        return sum(reference.holds(node, view) for view in map(View, sample) for node in nodes)

    judge()  # patterns are prepared when they are first used
    return cpu(judge)


def _rule_by_rule() -> Row:
    """Measure against the reference evaluator, rule by rule."""
    sample = events("process", 30)
    taken, wanted = rule_by_rule(process_rules(), sample)
    data = stream("process")
    matcher = fresh(process_creation())
    seconds, _ = cpu(lambda: scan(matcher, data))
    first = b"".join(data.splitlines(keepends=True)[: len(sample)])
    assert scan(matcher, first) == wanted
    ratio = (taken / len(sample)) / (seconds / data.count(b"\n"))
    note = f"{taken / len(sample) * 1e6:,.0f} us an event rule by rule"
    return Row("7", "process creation over rule by rule", ratio, 800, more=True, note=note)


def _arrow() -> list[Row]:
    """Measure process accesses as columns against one kernel of pyarrow."""
    names = ["EventID", "Channel", "SourceImage", "TargetImage", "GrantedAccess", "CallTrace",
             "SourceUser"]  # fmt: skip
    found = [
        event for line in stream("mixed").splitlines()
        if b'"EventID":10,' in line or b'"EventID": 10,' in line
        if (event := json.loads(line)).get("CallTrace")
    ]  # fmt: skip
    columns = {name: [event.get(name) for event in found] for name in names}
    plain = pa.table(columns)
    packed = pa.table(
        {
            name: column.combine_chunks().dictionary_encode()
            if pa.types.is_string(column.type) else column
            for name, column in zip(plain.column_names, plain.columns, strict=True)
        }
    )  # fmt: skip
    kernel = median(
        lambda: cpu(lambda: pc.match_substring(plain["CallTrace"], "UNKNOWN(", ignore_case=True))[0]
    )
    counts = set()

    def once(table: pa.Table) -> float:
        matcher = fresh(windows())
        list(matcher.match_arrow(table.slice(0, 1)))
        seconds, matches = cpu(lambda: sum(1 for _ in matcher.match_arrow(table)))
        counts.add(matches)
        return seconds

    made = []
    for what, table, bound in (("plain", plain, 1.0), ("dictionary", packed, 0.3)):
        taken = median(lambda table=table: once(table))
        note = f"{taken / len(found) * 1e9:,.0f} ns a row, kernel {kernel / len(found) * 1e9:,.0f}"
        what = f"Arrow, {what} columns, over one kernel"  # noqa: PLW2901 - its words
        made.append(Row("9", what, taken / kernel, bound, more=False, note=note))
    assert len(counts) == 1
    return made
