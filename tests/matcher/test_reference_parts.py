"""The parts of the reference evaluator: numbers, addresses, time stamps, expressions, reasons."""

from decimal import Decimal

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.ir import Order, Part
from tocsin.dsl.values import Number, Regex
from tocsin.matcher.addresses import address_of
from tocsin.matcher.explain import explain
from tocsin.matcher.expressions import compiled, with_spaces
from tocsin.matcher.numbers import compare, decimal_of
from tocsin.matcher.timestamps import part_of

import tocsin
from tests.laws.strategies import regexes, texts
from tests.matcher.verdicts import rule_of


@given(st.decimals(allow_nan=False, allow_infinity=False), st.sampled_from(Order))
def test_numbers_compare_as_decimals(value: Decimal, order: Order) -> None:
    text = str(value)
    assert compare(text, Order.EQ, Number(value))
    assert compare(text, order, Number(value)) is (order in (Order.EQ, Order.LE, Order.GE))


def test_huge_exponents_lie_beyond_every_number() -> None:
    most = Number(Decimal("1e1000"))
    assert compare("1e9999999999", Order.GT, most)
    assert compare("-1e9999999999", Order.LT, most)
    assert compare("1e-9999999999", Order.GT, Number(Decimal(0)))
    assert compare("-1e-9999999999", Order.LT, Number(Decimal(0)))
    assert compare("0.0e9999999999", Order.EQ, Number(Decimal(0)))
    assert compare("1e0000000000001", Order.EQ, Number(Decimal(10)))
    assert decimal_of("1e") is None


@pytest.mark.parametrize("text", ["10.0.0.1%eth0", "fe80::1%", "1" * 90, "", "%a", "1::%a%b"])
def test_what_is_no_address(text: str) -> None:
    assert (address_of(text) is None) is (text != "1::%a%b")


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("2024-05-01T24:00:00", Part.HOUR, None),
        ("2024-05-01T10:60", Part.HOUR, None),
        ("2024-05-01T10:20:61", Part.HOUR, None),
        ("2024-05/01", Part.DAY, None),
        ("0000-01-01", Part.YEAR, None),
        ("253402300800", Part.YEAR, 1978),
        ("99999999999", Part.YEAR, 5138),
        ("-62135596801", Part.YEAR, None),
        ("999999999999999999", Part.YEAR, None),
        ("2024-05-05", Part.WEEKDAY, 7),
        ("2024-05-05T01:02:03 UTC", Part.MINUTE, 2),
        ("2024-05-05T01:02:03,5+0200", Part.HOUR, 1),
    ],
)
def test_parts_of_time_stamps(text: str, part: Part, expected: int | None) -> None:
    assert part_of(text, part) == expected


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        (r"\s", r"[\t\n\x0b\f\r ]"),
        (r"\S", r"[^\t\n\x0b\f\r ]"),
        (r"[\sa]", r"[\t\n\x0b\f\r a]"),
        (r"[]\s]", r"[]\t\n\x0b\f\r ]"),
        (r"[^]\S]", r"[^]\x00-\x08\x0e-\x1f!-\x{10ffff}]"),
        (r"\\s", r"\\s"),
        (r"\Q\s\E\s", r"\Q\s\E[\t\n\x0b\f\r ]"),
        (r"\[\s", r"\[[\t\n\x0b\f\r ]"),
        (r"[[:alpha:]\s]\s", r"[[:alpha:]\t\n\x0b\f\r ][\t\n\x0b\f\r ]"),
        ("abc", "abc"),
    ],
)
def test_white_space_is_written_out(pattern: str, written: str) -> None:
    assert with_spaces(pattern) == written
    re2.compile(written)


def test_the_vertical_tab_is_white_space() -> None:
    for pattern in (r"^\s$", r"^[\s]$", r"^[^\S]$"):
        assert compiled(Regex(pattern)).search("\v")
    for pattern in (r"^\S$", r"^[\S]$", r"^[^\s]$"):
        assert not compiled(Regex(pattern)).search("\v")
        assert compiled(Regex(pattern)).search("é")


@given(regexes, texts)
def test_expressions_without_white_space_are_the_library_s(regex: Regex, text: str) -> None:
    flags = f"(?{regex.flags})" if regex.flags else ""
    if "\\s" not in regex.pattern:
        found = compiled(regex).search(text)
        assert (found is None) is (re2.search(flags + regex.pattern, text) is None)


def test_an_explanation_tells_every_test_with_its_values() -> None:
    (rule,) = tocsin.loads(rule_of("A: x\nB|fieldref: C\nD|exists: true\nE: null"))
    found = explain(rule, {"A": ["y", "x"], "B": "q", "C": "r", "D": None})
    assert not found.matched
    (detection,) = found.detections
    assert [outcome.held for outcome in detection.tests] == [True, False, True, True]
    assert [outcome.values for outcome in detection.tests] == [("y", "x"), ("q", "r"), (), ()]
    assert [outcome.present for outcome in detection.tests] == [True, True, True, False]


def test_an_explanation_of_keywords_has_no_values() -> None:
    (rule,) = tocsin.loads(rule_of("- word"))
    (detection,) = explain(rule, {"A": "a word"}).detections
    assert detection.held
    assert detection.tests[0].values == ()
