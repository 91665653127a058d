"""The reader of the native language: statements, values, and the words that need care."""

from decimal import Decimal

import pytest
from tocsin.dsl.ast import (
    And,
    Correlation,
    FileName,
    Filter,
    Item,
    ListName,
    Logsource,
    Name,
    Not,
    Quantified,
    RawText,
)
from tocsin.dsl.values import DataMap, Number, Pattern

from .native_text import read, read_rule, rule_text


def item(text: str) -> Item:
    """Return the only item of a condition."""
    (found,) = read_rule(f"when {text}").conditions
    assert isinstance(found, Item)
    return found


def modifiers(text: str) -> list[str]:
    """Return the modifiers of the only item of a condition."""
    return [modifier.name for modifier in item(text).modifiers]


def test_the_title_stands_in_the_header_and_is_the_first_of_the_metadata() -> None:
    rule = read_rule("id x", "when a")
    assert [(entry.key, entry.data) for entry in rule.meta] == [("title", "r"), ("id", "x")]


def test_words_of_the_metadata_have_kinds() -> None:
    rule = read_rule("a 12", "b 1.5", "c true", "d null", 'e "12"', "f 2026-08-20", "when a")
    assert [entry.data for entry in rule.meta[1:]] == [12, 1.5, True, None, "12", "2026-08-20"]


def test_some_keys_are_lists_even_of_one() -> None:
    rule = read_rule("tags a.b", "author x", "more a, b", "`scope` one", "when a")
    assert [entry.data for entry in rule.meta[1:]] == [("a.b",), "x", ("a", "b"), "one"]


def test_a_word_of_a_statement_may_be_metadata_on_its_line() -> None:
    assert read_rule("status test", "note when", "when a").get("status") == "test"


def test_text_of_several_lines_stands_behind_bars() -> None:
    rule = read_rule("description", "  | one", "  |", "  |   # two", "when a")
    assert rule.get("description") == "one\n\n  # two"


def test_the_exact_form_takes_any_data() -> None:
    rule = read_rule('x: {"a": [1, -2.5, null, true, "\\u00e9"], "b": {}, "a": []}', "when a")
    assert rule.get("x") == DataMap((("a", ()), ("b", DataMap())))


def test_keys_of_statements_are_metadata_in_backticks() -> None:
    rule = read_rule("`source` x", "`definition` y", "`test` z", "`timeframe` 5m", "when a")
    assert [entry.key for entry in rule.meta[1:]] == ["source", "definition", "test", "timeframe"]
    assert rule.timeframe is None


@pytest.mark.parametrize(
    ("text", "logsource"),
    [
        ("source windows/process_creation", Logsource("process_creation", "windows")),
        ("source windows//security", Logsource(None, "windows", "security")),
        ("source /proxy", Logsource("proxy")),
        ("source /", Logsource()),
        ("source 12", Logsource(None, "12")),
        ('source a/ definition "x y"', Logsource(None, "a", definition="x y")),
        ('source: {"product": "", "x": [1]}', Logsource(None, "", custom=(("x", (1,)),))),
        ('source: {"definition": "d", "service": null}', Logsource(definition="d")),
    ],
)
def test_log_sources(text: str, logsource: Logsource) -> None:
    document, report = read(f"rule {{ {text} when a }}")
    assert list(report) == []
    assert document.entries[0].logsource == logsource  # type: ignore[union-attr]


def test_the_old_time_frame_is_kept_as_written() -> None:
    assert read_rule("timeframe 5m", "when a").timeframe == "5m"
    assert read_rule("timeframe 300", "when a").timeframe == "300"
    assert read_rule("timeframe null", "when a").timeframe is None


def test_tests_are_read() -> None:
    rule = read_rule(
        "when a",
        'test "one" {"A": 1} -> match',
        'test "two" on windows//security "a line" -> no match',
        'test "three" on "x y" [] -> match',
    )
    found = [(case.name, case.event, case.matches, case.logsource) for case in rule.cases]
    assert found == [
        ("one", DataMap((("A", 1),)), True, None),
        ("two", "a line", False, "windows//security"),
        ("three", (), True, "x y"),
    ]
    assert rule.cases[0].span is not None
    assert rule.cases[0].span.text == 'test "one" {"A": 1} -> match'


