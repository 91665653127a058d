"""The reference evaluator finds exactly the expected matches in real events.

The largest set is left to the compiled matcher, which is compared with the reference on a
part of it elsewhere.
"""

import gzip
import json
from functools import cache
from pathlib import Path

import pytest
from tocsin.dsl.ir import IrRule, RuleSet

import tocsin
from tests.conformance.harness import DataSet, reference_pairs


@pytest.mark.parametrize("name", ["regression", "mitre", "cloudtrail"])
def test_expected_matches_are_found_and_nothing_else(
    name: str, corpus: RuleSet, sets: dict[str, DataSet]
) -> None:
    data = sets[name]
    found = reference_pairs(corpus, data.files, data.name)
    assert sorted(data.expected - found) == []
    assert sorted(found - data.expected) == []


def test_events_derived_from_the_rules_are_judged_as_expected(
    data_dir: Path, corpus_dir: Path
) -> None:
    @cache
    def rule(path: str) -> IrRule:
        return tocsin.load(corpus_dir / path)[0]

    wrong = []
    count = 0
    with gzip.open(data_dir / "rule-derived.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            count += 1
            if tocsin.reference.match(rule(row["rule_path"]), row["event"]) is not row["expect"]:
                wrong.append(row)
    assert count == 21_745
    assert wrong == []
