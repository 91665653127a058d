"""Correlation and filter documents of Sigma."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from tocsin.dsl.ast import Aggregate, And, Correlation, Document, Filter, Logsource, Name
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.values import Number

Read = Callable[[str], tuple[Document, Report]]

HEAD = "title: Many\nlevel: high\ncorrelation:\n"
COUNT = """\
  type: event_count
  rules: failed
  group-by: [Computer, User]
  timespan: 5m
  condition:
    gte: 10
"""


def number(text: str) -> Number:
    """Return an exact number."""
    return Number(Decimal(text))


def correlation(read: Read, text: str) -> Correlation:
    """Return the correlation of a text that has no fault."""
    document, report = read(text)
    assert [str(d) for d in report] == []
    [entry] = document.entries
    assert isinstance(entry, Correlation)
    return entry


def test_a_correlation_is_read_whole(read: Read) -> None:
    found = correlation(read, HEAD + COUNT)
    assert found.kind == "event_count"
    assert found.rules == ("failed",)
    assert found.group_by == ("Computer", "User")
    assert found.timespan == "5m"
    assert found.condition == (Aggregate("gte", number("10")),)
    assert [entry.key for entry in found.meta] == ["title", "level"]
    assert found.generate is False
    assert found.get("level") == "high"
    assert found.span.text == (HEAD + COUNT).rstrip()


def test_two_comparisons_are_a_range(read: Read) -> None:
    found = correlation(read, HEAD + COUNT.replace("gte: 10", "gt: 1.5\n    lte: '20'"))
    assert found.condition == (Aggregate("gt", number("1.5")), Aggregate("lte", number("20")))


def test_a_text_condition_joins_rule_names(read: Read) -> None:
    text = HEAD + "  type: temporal\n  rules: [a, b]\n  timespan: 1h\n  condition: a and b\n"
    found = correlation(read, text)
    assert isinstance(found.condition, And)
    assert all(isinstance(child, Name) for child in found.condition.children)


def test_temporal_kinds_need_no_condition_and_no_groups(read: Read) -> None:
    text = HEAD + "  type: temporal_ordered\n  rules: [a, b]\n  timespan: 007d\n"
    found = correlation(read, text)
    assert (found.condition, found.group_by, found.timespan) == ((), (), "007d")


def test_value_kinds_name_their_fields(read: Read) -> None:
    text = (HEAD + COUNT).replace("event_count", "value_percentile")
    found = correlation(
        read, text.replace("gte: 10", "field: Bytes\n    percentile: 95\n    gt: 1")
    )
    assert found.fields == ("Bytes",)
    assert found.percentile == number("95")
    text = (HEAD + COUNT).replace("event_count", "value_count")
    found = correlation(read, text.replace("gte: 10", "field: [a, b]\n    gt: 1"))
    assert found.fields == ("a", "b")


def test_aliases_are_triples(read: Read) -> None:
    aliases = "  aliases:\n    user:\n      one: SubjectUserName\n      two: User\n"
    found = correlation(read, HEAD + COUNT + aliases)
    assert found.aliases == (("user", "one", "SubjectUserName"), ("user", "two", "User"))


@pytest.mark.parametrize(
    ("top", "inside", "expected"),
    [
        ("", "", False),
        ("generate: true\n", "", True),
        ("", "  generate: true\n", True),
        ("generate: false\n", "  generate: true\n", True),
        ("generate: false\n", "", False),
    ],
)
def test_generate_may_stand_at_either_place(
    read: Read, top: str, inside: str, expected: bool
) -> None:
    found = correlation(read, top + HEAD + COUNT + inside)
    assert found.generate is expected
    assert found.get("generate") is None


@pytest.mark.parametrize(
    ("old", "new", "code", "shown"),
    [
        ("event_count", "event_counts", "T501", "event_counts"),
        ("event_count", "counting", "T501", "counting"),
        ("type: event_count", "type: [a]", "T501", "[a]"),
        ("  type: event_count\n", "", "T502", None),
        ("  rules: failed\n", "", "T502", None),
        ("rules: failed", "rules: []", "T502", None),
        ("rules: failed", "rules: [a, {b: c}]", "T502", "{b: c}"),
        ("rules: failed", "rules:", "T502", ""),
        ("  timespan: 5m\n", "", "T502", None),
        ("timespan", "timeframe", "T503", "timeframe"),
        ("group-by", "group_by", "T503", "group_by"),
        ("gte: 10", "ge: 10", "T503", "ge"),
        ("5m", "5 minutes", "T504", "5 minutes"),
        ("5m", "m", "T504", "m"),
        ("5m", "0m", "T504", "0m"),
        ("5m", "[5m]", "T504", "[5m]"),
        ("    gte: 10", "    - 10", "T505", "- 10"),
        ("gte: 10", "gte: many", "T505", "many"),
        ("gte: 10", "gte: '1e999'", "T505", "'1e999'"),
        ("gte: 10", "gte: 'nan'", "T505", "'nan'"),
        ("gte: 10", "gte: [1]", "T505", "[1]"),
        ("gte: 10", "gte: true", "T505", "true"),
        ("gte: 10", "field: x", "T505", "field: x"),
        ("\n    gte: 10", " a and b", "T505", "a and b"),
        ("  condition:\n    gte: 10\n", "", "T502", None),
        ("event_count", "value_sum", "T506", "gte: 10"),
        ("  condition:", "  generate: 7\n  condition:", "T502", "7"),
        ("  condition:", "  generate: [7]\n  condition:", "T502", "[7]"),
        ("  condition:", "  aliases: [a]\n  condition:", "T507", "[a]"),
        ("  condition:", "  aliases: {a: b}\n  condition:", "T507", "b"),
        ("  condition:", "  aliases: {a: {b: [c]}}\n  condition:", "T507", "[c]"),
        ("  condition:", "  aliases: {a: {b: }}\n  condition:", "T507", ""),
    ],
)
def test_malformed_correlations_are_refused_where_they_are_wrong(
    read: Read, old: str, new: str, code: str, shown: str | None
) -> None:
    document, report = read((HEAD + COUNT).replace(old, new, 1))
    assert document.entries == ()
    assert report[0].code == code
    if shown is not None:
        assert report[0].labels[0].span.text == shown


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("field: x\n    gt: 1", "T506"),
        ("field: x\n    percentile: 101\n    gt: 1", "T505"),
        ("field: x\n    percentile: -1\n    gt: 1", "T505"),
        ("field: x\n    percentile: high\n    gt: 1", "T505"),
    ],
)
def test_percentiles_need_a_rank(read: Read, condition: str, code: str) -> None:
    text = (HEAD + COUNT).replace("event_count", "value_percentile")
    document, report = read(text.replace("gte: 10", condition))
    assert document.entries == ()
    assert report[0].code == code


def test_a_broken_text_condition_is_refused(read: Read) -> None:
    text = HEAD + "  type: temporal\n  rules: [a, b]\n  timespan: 1h\n  condition: a and\n"
    document, report = read(text)
    assert document.entries == ()
    assert [d.code for d in report] == ["T101"]


def test_a_misspelt_key_has_a_fix(read: Read) -> None:
    _, report = read((HEAD + COUNT).replace("timespan", "timespam"))
    [fix] = report[0].fixes
    assert (fix.span.text, fix.replacement) == ("timespam", "timespan")
    _, report = read((HEAD + COUNT).replace("  condition", "  xyz: 1\n  condition"))
    assert report[0].fixes == ()


def test_a_correlation_is_a_map(read: Read) -> None:
    document, report = read("title: x\ncorrelation: event_count\n")
    assert document.entries == ()
    assert [d.code for d in report] == ["T502"]


FILTER = """\
title: Admins
logsource:
  product: windows
