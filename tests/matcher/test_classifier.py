"""The compiled value classifier gives the reference's verdicts on one value."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tocsin.dsl.ir import (
    Check,
    Compare,
    Contains,
    Ends,
    Equals,
    FieldIs,
    InNet,
    IsNull,
    OneOf,
    Order,
    Part,
    Relation,
    Starts,
    Test,
    TimePart,
    Truth,
)
from tocsin.dsl.values import DASHES, Network, Number, Pattern, Placeholder, Wild
from tocsin.matcher._classify import ValueClassifier
from tocsin.matcher.encode import encode_checks
from tocsin.matcher.reference import passes
from tocsin.matcher.view import View

HOSTILE = "aAbBkK\N{KELVIN SIGN}sS\N{LATIN SMALL LETTER LONG S}ßẞİIiıΣσς-/–—― \n\0\\.*?%Ⱥⱥ😀é"
"""Letters whose case is a trap, dashes, line ends, zeros, and wide code points."""

texts = st.text(HOSTILE, max_size=14)
parts = st.lists(st.one_of(st.text(HOSTILE, max_size=5), st.sampled_from(list(Wild))), max_size=5)


def pattern_in(made: list[str | Wild]) -> Pattern:
    """Return a pattern that neither begins nor ends with a star."""
    while made and made[0] is Wild.STAR:
        made = made[1:]
    while made and made[-1] is Wild.STAR:
        made = made[:-1]
    return Pattern.of(made)


patterns = parts.map(pattern_in)
cased = st.booleans()
text_checks = st.one_of(
    st.builds(Equals, patterns, cased),
    st.builds(Contains, patterns, cased),
    st.builds(Starts, patterns, cased),
    st.builds(Ends, patterns, cased),
    st.builds(OneOf, st.frozensets(texts, max_size=4), cased),
)


def held_by(checks: Sequence[Check], value: str) -> list[int]:
    """Return the numbers of the checks that the reference says hold for a value."""
    view = View({"f": value})
    return [n for n, check in enumerate(checks) if passes(Test("f", check), view)]


def classified(checks: Sequence[Check], *values: str) -> list[list[int]]:
    """Return what the classifier says of each value."""
    classifier = ValueClassifier(encode_checks(checks))
    return [classifier.classify(value.encode()) for value in values]


@given(st.lists(text_checks, max_size=12), st.lists(texts, min_size=1, max_size=4))
def test_text_checks_hold_as_the_reference_says(checks: list[Check], values: list[str]) -> None:
    values += [_spelled(check) for check in checks]
    assert classified(checks, *values) == [held_by(checks, value) for value in values]


def _spelled(check: Check) -> str:
    """Return a value that is likely to pass the check."""
    if isinstance(check, OneOf):
        return "".join(sorted(check.texts)[:1])
    assert isinstance(check, Equals | Contains | Starts | Ends)
    return "".join(p if isinstance(p, str) else "–k" for p in check.pattern.parts).swapcase()


@given(st.lists(st.text("ab", min_size=1, max_size=12), min_size=1, max_size=30), st.data())
def test_literals_that_hold_one_another_are_all_found(
    words: list[str], data: st.DataObject
) -> None:
    checks: list[Check] = [
        kind(Pattern.literal(word)) for word in words for kind in (Contains, Starts, Ends, Equals)
    ]
    values = [*words, data.draw(st.text("abAB", max_size=60))]
    assert classified(checks, *values) == [held_by(checks, value) for value in values]


@given(st.integers(0, 70), st.sampled_from(["", "é", "\N{KELVIN SIGN}"]), st.integers(1, 40))
def test_a_literal_is_found_wherever_it_stands(before: int, extra: str, size: int) -> None:
    word = "needle-in-a-haystack/that-is-rather-long"[:size]
    checks: list[Check] = [Contains(Pattern.literal(word))]
    value = "." * before + extra + word.upper() + extra
    assert classified(checks, value, value[:-1] + "~") == [
        [0],
        held_by(checks, value[:-1] + "~"),
    ]


def test_patterns_without_letters_hold_for_what_they_should() -> None:
    checks: list[Check] = [
        Equals(Pattern()),
        Contains(Pattern()),
        Equals(Pattern((Wild.STAR,))),
        Equals(Pattern((Wild.ONE,))),
        Contains(Pattern((Wild.ONE, Wild.ONE))),
        Equals(Pattern((Wild.DASH,))),
        Equals(Pattern((Wild.DASH,) * 4)),
    ]
    assert classified(checks, "", "é", "–", "/-–―") == [
        [0, 1, 2],
        [1, 2, 3],
        [1, 2, 3, 5],
        [1, 2, 4, 6],
    ]


def test_every_dash_is_every_other() -> None:
    checks: list[Check] = [Contains(Pattern((" ", Wild.DASH, "enc", Wild.DASH, "x", Wild.DASH)))]
    values = [f"a {a}enc{b}x{c}" for a in DASHES for b in DASHES for c in DASHES]
    assert classified(checks, *values) == [[0]] * len(values)
    assert classified(checks, "a +enc-x-") == [[]]


digits = st.text("0123456789", min_size=1, max_size=25)
decimals = st.one_of(
    st.builds("{}{}".format, st.sampled_from(["", "-", "+"]), digits),
    st.builds("{}{}.{}".format, st.sampled_from(["", "-", "+"]), digits, digits),
    st.builds(
        "{}{}.{}{}{}".format,
        st.sampled_from(["", "-"]),
        digits,
        digits,
        st.sampled_from(["e", "E", "e+", "e-"]),
        st.integers(0, 30),
    ),
    st.sampled_from(
        [
            "0",
            "-0",
            "00",
            "0.0",
            "1.",
            ".5",
            "1e",
            "e1",
            "",
            "-",
            "0x10",
            " 1",
            "1 ",
            "1e5000000000",
            "9007199254740993",
            "9007199254740992.5",
            "1e-99999999999999999999",
            "-1e9999999999999",
            "0e99999999999999999999",
            "1_0",
            "١",
            "NaN",
            "Infinity",
            "true",
            "10e-1",
            "0.1e1",
        ]
    ),
)
numbers = st.one_of(
    st.integers(-3, 3).map(Decimal),
    st.decimals(allow_nan=False, allow_infinity=False),
    digits.map(Decimal),
).map(Number)


@given(st.lists(st.builds(Compare, st.sampled_from(Order), numbers)), st.lists(decimals))
def test_numbers_are_compared_exactly(checks: list[Check], values: list[str]) -> None:
    values += [str(check.number.value) for check in checks if isinstance(check, Compare)]
    assert classified(checks, *values) == [held_by(checks, value) for value in values]


addresses = st.one_of(
    st.ip_addresses().map(str),
    st.ip_addresses(v=6).map(lambda a: a.exploded.upper()),
    st.ip_addresses(v=4).map("::ffff:{}".format),
    st.ip_addresses(v=6).map("{}%eth0".format),
    st.text("0123456789abf:.%", max_size=20),
    st.sampled_from(["::", "::1", "1::", "1:2:3:4:5:6:7::", "::1.2.3.4", "1.2.3.04", "1.2.3.256"])
    | st.sampled_from(["1:2:3:4:5:6:7:8:9", "1:::2", "::1%", "%", "1.2.3.4%a", "::1%a%b", ":1"])
    | st.sampled_from(["1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4.5", "1:", "g::"]),
)
networks = st.one_of(
    st.builds(lambda a, p: _network(4, a, p), st.integers(0, 2**32 - 1), st.integers(0, 32)),
    st.builds(lambda a, p: _network(6, a, p), st.integers(0, 2**128 - 1), st.integers(0, 128)),
    st.builds(lambda p: _network(6, 1, p), st.integers(0, 128)),
    st.builds(lambda p: _network(4, 0x01020304, p), st.integers(0, 32)),
)


def _network(version: int, address: int, prefix: int) -> Network:
    bits = (32 if version == 4 else 128) - prefix
    return Network(version, address >> bits << bits, prefix)


@given(st.lists(st.builds(InNet, networks), max_size=8), st.lists(addresses, max_size=6))
def test_addresses_lie_in_networks_as_the_reference_says(
    checks: list[Check], values: list[str]
) -> None:
    assert classified(checks, *values) == [held_by(checks, value) for value in values]


stamps = st.one_of(
    st.datetimes().map(str),
    st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
    st.datetimes().map(lambda moment: moment.strftime("%Y/%m/%d %H:%M") + " +02:00"),
    st.dates().map(str),
    st.integers(-(10**15), 10**15).map(str),
    st.integers(-(10**12), 10**12).map("{}.25".format),
    st.sampled_from(["2024-02-30", "2023-02-29", "0000-01-01", "2024-13-01", "2024-01-01T24:00"])
    | st.sampled_from(["2024-1-1", "2024-01-01T10", "2024-01-01T10:00:61", "2024-01-01T10:00:60"])
    | st.sampled_from(["2024-01-01 10:00 UTC", "2024-01-01T10:00-0500", "2024-01-01T10:00 -05"])
    | st.sampled_from(["2024-01-01T10:00 ", "2024-01/01", "2021-01-03", "2020-12-31", "-1", "1."]),
)
time_checks = st.builds(
    TimePart,
    st.sampled_from(Part),
    st.sampled_from(Order),
    st.integers(0, 60).map(Decimal).map(Number),
)


@given(st.lists(time_checks, max_size=20), st.lists(stamps, max_size=5))
def test_parts_of_time_stamps_are_read_as_the_reference_reads_them(
    checks: list[Check], values: list[str]
) -> None:
    assert classified(checks, *values) == [held_by(checks, value) for value in values]


def test_booleans_are_their_words_in_any_case() -> None:
    checks: list[Check] = [Truth(value=True), Truth(value=False)]
    assert classified(checks, "true", "TRUE", "False", "1", "") == [[0], [0], [1], [], []]


def test_a_long_list_is_looked_up() -> None:
    words = frozenset(f"Domain{n}.example" for n in range(20_000))
    checks: list[Check] = [OneOf(words), OneOf(words, cased=True)]
    assert classified(checks, "DOMAIN777.example", "Domain777.example", "x") == [[0], [0, 1], []]


@settings(max_examples=20)
@given(st.integers(1, 200), st.randoms(use_true_random=False))
def test_many_checks_at_once_are_told_apart(count: int, random: object) -> None:
    checks: list[Check] = [Contains(Pattern.literal(f"w{n:02}")) for n in range(count)]
    value = " ".join(f"w{n:02}" for n in range(0, count, 3))
    assert classified(checks, value) == [held_by(checks, value)]


def test_megabytes_are_searched_to_the_end() -> None:
    checks: list[Check] = [
        Contains(Pattern.literal("needle")),
        Ends(Pattern.literal("le")),
        Equals(Pattern(("x", Wild.STAR, "nee", Wild.ONE, "le"))),
    ]
    assert classified(checks, "x" * 3_000_000 + "NEEDLE") == [[0, 1, 2]]


def test_the_same_classifier_answers_alike_again() -> None:
    checks: list[Check] = [Contains(Pattern.literal("a")), Equals(Pattern(("a", Wild.STAR, "b")))]
    classifier = ValueClassifier(encode_checks(checks))
    assert [classifier.classify(v) for v in (b"a", b"axb", b"", b"a")] == [[0], [0, 1], [], [0]]


@pytest.mark.parametrize("check", [IsNull(), FieldIs(Relation.EQUALS, "g")])
def test_checks_on_more_than_one_value_are_refused(check: Check) -> None:
    with pytest.raises(ValueError, match="not about one value"):
        encode_checks([check])


def test_an_unfilled_placeholder_is_refused() -> None:
    with pytest.raises(ValueError, match="placeholder"):
        encode_checks([Equals(Pattern((Placeholder("users"),)))])
