"""Values, sources and the containers of the stages."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl import ast, ir
from tocsin.dsl.diagnostics import FILE_LIMIT, Diagnostic, Label, Report, Severity
from tocsin.dsl.folding import fold, folding_ranges
from tocsin.dsl.source import Source
from tocsin.dsl.values import DataMap, Number, Pattern, Placeholder, Regex, Wild, freeze, thaw

import tocsin
from tests.matcher.verdicts import rule_of

spelled = st.text("ab*?\\", max_size=12)
parts = st.lists(
    st.one_of(st.text("ab*?\\\n", max_size=4), st.sampled_from([Wild.STAR, Wild.ONE])), max_size=5
)


@given(parts)
def test_a_pattern_is_spelled_so_that_it_reads_back(found: list[str | Wild]) -> None:
    pattern = Pattern.of(found)
    assert Pattern.parse(pattern.sigma()) == pattern


@given(spelled)
def test_a_spelling_never_grows(text: str) -> None:
    pattern = Pattern.parse(text)
    assert len(pattern.sigma()) <= len(text)
    assert Pattern.parse(pattern.sigma()) == pattern


@given(parts)
def test_a_pattern_is_in_normal_form(found: list[str | Wild]) -> None:
    kept = Pattern.of(found).parts
    assert "" not in kept
    for left, right in pairwise(kept):
        assert not (isinstance(left, str) and isinstance(right, str))
        assert not (left is right is Wild.STAR)


def test_a_pattern_knows_its_only_text_and_its_placeholders() -> None:
    assert Pattern.literal("").text == ""
    assert Pattern.literal("a").text == "a"
    assert Pattern.parse("a*").text is None
    named = Pattern.of(("x", Placeholder("n"), "y"))
    assert (named.text, named.placeholders, named.sigma()) == (None, ("n",), "x%n%y")
    assert Pattern.literal("a") + Pattern.literal("b") == Pattern.literal("ab")
    star = Pattern((Wild.STAR,))
    assert star.opened(left=True, right=True) == star
    assert Pattern.literal("a").opened(left=False, right=True) == Pattern.parse("a*")


def test_numbers_and_flags_are_spelled() -> None:
    assert str(Number(Decimal("1E+3"))) == "1000"
    assert Regex("a", ignore_case=True, dot_all=True).flags == "is"


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=6,
)


@given(plain)
def test_plain_data_freezes_and_thaws(data: object) -> None:
    frozen = freeze(data)
    hash(frozen)
    assert thaw(frozen) == data
    assert freeze(frozen) == frozen


def test_other_data_freezes_to_its_text() -> None:
    assert freeze({1: Decimal(2)}) == DataMap((("1", "2"),))
    assert DataMap((("a", 1),)).get("a") == 1
    assert DataMap().get("a", "b") == "b"


def test_folding_follows_the_table_and_changes_nothing_twice() -> None:
    for first, last, step, target in folding_ranges():
        for code in (first, last):
            assert (code - first) % step == 0
            assert fold(chr(code)) == chr(code + target - first)
    assert fold("ÄB\N{KELVIN SIGN}") == "äbk"


@given(st.text())
def test_folding_keeps_lengths_and_is_idempotent(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_a_source_counts_lines_and_columns_from_one() -> None:
    source = Source("x", "ab\ncd\r\n")
    assert source.lines == 3
    assert (source.place(0).line, source.place(0).column) == (1, 1)
    assert (source.place(4).line, source.place(4).column) == (2, 2)
    assert (source.place(99).line, source.line(2)) == (3, "cd")
    span = source.span(0, 2)
    assert (span.text, span.to(source.span(3, 5)).text) == ("ab", "ab\ncd")


def told(source: Source, severity: Severity = Severity.WARNING) -> Diagnostic:
    return Diagnostic("T204", severity, "m", (Label(source.span(0, 1)),))


def test_a_report_is_capped_for_each_file_and_still_knows_of_errors() -> None:
    source = Source("x", "a")
    report = Report(told(source) for _ in range(FILE_LIMIT))
    states = [report.has_errors]
    report.extend([told(source, Severity.ERROR), told(Source("y", "b"))])
    assert (len(report), report.dropped) == (FILE_LIMIT + 1, {"x": 1})
    assert [*states, report.has_errors] == [False, True]
    assert report.errors == ()
    assert [d.path for d in report[-1:]] == ["y"]
    assert "101 diagnostics" in repr(report)
    assert str(report[0]) == "x:1:1: warning[T204]: m"
    bare = Diagnostic("T001", Severity.ERROR, "gone", file="f")
    assert (bare.path, bare.line, bare.column) == ("f", 0, 0)
    assert str(Diagnostic("T001", Severity.ERROR, "gone")) == "error[T001]: gone"


def test_a_rule_set_is_a_sequence_with_names() -> None:
    rules = tocsin.loads("id: a\nname: n\n" + rule_of("F: x") + "---\n" + rule_of("F: y"))
    assert (len(rules), len(rules[:1]), repr(rules)) == (2, 1, "RuleSet(2 rules)")
    assert rules.by_id("a") is rules.by_id("n") is rules[0]
    with pytest.raises(KeyError):
        rules.by_id("b")
    assert rules[0].info.get("title") == "t"
    assert rules[0].info.get("nothing") is None
    assert [test.field for test in ir.tests(ir.Not(rules[0].condition))] == ["F"]
    assert list(ir.tests(ir.TRUE)) == []


def test_the_tree_gives_metadata_and_spells_log_sources() -> None:
    assert str(ast.Logsource(product="windows", service="security")) == "windows//security"
    assert str(ast.Logsource(category="proxy")) == "/proxy"
    assert str(ast.Logsource()) == "/"
    assert (ast.text_of(None), ast.text_of(5), ast.text_of("x")) == ("", "5", "x")
