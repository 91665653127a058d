"""The decisions about values, fields and logic (D1 to D17), each a test by its number."""

from typing import Any

import pytest

import tocsin
from tests.matcher.verdicts import codes, is_refused, rule_of, verdict


def test_d1_a_plain_scalar_is_typed_as_yaml_1_1_and_keeps_its_text() -> None:
    assert verdict("F|contains: 00000429", {"F": "x00000429y"})
    assert not verdict("F|contains: 00000429", {"F": "429"})
    assert verdict("F: yes", {"F": True})
    assert verdict("F: 0x10", {"F": 16})
    assert verdict("F: 2024-01-02", {"F": "2024-01-02"})


def test_d2_a_duplicate_key_in_a_detection_is_refused() -> None:
    assert is_refused("F: a\nF: b")


def test_d3_an_id_that_is_no_uuid_is_a_warning() -> None:
    rules = tocsin.loads("id: 12\n" + rule_of("F: a"))
    assert rules[0].info.id == "12"
    assert len(rules.report) >= 1


def test_d4_log_sources_compare_without_case() -> None:
    matcher = tocsin.compile(tocsin.loads(rule_of("F: a").replace("windows", "Windows")))
    assert len(matcher.match({"Channel": "System", "EventID": 1, "F": "a"})) == 1
    assert len(matcher.match({"F": "a"}, logsource="WINDOWS")) == 1


def test_d5_a_rule_sees_only_events_of_its_log_source() -> None:
    text = rule_of("F: a").replace("{product: windows}", "{product: windows, service: system}")
    rules = tocsin.loads(text)
    matcher = tocsin.compile(rules)
    assert matcher.match({"Channel": "System", "F": "a"})
    assert not matcher.match({"Channel": "Security", "F": "a"})
    assert not matcher.match({"F": "a"})
    assert matcher.match({"F": "a"}, logsource="windows//system")
    assert not matcher.match({"F": "a"}, logsource="linux")
    assert tocsin.compile(rules, routing="off").match({"F": "a"})


def test_d5_process_creation_is_also_security_4688_with_its_field_names() -> None:
    text = rule_of("Image|endswith: '\\a.exe'\nParentImage|endswith: '\\b.exe'").replace(
        "{product: windows}", "{product: windows, category: process_creation}"
    )
    event = {"Channel": "Security", "EventID": 4688}
    event |= {"NewProcessName": r"C:\a.exe", "ParentProcessName": r"C:\b.exe"}
    matcher = tocsin.compile(tocsin.loads(text))
    assert matcher.match(event)
    assert not matcher.match(event | {"EventID": 4689})


def test_d6_spaces_are_stripped_from_field_names() -> None:
    assert verdict("ThreatName: x", {"Threat Name": "X"})
    assert verdict("ThreatName: x", {"Event": {"System": {}, "EventData": {"Threat Name": "x"}}})


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("a*c", "abbbc", True),
        ("a*c", "ac", True),
        ("a*c", "a\nb\r\nc", True),
        ("a?c", "a\nc", True),
        ("a?c", "ac", False),
        ("a?c", "a\U0001f600c", True),
        ("abc", "xabc", False),
        ("*", "", True),
        ("?*", "", False),
        ("a*b*c", "a-c-b", False),
        ("ab*ba", "aba", False),
        ("a*?c", "abc", True),
        ("*a?c*", "xxabcx", True),
    ],
)
def test_d7_wildcards_cover_whole_values_and_line_ends(
    pattern: str, value: str, expected: bool
) -> None:
    assert verdict(f"F: '{pattern}'", {"F": value}) is expected


