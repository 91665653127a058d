"""Suggestions: the nearest known word, if there is one near enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.suggest import LONGEST, distance, suggest

WORDS = ("contains", "endswith", "startswith", "re", "cidr", "all")
TEXTS = st.text("abc", max_size=6)


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("contain", "contains"),
        ("contians", "contains"),
        ("Contains", "contains"),
        ("endwith", "endswith"),
        ("cdir", "cidr"),
        ("al", "all"),
        ("rex", "re"),
        ("nothing", None),
        ("", None),
        ("x" * (LONGEST + 1), None),
    ],
)
def test_a_slip_finds_its_word(word: str, known: str | None) -> None:
    assert suggest(word, WORDS) == known


def test_a_known_word_is_not_its_own_suggestion() -> None:
    assert suggest("all", ("all",)) is None


def test_the_first_of_equals_wins() -> None:
    assert suggest("ab", ("abc", "abd")) == "abc"
    assert suggest("AB", ("abc", "ab", "Ab")) == "ab"


@given(TEXTS, TEXTS)
def test_distance_is_the_same_both_ways_and_zero_for_equals(left: str, right: str) -> None:
    assert distance(left, right, 10) == distance(right, left, 10)
    assert (distance(left, right, 10) == 0) is (left == right)


@given(TEXTS, TEXTS, st.integers(0, 3))
def test_a_limit_changes_only_what_lies_beyond_it(left: str, right: str, limit: int) -> None:
    exact = distance(left, right, 10)
    limited = distance(left, right, limit)
    assert limited == exact if exact <= limit else limited > limit


def test_a_swap_is_one_edit() -> None:
    assert distance("ab", "ba", 5) == 1
    assert distance("abc", "ca", 5) == 3
