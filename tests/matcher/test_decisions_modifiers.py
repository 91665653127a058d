"""The decisions about modifiers and conditions (D18 to D32), each a test by its number."""

import json

import pytest
from tocsin.dsl.diagnostics import Severity

import tocsin
from tests.matcher.verdicts import HEAD, codes, is_refused, rule_of, verdict


def test_d18_all_with_one_value_is_accepted() -> None:
    assert verdict("F|contains|all: a", {"F": "xax"})


def test_d19_cased_counts_case_everywhere() -> None:
    for key in ("F|cased|contains", "F|contains|cased"):
        assert verdict(f"{key}: aB", {"F": "xaBx"})
        assert not verdict(f"{key}: aB", {"F": "xabx"})
    assert verdict("F|fieldref: G", {"F": "a", "G": "A"})
    assert not verdict("F|fieldref|cased: G", {"F": "a", "G": "A"})
    assert not verdict("F|cased|fieldref: G", {"F": "a", "G": "A"})


@pytest.mark.parametrize(
    ("key", "pattern", "value", "expected"),
    [
        ("re", "b.d", "abcde", True),
        ("re", "B.D", "abcde", False),
        ("re|i", "B.D", "abcde", True),
        ("re|ignorecase", "B.D", "abcde", True),
        ("re", "^b", "a\nb", False),
        ("re|m", "^b", "a\nb", True),
        ("re", "a.b", "a\nb", False),
        ("re|s", "a.b", "a\nb", True),
        ("re|s|i|m", "^B.C$", "a\nb\nc\nd", True),
        ("re", "a$", "a\n", False),
        ("re", r"\d", "\N{ARABIC-INDIC DIGIT ONE}", False),
        ("re", r"a\\b", r"a\b", True),
        ("re", r"\*", "a*b", True),
        ("re|startswith", "b", "ab", False),
        ("re|endswith", "b", "ab", True),
        ("re|contains", "b", "abc", True),
    ],
)
def test_d20_regular_expressions_are_searched(
    key: str, pattern: str, value: str, expected: bool
) -> None:
    assert verdict(f"F|{key}: '{pattern}'", {"F": value}) is expected


@pytest.mark.parametrize(
    "pattern", ["(?=a)b", "(?!a)b", "(?<=a)b", r"(a)\1", "a++", "(?>a)", "(", "["]
)
def test_d20_what_needs_backtracking_is_refused(pattern: str) -> None:
    assert is_refused(f"F|re: '{pattern}'")
    assert "T311" in codes(f"F|re: '{pattern}'")


@pytest.mark.parametrize(
    ("network", "address", "expected"),
    [
        ("10.0.0.0/8", "10.255.1.2", True),
        ("10.0.0.0/8", "11.0.0.0", False),
        ("10.0.0.0/8", "::ffff:10.0.0.1", True),
        ("10.0.0.0/8", "10.0.0.1%eth0", False),
        ("fe80::/10", "fe80::1%eth0", True),
        ("::/0", "::ffff:10.0.0.1", False),
        ("fd00::/8", "FD12::9", True),
        ("10.0.0.0/8", "10.0.0.0/16", False),
        ("10.0.0.0/8", "10.0.0.1:80", False),
        ("10.0.0.0/8", "010.0.0.1", False),
        ("10.0.0.0/8", "host", False),
        ("0.0.0.0/0", "1.2.3.4", True),
    ],
)
def test_d21_networks_hold_addresses(network: str, address: str, expected: bool) -> None:
    assert verdict(f"F|cidr: '{network}'", {"F": address}) is expected


def test_d21_a_network_with_host_bits_is_refused() -> None:
    assert is_refused("F|cidr: 10.0.0.1/8")


def test_d22_base64offset_does_not_imply_contains() -> None:
    assert not verdict("F|base64offset: whoami", {"F": "xd2hvYW1px"})
    assert verdict("F|base64offset|contains: whoami", {"F": "xd2hvYW1px"})
    assert verdict("F|base64offset|contains: whoami", {"F": "dob2FtaQ"})
    assert verdict("F|base64offset|contains|all:\n - whoami\n - whoami", {"F": "3aG9hbW"})


def test_base64_keeps_its_padding() -> None:
    assert verdict("F|base64: ab", {"F": "YWI="})
    assert not verdict("F|base64: ab", {"F": "YWI"})
    assert is_refused("F|base64: 'a*b'")
    assert is_refused("F|contains|base64: ab")


def test_d23_utf16_forms_feed_base64() -> None:
    for name in ("wide", "utf16le"):
        assert verdict(f"F|{name}|base64offset|contains: ping", {"F": "cABpAG4AZw"})
        assert verdict(f"F|{name}: ab", {"F": "a\0b\0"})
    assert verdict("F|utf16be|base64: ab", {"F": "AGEAYg=="})
    assert verdict("F|utf16|base64: ab", {"F": "//5hAGIA"})
    assert verdict("F|wide|base64: ä", {"F": "5AA="})


def test_d24_dashes_are_alike_where_an_option_begins() -> None:
    for dash in "-/\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}":
        assert verdict("F|windash|contains: ' -a -b'", {"F": f"x {dash}a -b"})
        assert verdict("F|windash|contains: ' /a'", {"F": f"x {dash}a"})
        assert verdict(f"F|windash|contains: ' {dash}a'", {"F": "x -a"})
    assert not verdict("F|windash|contains: 'a-b'", {"F": "a/b"})
    assert not verdict("F|windash|contains: '- '", {"F": "/ "})


def test_d25_exists_is_presence_even_of_null() -> None:
    assert verdict("F|exists: true", {"F": None})
    assert verdict("F|exists: true", {"F": ""})
    assert not verdict("F|exists: true", {})
    assert verdict("F|exists: false", {})
    assert not verdict("F|exists: false", {"F": None})


