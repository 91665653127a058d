"""Field maps agree with Microsoft's products: real events, and the rows that they become."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tocsin.dsl.diagnostics import Diagnostic
from tocsin.dsl.ir import IrRule
from tocsin.matcher.reference import match

from tests.kql.forward import SYSMON, Sighting, sightings
from tests.kql.proof import Prover
from tests.kql.report import FIELD_MAPS
from tocsin.loading import load
from tocsin.verify import Gate

MOST_OF_A_KIND = 60
EVERY = 80
PLACES = ("sigma-regression/**/*.jsonl", "evtx-to-mitre/**/*.jsonl", "otrf/**/*.json*")
MATCHES = "*/*/all_rules_matches.tsv"


@pytest.fixture(scope="module")
def events(data_dir: Path) -> list[dict[str, Any]]:
    """Return events of Sysmon from the public sets, so many of each kind from each set."""
    return [event for place in PLACES for event in some(data_dir, place)]


def some(data_dir: Path, place: str) -> Iterator[dict[str, Any]]:
    seen: dict[object, int] = defaultdict(int)
    for path in sorted(data_dir.glob(place)):
        for line in path.read_text("utf-8").splitlines():
            if SYSMON not in line:
                continue
            event = json.loads(line)
            kind = event.get("EventID") or event.get("Event", {}).get("System", {}).get("EventID")
            seen[str(kind)] += 1
            if seen[str(kind)] <= MOST_OF_A_KIND:
                yield event


@pytest.fixture(scope="module")
def rules(data_dir: Path, corpus_dir: Path) -> list[IrRule]:
    """Return the rules known to match some of the events, and every so many of the others."""
    lists = [path.read_text("utf-8").splitlines() for path in data_dir.glob(MATCHES)]
    known = {line.split("\t")[0] for lines in lists for line in lines}
    found = load(corpus_dir / "rules" / "windows", on_error="skip")
    return [rule for i, rule in enumerate(found) if rule.info.id in known or i % EVERY == 0]


def by_table(prover: Prover, events: list[dict[str, Any]]) -> dict[str, list[Sighting]]:
    found: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in sightings(prover.schema, iter(events)):
        found[sighting.table].append(sighting)
    return found


@pytest.mark.parametrize("name", FIELD_MAPS)
def test_a_query_selects_the_rows_of_the_events_that_its_rule_matches(
    gate: Gate, events: list[dict[str, Any]], rules: list[IrRule], name: str
) -> None:
    prover = Prover(gate, name)
    seen = by_table(prover, events)
    compared = selected = 0
    for rule in rules:
        kind = rule.logsource.category
        emission = prover.emit(rule)
        if isinstance(emission, Diagnostic) or not emission.ok or emission.losses:
            continue
        sighted = seen.get(emission.table, [])
        if rule.logsource.service or not any(kind in s.categories for s in sighted):
            continue
        answer = gate.ask(prover.schema, emission.text)
        assert answer.tree is not None
        wanted = [i for i, s in enumerate(sighted) if kind in s.categories and match(rule, s.event)]
        rows = {emission.table: [sighting.row for sighting in sighted]}
        assert prover.oracle.select(answer.tree, rows) == wanted, rule.info.path
        compared += len(sighted)
        selected += len(wanted)
    assert compared > 5_000
    assert selected > 50
