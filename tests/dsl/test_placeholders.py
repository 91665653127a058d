"""Placeholders: filled in, multiplied, or refused."""

import pytest
from tocsin.dsl import placeholders

import tocsin
from tests.matcher.verdicts import is_refused, rule_of, verdict


def test_several_placeholders_multiply_and_wildcards_count() -> None:
    detection = "F|expand: '%a%-%b%'"
    assert verdict(detection, {"F": "x-2"}, a=["x", "y"], b=["1", "2"])
    assert verdict(detection, {"F": "zz-2"}, a=["z*"], b=["2"])
    assert not verdict(detection, {"F": "x-3"}, a=["x"], b=["1", "2"])


def test_shape_and_case_of_the_value_stay() -> None:
    assert verdict("F|expand|contains: '%a%'", {"F": "-X-"}, a=["x"])
    assert not verdict("F|expand|contains|cased: '%a%'", {"F": "-X-"}, a=["x"])
    assert verdict("F|expand|startswith: 'c:\\%a%'", {"F": "C:\\bob\\y"}, a=["bob"])
    assert verdict("F|expand|endswith: '%a%'", {"F": "xbob"}, a=["bob"])


def test_values_in_expressions_are_literal() -> None:
    assert verdict("F|re|expand: '^%a%$'", {"F": "a.b"}, a=["a.b", "c"])
    assert not verdict("F|re|expand: '^%a%$'", {"F": "axb"}, a=["a.b"])


def test_placeholders_are_filled_below_every_kind_of_node() -> None:
    text = rule_of("F|expand: '%a%'\nG: 1", "not sel and 2 of sel or sel").replace(
        "  sel:", "  sel_2: {F: x}\n  sel_3: {F: y}\n  sel:"
    )
    text = text.replace("2 of sel or", "2 of sel_* or")
    (rule,) = tocsin.fill(tocsin.loads(text), {"a": ["z"]})
    assert tocsin.reference.match(rule, {"F": "z", "G": 1})
    assert rule.placeholders == ()


def test_a_missing_list_is_an_error_that_names_it() -> None:
    rules = tocsin.loads(rule_of("F|expand: '%a%'"))
    with pytest.raises(tocsin.RuleError) as raised:
        tocsin.fill(rules, {"b": ["x"]})
    (fault,) = raised.value.report
    assert (fault.code, fault.line) == ("T317", 6)
    assert "`a`" in fault.message


def test_numbers_and_single_texts_are_lists_too() -> None:
    rules = tocsin.loads(rule_of("F|expand: '%a%%b%'"))
    (rule,) = tocsin.fill(rules, {"a": [1], "b": "xy"})
    assert tocsin.reference.match(rule, {"F": "1xy"})


def test_too_many_texts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placeholders, "LIMIT", 3)
    rules = tocsin.loads(rule_of("F|expand: '%a%%a%'"))
    with pytest.raises(tocsin.RuleError, match="more than 3"):
        tocsin.fill(rules, {"a": ["x", "y"]})


def test_an_encoded_placeholder_is_refused() -> None:
    assert is_refused("F|expand|base64: '%a%'")