filter:
  rules: [one, two]
  selection:
    User|startswith: adm_
  condition: not selection
"""


def only_filter(read: Read, text: str) -> Filter:
    """Return the filter of a text that has no fault."""
    document, report = read(text)
    assert [str(d) for d in report] == []
    [entry] = document.entries
    assert isinstance(entry, Filter)
    return entry


def test_a_filter_is_read_whole(read: Read) -> None:
    found = only_filter(read, FILTER)
    assert found.rules == ("one", "two")
    assert found.logsource == Logsource(product="windows")
    assert [d.name for d in found.detections] == ["selection"]
    assert found.condition.span.text == "not selection"
    assert found.get("title") == "Admins"
    assert found.get("nothing") is None


@pytest.mark.parametrize(
    ("written", "rules"), [("any", None), ("[]", None), ("one", ("one",)), ("[any]", ("any",))]
)
def test_a_filter_is_for_some_rules_or_for_any(
    read: Read, written: str, rules: tuple[str, ...] | None
) -> None:
    assert only_filter(read, FILTER.replace("[one, two]", written)).rules == rules


def test_a_filter_may_be_for_every_log_source(read: Read) -> None:
    text = FILTER.replace("logsource:\n  product: windows\n", "")
    assert only_filter(read, text).logsource == Logsource()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("  rules: [one, two]\n", "", "T520"),
        ("rules: [one, two]", "rules: {a: b}", "T502"),
        ("condition: not selection", "condition: [selection, not selection]", "T521"),
        ("  condition: not selection\n", "", "T213"),
        ("  product: windows", "  definition: x", "T212"),
        ("  rules: [one, two]", "  rules: any\n  timeframe: 5m", "T520"),
    ],
)
def test_malformed_filters_are_refused(read: Read, old: str, new: str, code: str) -> None:
    document, report = read(FILTER.replace(old, new))
    assert document.entries == ()
    assert [d.code for d in report] == [code]


def test_a_filter_is_a_map(read: Read) -> None:
    document, report = read("title: x\nfilter: [a]\n")
    assert document.entries == ()
    assert [d.code for d in report] == ["T520"]
