"""The classifier's bytes are checked: whatever they are, an error at worst."""

import itertools
import struct
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.folding import fold, folding_orbits, folding_ranges, folding_table
from tocsin.dsl.ir import (
    Check,
    Compare,
    Contains,
    Equals,
    InNet,
    Matches,
    OneOf,
    Order,
    Part,
    Starts,
    TimePart,
    Truth,
)
from tocsin.dsl.values import Network, Number, Pattern, Regex, Wild
from tocsin.matcher._classify import ValueClassifier, fold_utf8
from tocsin.matcher.encode import encode_checks

CHECKS: list[Check] = [
    Contains(Pattern.literal("powershell")),
    Starts(Pattern(("C:", Wild.ONE, "temp", Wild.DASH)), cased=True),
    Equals(Pattern(("a", Wild.STAR, "b"))),
    OneOf(frozenset({"x", "yy", ""})),
    Matches(Regex(r"(?i)\bfo[^o]{2,5}|^ba+r$\d{8}")),
    InNet(Network(4, 0x0A000000, 8)),
    Compare(Order.GE, Number(Decimal("12.5"))),
    Truth(value=True),
    TimePart(Part.HOUR, Order.LT, Number(Decimal(6))),
]
GOOD = encode_checks(CHECKS)
VALUES = [
    b"",
    b"powershell",
    b"c:\\temp-x",
    b"axb",
    b"fooxx 12345678",
    b"10.1.2.3",
    b"2024-05-01T03:00",
]


def build_and_ask(encoded: bytes) -> bool:
    """Return whether the bytes are accepted, having asked about some values if so."""
    try:
        classifier = ValueClassifier(encoded)
    except ValueError:
        return False
    for value in VALUES:
        held = classifier.classify(value)
        assert held == sorted(set(held))
        assert all(number < len(classifier) for number in held)
    return True


def test_the_good_bytes_are_accepted() -> None:
    assert build_and_ask(GOOD)


def test_bytes_cut_short_are_refused() -> None:
    assert not any(build_and_ask(GOOD[:size]) for size in range(len(GOOD)))


def test_bytes_too_many_are_refused() -> None:
    assert not build_and_ask(GOOD + b"\0")


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6))
def test_changed_bytes_never_crash(changes: list[tuple[int, int]]) -> None:
    data = bytearray(GOOD)
    for place, byte in changes:
        data[place] = byte
    build_and_ask(bytes(data))


@given(st.integers(0, len(GOOD) - 4), st.sampled_from([0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]))
def test_hostile_sizes_never_crash(place: int, number: int) -> None:
    build_and_ask(GOOD[:place] + struct.pack("<I", number) + GOOD[place + 4 :])


@given(st.binary(max_size=200))
def test_any_bytes_never_crash(data: bytes) -> None:
    build_and_ask(data)
    build_and_ask(b"TCL1" + data)


@given(st.binary(max_size=80))
def test_values_that_are_no_utf8_never_crash(value: bytes) -> None:
    held = ValueClassifier(GOOD).classify(value)
    assert held == sorted(set(held))


def test_the_classifier_folds_every_code_point_as_the_language_does() -> None:
    points = [point for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    text = "".join(map(chr, points))
    assert fold_utf8(text.encode()).decode() == fold(text)


def test_what_is_folded_once_is_folded_for_good() -> None:
    table = folding_table()
    assert not any(target in table for target in table.values())


def test_the_ranges_of_the_table_ascend_without_overlap() -> None:
    ranges = folding_ranges()
    assert all(a[1] < b[0] for a, b in itertools.pairwise(ranges))


def test_orbits_hold_all_that_fold_alike() -> None:
    orbits = folding_orbits()
    assert orbits[ord("k")] == (ord("K"), ord("k"), 0x212A)
    assert orbits[ord("ſ")] == orbits[ord("S")]
    assert 0x130 not in orbits
    assert all(
        fold(chr(a)) == fold(chr(b)) for orbit in orbits.values() for a in orbit for b in orbit
    )
