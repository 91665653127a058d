"""Expressions of rules in the service's dialect, judged by the two engines themselves."""

from __future__ import annotations

import polars as pl
import pytest
import re2
from hypothesis import assume, given
from hypothesis import strategies as st
from tocsin.dsl.values import Pattern, Placeholder, Regex
from tocsin.emit.kql.regex import pattern_regex, service_regex
from tocsin.emit.target import Inexpressible


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\d\D\w\W\s\S", r"[0-9][^0-9][0-9A-Za-z_][^0-9A-Za-z_][\t-\r ][^\t-\r ]"),
        (r"\bx\b", r"(?-u:\b)x(?-u:\b)"),
        (r"[\d\W]", r"[0-9[^0-9A-Za-z_]]"),
        (r"[a-z\]^-]", r"[a-z\]\^\-]"),
        (r"[]a]", r"[\]a]"),
        (r"[^]a]", r"[^\]a]"),
        (r"[[&&~]", r"[\[\&\&\~]"),
        (r"[--/]", r"[\--/]"),
        (r"[[:alpha:]\pL\x41\101\n\.]", r"[[:alpha:]\pL\x41\x{41}\n.]"),
        (r"a{2,3}b{c}", r"a{2,3}b\{c\}"),
        (r"\Qa.b\E\<\%\.\-", r"a\.b<%\.\-"),
        (r"\101\x{1F600}\p{Greek}", r"\x{41}\x{1F600}\p{Greek}"),
        (r"(?P<name>a)(b)(?:c)", r"(?P<name>a)(b)(?:c)"),
    ],
)
def test_a_part_is_translated(pattern: str, expected: str) -> None:
    assert service_regex(Regex(pattern)) == expected


def test_flags_stand_in_front() -> None:
    assert service_regex(Regex("a", ignore_case=True, dot_all=True)) == "(?is)a"


def test_more_groups_than_the_service_takes_do_not_capture() -> None:
    assert service_regex(Regex("(a)" * 17)) == "(?:a)" * 17
    assert service_regex(Regex("(?<n>a)" + "(a)" * 16)).count("(?:a)") == 17
    assert service_regex(Regex("(a)" * 16)) == "(a)" * 16


@pytest.mark.parametrize("pattern", [r"\B", r"\C", r"[\b]"])
def test_what_the_service_has_no_form_for_is_refused(pattern: str) -> None:
    with pytest.raises(Inexpressible):
        service_regex(Regex(pattern))


def test_a_placeholder_is_refused() -> None:
    with pytest.raises(Inexpressible):
        pattern_regex(Pattern((Placeholder("x"),)), "", "", cased=True)


ATOMS = [*"abé.{}^$", r"\d", r"\w", r"\s", r"\S", "[^a]", "[a-c]", "[[a]", "[&&]", r"[\d-]"]
ATOMS += [r"\.", r"\-", r"\<", "a{2}", r"\Qa.\E", r"\n", r"\t"]
pieces = st.sampled_from(ATOMS)
bodies = st.recursive(
    pieces,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        inner.map(lambda each: f"(?:{each})*"),
        st.tuples(inner, inner).map(lambda each: f"({each[0]}|{each[1]})"),
    ),
    max_leaves=6,
)
texts = st.text("ab1 é.-<{}[&\n\t\\_", max_size=8)


def is_expression(body: str) -> bool:
    try:
        re2.compile(body)
    except re2.error:
        return False
    return True


@given(bodies, st.lists(texts, min_size=1, max_size=5))
def test_both_engines_find_an_expression_in_the_same_texts(body: str, found_in: list[str]) -> None:
    assume(is_expression(body))
    ours = re2.compile(body.replace("\\s", "[\\t-\\r ]").replace("\\S", "[^\\t-\\r ]"))
    series = pl.Series(found_in, dtype=pl.String)
    theirs = series.str.contains(service_regex(Regex(body)))
    assert theirs.to_list() == [ours.search(text) is not None for text in found_in]
