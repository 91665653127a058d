"""Field maps in both directions: conditions on rows agree with the events that rows stand for."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl import ir
from tocsin.dsl.ast import Logsource
from tocsin.dsl.diagnostics import Diagnostic, Report
from tocsin.dsl.fieldmap import FieldMap, fieldmap_names, fields_of, load_fieldmap
from tocsin.dsl.fieldmap.binding import Bound
from tocsin.dsl.fieldmap.file import build_fieldmap
from tocsin.dsl.fieldmap.rowevent import KEYWORDS, empties_as_missing, row_event
from tocsin.dsl.fieldmap.simplify import all_of, any_of, negation
from tocsin.dsl.ir import (
    All,
    Any,
    AtLeast,
    Check,
    Compare,
    Const,
    Contains,
    Ends,
    Equals,
    Exists,
    FieldIs,
    IrRule,
    IsNull,
    Matches,
    Node,
    Not,
    OneOf,
    Order,
    Relation,
    RuleInfo,
    RuleSet,
    Starts,
    Test,
    Truth,
)
from tocsin.dsl.lower import text_check
from tocsin.dsl.source import Source
from tocsin.dsl.values import Number, Pattern, Regex, Wild
from tocsin.matcher.reference import match

from tests.kql.rows.columns import ColumnJudge

MAP = build_fieldmap(
    "m",
    r"""
sources:
  - logsource: windows/process_creation
    table: T
    words: [A, B]
    fields:
      plain: A
      both: [A, B]
      coded: {column: K, values: {one: [x, y], two: z, "true": w}}
      hashes: {prefixed: {M=: H, N=: }}
      name: {name: B}
      key: {joined: [A, B], hives: true, empty: (Default)}
      only: {joined: [A, B], hives: true, empty: a, only: {K: [x, y]}}
      maybe: {joined: [A, B], hives: true, empty: }
      user: {joined: [A, B]}
      member: {member: D, path: a}
      cut: {member: D, path: a, cut: b}
      json: {json: J, path: a}
      xml: {xml: X, path: F}
      hex: {hex: N}
      found: {extract: A, pattern: 'a(.)'}
      fixed: {constant: [one, "5"]}
      data: [A, {registry_data: [A, K]}]
      data_only: {registry_data: [A, K]}
      absent: {missing: nobody keeps it}
    variants:
      - when: {coded: one}
        fields: {both: B}
