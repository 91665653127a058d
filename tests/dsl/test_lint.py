"""Style rules: each speaks where it should, is silent where it should, and mends safely."""

from collections.abc import Callable

import pytest
from tocsin.dsl.ast import Document
from tocsin.dsl.diagnostics import Diagnostic, Report, Severity
from tocsin.dsl.lint import lint_document
from tocsin.dsl.sigma import read_sigma
from tocsin.dsl.source import Source

Read = Callable[[str], tuple[Document, Report]]

RULE = """\
title: Test
id: 8d63b1a5-9c4e-4d0e-8f0a-3b1c2d4e5f60
status: test
level: low
date: 2024-01-31
modified: 2024-02-29
tags:
  - attack.execution
  - attack.t1059.001
  - cve.2024-1234
references:
  - https://example.org
related:
  - id: 8d63b1a5-9c4e-4d0e-8f0a-3b1c2d4e5f61
    type: derived
logsource:
  product: windows
detection:
  selection:
    a: x
  condition: selection
"""


def lint(text: str) -> list[Diagnostic]:
    """Return what is said about the style of a text that has no fault."""
    faults, report = Report(), Report()
    document = read_sigma(Source("rule.yml", text), faults)
    assert not faults.has_errors, [str(fault) for fault in faults]
    assert document.entries
    lint_document(document, report)
    return list(report)


def changed(old: str, new: str) -> list[Diagnostic]:
    """Return what is said about the rule with something in it replaced."""
    assert old in RULE
    return lint(RULE.replace(old, new, 1))


def mended(text: str, found: Diagnostic) -> str:
    """Return a text with the fixes of a diagnostic made."""
    for fix in sorted(found.fixes, key=lambda fix: -fix.span.start):
        text = text[: fix.span.start] + fix.replacement + text[fix.span.end :]
    return text


def test_a_tidy_rule_is_not_complained_of() -> None:
    assert lint(RULE) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "shown"),
    [
        ("id: 8d63b1a5-9c4e-4d0e-8f0a-3b1c2d4e5f60", "id: my-rule", "T901", "my-rule"),
        ("id: 8d63b1a5-9c4e-4d0e-8f0a-3b1c2d4e5f60", "id: 17", "T901", "17"),
        ("status: test", "status: production", "T902", "production"),
        ("level: low", "level: 3", "T902", "3"),
        ("attack.execution", "execution", "T903", "execution"),
        ("attack.execution", "Attack.Execution", "T903", "Attack.Execution"),
        ("attack.execution", "atack.execution", "T903", "atack.execution"),
        ("attack.execution", "wild.execution", "T903", "wild.execution"),
        ("- attack.execution", "- 17", "T903", "17"),
        ("- attack.execution", "- [a]", "T903", None),
        ("2024-01-31", "2024-13-01", "T904", "2024-13-01"),
        ("2024-01-31", "yesterday", "T904", "yesterday"),
        ("2024-01-31", "2024/01/31", "T904", "2024/01/31"),
        ("2024-02-29", "2024-2-9", "T904", "2024-2-9"),
        ("title: Test", "title: 17", "T905", "17"),
        ("title: Test", "title: ''", "T905", "''"),
        ("title: Test", "title: " + "x" * 257, "T905", "x" * 257),
        ("title: Test\n", "", "T905", None),
        ("references:\n  - https://example.org", "references: a", "T906", "a"),
        ("references:\n  - https://example.org", "references: " + "a" * 60, "T906", "a" * 60),
        ("    type: derived", "    type: likeness", "T906", None),
        ("    type: derived", "    type: derivd", "T906", None),
        ("    type: derived", "    kind: derived", "T906", None),
        ("  - id: 8d63b1a5-9c4e-4d0e-8f0a-3b1c2d4e5f61\n    type: derived", "  - x", "T906", None),
        ("    a: x", "    a|contains|all: x", "T907", "all"),
        ("condition: selection", "condition: NOT selection", "T908", "NOT"),
        ("condition: selection", "condition: '(selection OR not selection)'", "T908", "OR"),
        ("condition: selection", "condition: not (2 of sel* and selection)", "T909", "2 of sel*"),
        ("  condition", "  timeframe: 5m\n  condition", "T910", "timeframe"),
        ("a: x", "a: 010", "T911", "010"),
        ("a: x", "a: 00000429", "T911", "00000429"),
        ("a: x", "a: yes", "T911", "yes"),
        ("a: x", "a: 2024-01-01", "T911", "2024-01-01"),
        ("level: low\n", "", "T912", None),
        ("a: x", "a: [x, null]", "T913", "null"),
        ("a: x", "a|base64offset: x", "T914", "base64offset"),
        ("a: x", "a|expand: ['%b%', '%a%\\%']", "T915", "'%a%\\%'"),
        ("a: x", "a: [x, y, x]", "T918", "x"),
        ("level: low", "level: low\ntaxonomy: ecs", "T919", "ecs"),
    ],
)
def test_each_rule_speaks_where_it_should(old: str, new: str, code: str, shown: str | None) -> None:
    [found] = changed(old, new)
    assert found.code == code
    assert found.help
    assert found.severity is (Severity.NOTE if code == "T912" else Severity.WARNING)
    if shown is not None:
        assert found.labels[0].span.text == shown


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("references:\n  - https://example.org", "references:"),
        ("tags:\n", "more: {tags: [x]}\ntags:\n"),
        ("a: x", "a|contains|all: [x, y]"),
        ("condition: selection", "condition: selection and 1 of them and all of sel*"),
        ("a: x", "a: [10, true, 0x10, 1.5, a1, '010', \"yes\"]"),
        ("a: x", "a: null"),
        ("a: x", "a|base64offset|contains: x"),
        ("a: x", "a|contains: '\\%'"),
        ("a: x", "a: [1, '1', true]"),
        ("level: low", "level: low\ntaxonomy: sigma"),
        ("id: 8d63", "id: 8D63"),
    ],
)
def test_good_style_is_passed_over(old: str, new: str) -> None:
    assert changed(old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "good"),
    [
        ("    a: x", "    a|contains|all: x", "    a|contains: x"),
        ("condition: selection", "condition: NOT selection", "condition: not selection"),
        ("a: x", "a: 00000429", "a: '00000429'"),
        ("2024-01-31", "2024/1/31", "2024-01-31"),
        ("level: low", "level: hgih", "level: high"),
        ("status: test", "status: Stable", "status: stable"),
    ],
)
def test_fixes_mend_what_is_complained_of(old: str, new: str, good: str) -> None:
    text = RULE.replace(old, new, 1)
    [found] = lint(text)
    assert mended(text, found) == RULE.replace(old, good, 1)
    assert lint(mended(text, found)) == []