@pytest.mark.parametrize(
    ("written", "value", "expected"),
    [
        ("ADMINISTRATÖR", "administratör", True),
        ("AUTORITE NT\\Système", "autorite nt\\SYSTÈME", True),
        ("K", "\N{KELVIN SIGN}", True),
        ("s", "\N{LATIN SMALL LETTER LONG S}", True),
        ("σ", "ς", True),
        ("ß", "\N{LATIN CAPITAL LETTER SHARP S}", True),
        ("ß", "ss", False),
        ("i", "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", False),
        ("é", "e\N{COMBINING ACUTE ACCENT}", False),
        ("ИВАН", "иван", True),
    ],
)
def test_d8_case_is_folded_simply(written: str, value: str, expected: bool) -> None:
    assert verdict(f"F: '{written}'", {"F": value}) is expected
    assert verdict(f"F|contains: '{written}'", {"F": f"-{value}-"}) is expected


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (r"a\\b", r"a\b"),
        (r"a\\\b", r"a\\b"),
        (r"a\\\\b", r"a\\b"),
        (r"a\*b", "a*b"),
        (r"a\\*b", r"a\xxb"),
        (r"a\\\*b", r"a\*b"),
        (r"a\b", r"a\b"),
        ("a\\", "a\\"),
        (r"\\\\srv\\share", r"\\srv\share"),
    ],
)
def test_escapes_are_read_left_to_right(written: str, value: str) -> None:
    assert verdict(f"F: '{written}'", {"F": value})


def test_escapes_are_read_before_a_modifier_opens_an_end() -> None:
    assert verdict(r"F|contains: 'foo\'", {"F": r"x foo\ y"})
    assert not verdict(r"F|contains: 'foo\'", {"F": "x foo* y"})


def test_no_white_space_is_trimmed_or_collapsed() -> None:
    assert not verdict("F: 'a b'", {"F": "a  b"})
    assert not verdict("F: 'a b'", {"F": " a b"})


@pytest.mark.parametrize(
    ("written", "value", "expected"),
    [
        ("'4688'", 4688, True),
        ("'1*'", 123, True),
        ("'true'", True, True),
        ("'True'", True, True),
        ("4688", "4688", True),
        ("4688", "04688", True),
        ("4688", "4688.0", True),
        ("4688", "4.688e3", True),
        ("4688", " 4688", False),
        ("999", "0x3e7", False),
        ("'0x3e7'", "0X3E7", True),
        ("9007199254740993", "9007199254740993", True),
        ("9007199254740993", "9007199254740992", False),
        ("9007199254740993", 9007199254740993, True),
        ("9007199254740993", 9007199254740992, False),
        ("1", True, False),
        ("true", "TRUE", True),
        ("true", "1", False),
        ("true", 1, False),
        ("false", False, True),
        ("'1.5'", 1.5, True),
        ("1.50", 1.5, True),
    ],
)
def test_d9_numbers_and_booleans_meet_text(written: str, value: object, expected: bool) -> None:
    assert verdict(f"F: {written}", {"F": value}) is expected


def test_d9_a_number_is_compared_with_the_text_of_the_json_line() -> None:
    matcher = tocsin.compile(tocsin.loads(rule_of("F: '1.50'")), routing="off")
    found = [line for line, _ in matcher.match_json(b'{"F": 1.50}\n{"F": 1.5}\n{"F": "1.50"}\n')]
    assert found == [0, 2]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({}, True),
        ({"F": None}, True),
        ({"F": []}, True),
        ({"F": ""}, False),
        ({"F": "null"}, False),
    ],
)
def test_d10_null_is_missing_or_null(event: dict[str, Any], expected: bool) -> None:
    assert verdict("F: null", event) is expected
    assert verdict("F:", event) is expected
    assert verdict("F: []", event) is expected


def test_d10_null_among_values_is_one_alternative() -> None:
    assert verdict("F:\n  - null\n  - a", {"F": "a"})
    assert verdict("F:\n  - null\n  - a", {})
    assert not verdict("F:\n  - null\n  - a", {"F": "b"})


