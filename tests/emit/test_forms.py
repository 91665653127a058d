"""What is deployed keeps the limits of the services, and says what the rule says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import yaml
from tocsin.dsl.fieldmap import FieldMap
from tocsin.dsl.fieldmap.binding import Bound
from tocsin.dsl.fieldmap.file import build_fieldmap
from tocsin.dsl.ir import All, Contains, Equals, RuleInfo, RuleSet, Test
from tocsin.dsl.values import Pattern
from tocsin.emit.convert import convert_rules, one_document, queries
from tocsin.emit.forms import FORM_NAMES, FormOptions
from tocsin.emit.forms.arm import escaped, iso_span
from tocsin.emit.forms.bicep import text_literal, value_text
from tocsin.emit.forms.defender import lacking
from tocsin.emit.forms.detection import gather_detection, plain, stable_id
from tocsin.emit.kql import KqlOptions
from tocsin.emit.target import Emission

import tocsin
from tests.emit.samples import FIELDMAP, SCHEMA, rule
from tests.kql.validators import check_analytics, check_arm, check_defender, check_hunting
from tocsin.converting import choose, convert

SIGMA = r"""
title: Shell über a pipe – “quoted”
id: 83dcd9f6-9ca8-4af7-a16e-a1c7a6b51871
description: |
  First line.
  Second 'line' with ${braces}.
references:
  - https://example.org/a
  - https://example.org/b
author: Zoë Example
license: MIT
date: 2024-01-02
falsepositives: [Administrators]
tags: [attack.execution, attack.t1059.004, attack.command-and-control, attack.stealth, car.1]
level: critical
logsource: {category: process_creation, product: windows}
detection:
  selection:
    Image|endswith: '\bash.exe'
    CommandLine|contains: '-i'
    Hashes|contains: 'MD5=0123456789abcdef0123456789abcdef'
  condition: selection