def test_several_conditions_are_kept_in_order() -> None:
    rule = read_rule("when a", "when b")
    assert [node.name for node in rule.conditions if isinstance(node, Name)] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "count", "names", "them"),
    [
        ("any of them", 1, (), True),
        ("all of sel*", "all", ("sel*",), False),
        ("2 of (a, b*, `c d`,)", 2, ("a", "b*", "c d"), False),
        ("1 of `them`", 1, ("them",), False),
    ],
)
def test_quantifiers(text: str, count: object, names: tuple[str, ...], them: bool) -> None:
    (found,) = read_rule(f"when {text}").conditions
    assert isinstance(found, Quantified)
    assert (found.count, found.names, found.them) == (count, names, them)
    assert found.span.text == text


def test_operators_bind_as_in_sigma() -> None:
    (found,) = read_rule("when a or b and not c").conditions
    (same,) = read_rule("when a or (b and (not c))").conditions
    (other,) = read_rule("when (a or b) and not c").conditions
    assert found == same != other


def test_parentheses_keep_their_nesting() -> None:
    (found,) = read_rule("when (a and b) and c").conditions
    assert isinstance(found, And)
    assert isinstance(found.children[0], And)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('F == "x"', []),
        ('F != "x"', ["neq"]),
        ('F not in ("x", "y")', ["neq"]),
        ('F contains all ("x", "y")', ["contains", "all"]),
        ('F cased startswith "x"', ["cased", "startswith"]),
        ('F cased in ("x", "y")', ["cased"]),
        ("F matches /x/sim", ["re", "s", "i", "m"]),
        ("F >= 1", ["gte"]),
        ("hour(F) < 3", ["hour", "lt"]),
        ("hour(F) != 3", ["hour", "neq"]),
        ("exists F", ["exists"]),
        ("F in cidr(private)", ["cidr"]),
        ("F not in cidr(private)", ["cidr", "neq"]),
        ('F contains base64offset(wide("x"))', ["wide", "base64offset", "contains"]),
        ('F == all dash("x")', ["windash", "all"]),
        ("F == field G", ["fieldref"]),
        ("F endswith all field (G, H)", ["fieldref", "endswith", "all"]),
        ('any contains "x"', []),
        ('any cased contains "x"', ["cased"]),
        ("any matches /x/i", ["re", "i"]),
        ('F expand "%x%"', ["expand"]),
        ('F|odd|`no such`|contains: ("x")', ["odd", "no such", "contains"]),
        ('F path "/x/*"', ["path"]),
    ],
)
def test_predicates_become_modifiers(text: str, names: list[str]) -> None:
    assert modifiers(text) == names
    assert item(text).span.text == text


@pytest.mark.parametrize(
    ("text", "scalars"),
    [
        (r'F == "C:\*?\"', [Pattern.literal("C:\\*?\\")]),
        (r'F like "C:\\*"', [Pattern.parse("C:\\\\*")]),
        (
            'F like any ("a*", 1, like "b?")',
            [Pattern.parse("a*"), Number(Decimal(1)), Pattern.parse("b?")],
        ),
        (
            'F in ("a", like "b*", 1.50, true, false, null)',
            [Pattern.literal("a"), Pattern.parse("b*"), Number(Decimal("1.5")), True, False, None],
        ),
        ("F in names", [ListName("names")]),
        ('F contains any file "x.txt"', [FileName("x.txt")]),
        (r"F matches /a\/b\\/", [RawText(r"a/b\\")]),
        ('F matches "a/b"', [RawText("a/b")]),
        (
            'F in cidr("10.0.0.0/8", private, mine)',
            [RawText("10.0.0.0/8"), RawText("private"), ListName("mine")],
        ),
        ('F|re|i: ("a", like "b*", /c/)', [RawText("a"), Pattern.parse("b*"), RawText("c")]),
        ("F is null", [None]),
        ("F is empty", [Pattern()]),
        ('F == e"\\n"', [Pattern.literal("\n")]),
    ],
)
def test_values(text: str, scalars: list[object]) -> None:
    assert [value.scalar for value in item(text).values] == scalars


