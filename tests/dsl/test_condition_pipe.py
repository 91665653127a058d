"""The old pipe syntax is refused with the document that does the same (D32)."""

import pytest
from tocsin.dsl.ast import Correlation
from tocsin.dsl.condition.pipe import report_pipe
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.sigma import read_sigma
from tocsin.dsl.source import Source


def help_of(text: str, timeframe: str | None = "5m") -> str:
    """Return what is said about a condition with a pipe."""
    report = Report()
    source = Source("f", text)
    assert report_pipe(source.span(0, len(text)), text, timeframe, report)
    [diagnostic] = report
    assert diagnostic.code == "T102"
    return diagnostic.help


@pytest.mark.parametrize("text", ["a and b", "a || b", ""])
def test_other_conditions_are_left_alone(text: str) -> None:
    report = Report()
    assert not report_pipe(Source("f", text).span(0, len(text)), text, None, report)
    assert not report


@pytest.mark.parametrize(
    ("text", "kind", "groups", "operator", "fields"),
    [
        ("sel | count() by host > 5", "event_count", ("host",), "gt", ()),
        ("sel | count() >= 5", "event_count", (), "gte", ()),
        ("sel|count(user) by a, b < 5 ", "value_count", ("a", "b"), "lt", ("user",)),
        ("sel | sum(bytes) by ip > 5", "value_sum", ("ip",), "gt", ("bytes",)),
        ("sel | AVG( bytes ) <= 5", "value_avg", (), "lte", ("bytes",)),
        ("sel | count() == 5", "event_count", (), "eq", ()),
        ("sel | count() = 5", "event_count", (), "eq", ()),
        ("sel | count() != 5", "event_count", (), "neq", ()),
    ],
)
def test_the_help_is_a_correlation_that_can_be_read(
    text: str, kind: str, groups: tuple[str, ...], operator: str, fields: tuple[str, ...]
) -> None:
    first, _, document = help_of(text).partition("\n")
    assert first == "write `condition: sel` here, give the rule a `name`, and add a document:"
    report = Report()
    [found] = read_sigma(Source("f", document), report).entries
    assert not report.has_errors
    assert isinstance(found, Correlation)
    assert (found.kind, found.group_by, found.fields) == (kind, groups, fields)
    assert isinstance(found.condition, tuple)
    assert [a.operator for a in found.condition] == [operator]
    assert found.timespan == "5m"


def test_a_rule_without_a_time_frame_gets_a_day() -> None:
    assert "timespan: 1d" in help_of("sel | count() > 5", None)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("sel | min(x) > 5", "`percentile: 0`"),
        ("sel | max(x) > 5", "`percentile: 100`"),
        ("sel | near other and not third", "`type: temporal`"),
        ("sel | somehow", "tocsin explain T102"),
        ("sel |", "tocsin explain T102"),
    ],
)
def test_what_has_no_equivalent_says_what_is_nearest(text: str, part: str) -> None:
    assert part in help_of(text)


def test_the_pipe_is_shown_where_it_stands() -> None:
    report = Report()
    written = "'it''s | count() > 5'"
    text = "it's | count() > 5"
    report_pipe(Source("f", written).span(0, len(written)), text, None, report)
    assert report[0].labels[0].span.text == "| count() > 5"
