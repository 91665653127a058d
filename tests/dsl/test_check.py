"""The check stage: what it says of faults, with place, help and fix."""

import pytest
from tocsin.dsl.diagnostics import Diagnostic, Severity

import tocsin
from tests.matcher.verdicts import HEAD, rule_of


def faults(detection: str, condition: str = "sel") -> list[Diagnostic]:
    rules = tocsin.loads(rule_of(detection, condition), on_error="skip")
    return [d for d in rules.report if d.code < "T900"]


def fault(detection: str, condition: str = "sel") -> Diagnostic:
    (only,) = faults(detection, condition)
    return only


@pytest.mark.parametrize(
    ("detection", "code", "place", "word", "help_has"),
    [
        ("F|endwith: a", "T301", (6, 7), "endwith", "`endswith`"),
        ("F|zzzzzzzz: a", "T301", (6, 7), "zzzzzzzz", "the modifiers are"),
        ("F|contains|re: a", "T302", (6, 16), "re", "field name `F`"),
        ("F|gt|contains: 5", "T303", (6, 10), "contains", "two items"),
        ("F|contains|gt: 5", "T303", (6, 16), "gt", "two items"),
        ("F|cidr|cased: 10.0.0.0/8", "T303", (6, 12), "cased", "two items"),
        ("F|fieldref|expand: G", "T303", (6, 16), "expand", "two items"),
        ("F|hour|base64: 1", "T303", (6, 12), "base64", "two items"),
        ("F|windash|hour: 1", "T303", (6, 15), "hour", "two items"),
        ("F|cased|hour: 1", "T303", (6, 13), "hour", "two items"),
        ("F|contains|hour: 1", "T303", (6, 16), "hour", "two items"),
        ("F|i: a", "T304", (6, 7), "i", "`re|i`"),
        ("F|contains|base64: a", "T305", (6, 16), "base64", "before `contains`"),
        ("F|contains: null", "T306", (6, 17), "null", "quotes"),
        ("F|gt: '5'", "T307", (6, 11), "'5'", "without quotes"),
        ("F|gt: five", "T307", (6, 11), "five", ""),
        ("F|hour: noon", "T307", (6, 13), "noon", ""),
        ("F|exists: 1", "T308", (6, 15), "1", "missing"),
        ("F|base64: 'a*'", "T309", (6, 15), "'a*'", r"\*"),
        ("F|fieldref: 'a*'", "T309", (6, 17), "'a*'", r"\*"),
        ("F|cidr: 10.0.0.1/8", "T310", (6, 13), "10.0.0.1/8", "`10.0.0.0/8`"),
        ("F|cidr: house", "T310", (6, 13), "house", "10.0.0.0/8"),
        ("F|cidr: null", "T306", (6, 13), "null", ""),
        ("F|re: null", "T306", (6, 11), "null", ""),
        ("F|re: 'ab(?=c)'", "T311", (6, 14), "(", "RE2"),
        ("F|utf16: ab", "T312", (6, 14), "ab", "base64"),
        ("F|windash|base64: '-a -b -c -d -e'", "T313", (6, 23), "'-a -b -c -d -e'", "fewer"),
        ("F|expand|base64: '%x%'", "T317", (6, 22), "'%x%'", "values themselves"),
        ("'|cidr': 10.0.0.0/8", "T320", (6, 5), "'|cidr'", "name the field"),
        ("F|fieldref: null", "T306", (6, 17), "null", ""),
    ],
)  # fmt: skip
def test_a_fault_has_its_code_place_words_and_advice(
    detection: str, code: str, place: tuple[int, int], word: str, help_has: str
) -> None:
    found = fault(detection)
    assert found.code == code
    assert found.severity is Severity.ERROR
    assert (found.line, found.column) == place
    assert found.labels[0].span.text == word
    assert help_has in found.help


def test_a_misspelt_modifier_and_a_network_offer_a_fix() -> None:
    (fix,) = fault("F|endwith: a").fixes
    assert (fix.replacement, fix.safe) == ("endswith", True)
    (fix,) = fault("F|cidr: 10.0.0.1/8").fixes
    assert (fix.replacement, fix.safe) == ("10.0.0.0/8", False)
    (fix,) = fault("F|gt: '5'").fixes
    assert fix.replacement == "5"


def test_an_unknown_detection_points_at_the_similar_one() -> None:
    found = fault("F: a", "sell")
    assert found.code == "T204"
    assert [label.span.text for label in found.labels] == ["sell", "sel"]
    assert found.help == "write `sel`"
    assert "`sel`" in fault("F: a", "completely_different").help


def test_a_selector_without_match_names_the_detections() -> None:
    found = fault("F: a", "1 of filter*")
    assert (found.code, found.labels[0].span.text) == ("T205", "1 of filter*")
    assert "`sel`" in found.help


def test_an_unused_detection_and_an_unreachable_count_are_warnings() -> None:
    text = f"{HEAD}  a: {{A: 1}}\n  b: {{B: 1}}\n  condition: 2 of a*\n"
    rules = tocsin.loads(text)
    found = {d.code: d for d in rules.report}
    assert found["T206"].labels[0].span.text == "b"
    assert found["T207"].severity is Severity.WARNING
    assert not tocsin.reference.match(rules[0], {"A": 1})


def test_every_fault_of_a_rule_is_reported() -> None:
    text = (
        f"{HEAD}  a:\n    F|endwith: x\n    G|cidr: 1.2.3.4/8\n  b:\n    H|gt: x\n"
        "  condition: a and c or 1 of d*\n"
    )
    rules = tocsin.loads(text, on_error="skip")
    found = [d.code for d in rules.report if d.severity is Severity.ERROR]
    assert found == ["T301", "T310", "T307", "T204", "T205"]


def test_a_broken_rule_leaves_its_neighbours() -> None:
    text = rule_of("F|endwith: a") + "---\n" + rule_of("F: a")
    rules = tocsin.loads(text, on_error="skip")
    assert (len(rules), rules.skipped) == (1, 1)
    with pytest.raises(tocsin.RuleError) as raised:
        tocsin.loads(text)
    assert "T301" in str(raised.value)


@pytest.mark.parametrize(
    "key",
    [
        "F|cased|contains|all", "F|contains|cased|neq", "F|re|i|m|s|neq", "F|cidr|all|neq",
        "F|windash|wide|base64offset|contains", "F|utf16le|base64", "F|expand|contains",
        "F|re|expand", "F|startswith|endswith", "F|fieldref|cased|contains", "F|contains|fieldref",
        "F|wide|cased", "F|base64|base64",
    ],
)  # fmt: skip
def test_modifiers_combine_in_every_legal_order(key: str) -> None:
    value = "10.0.0.0/8" if "cidr" in key else "abc"
    assert [d for d in faults(f"{key}: {value}") if d.severity is Severity.ERROR] == []
