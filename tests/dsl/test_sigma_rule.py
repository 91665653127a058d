"""Sigma documents: metadata, log sources, tests, several in a file, and what is refused."""

from collections.abc import Callable

import pytest
from tocsin.dsl.ast import Case, Document, Logsource, Rule
from tocsin.dsl.diagnostics import Report, Severity
from tocsin.dsl.values import Data, DataMap

Read = Callable[[str], tuple[Document, Report]]

RULE = """\
title: Test
logsource:
  product: windows
detection:
  sel:
    a: x
  condition: sel
"""


def only_rule(read: Read, text: str) -> Rule:
    """Return the rule of a text that has no fault."""
    document, report = read(text)
    assert [str(d) for d in report] == []
    [rule] = document.entries
    assert isinstance(rule, Rule)
    return rule


def titles(document: Document) -> list[Data]:
    """Return the titles of all entries."""
    return [entry.get("title") for entry in document.entries]


@pytest.mark.parametrize("text", ["", "\n", "---\n", "# nothing\n", "---\n---\n...\n", "~"])
def test_empty_documents_are_passed_over(read: Read, text: str) -> None:
    document, report = read(text)
    assert document.entries == ()
    assert not report


def test_metadata_is_kept_in_order_with_its_types_and_places(read: Read) -> None:
    rule = only_rule(
        read,
        "id: 0123\nunknown: {a: [1, 1.5, yes, null, 2024-01-02]}\n"
        + RULE
        + "date: 2024-01-02\ntags: []\nbig: 0.1000000000000000055511151231257827021181583404541\n",
    )
    assert [(entry.key, entry.data) for entry in rule.meta] == [
        ("id", 83),
        ("unknown", DataMap((("a", (1, 1.5, True, None, "2024-01-02")),))),
        ("title", "Test"),
        ("date", "2024-01-02"),
        ("tags", ()),
        ("big", "0.1000000000000000055511151231257827021181583404541"),
    ]
    assert rule.title == "Test"
    assert [entry.span.text for entry in rule.meta][:3] == ["id", "unknown", "title"]
    assert rule.meta[1].value_span.text == "{a: [1, 1.5, yes, null, 2024-01-02]}"
    assert rule.span.text.startswith("id: 0123")


def test_a_key_that_stands_twice_in_metadata_is_a_warning_and_the_last_counts(read: Read) -> None:
    document, report = read(RULE + "level: low\nlevel: high\n")
    assert [(d.code, d.severity, d.line) for d in report] == [("T008", Severity.WARNING, 9)]
    assert report[0].labels[1].span.place.line == 8
    assert document.entries[0].get("level") == "high"


@pytest.mark.parametrize(
    ("text", "logsource"),
    [
        ("product: windows", Logsource(product="windows")),
        (
            "category: c\n  product: p\n  service: s\n  definition: d",
            Logsource("c", "p", "s", "d"),
        ),
        ("service: 123\n  product:", Logsource(service="123")),
        ("vendor: x\n  list: [a]", Logsource(custom=(("vendor", "x"), ("list", ("a",))))),
    ],
)
def test_log_sources_are_texts_and_unknown_keys_are_kept(
    read: Read, text: str, logsource: Logsource
) -> None:
    rule = only_rule(read, RULE.replace("product: windows", text))
    assert rule.logsource == logsource
    assert rule.logsource.span is not None
    assert rule.logsource.span.text == text


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        ("logsource: windows", "T211", "windows"),
        ("logsource: {}", "T212", "{}"),
        ("logsource: {definition: x}", "T212", "{definition: x}"),
        ("logsource: {product: }", "T212", "{product: }"),
        ("logsource: {product: [a, b]}", "T211", "[a, b]"),
        ("logsource: {product: a, product: b}", "T008", "product"),
    ],
)
def test_log_sources_of_another_shape_are_refused(
    read: Read, text: str, code: str, shown: str
) -> None:
    document, report = read(RULE.replace("logsource:\n  product: windows", text))
    assert document.entries == ()
    assert (report[0].code, report[0].labels[0].span.text) == (code, shown)


@pytest.mark.parametrize(
    ("text", "message", "help_"),
    [
        ("title: x\ndetection:\n  a: b", "this rule has no `logsource`", "`logsource` says"),
        ("logsource:\n  product: x", "this rule has no `detection`", "`detection` says"),
        ("title: x", "this rule has no `logsource` and `detection`", "`logsource` says"),
        ("logsouce:\n  product: x\ndetection: {}", "this rule has no `logsource`", "write `log"),
        ("{}", "this rule has no `logsource` and `detection`", "`logsource` says"),
    ],
)
def test_a_rule_needs_its_parts(read: Read, text: str, message: str, help_: str) -> None:
    document, report = read(text)
    assert document.entries == ()
    [diagnostic] = report
    assert (diagnostic.code, diagnostic.message) == ("T210", message)
    assert diagnostic.help.startswith(help_)
    assert diagnostic.line == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- a\n- b", "T010"),
        ("just words", "T010"),
        ("? [a]\n: b\n" + RULE, "T010"),
        ("x: !!binary aGk=\n" + RULE, "T009"),
        ("x: !!set {a, b}\n" + RULE, "T009"),
        ("detection: x\nlogsource: {product: x}", "T211"),
        ("detection: !!omap [a: b]\nlogsource: {product: x}", "T211"),
    ],
)
def test_documents_of_another_shape_are_refused(read: Read, text: str, code: str) -> None:
    document, report = read(text)
    assert document.entries == ()
    assert [d.code for d in report] == [code]


