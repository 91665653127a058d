"""Faults of native texts: each has a code, the offending words, and what to do about it."""

import pytest

from .native_text import read, rule_text

WHEN = "when a"

FAULTS = [
    # text, code, offending words, message, help
    ('rul "x" {}', "T125", "rul", "`rul` begins nothing", "write `rule`"),
    ("}", "T125", "}", "`}` begins nothing", "a file holds"),
    ('rule "x"\n id a', "T120", "id", "expected `{`, found `id`", "tocsin explain T120"),
    ("rule x { }", "T121", "x", "a title stands in quotes", 'write `rule "…" {`'),
    (rule_text("a = I contians 1", WHEN), "T126", "contians", "is no operator", "write `contains`"),
    (rule_text("when I contians 1"), "T126", "contians", "is no operator", "write `contains`"),
    (rule_text('a = I = "x"', WHEN), "T126", "=", "`=` is no operator", "write `==`"),
    (rule_text("a = I:", WHEN), "T126", ":", "`:` is no operator", "after a field stands"),
    (rule_text("a = I == 'it'", WHEN), "T122", "'it'", "double quotes", 'write `"it"`'),
    (rule_text("a = I == 'it", WHEN), "T122", "'", "double quotes", 'write `"…"`'),
    (rule_text('a = I == "it', WHEN), "T123", '"it', "this text has no end", "on the same line"),
    (rule_text('a = I == e"it', WHEN), "T123", 'e"it', "this text has no end", "on the same line"),
    (rule_text("a = I == `it", WHEN), "T123", "`it", "this name has no end", "close it"),
    (rule_text("a = I matches /it", WHEN), "T123", "/it", "expression has no end", "close it"),
    (rule_text('a = I == "x" AND J == 1', WHEN), "T126", "AND", "is written `and`", "`and`"),
    (rule_text("when a AND"), "T126", "AND", "`AND` is written `and`", "write `and`"),
    (rule_text("when (a OR b)"), "T126", "OR", "`OR` is written `or`", "write `or`"),
    (rule_text('a = I == "x" && J == 1', WHEN), "T126", "&&", "is written `and`", "write `and`"),
    (rule_text('a = ! I == "x"', WHEN), "T126", "!", "is written `not`", "write `not`"),
    (rule_text("a = I not contains 1", WHEN), "T126", "contains", "`not` stands before", "write"),
    (rule_text("a = I ==", WHEN), "T121", "when", "needs a value before `when`", "write the value"),
    (rule_text("a = I == )", WHEN), "T121", ")", "expected a value, found `)`", "write a text"),
    (rule_text('a = "x" == I', WHEN), "T121", '"', "expected a predicate", "begins with a field"),
    (rule_text("a = I == 1 and", WHEN), "T121", "when", "a predicate is missing", "write the"),
    (rule_text("id =", WHEN), "T121", "when", "a predicate is missing", "write the predicate"),
    (rule_text("descr", WHEN), "T121", "when", "`descr` needs a value", "write the value"),
    (rule_text("tags a,", WHEN), "T121", "when", "`tags` needs a value", "write the value"),
    (rule_text("a = I == 1", "when a").removesuffix("}"), "T124", 'rule "r" {', "no end", "`}`"),
    (rule_text("a = I contains x(1)", WHEN), "T126", "x", "`x(…)` is not known", "here may stand"),
    (rule_text('a = I contains base46("x")', WHEN), "T126", "base46", "not known", "`base64`"),
    (rule_text("a = hourr(I) == 3", WHEN), "T126", "hourr", "not known here", "write `hour`"),
    (rule_text('a = any == "x"', WHEN), "T126", "==", "the whole event cannot", "any contains"),
    (rule_text('a = any in ("x")', WHEN), "T126", "in", "the whole event cannot", "any contains"),
    (rule_text('a = any not in ("x")', WHEN), "T126", "in", "the whole event", "any contains"),
    (rule_text('a = I == e"\\q"', WHEN), "T127", "\\q", "`\\q` is no escape", "without the `e`"),
    (rule_text("a = I == 1", "when 0 of a"), "T128", "0", "`0 of` counts nothing", "`any of`"),
    (rule_text("a = I == 1", "when 1.5 of a"), "T128", "1.5", "counts nothing", "`any of`"),
    (rule_text("a = I matches /a/x", WHEN), "T129", "/a/x", "`x` is no flag", "`i`, `m` and `s`"),
    (rule_text("a = I matches /a/ii", WHEN), "T129", "/a/ii", "a flag is written twice", "once"),
    (rule_text("a = I matches any (/a/i, /b/)", WHEN), "T129", "/b/", "different flags", "same"),
    (rule_text("a = I|re: /a/i", WHEN), "T129", "/a/i", "flags stand only after", "modifiers"),
    (rule_text("a = I under /etc/x", WHEN), "T129", "/etc/x", "only after `matches`", "in quotes"),
    (rule_text('a = I|contains: base64("x")', WHEN), "T129", "base64", "general form", "colon"),
    (rule_text("when " + "not " * 60 + "a"), "T130", "not " * 60 + "a", "more than 50", "name the"),
    (rule_text("a = " + "not " * 60 + "I == 1"), "T130", "not " * 60 + "I == 1", "50", "name the"),
    (rule_text("a: " + "[" * 60 + "]" * 60), "T130", "[" * 60 + "]" * 60, "50", "name the"),
    (rule_text("id a", "id b"), "T131", "id", "`id` is given twice", "keep one"),
    (rule_text("source a/b"), "T131", "source", "`source` is given twice", "keep one"),
    (rule_text("a = I == 1", "a = I == 2", WHEN), "T131", "a", "the detection `a`", "keep one"),
    ('list a = "x"\nlist a = "y"', "T131", "a", "the list `a` is given twice", "keep one"),
    ('list private = "x"', "T131", "private", "a set of networks", "another name"),
    (rule_text("a = I == 1"), "T132", 'rule "r"', "this rule has no `when`", "write `when"),
    ('rule "r" { sourse a when b }', "T132", 'rule "r"', "no `source`", "write `source"),
    ("correlation { when >= 1 }", "T132", "correlation", "no `type`", "write `type"),
    ('filter "f" { a = I == 1 }', "T132", 'filter "f"', "no `when`", "write `when not"),
    (rule_text("when >= 10"), "T133", "when >= 10", "a rule has no bounds", "take it out"),
    ("filter { when a when b }", "T133", "when b", "no second `when`", "take it out"),
    ("filter { when >= 1 }", "T133", "when >= 1", "bounds", "take it out"),
    ('filter { when a test "t" {} -> match }', "T133", 'test "t" {} -> match', "tests", "take"),
    ("correlation { type t a = I == 1 }", "T133", "a", "detections", "write the correlation"),
    ("correlation { type t when >= 1 when >= 2 }", "T133", "when >= 2", "second", "take it out"),
    ("rule { source a/b/c/d when x }", "T134", "a/b/c/d", "`source` takes", ""),
    ("rule { source a, b when x }", "T134", "a, b", "`source` takes", ""),
    ('rule { source: {"product": 1} when x }', "T134", '{"product": 1}', "`product` takes", ""),
    ("rule { source a/ timeframe a, b when x }", "T134", "a, b", "takes one text", ""),
    ("correlation { type t rules 1 }", "T134", "1", "`rules` takes texts", ""),
    ("correlation { type t percentile x }", "T134", "x", "takes a number", ""),
    ("correlation { type t generate yes }", "T134", "yes", "takes `true` or", ""),
    ("correlation { type t aliases x }", "T134", "x", "`aliases` takes", ""),
    ('correlation { type t aliases: {"a": {"b": 1}} }', "T134", '{"a": {"b": 1}}', "takes", ""),
    ('correlation { type t aliases: {"a": 1} }', "T134", '{"a": 1}', "`aliases` takes", ""),
    (rule_text("a = b", WHEN), "T135", "b", "the bare name `b` in a detection", "go into `when`"),
    (rule_text("a = 1 of x*", WHEN), "T135", "1 of x*", "a quantifier in a detection", "`when`"),
    (rule_text('x: "\\q"', WHEN), "T136", '"\\q"', "this text is not JSON", "in JSON"),
    (rule_text("x: " + "9" * 5000, WHEN), "T136", "9" * 5000, "too long", "in quotes"),
    (rule_text("a = I == 1e" + "9" * 30, WHEN), "T136", "1e" + "9" * 30, "too long", "in quotes"),
    ("list a = b\nlist b = a", "T137", "a", "the list `a` holds itself", "take the name out"),
    (rule_text("a: I", WHEN), "T121", "I", "`I` in plain data", "a detection is written"),
    (rule_text('test "n" {"a": 1,} -> match'), "T121", "}", "`}` in plain data", "plain data is"),
    (rule_text('test "n" {"a": 1} -> matches'), "T121", "matches", "does not say", "-> match"),
    (rule_text('test "n" {"a": 1}'), "T121", "}", "does not say what to expect", "-> match"),
    (rule_text("a = I is nul", WHEN), "T120", "nul", "expected `empty`, `not` or `null`", "`null`"),
    (rule_text("a = I == 1;", WHEN), "T120", ";", "found `;`", "tocsin explain"),
    (rule_text("a = (I == 1", WHEN), "T120", "when", "expected `)`", "tocsin explain"),
    (rule_text("when a ]"), "T120", "]", "`]`", "tocsin explain"),
    ('list a = "x" "y"', "T120", '"', "expected the next entry or `,`", "tocsin"),
    ("list a =", "T121", "", "expected a value, found the end", "write a text"),
]


