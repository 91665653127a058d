"""The public corpus under the reference evaluator: rules by route, events from files."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tocsin.dsl import logsource
from tocsin.dsl.ir import Node, RuleSet
from tocsin.matcher import reference
from tocsin.matcher.view import JsonFloat, View

import tocsin

FOLDERS = ("rules", "rules-emerging-threats", "rules-threat-hunting")
"""The rule folders that the expected matches were computed with."""

Pair = tuple[str | None, str, int]
"""Rule id, file, index of the event."""


def load_corpus(corpus: Path) -> RuleSet:
    """Return the rules of the corpus that need no list of the user's."""
    rules = tocsin.load(*(corpus / folder for folder in FOLDERS))
    return rules.replaced(rule for rule in rules if not rule.placeholders)


def by_route(rules: Iterable[Any]) -> dict[Node, list[tuple[str | None, Node]]]:
    """Return, for each header condition, the ids and renamed conditions of its rules."""
    groups: dict[Node, list[tuple[str | None, Node]]] = defaultdict(list)
    for rule in rules:
        for route in logsource.routes(rule.logsource) or ():
            condition = logsource.renamed(rule.condition, route)
            groups[route.when].append((rule.info.id, condition))
    return groups


def reference_pairs(
    rules: Iterable[Any], files: Iterable[Path], name: Callable[[Path], str]
) -> set[Pair]:
    """Return the pairs that the reference evaluator finds in files of JSON lines."""
    groups = by_route(rules)
    return {
        (rule_id, name(file), index)
        for file in files
        for index, event in enumerate(read_events(file))
        for rule_id in _matching(groups, View(event))
    }


def _matching(
    groups: dict[Node, list[tuple[str | None, Node]]], view: View
) -> Iterator[str | None]:
    """Go through the ids of the rules that match an event."""
    for when, members in groups.items():
        if reference.holds(when, view):
            for rule_id, condition in members:
                if reference.holds(condition, view):
                    yield rule_id


def read_events(file: Path) -> Iterator[dict[str, Any]]:
    """Go through the events of a file of JSON lines."""
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line, parse_float=JsonFloat)


def expected_pairs(table: Path) -> set[Pair]:
    """Return the pairs that a table of expected matches lists."""
    with table.open(encoding="utf-8") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return {(row["rule_id"], row["file"], int(row["event_index"])) for row in rows}


class DataSet:
    """One set of events with its table of expected matches."""

    def __init__(self, root: Path, table: Path, pattern: str, name: Callable[[Path], str]) -> None:
        """Describe a set: where its files are and what the table calls them."""
        self.files = sorted(root.glob(pattern))
        self.expected = expected_pairs(table)
        self.name = name


def data_sets(data: Path) -> dict[str, DataSet]:
    """Return the sets of events that have expected matches."""
    regression = data / "sigma-regression" / "sigma-regression"
    mitre = data / "evtx-to-mitre" / "evtx"
    otrf = data / "otrf" / "otrf"
    return {
        "regression": DataSet(
            regression, regression / "all_rules_matches.tsv", "jsonl/*.jsonl", lambda f: f.stem
        ),
        "mitre": DataSet(
            mitre,
            mitre / "all_rules_matches.tsv",
            "jsonl/**/*.jsonl",
            lambda f: f.relative_to(mitre).as_posix(),
        ),
        "otrf": DataSet(
            otrf,
            otrf / "all_rules_matches.tsv",
            "**/*.json",
            lambda f: f.relative_to(otrf).as_posix(),
        ),
        "cloudtrail": DataSet(
            data,
            data / "cloudtrail_matches.tsv",
            "cloudtrail.jsonl.gz",
            lambda _: "cloudtrail.jsonl",
        ),
    }
