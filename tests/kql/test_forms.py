"""What is deployed keeps the published limits, and names columns that the query returns."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tocsin.dsl.fieldmap import load_fieldmap
from tocsin.dsl.ir import RuleSet
from tocsin.dsl.schema import load_schema
from tocsin.emit.convert import convert_rules
from tocsin.emit.target import Emission

from tests.kql.bicep import resources
from tests.kql.report import FIELD_MAPS
from tests.kql.validators import check_analytics, check_arm, check_defender, check_hunting
from tocsin.loading import load
from tocsin.verify import Gate

SAMPLE = 45


@pytest.fixture(scope="module")
def rules(corpus_dir: Path) -> RuleSet:
    found = load(corpus_dir / "rules", on_error="skip")
    return found.replaced(list(found)[::SAMPLE])


def documents(rules: RuleSet, name: str, form: str) -> Iterator[Emission]:
    fieldmap = load_fieldmap(name)
    for emission in convert_rules(rules, fieldmap, load_schema(fieldmap.schema), form):
        if emission.ok:
            yield emission


def columns_of(gate: Gate, name: str, query: str) -> list[str]:
    answer = gate.ask(load_schema(load_fieldmap(name).schema), query, tree=False)
    assert answer.binds, query
    return [column for column, _ in answer.columns]


@pytest.mark.parametrize("name", FIELD_MAPS)
def test_analytics_rules_pass_the_validators(gate: Gate, rules: RuleSet, name: str) -> None:
    found = list(documents(rules, name, "analytics"))
    assert len(found) > len(rules) // 3
    for emission in found:
        rule = yaml.safe_load(emission.text)
        columns = columns_of(gate, name, rule["query"])
        assert list(check_analytics(rule, columns)) == [], emission.rule_path


@pytest.mark.parametrize("name", FIELD_MAPS)
def test_hunting_queries_pass_the_validators(rules: RuleSet, name: str) -> None:
    found = list(documents(rules, name, "hunting"))
    assert found
    for emission in found:
        assert list(check_hunting(yaml.safe_load(emission.text))) == [], emission.rule_path


@pytest.mark.parametrize("name", FIELD_MAPS)
def test_templates_pass_the_validators_and_bicep_says_the_same(rules: RuleSet, name: str) -> None:
    found = list(documents(rules, name, "arm"))
    bicep = list(documents(rules, name, "bicep"))
    assert len(found) == len(bicep) > 0
    for emission, other in zip(found, bicep, strict=True):
        template = json.loads(emission.text)
        assert list(check_arm(template)) == [], emission.rule_path
        (resource,) = resources(other.text)
        wanted: dict[str, Any] = template["resources"][0]
        assert resource["properties"] == wanted["properties"], emission.rule_path
        assert resource["kind"] == wanted["kind"]


def test_custom_detections_return_what_the_service_asks_for(gate: Gate, rules: RuleSet) -> None:
    found = list(documents(rules, "defender-xdr", "defender"))
    assert found
    for emission in found:
        query = json.loads(emission.text)["queryCondition"]["queryText"]
        columns = columns_of(gate, "defender-xdr", query)
        assert list(check_defender(query, columns)) == [], emission.rule_path
