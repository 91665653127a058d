"""YAML faults cost one document, and no text takes reading down."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl import yamltext
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.source import Source
from tocsin.dsl.yamltext import DEPTH_LIMIT, composer, find_deep, read_trees


def roots(text: str) -> tuple[list[str], Report]:
    """Return the source text of each document that can be read, and what is reported."""
    report = Report()
    found = []
    for tree in filter(None, read_trees(Source("f", text), report)):
        start, end = tree.root.start_mark.index, tree.root.end_mark.index
        found.append(text[start:end].rstrip())
    return found, report


def places(report: Report) -> list[tuple[str, int, int]]:
    """Return code, line and column of each diagnostic."""
    return [(d.code, d.line, d.column) for d in report]


@pytest.mark.parametrize(
    "text",
    ["a: 1", "é: 😀\nb: 2", "\ufeffa: é\nb: 2", "a: é\r\nb: 2\r\n", "a: é\x85b: 2", "a: \u2028 b"],
)
@pytest.mark.parametrize("fast", [True, False])
def test_marks_are_code_points_whatever_the_line_ends(
    text: str, fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yamltext, "COMPOSER", composer(fast=fast))
    [tree] = read_trees(Source("f", text), Report())
    assert tree is not None
    for key, value in tree.root.value:
        for node in (key, value):
            start, end = node.start_mark.index, node.end_mark.index
            assert text[start:end] == node.value


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "a: *x*",
        "a: [b",
        "a: 'b",
        "a:\n\tb: c",
        "a: @b",
        "x: \x07",
        "x: \ud800",
        "- a\nb: c",
        "[" * 200,
    ],
)
def test_both_parsers_refuse_the_same(
    text: str, fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yamltext, "COMPOSER", composer(fast=fast))
    found, report = roots(f"one: 1\n---\n{text}\n---\ntwo: 2\n")
    assert found == ["one: 1", "two: 2"]
    assert len(report) == 1


@pytest.mark.parametrize(
    ("text", "code", "shown", "message"),
    [
        ("a:\n\tb: c", "T005", "\t", "a tab cannot indent YAML"),
        ("a: @b", "T004", "@b", "an unquoted value cannot begin with this character"),
        ("a: *\\cmd.exe", "T004", "*", "an unquoted value that begins with `*` or `&`"),
        ("a: *cmd", "T004", "*cmd", "a value that begins with `*` is an alias of YAML"),
        ('a: "c:\\Users"', "T004", "\\U", "this escape of double quotes lacks its digits"),
        ('a: "c:\\Windows"', "T004", "\\W", "this is not an escape of double quotes"),
        ("a: 'b\nc: d", "T004", "'", "this quote is not closed"),
        ("a: b: c", "T004", ":", "an unquoted value cannot hold a `:`"),
        ("a: b\nc", "T004", "c", "this is not `key: value`"),
        ("a: b\n  c: d\n e: f", "T004", ":", "a `:` cannot stand here"),
        ("a: 'b' c", "T004", "c", "this line does not belong to the map"),
        ("- a\n b: c\n- d", "T004", ":", "a `:` cannot stand here"),
        ("a:\n  - b\n  c: d", "T004", "c", "this line does not belong to the list"),
        ("a: - b", "T004", "-", "a list cannot begin here"),
        ("a: [b, c\nd: e", "T004", "[", "this list is not closed"),
        ("a: {b: c\nd: e", "T004", "{", "this map is not closed"),
        ("%YAML 3.0\n---\na: b", "T004", "%YAML", "this is not YAML: found incompatible"),
    ],
)
def test_yaml_faults_are_put_in_our_words_at_their_place(
    text: str, code: str, shown: str, message: str
) -> None:
    _, report = roots(text)
    assert report[0].code == code
    assert report[0].message.startswith(message)
    assert report[0].labels[0].span.text == shown


@pytest.mark.parametrize(
    "broken", ["a: 'b", "a: [b", "a: *x", "x: \x00", "a:\n\tb", "x: \ud800", "'", "? [" * 60]
)
def test_the_documents_around_a_broken_one_are_read(broken: str) -> None:
    found, report = roots(f"\ufeffone: é\n---\n{broken}\n---\ntwo: 2\n--- {{three: 3}}\n")
    assert found == ["one: é", "two: 2", "{three: 3}"]
    assert len(report) == 1
    assert report[0].line in {3, 4, 5}


def test_each_document_with_a_forbidden_character_is_reported_once() -> None:
    found, report = roots("a: \x00\x00\n---\nb: 1\n---\nc: \x01\n---\nd: 1 # \x02\n")
    assert found == ["b: 1"]
    assert places(report) == [("T003", 1, 4), ("T003", 5, 4), ("T003", 7, 8)]
    assert report[0].message == "the character U+0000 is not allowed in YAML"


def test_a_forbidden_character_after_a_read_document_leaves_it() -> None:
    long = "x: 1\n" * 1
    found, report = roots(long + "---\n" + "- é\n" * 40_000 + "---\ny: \x07\n---\nz: 2\n")
    assert found[0] == "x: 1"
    assert found[-1] == "z: 2"
    assert [d.code for d in report] == ["T003"]


def test_reading_starts_again_a_limited_number_of_times() -> None:
    found, report = roots("a: 'b\n---\n" * (yamltext.RESTARTS + 5) + "c: 1\n")
    assert found == []
    assert report.has_errors
    assert sum(report.dropped.values()) == 1


def test_the_limit_of_restarts_is_not_reported_at_the_end() -> None:
    _, report = roots("a: 'b\n---\n" * (yamltext.RESTARTS - 1) + "a: 'b")
    assert len(report) == yamltext.RESTARTS
    assert not report.dropped


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000 + "a",
        "? " * 100_000 + "a",
        "".join(" " * n + "a:\n" for n in range(150)),
        "".join(" " * n + "a:\n" for n in range(48)) + " " * 48 + "[" * 60 + "]" * 60,
        "a:\n" + "".join("  " * n + "- a:\n" for n in range(101)),
    ],
)
def test_deep_documents_are_refused_without_being_built(text: str) -> None:
    found, report = roots(f"one: 1\n---\n{text}\n---\ntwo: 2\n")
    assert found == ["one: 1", "two: 2"]
    assert [d.code for d in report] == ["T006"]


def test_a_deep_first_document_costs_only_itself() -> None:
    found, report = roots("[" * 200 + "]" * 200 + "\n---\ntwo: 2\n")
    assert found == ["two: 2"]
    assert places(report) == [("T006", 1, DEPTH_LIMIT + 1)]


def test_depth_past_the_limit_of_the_parser_is_told_where_it_passes_ours() -> None:
    found, report = roots("one: 1\n---\na: " + "[" * 2000 + "]" * 2000 + "\n---\ntwo: 2\n")
    assert found == ["one: 1", "two: 2"]
    assert places(report) == [("T006", 3, 3 + DEPTH_LIMIT)]


def test_depth_at_the_limit_is_fine() -> None:
    found, report = roots("[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT)
    assert len(found) == 1
    assert not report
    assert find_deep("a: [b") is None


def test_wide_documents_are_not_deep() -> None:
    found, report = roots("a: [" + "[x], " * 500 + "]\nb: |\n" + " " * 80 + "indented\n")
    assert len(found) == 1
    assert not report


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "a: &a [x, x, x]\n"
            + "".join(
                f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]\n"
                for n in range(20)
            ),
            "T007",
        ),
        ("a: &a [*a]", "T007"),
        ("a: &a {b: *a}", "T007"),
        ("a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 110)), "T006"),
    ],
)
def test_aliases_that_stand_for_too_much_are_refused(text: str, code: str) -> None:
    found, report = roots(text + "\n---\nb: 1\n")
    assert found == ["b: 1"]
    assert [d.code for d in report] == [code]


def test_aliases_after_a_broken_document_keep_their_places() -> None:
    found, report = roots("a: 'b\n---\nc: &x [d]\ne: *x\nf: [*x]")
    assert found == ["c: &x [d]\ne: *x\nf: [*x]"]
    assert len(report) == 1


def test_ordinary_aliases_are_fine() -> None:
    found, report = roots("a: &a [x]\nb: *a\nc: [*a, *a]\nd: '*&'")
    assert len(found) == 1
    assert not report


def test_a_huge_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yamltext, "SIZE_LIMIT", 10)
    found, report = roots("a: 12345678")
    assert found == []
    assert places(report) == [("T002", 1, 1)]


@given(st.text() | st.text("ab:-[]{}&*!|>'\"%#? \n\t,\x00\ufeff", max_size=60))
def test_any_text_is_read_or_reported(text: str) -> None:
    report = Report()
    trees = [tree for tree in read_trees(Source("f", text), report) if tree]
    for diagnostic in report:
        span = diagnostic.labels[0].span
        assert 0 <= span.start <= span.end <= len(text)
    try:
        count = sum(1 for _ in yaml.compose_all(text, Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, UnicodeEncodeError):
        assert report.has_errors
    else:
        assert len(trees) == count or report.has_errors


def test_the_fast_parser_is_used_where_there_is_one() -> None:
    assert yaml.__with_libyaml__
    assert "CParser" in [base.__name__ for base in yamltext.COMPOSER.__mro__]
