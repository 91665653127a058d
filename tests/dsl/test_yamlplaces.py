"""Every character of a YAML scalar is found again in the file, whatever its style."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.source import Source
from tocsin.dsl.yamltext.places import char_places, inside

LINES = st.lists(st.text("ab é😀'\"\\:#- \t", max_size=8), min_size=1, max_size=5)
PIECES = st.lists(
    st.sampled_from(
        [
            "a",
            "é",
            "😀",
            " ",
            "\t",
            "\n",
            "\n  ",
            "\r\n ",
            "\\x41",
            "\\u00e9",
            "\\U0001F600",
            "\\n",
            "\\t",
            "\\ ",
            "\\\\",
            '\\"',
            "\\\n  ",
            "\\\n\n ",
            "b",
            "'",
        ]
    ),
    max_size=12,
)


def scalar(text: str) -> tuple[str, str] | None:
    """Return how the value of the key `k` is written and what it says, or None."""
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return None
    if not isinstance(node, yaml.MappingNode):
        return None
    value = node.value[0][1]
    if not isinstance(value, yaml.ScalarNode):
        return None
    written = text[value.start_mark.index : value.end_mark.index]
    return (written if not value.style else written.rstrip()), value.value


def agrees(written: str, value: str) -> None:
    places = char_places(written, value)
    assert places is not None
    assert len(places) == len(value) + 1
    assert list(places) == sorted(places)
    assert places[-1] <= len(written)
    for char, place in zip(value, places, strict=False):
        if not char.isspace():
            shown = written[place]
            assert shown in {char, "\\"} or written[place : place + 2] == "''"


@given(LINES, st.sampled_from(["|", ">", "|-", ">-", "|+", ">+", "|2", "> # c"]))
def test_characters_of_blocks_are_found(lines: list[str], header: str) -> None:
    found = scalar(f"k: {header}\n" + "".join(f"  {line}\n" for line in lines) + "z: 1\n")
    if found:
        agrees(*found)


@given(PIECES)
def test_characters_in_double_quotes_are_found(pieces: list[str]) -> None:
    found = scalar('k: "' + "".join(pieces) + '"\n')
    if found:
        agrees(*found)


@given(st.lists(st.sampled_from(["a", "é", "😀", " ", "''", "\n", "\n  ", "\\", '"']), max_size=12))
def test_characters_in_single_quotes_are_found(pieces: list[str]) -> None:
    found = scalar("k: '" + "".join(pieces) + "'\n")
    if found:
        agrees(*found)


@given(st.lists(st.sampled_from(["a", "é", "b c", "\n  ", "\n\n  ", " ", "'", "\\"]), max_size=12))
def test_characters_of_plain_scalars_are_found(pieces: list[str]) -> None:
    found = scalar("k: a" + "".join(pieces) + "\n")
    if found:
        agrees(*found)


@pytest.mark.parametrize(
    ("written", "value", "part", "place"),
    [
        ("abc", "abc", "b", "b"),
        ("'abc'", "abc", "b", "b"),
        ("'it''s b'", "it's b", "b", "b"),
        ("'it''s'", "it's", "'", "'"),
        ('"\\x41b"', "Ab", "b", "b"),
        ('"x\\\n   y"', "xy", "y", "y"),
        ('"x\\\n\n\n   y"', "x\n\ny", "y", "y"),
        ("a\n  b", "a b", "b", "b"),
        (">-\n  sel\n  or b", "sel or b", "or b", "or b"),
        ("|\n  a\n   b", "a\n b\n", "b", "b"),
    ],
)
def test_a_part_of_a_scalar_is_shown_where_it_stands(
    written: str, value: str, part: str, place: str
) -> None:
    span = Source("f", "k: " + written + "\n").span(3, 3 + len(written))
    start = value.index(part)
    found = inside(span, value, start, start + len(part))
    assert found.text == place


def test_an_empty_part_stands_between_characters() -> None:
    span = Source("f", "'ab'").span(0, 4)
    assert (inside(span, "ab", 1, 1).start, inside(span, "ab", 1, 1).end) == (2, 2)


@pytest.mark.parametrize("written", ["'abc", '"a"', "|\n  x", "xyz\nz"])
def test_a_text_that_is_not_the_value_has_no_places(written: str) -> None:
    assert char_places(written, "abcdef") is None
    span = Source("f", written).span(0, len(written))
    assert inside(span, "abcdef", 1, 2) == span