def test_numbers_and_booleans_may_have_words_of_their_own() -> None:
    assert [v.written for v in item('F contains (34 as "0x22", true as "Yes", 1.50)').values] == [
        "0x22",
        "Yes",
        "1.50",
    ]


def test_a_range_is_two_comparisons() -> None:
    assert read_rule("when F in 1..5").conditions == read_rule("when F >= 1 and F <= 5").conditions
    assert (
        read_rule("when hour(F) in 1..5").conditions
        == read_rule("when hour(F) >= 1 and hour(F) <= 5").conditions
    )


def test_a_negated_state_is_a_negation() -> None:
    (found,) = read_rule("when F is not null").conditions
    assert isinstance(found, Not)
    assert (
        read_rule("when F is not empty").conditions == read_rule("when not F is empty").conditions
    )


def test_words_are_keywords_only_where_they_mean_something() -> None:
    rule = read_rule(
        'path = path path "/x" and match contains "y"',
        "filter = file is null",
        "when filter and not path",
        "list a",
        "rule b",
    )
    assert [each.name for each in rule.detections] == ["path", "filter"]
    assert rule.get("list") == "a"


def test_lists_hold_values_of_every_kind() -> None:
    document, report = read(
        'list a = "x", like "y*", /z/, private, 1, 2 as "0x2", null, b, file "f",'
    )
    assert list(report) == []
    assert [value.scalar for value in document.lists[0].values] == [
        Pattern.literal("x"),
        Pattern.parse("y*"),
        RawText("z"),
        RawText("private"),
        Number(Decimal(1)),
        Number(Decimal(2)),
        None,
        ListName("b"),
        FileName("f"),
    ]


def test_correlations_are_read() -> None:
    document, report = read(
        'correlation "c" { id x type value_count rules a, "b c" by U within 300 field F, G '
        'percentile 95 generate true aliases: {"u": {"a": "U"}} when >= 10, < 100 }'
    )
    assert list(report) == []
    (found,) = document.entries
    assert isinstance(found, Correlation)
    assert (found.kind, found.rules, found.group_by) == ("value_count", ("a", "b c"), ("U",))
    assert (found.timespan, found.fields, found.generate) == ("300", ("F", "G"), True)
    assert found.percentile == Number(Decimal(95))
    assert found.aliases == (("u", "a", "U"),)
    assert isinstance(found.condition, tuple)
    assert [(each.operator, str(each.threshold)) for each in found.condition] == [
        ("gte", "10"),
        ("lt", "100"),
    ]


def test_a_correlation_may_have_a_condition_over_names_or_none() -> None:
    document, _ = read("correlation { type temporal when a and not b }\ncorrelation { type t }")
    first, second = document.entries
    assert isinstance(first, Correlation)
    assert isinstance(first.condition, And)
    assert isinstance(second, Correlation)
    assert second.condition == ()


def test_filters_are_read() -> None:
    document, report = read(
        'filter "f" { source a/ rules x, y d = F == 1 when not d }\nfilter { rules any when a }'
    )
    assert list(report) == []
    first, second = document.entries
    assert isinstance(first, Filter)
    assert isinstance(second, Filter)
    assert (first.rules, second.rules) == (("x", "y"), None)
    assert second.logsource == Logsource()


def test_spans_lie_in_the_file() -> None:
    text = "# first\n" + rule_text('a = Image contains "x"', "when a")
    document, _ = read(text)
    rule = document.entries[0]
    assert rule.span.text == text[8:]
    assert rule.detections[0].span.text == "a"  # type: ignore[union-attr]
    body = rule.detections[0].body  # type: ignore[union-attr]
    assert isinstance(body, Item)
    assert (body.key.text, body.values[0].span.text) == ("Image contains", '"x"')
    assert body.modifiers[0].span.text == "contains"


def test_a_text_without_entries_is_an_empty_document() -> None:
    document, report = read(" \n# nothing here\n")
    assert (document.entries, document.broken, list(report)) == ((), 0, [])