@pytest.mark.parametrize(
    ("event", "expected"),
    [({}, False), ({"F": None}, False), ({"F": ""}, True), ({"F": " "}, False), ({"F": []}, False)],
)
def test_d11_empty_text_is_a_present_empty_value(event: dict[str, Any], expected: bool) -> None:
    assert verdict("F: ''", event) is expected


def test_d11_every_present_text_contains_the_empty_text() -> None:
    for modifier in ("contains", "startswith", "endswith"):
        assert verdict(f"F|{modifier}: ''", {"F": "x"})
        assert verdict(f"F|{modifier}: ''", {"F": ""})
        assert not verdict(f"F|{modifier}: ''", {})


def test_detections_join_maps_with_and_and_lists_with_or() -> None:
    assert verdict("A: 1\nB: 2", {"A": 1, "B": 2})
    assert not verdict("A: 1\nB: 2", {"A": 1, "B": 3})
    assert verdict("- A: 1\n- B: 2", {"B": 2})
    assert verdict("- A: 1\n- word", {"X": "a word there"})


@pytest.mark.parametrize(
    ("keywords", "event", "expected"),
    [
        ("- needle", {"A": {"B": ["hay NEEDLE stack"]}}, True),
        ("- needle", {"needle": "x"}, False),
        ("- ne*le", {"A": "xx need le xx"}, True),
        ("- 4625", {"EventID": 4625}, True),
        ("- 625", {"EventID": 4625}, True),
        ("'|all':\n  - one\n  - two", {"A": "one", "B": "two"}, True),
        ("'|all':\n  - one\n  - two", {"A": "one"}, False),
        ("- a b", {"X": "a", "Y": "b"}, False),
        ("'|re':\n  - 'o[nm]e$'", {"A": "some"}, True),
        ("needle", {"A": "needles"}, True),
    ],
)
def test_d12_keywords_are_contained_in_some_value(
    keywords: str, event: dict[str, Any], expected: bool
) -> None:
    assert verdict(keywords, event) is expected


def test_d13_a_missing_field_is_false_and_not_makes_it_true() -> None:
    for line in ("F: a", "F|contains: a", "F|re: a", "F|cidr: 10.0.0.0/8", "F|gt: 1", "F: 1"):
        assert not verdict(line, {"G": "x"})
        assert verdict(line, {"G": "x"}, "not sel")
        assert verdict(line, {"F": None}, "not sel")


def test_d14_one_element_of_a_list_suffices_and_negation_is_of_the_whole() -> None:
    event = {"F": ["abc", "xyz"]}
    assert verdict("F: xyz", event)
    assert not verdict("F: xyz", event, "not sel")
    assert verdict("F|contains|all:\n  - ab\n  - yz", event)
    assert not verdict("F|contains|all:\n  - ab\n  - no", event)


def test_d15_fields_are_literal_keys_first_then_paths() -> None:
    assert verdict("a.b: x", {"a.b": "x", "a": {"b": "y"}})
    assert not verdict("a.b: y", {"a.b": "x", "a": {"b": "y"}})
    assert verdict("a.b: y", {"a": {"b": "y"}})
    assert verdict("a.b: y", {"a": [{"b": "n"}, {"b": "y"}]})
    assert not verdict("f: x", {"F": "x"})
    assert verdict("cs-uri: x", {"cs-uri": "x"})


def test_d16_timeframe_is_no_detection() -> None:
    text = rule_of("F: a", "1 of them").replace("  condition", "  timeframe: 5m\n  condition")
    (rule,) = tocsin.loads(text)
    assert not tocsin.reference.match(rule, {"X": "5m"})
    assert tocsin.reference.match(rule, {"F": "a"})


def test_d17_a_number_under_a_text_modifier_counts_as_written() -> None:
    assert verdict("F|contains: 010", {"F": "x010"})
    assert not verdict("F|contains: 010", {"F": "x8"})
    assert "T318" in codes("F|contains: 4444")
    assert is_refused("F|contains: null")