@pytest.mark.parametrize(("text", "code", "words", "message", "help_"), FAULTS)
def test_a_fault_has_a_code_a_place_and_a_help(
    text: str, code: str, words: str, message: str, help_: str
) -> None:
    document, report = read(text)
    first = report[0]
    assert (first.code, first.labels[0].span.text) == (code, words)
    assert message in first.message
    assert help_ in first.help
    assert document.broken


def test_the_place_is_a_line_and_a_column_of_the_file() -> None:
    _, report = read('# a comment\n\nrule "r" {\n  source windows/\n  when Image contians "x"\n}\n')
    assert str(report[0]).startswith("r.tocsin:5:14: error[T126]:")


def test_a_key_that_was_perhaps_meant_is_shown() -> None:
    _, report = read('rule "r" {\n  sourse windows/\n  when A == 1\n}')
    assert [label.span.text for label in report[0].labels] == ['rule "r"', "sourse"]


def test_the_fix_of_a_fault_mends_it() -> None:
    text = rule_text("a = Image == 'x'", "when a")
    _, report = read(text)
    (fix,) = report[0].fixes
    _, mended = read(text[: fix.span.start] + fix.replacement + text[fix.span.end :])
    assert list(mended) == []


def test_a_broken_rule_leaves_its_neighbours_alone() -> None:
    broken = 'rule "b" {\n  source windows/\n  x = = \n  when "\n'
    text = f'{rule_text("when A == 1")}\n{broken}\nlist l = "x"\n{rule_text("when B in l")}'
    document, report = read(text)
    assert len(document.entries) == 2
    assert [named.name for named in document.lists] == ["l"]
    assert document.broken == 1
    assert len(report) == 1


def test_two_faults_of_one_rule_are_both_reported() -> None:
    _, report = read(rule_text("id a", "id b", "a = I == e'x'"))
    assert len(report) >= 1
    _, report = read(rule_text("a = b", "c = d", "when e"))
    assert [found.code for found in report] == ["T135", "T135"]


@pytest.mark.parametrize(
    "text",
    [
        "when " + "(" * 10_000 + "a" + ")" * 10_000,
        "when " + "not " * 10_000 + "a",
        "a: " + "[" * 10_000 + "]" * 10_000,
        "a = " + "(" * 10_000,
        "a = I contains " + "base64(" * 10_000,
    ],
)
def test_no_depth_is_too_much_for_the_reader(text: str) -> None:
    document, report = read(rule_text(text, "when x"))
    assert document.entries or report.has_errors
