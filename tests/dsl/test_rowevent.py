"""The event that a row stands for, place by place."""

from __future__ import annotations

import pytest
from tocsin.dsl.fieldmap.file import build_fieldmap
from tocsin.dsl.fieldmap.rowevent import KEYWORDS, empties_as_missing, row_event
from tocsin.dsl.ir import (
    All,
    Any,
    AtLeast,
    Const,
    Contains,
    Equals,
    IsNull,
    Node,
    Not,
    OneOf,
    Test,
)
from tocsin.dsl.values import Pattern

Row = dict[str, object]


def event(spec: str, row: Row, more: str = "words: []") -> dict[str, object]:
    text = f"sources: [{{logsource: windows, table: T, fields: {{F: {spec}}}, {more}}}]"
    return row_event(build_fieldmap("m", text).bindings[0], row)


@pytest.mark.parametrize(
    ("spec", "row", "values"),
    [
        ("A", {"A": "x"}, "x"),
        ("A", {"A": 5}, 5),
        ("A", {"A": ""}, None),
        ("A", {"A": None}, None),
        ("A", {}, None),
        ("[A, B]", {"A": "x", "B": "y"}, ["x", "y"]),
        ("{column: A, values: {one: [x, y]}}", {"A": "y"}, "one"),
        ("{column: A, values: {one: [x, y]}}", {"A": "X"}, None),
        ('{column: A, values: {one: "true"}}', {"A": True}, "one"),
        ("{prefixed: {M=: A, N=: }}", {"A": "ab"}, "M=ab"),
        ("{prefixed: {M=: A}}", {"A": None}, None),
        ("{constant: [x, y]}", {}, ["x", "y"]),
        ("{missing: why}", {}, None),
        ("{member: A, path: a.b}", {"A": {"a": {"b": True}}}, "true"),
        ("{member: A, path: a.b}", {"A": {"a": 1}}, None),
        ("{member: A, path: a}", {"A": {"a": [1, "é"]}}, '[1,"é"]'),
        ("{member: A, path: a, cut: x}", {"A": {"a": "xyx"}}, "y"),
        ("{json: A, path: a}", {"A": '{"a": 5}'}, "5"),
        ("{json: A, path: a}", {"A": {"a": 5}}, "5"),
        ("{json: A, path: a}", {"A": "{"}, None),
        (
            "{xml: A, path: X}",
            {"A": "<Data Name='X'>a &lt;&amp;lt;&gt; &quot;</Data>"},
            'a <&lt;> "',
        ),
        ("{xml: A, path: X}", {"A": '<Data Name="Y">a</Data>'}, None),
        ("{hex: A}", {"A": 999}, "0x3e7"),
        ("{hex: A}", {"A": None}, None),
        ("{extract: A, pattern: 'a(.)'}", {"A": "xab"}, "b"),
        ("{extract: A, pattern: 'a(.)'}", {"A": "x"}, None),
        ("{joined: [A, B]}", {"A": "x", "B": "y"}, "x\\y"),
        ("{joined: [A, B]}", {"A": "", "B": "y"}, "y"),
        ("{joined: [A, B]}", {"A": "x", "B": ""}, "x\\"),
        ("{joined: [A, B], empty: }", {"A": "x", "B": ""}, "x"),
        ("{joined: [A, B], empty: z}", {"A": "x", "B": ""}, "x\\z"),
        ("{joined: [A, B], empty: z, only: {C: [c]}}", {"A": "x", "C": "c"}, "x\\z"),
        ("{joined: [A, B], empty: z, only: {C: [c]}}", {"A": "x", "C": "d"}, "x"),
        (
            "{joined: [A, B], hives: true}",
            {"A": "HKEY_USERS\\a", "B": "b"},
            ["HKEY_USERS\\a\\b", "HKU\\a\\b"],
        ),
        ("{registry_data: [A, B]}", {"A": "5", "B": "Dword"}, "DWORD (0x00000005)"),
        ("{registry_data: [A, B]}", {"A": "05", "B": "Dword"}, None),
        ("{registry_data: [A, B]}", {"A": "", "B": "String"}, "(Empty)"),
        ("{registry_data: [A, B]}", {"A": "ff", "B": "Binary"}, "Binary Data"),
    ],
)
def test_a_place_gives_its_values(spec: str, row: Row, values: object) -> None:
    found = event(spec, row)
    assert found == ({} if values is None else {"F": values})


def test_keywords_are_searched_in_the_columns_of_words() -> None:
    row: Row = {"A": "x", "B": "", "C": 5}
    assert event("A", row, "words: [A, B, C]") == {"F": "x", KEYWORDS: ["x", 5]}


def test_only_the_fields_asked_for_are_there() -> None:
    text = "sources: [{logsource: windows, table: T, others: {member: A}, fields: {F: B}}]"
    binding = build_fieldmap("m", text).bindings[0]
    assert row_event(binding, {"A": {"x": "1"}, "B": "b"}, ["x"]) == {"x": "1"}


def test_a_test_for_the_empty_text_is_true_of_what_is_missing() -> None:
    empty: Node = Test("f", Equals(Pattern()))
    either = Any((empty, Test("f", IsNull())))
    listed = Test("f", OneOf(frozenset({"", "a"})))
    other = Test("f", Contains(Pattern.literal("x")))
    word = Test(None, Equals(Pattern()))
    node = Not(All((empty, Any((other, word)), AtLeast(2, (empty, other, Const(value=True))))))
    assert empties_as_missing(listed) == Any((listed, Test("f", IsNull())))
    assert empties_as_missing(node) == Not(
        All((either, Any((other, word)), AtLeast(2, (either, other, Const(value=True)))))
    )
