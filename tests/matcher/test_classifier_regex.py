"""Regular expressions in the classifier mean what they mean to RE2, in linear time."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import re2
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.ir import Check, Matches
from tocsin.dsl.regex import RegexError, parse_regex
from tocsin.dsl.values import Regex
from tocsin.matcher._classify import ValueClassifier
from tocsin.matcher.encode import encode_checks
from tocsin.matcher.expressions import compiled

PIECES = [
    *"abkKsS.^$|()[]*+?-\n é–ſ",
    "\N{KELVIN SIGN}",
    "(?:",
    "(?i)",
    "(?i:",
    "(?s)",
    "(?m)",
    "(?P<n>",
    "[^",
    "[a-k]",
    "[^a-s]",
    r"\d",
    r"\w",
    r"\W",
    r"\s",
    r"\b",
    r"\B",
    r"\A",
    r"\z",
    r"\.",
    r"\Qa.b\E",
    r"\x41",
    r"\x{212A}",
    "{2}",
    "{1,3}",
    "{0,2}",
    "{2,}",
    "ab",
    "foo",
    "*?",
]
TEXT = "abkKsSſé–\N{KELVIN SIGN}.-_ \n\v0fo"
expressions = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)
values = st.lists(st.text(TEXT, max_size=24), min_size=1, max_size=6)
flags = st.tuples(st.booleans(), st.booleans(), st.booleans())


def found(regexes: list[Regex], texts: list[str], budget: int = 1 << 24) -> list[list[int]]:
    """Return which expressions the classifier finds in each text."""
    checks: list[Check] = [Matches(regex) for regex in regexes]
    classifier = ValueClassifier(encode_checks(checks), budget)
    return [classifier.classify(text.encode()) for text in texts]


def expected(regexes: list[Regex], texts: list[str]) -> list[list[int]]:
    """Return which expressions RE2 finds in each text."""
    return [[n for n, r in enumerate(regexes) if compiled(r).search(text)] for text in texts]


def accepted(pattern: str) -> bool:
    """Return whether RE2 takes an expression."""
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options=options)
    except re2.error:
        return False
    return True


@given(expressions)
def test_the_reader_takes_what_re2_takes(pattern: str) -> None:
    if accepted(pattern):
        parse_regex(pattern, "")
        return
    with pytest.raises(RegexError) as caught:
        parse_regex(pattern, "")
    assert 0 <= caught.value.offset <= len(pattern)


@given(st.lists(st.tuples(expressions, flags), min_size=1, max_size=8), values)
def test_expressions_are_found_where_re2_finds_them(
    made: list[tuple[str, tuple[bool, bool, bool]]], texts: list[str]
) -> None:
    regexes = [Regex(p, *held) for p, held in made if accepted(p)]
    # RE2 lets `\B` hold between the bytes of one character; here it never does.
    texts = [t if t.isascii() or not any(r"\B" in p for p, _ in made) else "" for t in texts]
    assert found(regexes, texts) == expected(regexes, texts)


runs = st.tuples(
    st.sampled_from(
        [".", "(.)", "[a-k]", "[^a]", r"\w", r"\W", "é", "k", "(?i:k)", "(?s:.)", r"\S"]
    ),
    st.sampled_from(["{2}", "{2,}", "{3,}?", "{4,6}", "+", "*", "{0,3}", "{70,}"]),
).map("".join)


@given(st.lists(runs, min_size=1, max_size=4), values, st.integers(1, 30))
def test_runs_of_one_set_are_found_where_re2_finds_them(
    patterns: list[str], texts: list[str], times: int
) -> None:
    regexes = [Regex(pattern) for pattern in patterns]
    texts = [*texts, *(text * times for text in texts)]
    assert found(regexes, texts) == expected(regexes, texts)


@given(st.lists(expressions.filter(accepted), min_size=1, max_size=4), values)
def test_a_tiny_memory_changes_no_verdict(patterns: list[str], texts: list[str]) -> None:
    regexes = [Regex(pattern) for pattern in patterns if r"\B" not in pattern]
    assert found(regexes, texts * 2, budget=600) == expected(regexes, texts * 2)


def corpus_regexes(corpus: Path) -> Iterator[Regex]:
    """Go through the expressions of the public rule corpus."""
    for path in sorted(corpus.rglob("*.yml")):
        text = path.read_text("utf-8")
        if "|re" in text:
            for document in yaml.load_all(text, yaml.CSafeLoader):
                yield from _regexes_of(document.get("detection"))


def _regexes_of(node: object) -> Iterator[Regex]:
    if isinstance(node, list):
        for item in node:
            yield from _regexes_of(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            modifiers = str(key).split("|")
            if "re" not in modifiers[1:]:
                yield from _regexes_of(value)
                continue
            for item in value if isinstance(value, list) else [value]:
                yield Regex(str(item), ignore_case="i" in modifiers)


@pytest.fixture(scope="module")
def corpus(corpus_dir: Path) -> list[Regex]:
    """Return each expression of the corpus once."""
    return list(dict.fromkeys(corpus_regexes(corpus_dir)))


def test_every_expression_of_the_corpus_compiles(corpus: list[Regex]) -> None:
    assert len(corpus) > 140
    assert len(found(corpus, ["powershell -e aQB3AHIAIABoAHQAdABwADoALwAvADEAMA=="])) == 1


@given(st.data())
def test_the_corpus_is_found_in_what_is_made_from_it(
    corpus: list[Regex], data: st.DataObject
) -> None:
    regex = data.draw(st.sampled_from(corpus))
    flags = re.ASCII | (re.IGNORECASE if regex.ignore_case else 0)
    text = data.draw(st.from_regex(re.compile(regex.pattern, flags)))
    cut = data.draw(st.integers(0, len(text)))
    texts = [text, text.swapcase(), text[cut:], text[:cut], text[:cut] + "~" + text[cut:]]
    assert found([regex], texts) == expected([regex], texts)
    if not text.endswith("\n"):  # where `$` would be Python's
        assert found([regex], [text]) == [[0]]


def test_the_corpus_agrees_on_real_values(corpus: list[Regex], data_dir: Path) -> None:
    pattern = re.compile(r'":\s*"((?:[^"\\]|\\.){12,})"')
    texts: dict[str, None] = {}
    for path in sorted((data_dir / "sigma-regression").rglob("*.jsonl")):
        for value in pattern.findall(path.read_text("utf-8", "replace")):
            texts.setdefault(value[:3000])
    some = sorted(texts)[::5][:400]
    assert len(some) > 100
    assert found(corpus, some) == expected(corpus, some)


HOSTILE = [
    (r"(a*)*[b-z]", "a" * 50_000),
    (r"[b-z](a|aa)+[b-z]", "z" + "a" * 50_000),
    (r"(.*)(.*)(.*)(.*)[a-x]", "y" * 50_000),
    (r"\+.*\+.*\+.*\+.*\+.*\+.*\+.*=", "=" + "+" * 50_000),
    (r"([a-z]+[a-z]+)+[A-Z]", "x" * 50_000),
    (r".{1000,}z", "z" + "é" * 50_000),
    (r"(.{30}){30}q[a-z]?$", "q" + "ab\n" * 20_000),
    (r"[a-z]*a[a-z]{60}[A-Z]", "ab" * 25_000),
]


@pytest.mark.parametrize(("pattern", "text"), HOSTILE)
def test_hostile_values_take_linear_time_and_bounded_memory(pattern: str, text: str) -> None:
    # A backtracking engine would not end here; the verdict is the proof that this one does.
    classifier = ValueClassifier(encode_checks([Matches(Regex(pattern))]), 1 << 20)
    assert classifier.classify(text.encode()) == []
    assert classifier.regex_runs == 1
    assert classifier.scratch_memory < 4 << 20


def test_states_are_dropped_when_their_memory_is_spent() -> None:
    classifier = ValueClassifier(
        encode_checks([Matches(Regex(r"[a-z]{3}a[a-z]{14}[A-Z]"))]), 1 << 14
    )
    noise = random.Random(1).choices("ab", k=2_000)
    classifier.classify(("ab" * 5_000 + "".join(noise)).encode())
    assert classifier.regex_flushes > 0


@pytest.mark.parametrize(
    ("pattern", "message", "offset"),
    [
        ("a(?=b)", "look-ahead", 1),
        ("(?<!b)a", "look-behind", 0),
        (r"(a)\1", "back-reference", 3),
        ("a++", "possessive", 2),
        ("(?>a)", "atomic", 0),
        ("a{2000}", "at most 1000", 1),
        ("(a{100}){100}", "multiply", 0),
        ("(a", "not closed", 0),
        ("a)", "unbalanced", 1),
        ("[a", "not closed", 0),
        ("*a", "nothing to repeat", 0),
        ("x[b-a]", "range", 2),
        (r"a\Z", "no escape", 1),
        (r"\p{Greek}", "category", 0),
        (r"[[:letters:]]", "named set", 1),
        (r"\x{110000}", "hexadecimal", 0),
        ("(?x)a", "not supported", 0),
        ("a\\", "at the end", 2),
        (r"\C", "single byte", 0),
    ],
)
def test_what_is_refused_is_refused_with_its_place(pattern: str, message: str, offset: int) -> None:
    with pytest.raises(RegexError, match=re.escape(message)) as caught:
        parse_regex(pattern, "")
    assert caught.value.offset == offset
