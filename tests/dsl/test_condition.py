"""Condition lines: how they bind, where their parts stand, and what is said of broken ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.ast import And, Item, Name, Node, Not, Or, Quantified
from tocsin.dsl.condition import (
    DEPTH_LIMIT,
    LENGTH_LIMIT,
    _move,
    _quick,
    parse_condition,
    read_condition,
)
from tocsin.dsl.condition.grammar import parse
from tocsin.dsl.condition.parts import Fault
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.source import Source


def shape(node: Node | Fault | None) -> object:
    """Return a tree as nested tuples with its places."""
    match node:
        case Name(name, span):
            return (name, span.start, span.end)
        case Quantified(count, names, them, span):
            return (count, names, them, span.start, span.end)
        case Not(child, span):
            return ("not", shape(child), span.start, span.end)
        case And(children, span):
            return ("and", *map(shape, children), span.start, span.end)
        case Or(children, span):
            return ("or", *map(shape, children), span.start, span.end)
        case _:
            return node


def words(node: Node | Fault) -> str:
    """Return a tree with all its parentheses."""
    match node:
        case Name(name):
            return name
        case Quantified(count, names, them):
            return f"{count} of {'them' if them else names[0]}"
        case Not(child):
            return f"not {words(child)}"
        case And(children):
            return "(" + " and ".join(map(words, children)) + ")"
        case Or(children):
            return "(" + " or ".join(map(words, children)) + ")"
        case _:
            return repr(node)


def fault(text: str) -> Fault:
    """Return the fault of a condition."""
    found = parse_condition(text)
    assert isinstance(found, Fault)
    return found


WORDS = st.sampled_from(
    [
        "a",
        "sel_1",
        "notsel",
        "and",
        "or",
        "not",
        "of",
        "1",
        "all",
        "any",
        "2",
        "them",
        "sel*",
        "*",
        "(",
        ")",
        "AND",
        "OR",
        "NOT",
        "\n",
        "é",
        "x-y",
        "&",
        "|",
        "0",
        "some",
    ]
)


@given(st.lists(WORDS, max_size=10).map(" ".join))
def test_the_short_way_gives_the_tree_of_the_grammar(text: str) -> None:
    quick = _quick(text)
    if quick is not None:
        assert shape(quick) == shape(parse(text))


@pytest.mark.parametrize(
    "text", ["selection", "all of sel*", "1 of them and not x", "a and not 1 of f_* and not b"]
)
def test_the_commonest_forms_take_the_short_way(text: str) -> None:
    assert _quick(text) is not None


@given(st.text(max_size=30) | st.lists(WORDS, max_size=12).map(" ".join))
def test_any_text_is_a_tree_or_a_fault_inside_it(text: str) -> None:
    found = parse_condition(text)
    if isinstance(found, Fault):
        assert 0 <= found.start <= found.end <= len(text)
        assert found.message
    else:
        assert 0 <= found.span.start < found.span.end <= len(text)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("selection", "selection"),
        ("a or b and not c", "(a or (b and not c))"),
        ("not a and b", "(not a and b)"),
        ("(a or b) and c", "((a or b) and c)"),
        ("((a))", "a"),
        ("a and (b and c)", "(a and (b and c))"),
        ("not not a", "not not a"),
        ("not (a or b)", "not (a or b)"),
        ("1 of sel* or all of them", "(1 of sel* or all of them)"),
        ("any of them", "1 of them"),
        ("3 of x_*_y", "3 of x_*_y"),
        ("all of sel", "all of sel"),
        ("all and any or 1", "((all and any) or 1)"),
        ("notsel or order", "(notsel or order)"),
        ("a AND b OR NOT c", "((a and b) or not c)"),
        ("a\n  and\tb", "(a and b)"),
        ("a and(b)or not(c)", "((a and b) or not c)"),
        ("1 of them*", "1 of them*"),
    ],
)
def test_conditions_bind_as_sigma_says(text: str, tree: str) -> None:
    found = parse_condition(text)
    assert words(found) == tree
    assert shape(found) == shape(parse(text))


@pytest.mark.parametrize(
    ("text", "message", "shown"),
    [
        ("", "the condition is empty", ""),
        ("   ", "the condition is empty", "   "),
        ("a and", "the condition ends too early", "d"),
        ("1 of", "the condition ends too early", "f"),
        ("a and and b", "a detection name is missing before `and`", "and"),
        ("()", "a detection name is missing before `)`", ")"),
        ("a b", "`and` or `or` is missing before `b`", "b"),
        ("a adn b", "`and` or `or` is missing before `adn`", "adn"),
        ("a)", "this parenthesis closes nothing", ")"),
        ("(a and (b)", "this parenthesis is not closed", "("),
        ("a and sel*", "the pattern `sel*` needs a quantifier", "sel*"),
        ("not them", "`them` needs a quantifier", "them"),
        ("1 of (a)", "`of` must be followed by names, not by `(`", "("),
        ("some of them", "`some of` is not a quantifier", "some"),
        ("al of them", "`al of` is not a quantifier", "al"),
        ("0 of them", "`0 of` is not a quantifier", "0"),
        ("a && b", "`&&` cannot stand in a condition", "&&"),
        ("a || b", "`||` cannot stand in a condition", "||"),
        ("!a", "`!` cannot stand in a condition", "!"),
        ("a.b", "`.` cannot stand in a condition", "."),
    ],
)
def test_a_broken_condition_says_what_is_wrong_and_where(
    text: str, message: str, shown: str
) -> None:
    found = fault(text)
    assert found.message == message
    assert text[found.start : found.end] == shown


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("a adn b", "write `and`"),
        ("al of them", "write `all of`"),
        ("some of them", "write `1 of`, `all of` or `any of`"),
        ("a && b", "write `and`"),
        ("a and sel*", "write `1 of sel*` or `all of sel*`"),
        ("a xyz b", "a condition joins names of detections by `and`, `or` and `not`"),
        ("count(x) > 5", "what counts or sums is a correlation: `tocsin explain T102` shows one"),
    ],
)
def test_a_broken_condition_says_what_to_do(text: str, help_: str) -> None:
    assert fault(text).help == help_


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "a" + ")" * 10_000,
        "not " * 10_000 + "a",
        "not (" * 30 + "not " * 30 + "a" + ")" * 30,
        "(" * 10_000,
    ],
)
def test_deep_nesting_is_a_fault(text: str) -> None:
    found = fault(text)
    assert (found.code, found.message) == (
        "T103",
        f"the condition nests deeper than {DEPTH_LIMIT} levels",
    )


def test_many_shallow_parts_are_no_depth() -> None:
    text = " or ".join(["not (not a)"] * 1_000)
    found = parse_condition(text)
    assert isinstance(found, Or)
    assert len(found.children) == 1_000
    assert fault("a" + ")" * 200).code == "T101"


def test_a_very_long_condition_is_a_fault() -> None:
    assert fault("a" * (LENGTH_LIMIT + 1)).code == "T103"


@pytest.mark.parametrize(
    ("written", "text", "shown"),
    [
        ("a and not bb", "a and not bb", ["a and not bb", "a", "not bb", "bb"]),
        ("'a and bb'", "a and bb", ["a and bb", "a", "bb"]),
        ('"a \\x61nd bb"', "a and bb", ["a \\x61nd bb", "a", "bb"]),
        ("a\n   or\n   (bb)", "a or (bb)", ["a\n   or\n   (bb)", "a", "(bb)"]),
        (">\n  1 of them\n", "1 of them\n", ["1 of them"]),
    ],
)
def test_parts_of_a_condition_are_shown_as_they_stand_in_the_file(
    written: str, text: str, shown: list[str]
) -> None:
    source = Source("f", "condition: " + written)
    found = read_condition(source.span(11, len(source.text)), text, Report())
    assert found is not None
    assert spans(found) == shown


def test_an_item_in_a_condition_stays_where_it_is() -> None:
    source = Source("f", "a: b")
    item = Item("a", (), (), source.span(0, 4), source.span(0, 1))
    assert _move(item, source, range(4)) is item


def spans(node: Node) -> list[str]:
    """Return the words of a tree's nodes, from the outermost in."""
    match node:
        case And(children) | Or(children):
            return [node.span.text, *(text for child in children for text in spans(child))]
        case Not(child):
            return [node.span.text, *spans(child)]
        case _:
            return [node.span.text]


@pytest.mark.parametrize(
    ("written", "text", "line", "column"),
    [
        ("a and b)", "a and b)", 1, 19),
        ("'a and b)'", "a and b)", 1, 20),
        (">\n  a\n  and b)\n", "a and b)\n", 3, 8),
    ],
)
def test_a_fault_stands_where_it_is_in_the_file(
    written: str, text: str, line: int, column: int
) -> None:
    report = Report()
    source = Source("f", "condition: " + written)
    assert read_condition(source.span(11, len(source.text)), text, report) is None
    assert [(d.code, d.line, d.column) for d in report] == [("T101", line, column)]


def test_a_text_without_places_is_shown_as_a_whole() -> None:
    report = Report()
    source = Source("f", "*alias")
    span = source.span(0, 6)
    assert read_condition(span, "a b", report) is None
    assert report[0].labels[0].span == span
    found = read_condition(span, "a and bc", report)
    assert found is not None
    assert spans(found) == ["*", "*", "*"]
