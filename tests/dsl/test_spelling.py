"""The spellings of the native language and their readings."""

import pytest
from tocsin.dsl import spelling
from tocsin.dsl.spelling import EscapeError
from tocsin.dsl.values import Data


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("C:\\Windows\\", r'"C:\Windows\"'),
        ('say "hi"', '"say ""hi"""'),
        ("", '""'),
        ("one\ntwo\t\r\\", r'e"one\ntwo\t\r\\"'),
        ('a\n"', r'e"a\n\""'),
        ("\u200d", r'e"\u{200d}"'),
        ("\U0001f600", '"\U0001f600"'),
    ],
)
def test_a_text_is_quoted_and_read_back(text: str, spelled: str) -> None:
    assert spelling.quote(text) == spelled
    assert spelling.unquote(spelled) == text


@pytest.mark.parametrize("token", [r'e"\q"', r'e"\u{110000}"', r'e"\u{}"', r'e"a\ "'])
def test_an_escape_that_means_nothing_is_a_fault_at_its_place(token: str) -> None:
    with pytest.raises(EscapeError) as caught:
        spelling.unquote(token)
    assert token[caught.value.offset] == "\\"


def test_without_a_backslash_nothing_is_escaped() -> None:
    assert spelling.unquote('e"plain"') == "plain"


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("Image", "Image"),
        ("not", "`not`"),
        ("a b", "`a b`"),
        ("a`b", "`a``b`"),
        ("a\nb", r"e`a\nb`"),
    ],
)
def test_a_name_stands_in_backticks_only_where_it_must(text: str, spelled: str) -> None:
    assert spelling.name(text) == spelled


@pytest.mark.parametrize(
    ("text", "spelled"), [("sel*", "sel*"), ("them", "`them`"), ("a b*", "`a b*`"), ("1*", "`1*`")]
)
def test_a_pattern_of_names_stands_in_backticks_only_where_it_must(text: str, spelled: str) -> None:
    assert spelling.glob(text) == spelled


@pytest.mark.parametrize(
    ("data", "spelled"),
    [
        ("attack.t1059", "attack.t1059"),
        ("12", '"12"'),
        ("true", '"true"'),
        ("007", "007"),
        (12, "12"),
        (1.5, "1.5"),
        (True, "true"),
        (None, "null"),
        ("two words", '"two words"'),
    ],
)
def test_a_word_keeps_the_kind_of_its_data(data: Data, spelled: str) -> None:
    assert spelling.word(data) == spelled
    if spelled[0] != '"':
        assert spelling.read_word(spelled) == data
        assert type(spelling.read_word(spelled)) is type(data)


@pytest.mark.parametrize("data", [(), 1e300, -1, 10**40])
def test_data_without_a_word_has_none(data: Data) -> None:
    assert spelling.word(data) is None


@pytest.mark.parametrize(
    ("text", "spelled"),
    [("a/b", r"/a\/b/"), (r"\\", r"/\\/"), (r"a\d+$", r"/a\d+$/"), ("[/]", r"/[\/]/")],
)
def test_an_expression_stands_between_slashes(text: str, spelled: str) -> None:
    assert spelling.regex(text) == spelled
    assert spelling.unregex(spelled + "im") == (text, "im")


@pytest.mark.parametrize("text", [r"a\/b", "", "a\nb", "a\\"])
def test_an_expression_that_would_read_otherwise_does_not(text: str) -> None:
    assert spelling.regex(text) is None


def test_a_text_of_several_lines_stands_behind_bars() -> None:
    lines = spelling.block("one\n\n  two")
    assert lines == ["| one", "|", "|   two"]
    assert spelling.unblock("| one\r\n   |\r\n   |   two") == "one\n\n  two"


@pytest.mark.parametrize("text", ["one", "one\r\ntwo", "a\n\x00"])
def test_a_text_that_bars_cannot_hold_does_not_stand_behind_them(text: str) -> None:
    assert spelling.block(text) is None


def test_modifiers_of_odd_names_stand_in_backticks() -> None:
    assert spelling.modifier("contains") == "contains"
    assert spelling.modifier("no such") == "`no such`"
