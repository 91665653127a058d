"""Whatever the text: reading ends, raises nothing, and every place lies in the text."""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tocsin.dsl.ast import And, Item, Node, Or, RawText, Rule, Scalar
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.sigma import read_sigma
from tocsin.dsl.source import Source, Span
from tocsin.dsl.values import Number, Pattern

RULE = """\
title: Test "x"
id: 0e95725d-7320-415d-80f7-004da920fc11
tags: [attack.execution, attack.t1059]
logsource:
  product: windows
  category: process_creation
detection:
  selection_img: &img
    - Image|endswith: ['\\a.exe', "\\x41?", *id]
    - '|all': [1, 0x10, ~]
  filter:
    User|re|i: |
      ^a.*
        b
    <<: {a: b}
  timeframe: 5m
  condition: >-
    1 of selection_* and
      not (filter OR all of them)
---
correlation:
  type: value_count
  rules: [a, b]
  group-by: [u]
  aliases: {u: {a: f}}
  timespan: 5m
  condition: {field: x, gte: 10}
---
action: global
filter:
  rules: any
  sel: [x, {y|cidr: 10.0.0.0/8}]
  condition: not sel
"""

PIECES = st.sampled_from(
    [RULE[a:b] for a in range(0, len(RULE), 37) for b in (a + 9, a + 60)]
    + ["---\n", "\n", "  ", "- ", ": ", "&a ", "*a", "!x ", "'", '"', "|", ">", "[", "{", "\t", "#"]
    + ["\ufeff", "\x00", "\ud800", "\x85", "\u2028", "é", "😀", "condition: ", "detection:\n"]
)


def spans(thing: object) -> Iterator[Span]:
    """Go through all spans below a thing."""
    if isinstance(thing, Span):
        yield thing
    elif isinstance(thing, tuple):
        for member in thing:
            yield from spans(member)
    elif dataclasses.is_dataclass(thing) and not isinstance(thing, Source):
        for field in dataclasses.fields(thing):
            yield from spans(getattr(thing, field.name))


def check(text: str) -> None:
    source = Source("f", text)
    report = Report()
    document = read_sigma(source, report)
    for found in [*spans(document), *spans(tuple(report))]:
        assert found.source is source
        assert 0 <= found.start <= found.end <= len(text)
    for diagnostic in report:
        assert diagnostic.labels
        assert diagnostic.message


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    check(text)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_heap_of_yaml_is_read(text: str) -> None:
    check(text)


@given(st.lists(st.tuples(st.integers(0, len(RULE)), st.integers(0, 12), PIECES), max_size=4))
@settings(max_examples=300)
def test_any_damaged_rule_is_read(changes: list[tuple[int, int, str]]) -> None:
    text = RULE
    for start, length, piece in changes:
        text = text[:start] + piece + text[start + length :]
    check(text)


def test_the_rule_before_damage_has_no_fault_but_its_alias() -> None:
    report = Report()
    document = read_sigma(Source("f", RULE.replace(", *id", "")), report)
    assert len(document.entries) == 3
    assert [d.severity for d in report] == []


@pytest.mark.parametrize("folder", ["rules", "rules-threat-hunting", "unsupported", "deprecated"])
def test_the_public_corpus_is_read_without_undeserved_faults(corpus_dir: Path, folder: str) -> None:
    report = Report()
    count = 0
    for path in sorted((corpus_dir / folder).rglob("*.yml")):
        source = Source(str(path), path.read_bytes().decode())
        document = read_sigma(source, report)
        count += len(document.entries)
        for found in spans(document):
            assert 0 <= found.start <= found.end <= len(source.text)
    assert count > 0
    codes = [d.code for d in report]
    # pipes, four conditions in prose, three files with templates
    allowed = {"deprecated": {"T102": 1}, "unsupported": {"T102": 54, "T101": 4, "T917": 3}}
    assert Counter(codes) == Counter(allowed.get(folder, {}))


def plain(node: Node) -> object:
    """Return a detection as YAML has it, lists and maps of one member taken apart."""
    match node:
        case Item(field, modifiers, values):
            scalars = [simple(value.scalar) for value in values]
            return ("|".join([field or "", *(m.name for m in modifiers)]), scalars)
        case And(children):
            return ("all", [plain(child) for child in children])
        case Or(children):
            return ("any", [plain(child) for child in children])
        case _:
            raise AssertionError(node)


def simple(scalar: Scalar) -> object:
    """Return a value as YAML has it."""
    match scalar:
        case Pattern():
            return scalar
        case RawText(text):
            return text
        case Number(value):
            return int(value) if value == value.to_integral() else float(value)
        case _:
            return scalar


def loaded(value: Any) -> object:
    """Return what PyYAML's data of a detection should be read as."""
    if isinstance(value, dict):
        members = [loaded_item(name, inner) for name, inner in value.items()]
        return members[0] if len(members) == 1 else ("all", members)
    if isinstance(value, list) and isinstance(value[0], dict):
        parts = [loaded(inner) for inner in value]
        return parts[0] if len(parts) == 1 else ("any", parts)
    return loaded_item("", value)


def loaded_item(key: str, value: Any) -> object:
    """Return what PyYAML's data of an item should be read as."""
    raw = {"re", "cidr"} & set(key.split("|")[1:])
    values = value if isinstance(value, list) else [value]
    return (key, [Pattern.parse(v) if isinstance(v, str) and not raw else v for v in values])


def test_the_public_corpus_says_what_the_safe_loader_makes_of_it(corpus_dir: Path) -> None:
    for path in sorted((corpus_dir / "rules").rglob("*.yml")):
        text = path.read_bytes().decode()
        [rule] = read_sigma(Source(str(path), text), Report()).entries
        assert isinstance(rule, Rule)
        data = yaml.load(text, Loader=yaml.CSafeLoader)
        for detection in rule.detections:
            expected = loaded(data["detection"].pop(detection.name))
            assert plain(detection.body) == expected, (path, detection.name)
        assert set(data["detection"]) <= {"condition", "timeframe"}
        assert [entry.key for entry in rule.meta] == [
            key for key in data if key not in {"logsource", "detection"}
        ]
        assert rule.title == data["title"]
