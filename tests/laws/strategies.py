"""Rules and events for the laws, drawn to hit the known traps.

Texts come from a small hostile alphabet, so that literals are prefixes, suffixes and parts of
one another and of the values; fields are few, so that tests meet values.
"""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from tocsin.dsl.ast import Logsource
from tocsin.dsl.ir import (
    All,
    AtLeast,
    Compare,
    Const,
    Contains,
    Ends,
    Equals,
    Exists,
    FieldIs,
    InNet,
    IrRule,
    IsNull,
    Matches,
    Node,
    Not,
    OneOf,
    Order,
    Part,
    Relation,
    RuleInfo,
    Starts,
    Test,
    TimePart,
    Truth,
)
from tocsin.dsl.ir import Any as AnyOf
from tocsin.dsl.values import Network, Number, Pattern, Regex, Wild

ALPHABET = 'abAB1 -/\\*?"\n\0İßẞKkſsΣσς\N{EN DASH}é\U0001f600'
FIELDS = ("A", "B", "C.d", "E")

texts = st.text(ALPHABET, max_size=6)
long_texts = st.lists(texts, max_size=8).map("".join)

parts = st.one_of(texts, st.sampled_from([Wild.STAR, Wild.ONE, Wild.DASH]))


def _inner(found: Pattern) -> Pattern:
    """Return the pattern without stars at its ends, as lowering leaves it."""
    kept = list(found.parts)
    while kept and kept[0] is Wild.STAR:
        kept.pop(0)
    while kept and kept[-1] is Wild.STAR:
        kept.pop()
    return Pattern.of(kept)


patterns = st.lists(parts, max_size=4).map(Pattern.of).map(_inner)

numbers = st.one_of(
    st.integers(-5, 40),
    st.sampled_from([2**53, 2**53 + 1, -(2**63), 2**64, 2**80]),
).map(lambda number: Number(Decimal(number))) | st.sampled_from(
    [Number(Decimal(text)) for text in ("0.1", "1.50", "-2.25", "1e3", "1e-7")]
)

number_texts = st.sampled_from(
    [
        "1", "+1", "-1", "01", "1.0", "1.50", "1e0", "1E3", "10e-1", "0x10", " 1", "1 ", "1.", ".5",
        "9007199254740993", "9007199254740992.0", "1e999999", "1e9999999999", "-1e9999999999",
        "0e9999999999", "-0", "12", "2024-05-01T12:34:56Z", "1714558830", "true", "TRUE", "falſe",
    ]
)  # fmt: skip

addresses = st.sampled_from(
    [
        "10.0.0.1", "10.255.0.9", "11.0.0.1", "127.0.0.1", "::1", "::ffff:10.0.0.1", "fe80::1%eth0",
        "FD00::1", "10.0.0.1/8", "010.0.0.1", "10.0.0", "::", "0.0.0.1", "1::2::3", "fe80::1%",
    ]
)  # fmt: skip

networks = st.sampled_from(
    [
        Network(4, 10 << 24, 8), Network(4, 0, 0), Network(4, (127 << 24) + 1, 32),
        Network(6, 0, 0), Network(6, 0xFE80 << 112, 10), Network(6, 0xFD << 120, 8),
        Network(6, 1, 128),
    ]
)  # fmt: skip

regexes = st.builds(
    Regex,
    st.sampled_from(
        [
            "a", "^a", "b$", "a.b", "[ab]+1", "a{2,3}", r"\bab\b", r"\d", "(a|b)*1", "k", "ß", "σ",
            r"\w+-", "^$", "", r"[^a]b", "a.*b.*1", r"\\", "é|İ", r"^[^/]{3,}$", r"\s", "(?i)S1",
        ]
    ),
    ignore_case=st.booleans(),
    multiline=st.booleans(),
    dot_all=st.booleans(),
)  # fmt: skip

text_checks = st.one_of(
    *(st.builds(kind, patterns, st.booleans()) for kind in (Equals, Contains, Starts, Ends))
)

field_checks = st.one_of(
    text_checks,
    text_checks,
    st.builds(OneOf, st.frozensets(texts, min_size=1, max_size=6), st.booleans()),
    st.builds(Matches, regexes),
    st.builds(InNet, networks),
    st.builds(Compare, st.sampled_from(Order), numbers),
    st.builds(Truth, st.booleans()),
    st.builds(TimePart, st.sampled_from(Part), st.sampled_from(Order), numbers),
    st.builds(FieldIs, st.sampled_from(Relation), st.sampled_from(FIELDS), st.booleans()),
    st.builds(Exists, st.booleans()),
    st.just(IsNull()),
)

leaves = st.one_of(
    st.builds(Test, st.sampled_from(FIELDS), field_checks),
    st.builds(Test, st.sampled_from(FIELDS), field_checks),
    st.builds(Test, st.none(), st.one_of(text_checks, st.builds(Matches, regexes))),
    st.builds(Const, value=st.booleans()),
)


def _branches(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Return strategies for nodes over these children."""
    several = st.lists(children, max_size=4).map(tuple)
    return st.one_of(
        several.map(All),
        several.map(AnyOf),
        children.map(Not),
        st.builds(
            AtLeast, st.integers(2, 3), st.lists(children, min_size=2, max_size=4).map(tuple)
        ),
    )


nodes: st.SearchStrategy[Node] = st.recursive(leaves, _branches, max_leaves=8)

rules = st.builds(
    lambda node, number: IrRule(RuleInfo(f"rule-{number}", "t"), Logsource(product="x"), node),
    nodes,
    st.integers(0, 99),
)

scalars: st.SearchStrategy[Any] = st.one_of(
    texts,
    texts,
    long_texts,
    number_texts,
    addresses,
    st.integers(-5, 40),
    st.sampled_from([2**53 + 1, 2**64, 1.5, -2.25, 1e3, 0.1, 1714558830, True, False, None]),
)

field_values: st.SearchStrategy[Any] = st.one_of(
    scalars,
    scalars,
    scalars,
    st.lists(scalars, max_size=3),
    st.lists(st.lists(scalars, max_size=2), max_size=2),
    st.dictionaries(st.sampled_from(["d", "x", "#text"]), scalars, max_size=2),
    st.lists(st.dictionaries(st.sampled_from(["d", "x"]), scalars, max_size=2), max_size=2),
)

events: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from([*FIELDS, "C", "other", "A b"]), field_values, max_size=5
)
"""Events of a flat or nested layout, with the fields that the rules ask for, and others."""