""",
)
FIELDS = tuple(MAP.bindings[0].fields)

HIVE_TEXTS = ["HKLM\\ab", "HKEY_LOCAL_MACHINE\\ab", "HKU", "LM\\ab", "\\ab", "HKLM\\(Default)"]
WORDS = ["", "a", "b", "ab", "a\\b", "\\b", "x", "M=", "M=ab", "=ab", "N=a", "one", "5", "DWORD"]
WORDS += ["DWORD (0x00000005)", "0x00000005", "(Empty)", "Binary Data", "true", *HIVE_TEXTS]
words = st.sampled_from(WORDS)
patterns = st.one_of(
    words.map(Pattern.literal),
    st.lists(st.one_of(words, st.sampled_from([Wild.STAR, Wild.ONE])), max_size=4).map(Pattern.of),
)
cased = st.booleans()
checks: st.SearchStrategy[Check] = st.one_of(
    st.builds(lambda pattern, cased: text_check(pattern, cased=cased), patterns, cased),
    st.builds(OneOf, st.frozensets(words, min_size=1, max_size=3), cased),
    st.just(Matches(Regex("a|5"))),
    st.just(Compare(Order.EQ, Number(Decimal(5)))),
    st.builds(Truth, cased),
    st.builds(Exists, cased),
    st.just(IsNull()),
)
cells = st.sampled_from(
    ["", "a", "b", "ab", "5", "x", "A\\b", "HKEY_LOCAL_MACHINE\\ab", "HKEY_USERS"]
)
names_only = st.sampled_from(["", "a", "b", "ab", "x"])
rows = st.fixed_dictionaries(
    {
        "A": cells,
        "B": names_only,
        "H": names_only,
        "K": st.sampled_from(["", "x", "y", "z", "w", "Dword", "Binary", "String"]),
        "D": st.sampled_from([None, {"a": "ab"}, {"a": 5}, {"b": "a"}]),
        "J": st.sampled_from(["", "{", '{"a":"ab"}', '{"a":5}', "[1]"]),
        "X": st.sampled_from(["", '<Data Name="F">a&amp;b</Data>', '<Data Name="G">a</Data>']),
        "N": st.sampled_from([None, 0, 5, 255]),
    }
)


def rule(condition: Node, product: str = "windows") -> IrRule:
    return IrRule(RuleInfo("r", "R"), Logsource("process_creation", product), condition)


@given(st.sampled_from(FIELDS), checks, rows)
def test_a_bound_test_holds_for_a_row_if_the_test_holds_for_its_event(
    name: str, check: Check, row: dict[str, object]
) -> None:
    asked = rule(Test(name, check))
    bound = MAP.bind(asked)
    if isinstance(bound, Diagnostic) or bound.losses or begins_open(name, check):
        return
    judge = ColumnJudge(bound.rule.condition, bound.computed)
    event = row_event(bound.binding, row, fields_of(asked))
    expected = match(rule(empties_as_missing(asked.condition)), event)
    assert judge(bound.rule.condition, row) == expected, (bound.rule.condition, event)


def begins_open(name: str, check: Check) -> bool:
    """Return whether a pattern for a registry key begins with any one character."""
    pattern = getattr(check, "pattern", Pattern())
    return name in ("key", "maybe", "only") and pattern.parts[:1] == (Wild.ONE,)


def test_losses_are_told_by_what_they_do() -> None:
    absent = Test("absent", Equals(Pattern.literal("x")))
    here = Test("plain", Equals(Pattern.literal("x")))
    wider = MAP.bind(rule(All((here, Not(absent)))))
    narrower = MAP.bind(rule(Any((here, absent))))
    assert isinstance(wider, Bound)
    assert isinstance(narrower, Bound)
    assert [d.code for d in wider.losses] == ["T424"]
    assert [d.code for d in narrower.losses] == ["T423"]
    assert "nobody keeps it" in narrower.losses[0].notes
    refused = MAP.bind(rule(absent))
    assert isinstance(refused, Diagnostic)
    assert refused.code == "T422"
    assert "no row" in refused.message
    every = MAP.bind(rule(Not(absent)))
    assert isinstance(every, Diagnostic)
    assert "every row" in every.message


@pytest.mark.parametrize(
    ("name", "check", "reason"),
    [
        ("hashes", Matches(Regex("a")), "`M=` and the text behind it stand apart"),
        ("hashes", Contains(Pattern.literal("N=a")), "the table does not hold `N=`"),
        ("name", Contains(Pattern.literal("\\a\\b")), "the table has only the file's name"),
        ("name", OneOf(frozenset({"\\a\\b"})), "the table has only the file's name"),
        ("name", Matches(Regex("a")), "the table has only the file's name"),
        (
            "data_only",
            Starts(Pattern.literal("DWORD (0x0")),
            "numbers stand in the table in plain digits",
        ),
        ("data_only", Truth(value=True), "numbers stand in the table in plain digits"),
    ],
)
def test_what_a_table_holds_in_part_is_told(name: str, check: Check, reason: str) -> None:
    bound = MAP.bind(rule(Any((Test("plain", Exists()), Test(name, check)))))
    assert isinstance(bound, Bound)
    assert reason in [note for loss in bound.losses for note in loss.notes]


@pytest.mark.parametrize(
    ("check", "numbers"),
    [
        (OneOf(frozenset({"DWORD (0x0000000a)", "b"})), "10"),
        (Ends(Pattern.literal("0x00000001)")), "1"),
        (Starts(Pattern.literal("DWORD (0x000000ff)")), "255"),
        (Equals(Pattern.literal("DWORD (0x00000000)")), "0"),
    ],
)
def test_the_words_for_a_number_are_its_digits(check: Check, numbers: str) -> None:
    bound = MAP.bind(rule(Test("data_only", check)))
    assert isinstance(bound, Bound)
    condition = bound.rule.condition
    assert isinstance(condition, All)
    assert condition.children[1] == Test("A", Equals(Pattern.literal(numbers), cased=True))


def test_data_is_there_or_is_called_empty() -> None:
    bound = MAP.bind(rule(Test("data_only", Exists())))
    assert isinstance(bound, Bound)
    bound = MAP.bind(rule(Test("data_only", Equals(Pattern.literal("(Empty)")))))
    assert isinstance(bound, Bound)
    assert bound.rule.condition == Test("A", IsNull())


def test_a_constant_column_behind_a_prefix_is_just_there() -> None:
    for word, there in (("m", Test("H", Exists())), ("N", Const(value=False))):
        bound = MAP.bind(
            rule(Any((Test("hex", Exists()), Test("hashes", Contains(Pattern.literal(word))))))
        )
        assert isinstance(bound, Bound)
        assert (there in getattr(bound.rule.condition, "children", ())) is (word == "m")


def test_the_last_name_of_a_path_is_asked_of_the_name() -> None:
    bound = MAP.bind(rule(Test("name", Ends(Pattern.literal("\\a.exe")))))
    assert isinstance(bound, Bound)
    assert not bound.losses
    assert bound.rule.condition == Test("B", Equals(Pattern.literal("a.exe")))


def test_a_word_that_no_column_text_stands_for_is_never_there() -> None:
    unknown = Test("coded", Equals(Pattern.literal("three")))
    bound = MAP.bind(rule(Any((Test("plain", Exists()), unknown))))
    assert isinstance(bound, Bound)
    assert bound.rule.condition == Test("A", Exists())


def test_the_fields_of_a_rule_are_those_of_its_tests() -> None:
    condition = Any(
        (Test(None, Contains(Pattern.literal("x"))), Test("a", FieldIs(Relation.EQUALS, "b")))
    )
    assert fields_of(rule(condition)) == ("a", "b")


def test_conditions_are_made_simple() -> None:
    a, b, c = (Test(name, Exists()) for name in "abc")
    assert all_of([All((a, b)), c]) == All((a, b, c))
    assert any_of([Any((a, b)), c]) == Any((a, b, c))
    assert negation(Not(a)) == a
    assert all_of([]) == any_of([Const(value=True), a]) == Const(value=True)
    assert any_of([]) == all_of([a, Const(value=False)]) == Const(value=False)


def test_a_loss_points_at_the_words_of_the_rule() -> None:
    source = Source("r.yml", "absent: x")
    here = Test("plain", Exists())
    absent = Test("absent", Exists(), source.span(0, 9))
    bound = MAP.bind(rule(Any((here, absent))))
    assert isinstance(bound, Bound)
    assert (bound.losses[0].path, bound.losses[0].line) == ("r.yml", 1)


def test_a_source_without_table_is_refused() -> None:
    found = MAP.bind(rule(Test("plain", Exists()), "linux"))
    assert isinstance(found, Diagnostic)
    assert found.code == "T421"


TABLES = """
sources:
  - {logsource: windows, table: One, fields: {id: {constant: "1"}, a: A}}
  - {logsource: windows, table: Two, fields: {id: {constant: "2"}, a: A, b: B}}
  - {logsource: windows, table: Three, fields: {id: {constant: "2"}, a: A, b: B, c: C}}