def test_a_broken_document_leaves_its_neighbours(read: Read) -> None:
    second = RULE.replace("Test", "Second")
    document, report = read(f"{RULE}---\ntitle: 'x\n---\n{second}---\ntitle: y\n---\n- z\n")
    assert titles(document) == ["Test", "Second"]
    assert [d.code for d in report] == ["T004", "T210", "T010"]


CASES = """\
tests:
  - name: caught
    event: {a: x}
    match: true
  - name: left alone
    event: {a: y, b: [1, {c: null}]}
    match: false
    logsource: windows
"""


def test_tests_of_the_known_shape_are_cases(read: Read) -> None:
    rule = only_rule(read, RULE + CASES)
    nested = DataMap((("c", None),))
    assert rule.cases == (
        Case("caught", DataMap((("a", "x"),)), True),
        Case("left alone", DataMap((("a", "y"), ("b", (1, nested)))), False, "windows"),
    )
    assert rule.cases[0].span is not None
    assert rule.cases[0].span.place.line == 9
    assert rule.get("tests") is None


@pytest.mark.parametrize(
    "tests",
    [
        "regression",
        "[]",
        "[a]",
        "[[a]]",
        "[{name: a, event: {}}]",
        "[{name: 1, event: {}, match: true}]",
        "[{name: a, match: true}]",
        "[{name: a, event: {}, match: maybe}]",
        "[{name: a, event: {}, match: true, more: 1}]",
        "[{name: a, event: {}, match: true, logsource: [x]}]",
        "[{name: a, event: {}, match: true}, {}]",
    ],
)
def test_tests_of_another_shape_are_metadata(read: Read, tests: str) -> None:
    rule = only_rule(read, RULE + f"tests: {tests}\n")
    assert rule.cases == ()
    assert "tests" in [entry.key for entry in rule.meta]


def test_a_byte_order_mark_and_other_line_ends_do_not_move_places(read: Read) -> None:
    text = "\ufeff" + RULE.replace("\n", "\r\n").replace("a: x", "a: 'é😀 x'\r\n    b|re: y")
    rule = only_rule(read, text)
    assert rule.detections[0].body.span.text == "a: 'é😀 x'\r\n    b|re: y"
    assert rule.meta[0].span.place.column == 2
    assert rule.conditions[0].span.text == "sel"
    assert rule.conditions[0].span.place.line == 8


# --- action documents


def test_a_template_is_merged_into_every_later_rule_and_wins(read: Read) -> None:
    document, report = read(
        "action: global\ntitle: Template\nlogsource: {product: p}\n"
        "detection:\n  condition: sel\n---\n"
        "title: one\nid: 1\nlogsource: {product: q, service: s}\ndetection:\n  sel: {a: x}\n---\n"
        "id: 2\ndetection:\n  sel: {b: y}\n"
    )
    assert not report.has_errors
    first, second = document.entries
    assert isinstance(first, Rule)
    assert isinstance(second, Rule)
    assert titles(document) == ["Template", "Template"]
    assert [first.get("id"), second.get("id")] == [1, 2]
    assert first.logsource == Logsource(product="p", service="s")
    assert second.logsource == Logsource(product="p")
    assert first.get("action") is None


def test_a_reset_drops_the_template(read: Read) -> None:
    document, _ = read(f"action: global\ntitle: T\n---\n{RULE}---\naction: reset\n---\n{RULE}")
    assert titles(document) == ["T", "Test"]


def test_a_repetition_is_merged_into_the_rule_before_and_wins(read: Read) -> None:
    document, report = read(
        RULE + "---\naction: repeat\ntitle: again\ndetection:\n  sel:\n    b: y\n---\n"
        "action: repeat\nlogsource:\n  product: linux\n"
    )
    assert not report.has_errors
    assert titles(document) == ["Test", "again", "again"]
    last = document.entries[2]
    assert isinstance(last, Rule)
    assert last.logsource.product == "linux"
    assert last.detections[0].body.span.text == "b: y"
    assert len(last.detections) == 1


def test_a_repetition_needs_a_rule_before_it(read: Read) -> None:
    document, report = read("action: repeat\ntitle: x\n---\n" + RULE)
    assert titles(document) == ["Test"]
    assert [d.code for d in report.errors] == ["T217"]


def test_correlations_take_no_part_in_actions(read: Read) -> None:
    document, report = read(
        "action: global\nlevel: high\n---\ntitle: c\ncorrelation:\n  type: temporal\n"
        "  rules: [a, b]\n  timespan: 5m\n"
    )
    assert not report.has_errors
    assert document.entries[0].get("level") is None


@pytest.mark.parametrize("action", ["other", "[global]"])
def test_another_action_is_metadata(read: Read, action: str) -> None:
    rule = only_rule(read, f"action: {action}\n{RULE}")
    assert rule.meta[0].key == "action"


def test_action_documents_are_called_old(read: Read) -> None:
    _, report = read(f"action: global\ntitle: T\n---\n{RULE}")
    assert [(d.code, d.severity) for d in report] == [("T917", Severity.WARNING)]


def test_templates_that_nest_without_end_are_refused(read: Read) -> None:
    text = "action: global\nx: &x {y: {z: 1}}\n---\n" + RULE + "x: {y: {z: 2, w: 3}}\n"
    document, report = read(text)
    assert not report.has_errors
    inner = DataMap((("z", 1), ("w", 3)))
    assert document.entries[0].get("x") == DataMap((("y", inner),))
