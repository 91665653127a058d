"""Literals and names of KQL."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.emit.kql.literals import column_name, dynamic_path, literal, text_literal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", '""'),
        ("plain", '"plain"'),
        ('say "hi"', '"say \\"hi\\""'),
        ("C:\\x", '@"C:\\x"'),
        ('C:\\"x"', '@"C:\\""x"""'),
        ("a\\b\nc", '"a\\\\b\\nc"'),
        ("\x01\u2028", '"\\u0001\\u2028"'),
        ("übel", '"übel"'),
    ],
)
def test_a_text_is_quoted_so(text: str, expected: str) -> None:
    assert text_literal(text) == expected


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_literal_reads_back_as_its_text(text: str) -> None:
    found = text_literal(text)
    if found.startswith("@"):
        assert found[2:-1].replace('""', '"') == text
    else:
        assert json.loads(found, strict=False) == text


def test_numbers_and_truth_are_bare() -> None:
    values = (True, False, 5, Decimal("1.50"), Decimal("1E+3"))
    assert [literal(value) for value in values] == ["true", "false", "5", "1.50", "1000"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Image", "Image"),
        ("_x1", "_x1"),
        ("cs-uri", "['cs-uri']"),
        ("where", "['where']"),
        ("it's", "['it\\'s']"),
        ("a\\b", "['a\\\\b']"),
        ("1st", "['1st']"),
    ],
)
def test_a_column_that_is_no_identifier_stands_in_brackets(name: str, expected: str) -> None:
    assert column_name(name) == expected


def test_members_are_followed_by_dots_or_brackets() -> None:
    assert dynamic_path("Bag", ["a", "b c", "kind"]) == 'Bag.a["b c"]["kind"]'
