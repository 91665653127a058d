"""Texts that are known before any event: judged alone, spelled out, cut from their prefixes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tocsin.dsl.fieldmap.prefixes import behind
from tocsin.dsl.fieldmap.registry import spelled_out
from tocsin.dsl.fieldmap.texttest import passes
from tocsin.dsl.ir import (
    Check,
    Compare,
    Const,
    Contains,
    Ends,
    Equals,
    Exists,
    FieldIs,
    InNet,
    IsNull,
    Matches,
    OneOf,
    Order,
    Part,
    Relation,
    Starts,
    TimePart,
    Truth,
)
from tocsin.dsl.values import Network, Number, Pattern, Placeholder, Regex, Wild


@pytest.mark.parametrize(
    ("check", "text", "verdict"),
    [
        (Equals(Pattern.parse("a?c")), "ABC", True),
        (Equals(Pattern.of(("a", Wild.DASH))), "a–", True),
        (Equals(Pattern.of((Placeholder("x"),))), "%x%", True),
        (Starts(Pattern.literal("a"), cased=True), "Ab", False),
        (Ends(Pattern.literal("b")), "aB", True),
        (OneOf(frozenset({"A"}), cased=True), "a", False),
        (Matches(Regex("^b", ignore_case=True, multiline=True, dot_all=True)), "a\nB", True),
        (InNet(Network(4, 10 << 24, 8)), "10.1.2.3", True),
        (InNet(Network(4, 10 << 24, 8)), "::ffff:10.1.2.3", True),
        (InNet(Network(6, 0, 8)), "::1%eth0", True),
        (InNet(Network(4, 10 << 24, 8)), "ten", False),
        (Compare(Order.LT, Number(Decimal(5))), "4.5", True),
        (Compare(Order.LE, Number(Decimal(5))), "5", True),
        (Compare(Order.GT, Number(Decimal(5))), "5", False),
        (Compare(Order.GE, Number(Decimal(5))), "5e1", True),
        (Compare(Order.EQ, Number(Decimal(5))), "0x5", False),
        (TimePart(Part.HOUR, Order.EQ, Number(Decimal(1))), "x", False),
        (FieldIs(Relation.EQUALS, "x"), "x", False),
        (IsNull(), "", False),
        (Compare(Order.EQ, Number(Decimal(5))), "5.0", True),
        (Matches(Regex(r"\pL")), "é", True),
        (Compare(Order.EQ, Number(Decimal(5))), "1e99999999999999999999", False),
        (Contains(Pattern.literal("B")), "abc", True),
        (Exists(present=False), "", False),
    ],
)
def test_a_known_text_is_judged(check: Check, text: str, verdict: bool) -> None:
    assert passes(check, text) is verdict


def test_hives_are_spelled_out_where_a_pattern_abbreviates_them() -> None:
    def spelled(check: Check) -> list[Check]:
        return spelled_out(check)

    long = Pattern.literal("HKEY_LOCAL_MACHINE\\a")
    assert spelled(Starts(Pattern.literal("hklm\\a"))) == [Starts(long)]
    assert spelled(Contains(Pattern.literal("HKLM\\a"))) == [Starts(long)]
    assert spelled(Ends(Pattern.literal("HKLM\\a"))) == [Equals(long)]
    run = Pattern.parse("HKEY_LOCAL_MACHINE*run")
    assert spelled(Contains(Pattern.parse("HKLM*run"))) == [Starts(run)]
    assert spelled(Starts(Pattern.literal("HKLM"))) == [
        Starts(Pattern.literal("HKEY_LOCAL_MACHINE\\"))
    ]
    assert spelled(Contains(Pattern.literal("hklm\\a"), cased=True)) == []
    assert spelled(OneOf(frozenset({"HKLM\\a", "b"}))) == [Equals(long)]
    for silent in (Contains(Pattern.literal("\\a")), Contains(Pattern.parse("*a")), Exists()):
        assert spelled(silent) == []


def test_what_follows_a_prefix_is_asked_for_alone() -> None:
    literal = Pattern.literal
    assert behind("M=", Contains(literal("M=ab"))) == [Starts(literal("ab"))]
    assert behind("M=", Ends(literal("=ab"))) == [Equals(literal("ab"))]
    assert behind("M=", Contains(literal(""))) == [Exists()]
    assert behind("M=", Contains(literal("m"))) == Const(value=True)
    assert behind("M=", Starts(literal("M"))) == Const(value=True)
    assert behind("M=", Equals(literal(""))) == Const(value=False)
    assert behind("M=", Equals(Pattern.parse("*ab"))) == [Equals(Pattern.parse("*ab"))]
    assert behind("M=", Starts(Pattern.parse("?x"))) == Const(value=False)
    assert behind("M=", Matches(Regex("a"))) is None
    assert behind("M=", Truth(value=True)) == Const(value=False)
    assert behind("M=", OneOf(frozenset({"M=a", "b", "M=a="}))) == [OneOf(frozenset({"a"}))]
    assert behind("M=", Contains(Pattern.parse("?b"))) == [Contains(Pattern.parse("?b"))]
