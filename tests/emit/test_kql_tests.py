"""Every check on every type of column, as KQL has it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tocsin.dsl.ir import (
    All,
    Any,
    AtLeast,
    Check,
    Compare,
    Contains,
    Ends,
    Equals,
    Exists,
    FieldIs,
    InNet,
    IsNull,
    Matches,
    Node,
    Not,
    OneOf,
    Order,
    Part,
    Relation,
    Starts,
    Test,
    TimePart,
    Truth,
)
from tocsin.dsl.networks import read_network
from tocsin.dsl.values import Network, Number, Pattern, Placeholder, Regex, Wild
from tocsin.emit.kql import KqlOptions

from tests.emit.samples import emitted, where


def parsed(text: str) -> Pattern:
    return Pattern.parse(text)


def network(text: str) -> InNet:
    found = read_network(text)
    assert isinstance(found, Network)
    return InNet(found)


def number(text: str, order: Order = Order.EQ) -> Compare:
    return Compare(order, Number(Decimal(text)))


IPV4 = 'ipv4_is_in_range(Address, "10.0.0.0/8") or ipv6_is_in_range(Address, "::ffff:10.0.0.0/104")'

NUMBER = '@"^[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?$"'
MAPPED = 'ipv6_is_in_range(Address, "::ffff:0:0/96")'
ELEMENT = 'extract("<Data Name=[\\"\']F[\\"\']>([^<]*)<", 1, Xml)'
INNER = f'replace_string(replace_string({ELEMENT}, "&lt;", "<"), "&gt;", ">")'
DEFAULT = 'strcat(Key, @"\\", iff(isempty(ValueName), "(Default)", ValueName))'
UNLESS = 'Kind !in ("Made", "Gone")'
JOINED = 'strcat(Key, @"\\", iff(isempty(ValueName), "x", ValueName))'
QUOTE, AMPERSAND = '"&quot;", "\\""', '"&amp;", "&"'

TEXT: list[tuple[str, Check, str]] = [
    ("Text", Equals(parsed("abc")), 'Text =~ "abc"'),
    ("Text", Equals(parsed("abc"), cased=True), 'Text == "abc"'),
    ("Text", Equals(parsed("")), "isempty(Text)"),
    ("Text", Equals(parsed("*")), "isnotempty(Text)"),
    ("Text", Contains(parsed("")), "isnotempty(Text)"),
    ("Text", Starts(parsed("")), "isnotempty(Text)"),
    ("Text", Contains(parsed("b"), cased=True), 'Text contains_cs "b"'),
    ("Text", Starts(parsed("b")), 'Text startswith "b"'),
    ("Text", Ends(parsed("\\b")), 'Text endswith @"\\b"'),
    ("Text", Equals(parsed("É")), 'tolower(Text) == "é"'),
    ("Text", Contains(parsed("é")), 'tolower(Text) contains_cs "é"'),
    ("Text", Contains(parsed("☃")), 'Text contains "☃"'),
    (
        "Text",
        Equals(parsed("a*b")),
        'Text startswith "a" and Text endswith "b" and strlen(Text) >= 2',
    ),
    ("Text", Equals(parsed("a?b")), 'Text matches regex "(?is)^a.b$"'),
    ("Text", Equals(parsed("?*b")), 'Text matches regex "(?is)^..*b$"'),
    ("Text", Contains(parsed("a*b*c"), cased=True), 'Text matches regex "(?s)a.*b.*c"'),
    ("Text", Starts(parsed("a.?")), 'Text matches regex @"(?is)^a\\.."'),
    ("Text", Ends(parsed("?b")), 'Text matches regex "(?is).b$"'),
    (
        "Text",
        Contains(Pattern.of((" ", Wild.DASH, "enc"))),
        'Text matches regex @"(?is) [\\-/–—―]enc"',
    ),
    ("Text", OneOf(frozenset({"a", "b"})), 'Text in~ ("a", "b")'),
    ("Text", OneOf(frozenset({"a", "B"}), cased=True), 'Text in ("B", "a")'),
    (
        "Text",
        OneOf(frozenset({"", "a", "É"})),
        'isempty(Text) or Text in~ ("a") or tolower(Text) in ("é")',
    ),
    ("Text", Matches(Regex("ab+")), 'Text matches regex "ab+"'),
    (
        "Text",
        Matches(Regex("a*", ignore_case=True)),
        'isnotempty(Text) and Text matches regex "(?i)a*"',
    ),
    ("Text", Truth(value=True), 'Text =~ "true"'),
    ("Text", Exists(), "isnotempty(Text)"),
    ("Text", Exists(present=False), "isempty(Text)"),
    ("Text", IsNull(), "isempty(Text)"),
    ("Text", number("4624"), 'Text == "4624"'),
    (
        "Text",
        number("1.5", Order.GT),
        f"Text matches regex {NUMBER} and todouble(Text) > 1.5",
    ),
    (
        "Text",
        FieldIs(Relation.EQUALS, "Other"),
        "isnotempty(Text) and isnotempty(Other) and Text =~ Other",
    ),
    (
        "Text",
        FieldIs(Relation.STARTS, "Number", cased=True),
        "isnotempty(Text) and isnotempty(tostring(Number)) and Text startswith_cs tostring(Number)",
    ),
    ("Address", network("10.0.0.0/8"), IPV4),
    ("Address", network("fd00::/8"), 'ipv6_is_in_range(Address, "fd00::/8")'),
    (
        "Address",
        network("::/0"),
        f'ipv6_is_in_range(Address, "::/0") and (not((coalesce({MAPPED}, false))))',
    ),
]

TYPED: list[tuple[str, Check, str]] = [
    ("Number", Equals(parsed("4624")), "Number == 4624"),
    ("Number", Equals(parsed("")), "isnull(Number)"),
    ("Number", Equals(parsed("46*")), 'tostring(Number) startswith "46"'),
    ("Number", Contains(parsed("6")), 'tostring(Number) contains "6"'),
    ("Number", Contains(parsed("")), "isnotnull(Number)"),
    ("Number", OneOf(frozenset({"1", "2", "x"})), "Number in (1, 2)"),
    ("Number", number("5", Order.LE), "Number <= 5"),
    ("Number", Exists(), "isnotnull(Number)"),
    ("Number", IsNull(), "isnull(Number)"),
    ("Ratio", Equals(parsed("1.0")), "Ratio == 1"),
    ("Ratio", number("1.5"), "Ratio == 1.5"),
    ("Flag", Equals(parsed("True")), "Flag == true"),
    ("Flag", Equals(parsed("false"), cased=True), "Flag == false"),
    ("Flag", Truth(value=False), "Flag == false"),
    ("Bag", Contains(parsed("x")), 'tostring(Bag) contains "x"'),
    ("Bag", IsNull(), "isempty(tostring(Bag))"),
    ("Id", Equals(parsed("AB")), 'tostring(Id) =~ "AB"'),
    ("Created", TimePart(Part.HOUR, Order.EQ, Number(Decimal(3))), "hourofday(Created) == 3"),
    (
        "Text",
        TimePart(Part.MINUTE, Order.LT, Number(Decimal(3))),
        'datetime_part("minute", todatetime(Text)) < 3',
    ),
    (
        "Created",
        TimePart(Part.WEEKDAY, Order.GE, Number(Decimal(6))),
        "iff(dayofweek(Created) == 0d, 7, toint(dayofweek(Created) / 1d)) >= 6",
    ),
]


@pytest.mark.parametrize(("field", "check", "expected"), TEXT + TYPED)
def test_a_check_becomes(field: str, check: Check, expected: str) -> None:
    assert where(field, check) == expected


COMPUTED: list[tuple[str, str]] = [
    ("Member", 'tostring(Bag.a["b c"])'),
    ("Cut", 'replace_string(tostring(Bag.x), "y", "")'),
    ("Json", "tostring(parse_json(Json).a)"),
    ("Hex", 'iff(isnull(Number), "", strcat("0x", tohex(Number)))'),
    (
        "Key",
        f"iff(isempty(Key), ValueName, {DEFAULT})",
    ),
    (
        "Only",
        f"iff(isempty(Key), ValueName, iff(isempty(ValueName) and {UNLESS}, Key, {JOINED}))",
    ),
    (
        "Maybe",
        'iff(isempty(Key), ValueName, iff(isempty(ValueName), Key, strcat(Key, @"\\", ValueName)))',
    ),
    ("User", 'iff(isempty(Text), Other, strcat(Text, @"\\", Other))'),
    ("Extracted", 'extract(@"a=(\\w+)", 1, Text)'),
    (
        "Xml",
        f"replace_string(replace_string({INNER}, {QUOTE}), {AMPERSAND})",
    ),
]


@pytest.mark.parametrize(("field", "expected"), COMPUTED)
def test_a_computed_column_is_made_before_it_is_asked(field: str, expected: str) -> None:
    emission = emitted(Test(field, Equals(parsed("abc"))), options=KqlOptions(plain=True))
    extend, last = emission.text.splitlines()[-2:]
    name = last.removeprefix("| where ").partition(" ")[0]
    assert extend == f"| extend {name} = {expected}"
    assert name.rstrip("_") == field


NEVER: list[tuple[str, Check]] = [
    ("Number", Equals(parsed("abc"))),
    ("Number", Equals(parsed("04624"))),
    ("Number", Truth(value=True)),
    ("Flag", Equals(parsed("maybe"))),
    ("Flag", number("1")),
    ("Created", number("1")),
    ("Created", Truth(value=True)),
    ("Text", OneOf(frozenset())),
]


@pytest.mark.parametrize(("field", "check"), NEVER)
def test_what_no_row_can_pass_is_refused(field: str, check: Check) -> None:
    emission = emitted(Test(field, check))
    assert not emission.ok
    assert emission.error is not None
    assert emission.error.code in ("T602", "T605")


def test_networks_of_one_column_are_asked_for_together() -> None:
    nets = ("10.0.0.0/8", "192.168.0.0/16", "fd00::/8")
    condition = Any(tuple(Test("Address", network(net)) for net in nets))
    text = emitted(condition, options=KqlOptions(plain=True)).text
    assert text.splitlines()[-1] == (
        '| where ipv4_is_in_any_range(Address, dynamic(["10.0.0.0/8", "192.168.0.0/16"])) or '
        'ipv6_is_in_any_range(Address, dynamic(["::ffff:10.0.0.0/104", '
        '"::ffff:192.168.0.0/112", "fd00::/8"]))'
    )


def test_what_may_be_null_is_false_under_a_negation() -> None:
    condition = Not(All((Test("Address", network("fd00::/8")), Test("Text", Exists()))))
    text = emitted(condition, options=KqlOptions(plain=True)).text
    assert 'not((coalesce(ipv6_is_in_range(Address, "fd00::/8"), false) and isnotempty(Text)))' in (
        text.replace("\n", " ")
    )
    assert "coalesce" not in emitted(Test("Number", number("5", Order.LT))).text
    negated: Node = Not(Any((Test("Number", number("5", Order.LT)), Test("Text", Exists()))))
    assert "coalesce(Number < 5, false)" in emitted(negated).text


def test_at_least_becomes_its_combinations() -> None:
    children = tuple(Test("Text", Contains(parsed(c))) for c in "xyz")
    text = emitted(AtLeast(2, children), options=KqlOptions(plain=True)).text
    assert text.splitlines()[-1] == (
        '| where (Text contains "x" and Text contains "y") or (Text contains "x" and Text contains '
        '"z") or (Text contains "y" and Text contains "z")'
    )
    many = tuple(Test("Text", Contains(parsed(f"x{c}"))) for c in range(20))
    error = emitted(AtLeast(10, many)).error
    assert error is not None
    assert error.code == "T601"


def test_a_placeholder_without_values_is_refused() -> None:
    error = emitted(Test("Text", Equals(Pattern.of((Placeholder("x"), "y"))))).error
    assert error is not None
    assert error.code == "T601"


def test_a_column_that_is_not_there_is_refused_with_the_nearest() -> None:
    error = emitted(Test("Wrong", Exists())).error
    assert error is not None
    assert error.code == "T426"
    assert "`Name`" in error.help
    other = emitted(Test("Wrongest", Exists())).error
    assert other is not None
    assert other.help == "see the table's schema"


def test_keywords_are_searched_in_every_column_of_words() -> None:
    emission = emitted(Test(None, Contains(parsed("x"))), options=KqlOptions(plain=True))
    assert emission.text.splitlines()[-1] == '| where Text contains "x" or Other contains "x"'


def test_a_lookback_comes_first() -> None:
    emission = emitted(Test("Text", Exists()), options=KqlOptions(lookback="1d"))
    assert emission.text.splitlines()[:2] == ["Events", "| where TimeGenerated > ago(1d)"]
    plain = emitted(Test("Text", Exists()), options=KqlOptions(lookback="1d"), schema=None)
    assert plain.text.splitlines()[1] == "| where TimeGenerated > ago(1d)"