"""


@pytest.mark.parametrize(
    ("names", "number", "table"),
    [("a", "1", "One"), ("a", "2", "Two"), ("ab", "2", "Two"), ("abc", "2", "Three")],
)
def test_of_several_tables_the_first_that_serves_the_rule_counts(
    names: str, number: str, table: str
) -> None:
    wanted = Test("id", Equals(Pattern.literal(number)))
    either = Any(tuple(Test(name, Exists()) for name in names))
    bound = build_fieldmap("m", TABLES).bind(rule(All((wanted, either))))
    assert isinstance(bound, Bound)
    assert bound.binding.table == table


def test_a_table_with_loss_is_better_than_none() -> None:
    wanted = Test("id", Equals(Pattern.literal("1")))
    either = Any((Test("a", Exists()), Test("b", Exists())))
    bound = build_fieldmap("m", TABLES).bind(rule(All((wanted, either))))
    assert isinstance(bound, Bound)
    assert bound.binding.table == "One"
    assert [loss.code for loss in bound.losses] == ["T423"]


def test_tables_with_other_events_are_no_tables_for_the_rule() -> None:
    fieldmap = build_fieldmap("m", TABLES)
    found = fieldmap.bind(rule(Test("id", Equals(Pattern.literal("3")))))
    assert isinstance(found, Diagnostic)
    assert found.code == "T427"
    assert found.message.startswith("`One`, `Two`, `Three` never holds")
    never = fieldmap.bind(rule(Const(value=False)))
    assert isinstance(never, Bound)


def test_a_source_that_is_not_quite_it_says_so() -> None:
    text = "sources: [{logsource: windows, table: T, others: same, inexact: why}]"
    bound = build_fieldmap("m", text).bind(rule(Test("x", Exists())))
    assert isinstance(bound, Bound)
    assert [d.code for d in bound.losses] == ["T425"]


def test_a_variant_is_taken_where_the_rule_requires_its_value() -> None:
    both = Test("both", Equals(Pattern.literal("x")))
    one = Test("coded", Equals(Pattern.literal("one")))
    chosen = MAP.bind(rule(All((one, both))))
    free = MAP.bind(rule(Any((one, both))))
    assert isinstance(chosen, Bound)
    assert isinstance(free, Bound)
    assert [t.field for t in ir.tests(chosen.rule.condition)] == ["K", "B"]
    assert [t.field for t in ir.tests(free.rule.condition)] == ["K", "A", "B"]


def test_fields_are_related_over_their_columns() -> None:
    same = Test("plain", FieldIs(Relation.EQUALS, "user"))
    bound = MAP.bind(rule(same))
    assert isinstance(bound, Bound)
    assert bound.rule.condition == Test("A", FieldIs(Relation.EQUALS, "user"))
    assert set(bound.computed) == {"user"}
    for other in ("coded", "absent"):
        refused = MAP.bind(rule(Test("plain", FieldIs(Relation.EQUALS, other))))
        assert isinstance(refused, Diagnostic)
        assert refused.code == "T422"


def test_one_place_is_computed_once_and_names_are_unlike() -> None:
    text = (
        "sources: [{logsource: windows, table: T, fields: "
        "{a-b: [{member: D, path: x}, {member: D, path: y}], a.b: {member: D, path: x}, "
        "1a: {member: D, path: z}}}]"
    )
    fieldmap = build_fieldmap("m", text)
    condition = All(tuple(Test(name, Exists()) for name in ("a-b", "a.b", "1a")))
    bound = fieldmap.bind(rule(condition))
    assert isinstance(bound, Bound)
    assert list(bound.computed) == ["a_b", "a_b2", "_1a"]


def test_counts_are_bound_and_simplified() -> None:
    absent = Test("absent", Exists())
    fixed = Test("fixed", Equals(Pattern.literal("one")))
    a, b = Test("plain", Exists()), Test("hex", Exists())

    def bound(count: int, *children: Node) -> Node:
        found = MAP.bind(rule(Any((Test("plain", IsNull()), AtLeast(count, children)))))
        assert isinstance(found, Bound)
        condition = found.rule.condition
        assert isinstance(condition, Any | Test | Const)
        return condition

    null = Test("A", IsNull())
    present = Test("A", Exists())
    other = Test("hex", Exists())
    assert bound(2, a, b, Test("xml", Exists())) == Any(
        (null, AtLeast(2, (present, other, Test("xml", Exists()))))
    )
    assert bound(2, a, fixed, absent) == Any((null, present))
    assert bound(2, a, b, absent) == Any((null, All((present, other))))
    assert bound(2, absent, absent, a) == null
    assert bound(2, fixed, fixed, a) == Const(value=True)


def test_keywords_are_searched_in_the_columns_of_words() -> None:
    bound = MAP.bind(rule(Test(None, Contains(Pattern.literal("x")))))
    assert isinstance(bound, Bound)
    assert bound.keywords
    assert [t.field for t in ir.tests(bound.rule.condition)] == ["A", "B"]
    event = row_event(bound.binding, {"A": "x", "B": ""}, ())
    assert event == {KEYWORDS: ["x"]}


def test_apply_binds_a_set_and_reports_what_cannot_be_had() -> None:
    rules = RuleSet([rule(Test("plain", Exists())), rule(Test("absent", Exists()))])
    report = Report()
    text = "sources: [{logsource: windows, table: T, where: {K: x}, fields: {plain: A}}]"
    found = build_fieldmap("m", text).apply(rules, report)
    assert [each.condition for each in found] == [
        All((Test("K", Equals(Pattern.literal("x"), cased=True)), Test("A", Exists())))
    ]
    assert [d.code for d in report] == ["T422"]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("member", "D.a"),
        ("json", "J.a"),
        ("user", "A\\B"),
        ("hex", "N"),
        ("xml", "F"),
        ("plain", "A"),
    ],
)
def test_rename_gives_the_names_that_events_have(name: str, field: str) -> None:
    report = Report()
    other = rule(Test("plain", Exists()), "linux")
    found = MAP.rename(RuleSet([rule(Test(name, Exists())), other]), report)
    assert [each.condition for each in found] == [Test(field, Exists()), other.condition]
    assert not report


def test_rename_reports_what_cannot_be_had() -> None:
    report = Report()
    assert len(MAP.rename(RuleSet([rule(Test("absent", Exists()))]), report)) == 0
    assert [d.code for d in report] == ["T422"]


def test_shipped_maps_are_known_by_name() -> None:
    assert set(fieldmap_names()) >= {"sentinel-asim", "defender-xdr", "sentinel", "none"}
    assert isinstance(load_fieldmap("none"), FieldMap)
    with pytest.raises(KeyError):
        load_fieldmap("nothing")
