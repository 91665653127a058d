"""Converting a set: every rule has its emission, in order, whatever became of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.fieldmap.file import build_fieldmap
from tocsin.dsl.ir import Any, Contains, Exists, RuleSet, Test
from tocsin.dsl.values import Pattern
from tocsin.emit.convert import convert_rules
from tocsin.emit.kql import KqlOptions
from tocsin.emit.kql.query import LIMIT

import tocsin
from tests.emit.samples import FIELDMAP, SCHEMA, emitted, rule
from tocsin.converting import choose, convert, find_dead
from tocsin.errors import TargetError
from tocsin.fieldmaps import find_fieldmap, find_schema

SIGMA = """
title: A
id: one
logsource: {category: process_creation, product: windows}
detection:
  selection: {Image|endswith: '\\\\a.exe'}
  condition: selection
"""
CORRELATION = """
---
title: Many
name: many
correlation:
  type: event_count
  rules: [one]
  timespan: 5m
  condition: {gte: 5}
"""


def test_every_rule_has_an_emission_in_its_place() -> None:
    good = rule(Test("Text", Exists()))
    lacking = rule(Test("Absent", Exists()))
    foreign = rule(Test("Text", Exists()), "macos/process_creation")
    found = convert_rules(RuleSet([good, lacking, foreign]), FIELDMAP, SCHEMA)
    assert [each.ok for each in found] == [True, False, False]
    assert [each.table for each in found] == ["Events", "Events", ""]
    assert [each.error and each.error.code for each in found] == [None, "T422", "T421"]


def test_a_correlation_is_refused_not_forgotten() -> None:
    found = convert(tocsin.loads(SIGMA + CORRELATION), "defender-xdr")
    assert [each.ok for each in found] == [True, False]
    assert found[1].rule_id == "many"
    assert found[1].error is not None
    assert found[1].error.code == "T607"


def words(count: int, size: int) -> list[Test]:
    return [
        Test("Text", Contains(Pattern.literal(f"{number:06}" + "x" * size)))
        for number in range(count)
    ]


def test_a_long_query_is_shortened() -> None:
    text = emitted(Any(tuple(words(400, 4)))).text
    assert "matches regex" in text
    assert len(text) <= LIMIT


def test_a_query_that_stays_too_long_is_refused() -> None:
    for options in (KqlOptions(), KqlOptions(plain=True)):
        error = emitted(Any(tuple(words(400, 40))), options=options).error
        assert error is not None
        assert error.code == "T603"


def test_keywords_in_json_text_are_a_loss() -> None:
    fieldmap = build_fieldmap("x", "sources: [{logsource: windows, table: Events, words: [Bag]}]")
    emission = emitted(Test(None, Contains(Pattern.literal("x"))), fieldmap=fieldmap)
    assert emission.ok
    assert [loss.code for loss in emission.losses] == ["T604"]
    assert emission.text.splitlines()[-1] == '| where tostring(Bag) contains "x"'


def test_without_a_schema_columns_are_texts_and_the_table_has_a_name() -> None:
    fieldmap = find_fieldmap("none")
    (found,) = convert_rules(tocsin.loads(SIGMA), fieldmap, None)
    assert found.text == 'T\n| where Image endswith @"\\a.exe"'
    chosen = choose("kql", "none", table="My Table")
    (named,) = convert_rules(tocsin.loads(SIGMA), chosen.fieldmap, chosen.schema)
    assert named.text.startswith("['My Table']\n")


@pytest.mark.parametrize(
    ("target", "fieldmap", "form", "code"),
    [
        ("sql", None, "query", "T608"),
        ("kql", None, "poem", "T608"),
        ("kql", "nothing.yml", "query", "T412"),
    ],
)
def test_an_unknown_name_is_an_error(
    target: str, fieldmap: str | None, form: str, code: str
) -> None:
    with pytest.raises(TargetError) as error:
        convert(tocsin.loads(SIGMA), target, fieldmap, form)
    assert [found.code for found in error.value.report] == [code]


def test_a_users_own_map_and_schema_are_found_beside_each_other(tmp_path: Path) -> None:
    (tmp_path / "mine.yml").write_text(
        "schema: tables.yml\n"
        "sources: [{logsource: windows, table: Mine, fields: {Image: Path, User: Absent}}]\n"
    )
    (tmp_path / "tables.yml").write_text(
        "tables: {Mine: {time: When, datetime: When, string: Path}}\n"
    )
    path = str(tmp_path / "mine.yml")
    (found,) = convert(tocsin.loads(SIGMA), "kql", path)
    assert found.text.startswith("Mine\n| where Path")
    fieldmap = find_fieldmap(path)
    assert find_schema(fieldmap, path) is not None
    (tmp_path / "tables.yml").write_text("tables: 1\n")
    with pytest.raises(TargetError) as error:
        find_schema(fieldmap, path)
    assert [each.code for each in error.value.report] == ["T410"]
    (tmp_path / "mine.yml").write_text("sources: 1\n")
    with pytest.raises(TargetError):
        find_fieldmap(path)


def test_dead_rules_are_found_by_name_of_target() -> None:
    dead = SIGMA.replace("Image|endswith:", "EventID:").replace("\\a.exe", "7")
    report = Report()
    find_dead(tocsin.loads(dead), "defender-xdr", None, report)
    assert [found.code for found in report] == ["T605"]
    alive = Report()
    find_dead(tocsin.loads(SIGMA), "defender-xdr", None, alive)
    assert not alive


def test_events_with_the_names_of_columns_are_matched_through_a_map() -> None:
    matcher = tocsin.compile(tocsin.loads(SIGMA), fieldmap="defender-xdr", routing="off")
    assert len(list(matcher.match({"FolderPath": "C:\\a.exe"}))) == 1
    assert not list(matcher.match({"Image": "C:\\a.exe"}))
