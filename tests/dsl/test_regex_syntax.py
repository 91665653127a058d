"""The syntax of regular expressions: what is accepted as RE2 does, and what is refused."""

import pytest
import re2
from tocsin.dsl.regex import RegexError, parse_regex

ACCEPTED = [
    r"\pL", r"\PL", r"\p{Lu}", r"\p{^Lu}", r"\P{^L}", r"\p{Any}", r"[\pL\d]", r"\x41", r"\x{1F600}",
    r"\101", r"\07", r"\0", r"a{2,3}", r"a{2,}", r"a{,3}", r"a{x}", r"[[:alpha:]]",
    r"[[:^digit:]_]",
    r"[[:alpha]", r"[[a]", r"(?i)a(?-i)b", r"(?i:a)b", r"(?U)a+", r"(?P<name>a)", r"(?<name_1>b)",
    r"\Qa.b\E", r"\a\f\n\r\t\v", r"\A\z\b\B", r"[^\x00-\x{10FFFF}]", r"(?i)[a-zß]", r"[a\-z]",
]  # fmt: skip

REFUSED = [
    (r"a)", "unbalanced"),
    (r"(a", "not closed"),
    (r"(?i", "not closed"),
    (r"(?z)a", "flags are"),
    (r"(?i-)a", "must follow `-`"),
    (r"(?P<a b>c)", "name is"),
    (r"(?P<a", "name is"),
    (r"a{1001}", "at most"),
    (r"a{3,2}", "below the first"),
    (r"(((a{100}){100}){100})", "multiply"),
    (r"((a{30}){30}b{1000}){1}" + r"(\pL{1000})" * 60, "too large"),
    ("(" * 300 + "a" + ")" * 300, "too deeply"),
    (r"\p", "must follow"),
    (r"\p{Lu", "missing"),
    (r"\p{Greek}", "scripts"),
    (r"\p{}", "scripts"),
    ("\\", "backslash at the end"),
    (r"\x4", "hex"),
    (r"\x{zz}", "hex"),
    (r"\x{110000}", ""),
    (r"\8", ""),
    (r"[[:nothing:]]", "no named set"),
    (r"[a", ""),
    (r"[b-a]", ""),
    (r"*a", ""),
    (r"\y", ""),
]


@pytest.mark.parametrize("pattern", ACCEPTED)
def test_what_re2_accepts_is_accepted(pattern: str) -> None:
    re2.compile(pattern)
    parse_regex(pattern, "")
    parse_regex(pattern, "ims")


@pytest.mark.parametrize(("pattern", "words"), REFUSED, ids=lambda case: str(case)[:20])
def test_what_is_refused_says_why_and_where(pattern: str, words: str) -> None:
    with pytest.raises(RegexError) as raised:
        parse_regex(pattern, "")
    assert words in raised.value.message
    assert 0 <= raised.value.offset <= len(pattern)