def test_comparisons_read_text_as_numbers() -> None:
    assert verdict("F|gt: 5", {"F": "10"})
    assert not verdict("F|gt: 5", {"F": "5"})
    assert verdict("F|gte: 5", {"F": 5})
    assert verdict("F|lt: -1", {"F": "-1.5"})
    assert verdict("F|lte: 0.5", {"F": 0.5})
    assert not verdict("F|gt: 5", {"F": "0xff"})
    assert not verdict("F|gt: 0", {"F": True})
    assert is_refused("F|gt: '5'")


def test_d26_neq_negates_the_whole_item() -> None:
    assert verdict("F|neq:\n  - a\n  - b", {"F": "c"})
    assert not verdict("F|neq:\n  - a\n  - b", {"F": "b"})
    assert verdict("F|neq: a", {})
    assert not verdict("F|contains|neq: a", {"F": "xax"})


def test_fieldref_compares_two_fields_literally() -> None:
    assert verdict("F|fieldref|startswith: G", {"F": "abc", "G": "AB"})
    assert verdict("F|fieldref|endswith: G", {"F": "abc", "G": "BC"})
    assert verdict("F|fieldref|contains: G", {"F": "a*c", "G": "*"})
    assert not verdict("F|fieldref|contains: G", {"F": "abc", "G": "*"})
    assert not verdict("F|fieldref: G", {"F": "a"})
    assert not verdict("F|fieldref: G", {})
    assert is_refused("F|fieldref: 'G*'")


@pytest.mark.parametrize(
    ("key", "number", "value", "expected"),
    [
        ("hour", 10, "2024-05-01T10:20:30.123Z", True),
        ("minute", 20, "2024-05-01 10:20:30", True),
        ("day", 1, "2024-05-01", True),
        ("week", 53, "2021-01-02T00:00:00Z", True),
        ("month", 5, "2024/05/01 10:20", True),
        ("year", 2024, "2024-05-01T23:59:59-08:00", True),
        ("hour", 23, "2024-05-01T23:59:59-08:00", True),
        ("year", 2024, 1714558830, True),
        ("hour", 10, 1714558830123, True),
        ("hour|lt", 6, "2024-05-01T05:00:00Z", True),
        ("hour|gte", 6, "2024-05-01T05:00:00Z", False),
        ("hour", 10, "noon", False),
        ("hour", 0, "2024-05-01", False),
        ("day", 30, "2024-02-30", False),
    ],
)
def test_d27_parts_of_a_time_are_of_the_clock_as_written(
    key: str, number: int, value: object, expected: bool
) -> None:
    assert verdict(f"F|{key}: {number}", {"F": value}) is expected


def test_d28_placeholders_are_filled_or_the_rule_is_left_out() -> None:
    detection = r"F|expand: 'C:\%user%\x'"
    assert verdict(detection, {"F": r"c:\bob\x"}, user=["alice", "bob"])
    assert not verdict(detection, {"F": r"c:\eve\x"}, user=["alice", "bob"])
    matcher = tocsin.compile(tocsin.loads(rule_of(detection)), routing="off")
    assert [d.code for d in matcher.report if d.severity is Severity.ERROR] == ["T317"]
    assert verdict("F: '%user%'", {"F": "%user%"})


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("1 of sel*", True),
        ("any of sel*", True),
        ("all of sel*", False),
        ("2 of sel_*", True),
        ("3 of sel_*", False),
        ("1 of them", True),
        ("all of them", False),
        ("1 of _hid*", True),
        ("1 of sel_c*", False),
        ("not sel_c and sel_a or sel_c", True),
        ("not (sel_a or sel_c)", False),
        ("not not sel_a", True),
        ("sel_a and not\n  sel_c", True),
    ],
)
def test_d29_conditions_bind_and_count(condition: str, expected: bool) -> None:
    text = (
        f"{HEAD}  sel_a: {{A: 1}}\n  sel_b: {{B: 1}}\n  sel_c: {{C: 1}}\n"
        f"  _hidden: {{A: 1}}\n  order: {{A: 1}}\n  condition: {json.dumps(condition)}\n"
    )
    (rule,) = tocsin.loads(text)
    assert tocsin.reference.match(rule, {"A": 1, "B": 1}) is expected


def test_d30_a_selector_without_match_or_an_unknown_name_is_refused() -> None:
    assert is_refused("F: a", "1 of other*")
    assert is_refused("F: a", "sel and nothing")
    assert is_refused("F: a", "all of _hidden*")


def test_d31_upper_case_operators_are_accepted() -> None:
    assert verdict("F: a", {}, "NOT sel AND NOT sel")


def test_a_list_of_conditions_is_any_of_them() -> None:
    text = f"{HEAD}  a: {{A: 1}}\n  b: {{B: 1}}\n  condition:\n    - a\n    - b\n"
    (rule,) = tocsin.loads(text)
    assert tocsin.reference.match(rule, {"B": 1})


def test_d32_pipe_syntax_is_refused_with_its_equivalent() -> None:
    rules = tocsin.loads(rule_of("F: a", "sel | count(User) by Host > 5"), on_error="skip")
    (fault,) = (d for d in rules.report if d.severity is Severity.ERROR)
    assert not rules
    assert "value_count" in fault.help + " ".join(fault.notes)


@pytest.mark.parametrize(
    "detection",
    ["F|contain: a", "{}", "[]", "F: [[a]]", "F: {a: b}", "F|exists: maybe", "'|cidr': 10.0.0.0/8"],
)
def test_section_10_faults_are_refused(detection: str) -> None:
    assert is_refused(detection)