"""


def rules() -> RuleSet:
    return tocsin.loads(SIGMA)


def emission(form: str, fieldmap: str = "sentinel-asim", **options: Any) -> Emission:
    (found,) = convert(rules(), "kql", fieldmap, form, form_options=FormOptions(**options))
    assert found.error is None, found.error
    return found


def loaded(form: str, **options: Any) -> Mapping[str, Any]:
    text = emission(form, **options).text
    data = json.loads(text) if form in ("arm", "defender") else yaml.safe_load(text)
    assert isinstance(data, dict)
    return data


def columns(table: str, fieldmap: str = "sentinel-asim") -> list[str]:
    schema = choose("kql", fieldmap).schema
    assert schema is not None
    found = schema.table(table)
    assert found is not None
    return list(found.columns)


def test_an_analytics_rule_passes_the_validators() -> None:
    data = loaded("analytics")
    assert list(check_analytics(data, columns("_Im_ProcessCreate"))) == []
    assert data["kind"] == "Scheduled"
    near = loaded("analytics", near_real_time=True)
    assert list(check_analytics(near)) == []
    assert near["kind"] == "NRT"


def test_an_analytics_rule_says_what_the_rule_says() -> None:
    data = loaded("analytics", frequency="5m", period="1d")
    assert data["id"] == "83dcd9f6-9ca8-4af7-a16e-a1c7a6b51871"
    assert data["name"] == 'Shell uber a pipe - "quoted"'
    assert data["severity"] == "High"
    assert data["tactics"] == ["Execution", "CommandAndControl", "DefenseEvasion"]
    assert data["relevantTechniques"] == ["T1059.004"]
    assert (data["queryFrequency"], data["queryPeriod"]) == ("5m", "1d")
    assert data["query"].startswith("_Im_ProcessCreate(")
    assert data["description"].splitlines() == [
        "First line.",
        "Second 'line' with ${braces}.",
        "False positives: Administrators",
        "References: https://example.org/a; https://example.org/b",
        "Author: Zoe Example",
        "Licence: MIT",
        "Date: 2024-01-02",
        "Rule: 83dcd9f6-9ca8-4af7-a16e-a1c7a6b51871",
    ]
    assert data["metadata"] == {"author": {"name": "Zoe Example"}}
    entities = {mapping["entityType"] for mapping in data["entityMappings"]}
    assert entities == {"Host", "Account", "Process"}
    assert data["customDetails"]["TargetProcessMD5"] == "TargetProcessMD5"


def test_a_hunting_query_passes_the_validators() -> None:
    assert list(check_hunting(loaded("hunting"))) == []


def test_an_arm_template_passes_the_validators() -> None:
    data = loaded("arm")
    assert list(check_arm(data)) == []
    assert data["resources"][0]["properties"]["techniques"] == ["T1059"]
    assert list(check_arm(loaded("arm", near_real_time=True))) == []


def test_a_defender_detection_returns_what_it_must_and_looks_back() -> None:
    found = emission("defender", "defender-xdr")
    data = json.loads(found.text)
    query = data["queryCondition"]["queryText"]
    assert list(check_defender(query, columns("DeviceProcessEvents", "defender-xdr"))) == []
    assert query.splitlines()[1] == "| where Timestamp > ago(4h)"
    template = data["detectionAction"]["alertTemplate"]
    assert template["impactedAssets"][0]["identifier"] == "deviceId"
    assert template["severity"] == "high"


def test_a_table_without_the_columns_of_a_detection_is_refused() -> None:
    (found,) = convert(rules(), "kql", "sentinel-asim", "defender")
    assert found.error is not None
    assert found.error.code == "T606"
    assert "no column `ReportId`" in found.error.message
    condition = Test("Text", Equals(Pattern.literal("x")))
    bare = replace(SCHEMA, tables={"Events": replace(SCHEMA.tables["Events"], columns={})})
    bound = FIELDMAP.bind(rule(condition))
    assert isinstance(bound, Bound)
    detection = gather_detection(bound, "", bare, FormOptions())
    assert lacking(detection) == "no column of the time"
    named = replace(detection, columns=("Timestamp", "ReportId"))
    assert lacking(named) == "no column that says whom it is about"


def test_bicep_has_the_properties_of_the_template() -> None:
    text = emission("bicep").text
    assert "param workspace string" in text
    assert "  scope: sentinel\n" in text
    assert "triggerThreshold: 0\n" in text
    assert "\\${braces}" in text
    assert text.count("resource ") == 2


def test_bicep_literals_are_escaped() -> None:
    assert text_literal("a'b\\c\n${d}") == "'a\\'b\\\\c\\n\\${d}'"
    assert value_text({"a-b": [], "c": {}, "d": None, "e": [1]}) == (
        "{\n  'a-b': []\n  c: {}\n  d: null\n  e: [\n    1\n  ]\n}"
    )


def test_template_texts_are_no_expressions() -> None:
    assert escaped({"a": ["[x]", 1]}) == {"a": ["[[x]", 1]}
    assert [iso_span(text) for text in ("5m", "2h", "3d", "PT1H")] == [
        "PT5M",
        "PT2H",
        "P3D",
        "PT1H",
    ]


def test_several_rules_make_one_document() -> None:
    chosen = choose("kql", "defender-xdr")
    other = SIGMA.replace("83dcd9f6", "93dcd9f6")
    both = RuleSet([*rules(), *tocsin.loads(other)])
    found = queries(both, chosen.fieldmap, chosen.schema)
    options = FormOptions()
    yamls = one_document(found, "analytics", chosen.schema, options)
    assert len(list(yaml.safe_load_all(yamls))) == 2
    assert len(json.loads(one_document(found, "arm", chosen.schema, options))["resources"]) == 2
    assert len(json.loads(one_document(found, "defender", chosen.schema, options))) == 2
    assert one_document(found, "bicep", chosen.schema, options).count("\nresource rule_") == 2
    asim = choose("kql", "sentinel-asim")
    unfit = queries(both, asim.fieldmap, asim.schema)
    assert json.loads(one_document(unfit, "defender", asim.schema, options)) == []


def info(**given: Any) -> RuleInfo:
    return RuleInfo(**{"id": None, "title": "", **given})


def test_an_id_is_stable_and_a_guid() -> None:
    guid = "83dcd9f6-9ca8-4af7-a16e-a1c7a6b51871"
    assert stable_id(info(id=guid)) == guid
    made = stable_id(info(id="mine", title="t"))
    assert made == stable_id(info(id="mine", title="t"))
    assert made != stable_id(info(id="mine", title="u"))
    assert str(UUID(made)) == made


def test_texts_become_plain_and_short() -> None:
    assert plain("naïve – “x” ☃ ß", 99) == 'naive - "x" ? ss'
    assert plain("a" * 300, 10) == "aaaaaaa..."


def test_a_rule_that_says_nothing_still_makes_a_document() -> None:
    bare = replace(rule(Test("Member", Contains(Pattern.literal("x")))), info=info())
    (found,) = convert_rules(RuleSet([bare]), FIELDMAP, SCHEMA, "analytics")
    data = yaml.safe_load(found.text)
    assert data["name"] == "Untitled rule"
    assert data["description"] == "A detection rule."
    assert data["severity"] == "Medium"
    assert data["tactics"] == []
    assert data["customDetails"] == {"Member": "Member"}
    assert data["requiredDataConnectors"] == [{"connectorId": "Sample", "dataTypes": ["Events"]}]


def test_without_a_schema_there_are_no_entities() -> None:
    bare = rule(Test("Text", Contains(Pattern.literal("x"))))
    fieldmap = replace(FIELDMAP, schema="")
    (found,) = convert_rules(RuleSet([bare]), fieldmap, None, "analytics")
    data = yaml.safe_load(found.text)
    assert "entityMappings" not in data
    (hunting,) = convert_rules(RuleSet([bare]), fieldmap, None, "hunting")
    assert "entityMappings" not in yaml.safe_load(hunting.text)
    every = rule(Test(None, Contains(Pattern.literal("x"))))
    (template,) = convert_rules(RuleSet([bare]), fieldmap, None, "arm")
    properties = json.loads(template.text)["resources"][0]["properties"]
    assert "entityMappings" not in properties
    (words,) = convert_rules(RuleSet([every]), tocsin_map(["_x"], "words: [_x]"), None, "arm")
    properties = json.loads(words.text)["resources"][0]["properties"]
    assert "customDetails" not in properties
    (words,) = convert_rules(RuleSet([every]), tocsin_map(["_x"], "words: [_x]"), None, "analytics")
    assert "customDetails" not in yaml.safe_load(words.text)
    assert data["customDetails"] == {"Text": "Text"}


def test_keys_of_details_are_short_and_unlike() -> None:
    long = [f"Text{'x' * 20}{n}" for n in "ab"]
    condition = All(tuple(Test(name, Contains(Pattern.literal("x"))) for name in (*long, "_")))
    fieldmap = tocsin_map(long)
    bound = fieldmap.bind(rule(condition))
    assert isinstance(bound, Bound)
    detection = gather_detection(bound, "", None, FormOptions())
    assert detection.details == ((long[0][:20], long[0]),)


def tocsin_map(names: list[str], more: str = "words: []") -> FieldMap:
    listed = " ".join([*names, "_"])
    return build_fieldmap(
        "x", f'sources: [{{logsource: windows, table: T, fields: {{"=": {listed}}}, {more}}}]'
    )


def test_refused_rules_have_no_document() -> None:
    dead = rule(Test("Kind", Equals(Pattern.literal("x"))))
    (found,) = convert_rules(RuleSet([dead]), FIELDMAP, SCHEMA, "arm")
    assert found.text == ""
    assert not found.ok


@pytest.mark.parametrize("form", FORM_NAMES)
def test_a_form_is_the_same_each_time(form: str) -> None:
    fieldmap = "defender-xdr"
    first, second = (emission(form, fieldmap).text for _ in range(2))
    assert first == second


def test_plain_queries_can_be_put_into_forms_too() -> None:
    options = KqlOptions(plain=True)
    (found,) = convert(rules(), "kql", "sentinel-asim", "hunting", options=options)
    assert yaml.safe_load(found.text)["query"].startswith("imProcessCreate\n")
