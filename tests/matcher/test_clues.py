"""Expressions are tried only where their clues and gates let them be."""

import pytest
from tocsin.dsl.ir import Check, Contains, Equals, Matches
from tocsin.dsl.regex import parse_regex
from tocsin.dsl.values import Pattern, Regex, Wild
from tocsin.matcher._classify import ValueClassifier
from tocsin.matcher.clues import Place, clues_of, size_bounds, spans_whole
from tocsin.matcher.encode import encode_checks
from tocsin.matcher.gates import GateKind, gates_of


def clues(pattern: str, flags: str = "") -> list[tuple[Place, set[str]]]:
    """Return the clues of an expression as plain sets."""
    return [(clue.place, set(clue.texts)) for clue in clues_of(parse_regex(pattern, flags))]


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("power(shell|view)", [{"powershell", "powerview"}]),
        ("Foo.*BAR", [{"foo"}, {"bar"}]),
        ("a(b|c)?d{2}", [{"add", "abdd", "acdd"}]),
        ("net[12]x+y", [{"net1x", "net2x"}, {"xy"}]),
        (r"\{.*\{", [{"{"}]),
        ("x{3,}y", [{"xxxy"}]),
        ("a|", []),
        (".*", []),
        ("[a-z]+", []),
        ("(one|two).(three|four)", [{"three", "four"}, {"one", "two"}]),
    ],
)
def test_clues_are_the_texts_that_every_match_needs(pattern: str, texts: list[set[str]]) -> None:
    assert [found for _, found in clues(pattern)] == texts


def test_clues_at_the_ends_are_looked_for_there() -> None:
    assert clues("^abcd.*def$") == [(Place.FRONT, {"abcd"}), (Place.BACK, {"def"})]
    assert clues("^(abc|def)$") == [(Place.WHOLE, {"abc", "def"})]
    assert clues("^abc|def") == [(Place.ANYWHERE, {"abc", "def"})]
    assert clues("^abc", "m") == [(Place.ANYWHERE, {"abc"})]


def test_clues_are_folded() -> None:
    assert clues("Σ\N{KELVIN SIGN}ſ") == clues("(?i)σks") == [(Place.ANYWHERE, {"σks"})]


def test_what_all_texts_have_is_no_clue_beside_a_better_one() -> None:
    assert clues(r"a.b.`") == [(Place.ANYWHERE, {"`"})]
    assert [texts for _, texts in clues("a.b")] == [{"b"}, {"a"}]


@pytest.mark.parametrize(
    ("pattern", "bounds"),
    [
        ("abc", (3, 3)),
        ("a{2,4}", (2, 4)),
        ("é?.", (1, 6)),
        ("a|bcd", (1, 3)),
        ("^$", (0, 0)),
        ("a+", (1, None)),
        ("(ab){3,}", (6, None)),
    ],
)
def test_a_match_has_so_many_bytes(pattern: str, bounds: tuple[int, int | None]) -> None:
    assert size_bounds(parse_regex(pattern, "")) == bounds


def test_only_a_match_from_end_to_end_bounds_the_value() -> None:
    whole = ["^a$", r"\Aa\z", "^a$|^b$", "^(a|b)$"]
    assert [spans_whole(parse_regex(p, "")) for p in whole] == [True] * len(whole)
    parts = ["a$", "^a", "^a$|b", "(?m)^a$", "a"]
    assert [spans_whole(parse_regex(p, "")) for p in parts] == [False] * len(parts)


def test_gates_count_what_every_match_repeats() -> None:
    gates = gates_of(parse_regex(r"[A-F0-9]{8}-[A-F0-9]{4}-([A-F0-9]{12}|x{20})", ""))
    assert [(gate.kind, gate.least) for gate in gates] == [(GateKind.COUNT, 2), (GateKind.RUN, 8)]
    assert gates_of(parse_regex("(-|=)-?a.{9}", "")) == ()
    [alone] = gates_of(parse_regex("(.){3,}", ""))
    assert (alone.kind, alone.least) == (GateKind.ALONE, 3)
    assert gates_of(parse_regex("^.{3,}", "")) == ()


RUNS = [
    ("foo.bar", "foo and nothing else", 0),
    ("foo.bar", "bar before foo", 1),
    ("^[a-z]{4}$", "abcdefg", 0),
    ("^[a-z]{4}$", "ab12", 0),
    (".{200}", "x" * 199, 0),
    (".{5}", "abcd\nabcd", 0),
    (".{5}", "äbcd", 1),
    (r"\+.\+.\+", "a+b+c", 0),
    (r"\s[0-9a-f]{32}\s", " " + "0123456789abcdef" + " " + "0123456789abcdef" + " ", 0),
    (r"\s[0-9a-f]{32}\s", "-" + "0123456789abcdef" * 2 + " ", 1),
]


@pytest.mark.parametrize(("pattern", "value", "runs"), RUNS)
def test_an_expression_runs_only_where_it_may_match(pattern: str, value: str, runs: int) -> None:
    classifier = ValueClassifier(encode_checks([Matches(Regex(pattern))]))
    assert classifier.classify(value.encode()) == []
    assert classifier.regex_runs == runs


def test_a_run_that_is_the_whole_expression_needs_no_automaton() -> None:
    classifier = ValueClassifier(encode_checks([Matches(Regex(".{1000,}"))]))
    assert classifier.classify(b"x" * 1000) == classifier.classify(b"x\n" + b"x" * 1001) == [0]
    assert classifier.regex_runs == 0
    assert classifier.classify("é".encode() * 1000) == [0]
    assert classifier.regex_runs == 1


def test_a_run_is_found_across_blocks_of_the_text() -> None:
    classifier = ValueClassifier(encode_checks([Matches(Regex("[0-9]{70}"))]))
    for before in range(140):
        text = b"x" * before
        assert classifier.classify(text + b"7" * 69 + b"x" * 90) == []
        assert classifier.classify(text + b"7" * 70 + b"x") == [0]
        assert classifier.classify(text + b"7" * 70) == [0]


def test_an_expression_longer_than_the_budget_still_runs() -> None:
    checks: list[Check] = [Matches(Regex("[a-z]{500}[0-9]")), Contains(Pattern.literal("7"))]
    classifier = ValueClassifier(encode_checks(checks), 1)
    assert classifier.classify(b"q" * 600 + b"7") == [0, 1]
    assert classifier.regex_flushes > 0 or classifier.regex_runs == 1


def test_a_pattern_of_stars_and_marks_alone_is_tried_on_every_value() -> None:
    pattern = Pattern((Wild.ONE, Wild.STAR, Wild.ONE))
    classifier = ValueClassifier(encode_checks([Equals(pattern)]))
    assert [classifier.classify(v.encode()) for v in ("", "é", "éé", "abc")] == [[], [], [0], [0]]
