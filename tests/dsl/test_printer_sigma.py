"""The printer of Sigma YAML: the layout of the public rules, and what does not fit."""

import pytest
from tocsin.dsl.ast import Document, Rule
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.printer import print_sigma
from tocsin.dsl.printer.sigma import spell_condition
from tocsin.dsl.sigma import read_sigma
from tocsin.dsl.source import Source

from .native_text import read, rule_text

RULE = """title: A rule
id: 160f24f3-e6cc-496d-8a3d-f5d06e4ad526
status: test
description: |
    First line
    second line
references:
    - https://example.org/a
tags:
    - attack.execution
logsource:
    category: process_creation
    product: windows
    more: 1
    definition: Audit it
detection:
    selection:
        Image|endswith:
            - '\\a.exe'
            - 'b*.exe'
        EventID: 4688
        Hex: 0x10
        Flag: True
        Nothing: null
        Empty: ''
        Line|re: '^\\d+$'
    alternatives:
        - A: 'x'
          B: 'y'
        - 'keyword'
        - 12
        - C: 'z'
        - 'another'
    keywords:
        - 'mimikatz'
    one:
        '|all':
            - 'a'
            - 'b'
    timeframe: 5m
    condition:
        - selection and not (alternatives or keywords)
        - 1 of one
        - all of them
tests:
    - name: matches
      logsource: windows//security
      event:
          Image: C:\\a.exe
      match: true
falsepositives:
    - Unknown
level: high
"""

OTHERS = """title: Many
correlation:
    type: value_percentile
    rules:
        - a
        - b
    group-by:
        - U
    timespan: 5m
    condition:
        gte: 10
        lt: 1.5
        field: F
        percentile: 95
    aliases:
        u:
            a: U
            b: V
    generate: true
---
title: Together
correlation:
    type: temporal
    rules:
        - a
        - b
    timespan: 5m
    condition: a and b
---
correlation:
    type: temporal
    rules:
        - a
    timespan: 1h
---
correlation:
    type: value_count
    rules:
        - a
    timespan: 1h
    condition:
        gt: 3
        field:
            - F
            - G
---
title: Narrow
logsource:
    product: windows
filter:
    rules:
        - a
    selection:
        User: 'x'
    condition: not selection
level: low
---
filter:
    rules: any
    selection:
        User: 'x'
    condition: not selection
"""


def read_yaml(text: str) -> Document:
    """Return what a Sigma text holds, which must be well-formed."""
    report = Report()
    document = read_sigma(Source("r.yml", text), report)
    assert list(map(str, report.errors)) == []
    return document


@pytest.mark.parametrize("text", [RULE, OTHERS])
def test_what_was_read_is_printed_in_the_same_layout(text: str) -> None:
    report = Report()
    assert print_sigma(read_yaml(text), report) == text
    assert list(report) == []


def test_keywords_side_by_side_stay_two_items() -> None:
    document, _ = read(rule_text('a = any contains "x" or any contains "y"', "when a"))
    report = Report()
    found = print_sigma(document, report)
    assert "        - 'x'\n        - '': 'y'\n" in found
    assert read_yaml(found) == document


@pytest.mark.parametrize(
    ("lines", "part"),
    [
        (("a = not A == 1", "when a"), "detection `a`"),
        (("a = (A == 1 and not B == 2) or C == 3", "when a"), "detection `a`"),
        (("a = A == 1 and A == 2", "when a"), "detection `a`"),
        (("a = A == 1", "when a and B == 2"), "condition"),
        (("a = A == 1", "when not any of (a, b)"), "condition"),
    ],
)
def test_what_does_not_fit_is_reported_and_left_out(lines: tuple[str, ...], part: str) -> None:
    document, _ = read(rule_text(*lines) + "\n" + rule_text("a = A == 1", "when a"))
    report = Report()
    found = print_sigma(document, report)
    assert [diagnostic.code for diagnostic in report] == ["T680"]
    assert part in report[0].message
    assert found.count("title: r") == 1


@pytest.mark.parametrize(
    "text",
    ["filter { a = A == 1 when a and B == 2 }", "correlation { type temporal when a and B == 2 }"],
)
def test_a_filter_or_a_correlation_that_does_not_fit_is_left_out(text: str) -> None:
    document, _ = read(text)
    report = Report()
    assert print_sigma(document, report) == ""
    assert report.has_errors


def test_names_of_lists_are_printed_as_they_are() -> None:
    document, _ = read(rule_text('a = A in names and B in file "f"', "when a"))
    assert "        A: 'names'\n        B: 'f'\n" in print_sigma(document, Report())


def test_numbers_are_printed_so_that_yaml_reads_them() -> None:
    document, _ = read(rule_text('a = A == 1e3 and B == 2 as "two" and C == true as "T"', "when a"))
    found = print_sigma(document, Report())
    assert "        A: 1000\n        B: 2\n        C: true\n" in found


def test_a_predicate_has_no_spelling_in_a_condition() -> None:
    document, _ = read(rule_text("when A == 1"))
    rule = document.entries[0]
    assert isinstance(rule, Rule)
    with pytest.raises(TypeError):
        spell_condition(rule.conditions[0])


def test_what_is_not_given_is_not_printed() -> None:
    document, _ = read(
        rule_text("when a", 'test "t" {} -> match') + "\ncorrelation { type temporal when a }"
    )
    found = print_sigma(document, Report())
    assert "    - name: t\n      event: {}\n      match: true\n" in found
    assert "timespan" not in found