@pytest.mark.parametrize("value", ["010", "yes"])
def test_a_value_that_is_no_text_is_not_mended_by_itself(value: str) -> None:
    [found] = changed("a: x", f"a: {value}")
    assert found.fixes == ()
    assert found.help.startswith("write `")


def test_a_quoted_key_is_not_mended_by_itself() -> None:
    [found] = changed("    a: x", '    "a|\\x61ll": x')
    assert found.fixes == ()


CORRELATION = """\
title: Many
correlation:
  type: temporal
  rules: [a, b]
  timespan: 5m
  condition: a AND b
"""


def test_correlations_are_looked_at_too() -> None:
    assert [found.code for found in lint(CORRELATION)] == ["T908"]
    assert lint(CORRELATION.replace("  condition: a AND b\n", "")) == []


FILTER = """\
title: Admins
logsource:
  product: windows
filter:
  rules: any
  selection:
    user: [admin]
  other: x
  condition: not selection and other
"""


def test_filters_are_looked_at_too() -> None:
    assert lint(FILTER) == []
    [found] = lint(FILTER.replace("not selection and other", "(selection or other)"))
    assert (found.code, found.labels[0].span.text) == ("T916", "(selection or other)")
    [found] = lint(FILTER.replace("logsource:\n  product: windows\n", ""))
    assert found.code == "T920"
    assert lint(FILTER.replace("product: windows", "vendor: x")) == []


def test_a_time_frame_from_a_template_is_found() -> None:
    faults, report = Report(), Report()
    template = "action: global\ndetection:\n  timeframe: 5m\n---\n"
    lint_document(read_sigma(Source("f", template + RULE), faults), report)
    assert [found.code for found in report] == ["T910"]


def test_native_texts_have_no_faults_of_yaml(read: Read) -> None:
    document, _ = read(RULE.replace("a: x", "a: 010").replace("selection\n", "selection OR a\n"))
    report = Report()
    lint_document(document, report)
    assert [found.code for found in report] == ["T911", "T908"]
    report = Report()
    lint_document(Document(document.source, document.entries, syntax="tocsin"), report)
    assert list(report) == []
