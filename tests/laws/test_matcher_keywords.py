"""Searches of the whole event find what the reference finds, wherever it stands in a line."""

import json

from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.ast import Logsource
from tocsin.dsl.ir import (
    All,
    Any,
    Contains,
    Equals,
    IrRule,
    Node,
    Not,
    OneOf,
    RuleInfo,
    Starts,
    Test,
)
from tocsin.dsl.values import Pattern, Wild
from tocsin.matcher import reference
from tocsin.matcher.matcher import Match, Matcher

from tests.laws.jsontext import spellings
from tocsin.readers.jsontext import parse_event

WORDS = (
    "needle::",
    "sekurlsa",
    "kiwi.sys",
    "\\mimilib.dll",
    "a/b/path",
    "ABCD",
    "12345",
    "ünï-tail",
)
PATTERNS = (
    *map(Pattern.literal, WORDS),
    Pattern.of(["needle", Wild.STAR, "tail"]),
    Pattern.of(["ab", Wild.ONE, "long piece"]),
)
PIECES = (
    *WORDS, "needle", "tail", "ab", "-long piece", "x", " ", '"', "\\", "é", "\n", ":", "1234",
    "\N{KELVIN SIGN}iwi.sys", "\N{LATIN SMALL LETTER LONG S}ekurlsa", "SEKURLSA", "Needle::",
    "y" * 30, "z" * 64,
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
values = st.one_of(texts, texts, st.sampled_from([12345, 0, 1.5, True, None]))
events = st.dictionaries(
    st.sampled_from(["A", "b", "needle::", "long name"]),
    st.one_of(values, st.lists(values, max_size=2), st.dictionaries(st.just("x"), values)),
    max_size=4,
)
checks = st.builds(Contains, st.sampled_from(PATTERNS), st.booleans())
nodes: st.SearchStrategy[Node] = st.one_of(
    checks.map(lambda check: Test(None, check)),
    checks.map(lambda check: Not(Test(None, check))),
    st.sampled_from(WORDS).map(lambda word: Test(None, Equals(Pattern.literal(word)))),
    st.sampled_from(WORDS).map(lambda word: Test(None, Starts(Pattern.literal(word)))),
)


@given(st.lists(nodes, min_size=1, max_size=4), st.lists(events, min_size=1, max_size=4), st.data())
def test_a_search_finds_what_is_there_on_every_path(
    conditions: list[Node], several: list[dict[str, object]], data: st.DataObject
) -> None:
    rules = [
        IrRule(RuleInfo(f"rule-{number}", "t"), Logsource(product="x"), node)
        for number, node in enumerate(conditions)
    ]
    matcher = Matcher(rules, "off")
    lines = [data.draw(spellings(event)) for event in several]
    lines += [json.dumps(event, ensure_ascii=False) for event in several]
    wanted = [
        (number, rule.info.id)
        for number, line in enumerate(lines)
        for rule in rules
        if reference.match(rule, parse_event(line.encode()))
    ]
    found = matcher.match_json("\n".join(lines).encode())
    assert [(number, match.rule_id) for number, match in found] == wanted
    found = matcher.match_many([parse_event(line.encode()) for line in lines])
    assert [(number, match.rule_id) for number, match in found] == wanted


field_nodes: st.SearchStrategy[Node] = st.one_of(
    checks.map(lambda check: Test("A", check)),
    st.sampled_from(WORDS).map(lambda word: Test("b", Equals(Pattern.literal(word)))),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=3, unique=True).map(
        lambda words: Test("A", OneOf(frozenset(words)))
    ),
    checks.map(lambda check: All((Test("A", check), Not(Test("b", check))))),
    checks.map(lambda check: Any((Test("A", check), Test("b", check)))),
)


@given(
    st.lists(field_nodes, min_size=1, max_size=3),
    st.lists(st.one_of(events, st.sampled_from(["", " ", '{"A":"needle::"', "{]"])), max_size=8),
    st.sampled_from([b"\n", b"\r\n", b"\n\n"]),
    st.data(),
)
def test_lines_that_are_not_read_do_not_match(
    conditions: list[Node],
    several: list[dict[str, object] | str],
    between: bytes,
    data: st.DataObject,
) -> None:
    rules = [
        IrRule(RuleInfo(f"rule-{number}", "t"), Logsource(product="x"), node)
        for number, node in enumerate(conditions)
    ]
    matcher = Matcher(rules, "off")
    lines = [line if isinstance(line, str) else data.draw(spellings(line)) for line in several]
    text = between.join(line.encode() for line in lines)
    source = matcher.source_of(None)
    whole = matcher.judge_lines(text, 0, len(text), source)
    sieved = matcher.judge_lines(text, 0, len(text), source, sieved=True)
    where, again = (
        [(n, match.line, match.number) for n, match in found.matches(Match, rules, 0)]
        for found in (whole, sieved)
    )
    assert where == again
    assert sieved.lines == whole.lines
