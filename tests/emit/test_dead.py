"""Rules that can never fire on a target are found, and the living left alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.ir import (
    All,
    Any,
    AtLeast,
    Compare,
    Const,
    Contains,
    Ends,
    Equals,
    Exists,
    Node,
    Not,
    OneOf,
    Order,
    RuleSet,
    Starts,
    Test,
    Truth,
)
from tocsin.dsl.source import Source
from tocsin.dsl.values import Number, Pattern
from tocsin.emit.convert import find_dead
from tocsin.emit.dead import _enumerated, cause_of_death, narrowed

from tests.emit.samples import FIELDMAP, SCHEMA, emitted, rule


def equals(field: str, text: str) -> Test:
    return Test(field, Equals(Pattern.parse(text)))


ALIVE = equals("Text", "abc")
DEAD: list[tuple[Node, str]] = [
    (equals("Kind", "Gone"), "`Kind` holds only `Made`"),
    (Test("Kind", OneOf(frozenset({"x", "y"}))), "`Kind` holds only `Made`"),
    (All((ALIVE, equals("Kind", "true"))), "`Kind` holds only `Made`"),
    (Any((equals("Kind", "a"), equals("Kind", "b"))), "`Kind` holds only `Made`"),
    (AtLeast(2, (ALIVE, equals("Kind", "a"), equals("Kind", "b"))), "`Kind` holds only `Made`"),
    (equals("Number", "abc"), "`Number` holds numbers"),
    (Test("Number", OneOf(frozenset({"a", "b"}))), "`Number` holds numbers"),
    (Test("Ratio", Truth(value=True)), "`Ratio` holds numbers"),
    (equals("Flag", "yes"), "`Flag` holds true or false"),
    (Test("Name", Ends(Pattern.literal("\\a\\b.exe"))), "`Name` holds names without folders"),
    (Test("Name", Starts(Pattern.literal("C:/"))), "`Name` holds names without folders"),
    (Test("Name", Contains(Pattern.literal("\\"))), "`Name` holds names without folders"),
    (Test("Name", OneOf(frozenset({"a\\b", "c/d"}))), "`Name` holds names without folders"),
]


@pytest.mark.parametrize(("condition", "reason"), DEAD)
def test_a_dead_rule_is_refused_with_the_reason(condition: Node, reason: str) -> None:
    error = emitted(condition).error
    assert error is not None
    assert error.code == "T605"
    assert error.message == f"no row can pass the rule: {reason}"


LIVING: list[Node] = [
    ALIVE,
    equals("Kind", "made"),
    equals("Kind", ""),
    Test("Kind", Exists()),
    Not(equals("Kind", "x")),
    Any((ALIVE, equals("Kind", "x"))),
    AtLeast(2, (ALIVE, equals("Other", "x"), equals("Kind", "x"))),
    equals("Number", "1*"),
    Test("Number", OneOf(frozenset({"a", "1"}))),
    Test("Number", Compare(Order.EQ, Number(Decimal(1)))),
    equals("Flag", "true"),
    equals("Name", "a.exe"),
    Test("Name", OneOf(frozenset({"a\\b", "c"}))),
    Test("Name", Truth(value=True)),
    Const(value=True),
]


@pytest.mark.parametrize("condition", LIVING)
def test_a_living_rule_is_let_alone(condition: Node) -> None:
    assert emitted(condition).ok


def test_many_words_are_not_all_told() -> None:
    assert _enumerated("abcdefghij").endswith("`h` and others")


def test_a_filter_leaves_fewer_words() -> None:
    columns = SCHEMA.tables["Events"].columns
    where = All(
        (
            Test("Text", OneOf(frozenset({"b", "a"}))),
            equals("Number", "1"),
            equals("Nowhere", "1"),
            Test("Kind", Exists()),
            equals("Kind", "Gone"),
        )
    )
    found = narrowed(where, columns)
    assert {name: column.values for name, column in found.items()} == {
        "Text": ("a", "b"),
        "Kind": ("Gone",),
    }


def test_without_a_schema_nothing_is_known() -> None:
    bound = FIELDMAP.bind(rule(equals("Kind", "x")))
    assert cause_of_death(bound, None) is None  # type: ignore[arg-type]


def test_dead_rules_are_reported_where_they_die() -> None:
    source = Source("r.yml", "Kind: x")
    condition = Test("Kind", Equals(Pattern.literal("x")), source.span(0, 7))
    lacking = rule(equals("Absent", "x"))
    report = Report()
    find_dead(RuleSet([rule(condition), rule(ALIVE), lacking]), FIELDMAP, SCHEMA, report)
    assert [found.code for found in report] == ["T605", "T605"]
    assert (report[0].path, report[0].line, report[0].column) == ("r.yml", 1, 1)
    assert "nobody keeps it" in report[1].notes
