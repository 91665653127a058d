"""Rules as bytes: what is written is read again, and nothing else is."""

import struct
from collections.abc import Callable, Sequence

import pytest
from tocsin.dsl.ir import IrRule
from tocsin.matcher.faults import ProgramError
from tocsin.matcher.matcher import Matcher
from tocsin.matcher.stored import StoredRules, rules_bytes

from tocsin import loads

EVERY_KIND = """title: many kinds
id: 9b0b2a52-8e43-4f3a-9f0e-0e7a5a3f5d11
level: high
tags: [attack.execution]
custom: {number: 1.5, list: [a, null, true, 7]}
logsource: {product: windows, category: process_creation, extra: x}
detection:
  sel_a: {A|endswith: cmd.exe, B|startswith: x, C|contains|cased: 'y*z?', D: 'a*b', E|windash: ' -'}
  sel_b: {F|re|i: x+, G|cidr: [10.0.0.0/8, 'fd00::/8'], H|fieldref|startswith: I, J|gte: 5, K: -2.5}
  sel_c: {L|exists: true, M: null, N: true, O|hour|lt: 6, P: [a, b, c, d, e, f, g, h, i, j, k, l]}
  words: [one, tw*o]
  condition: 2 of sel_* or not words
"""

INFO = '{"RuleInfo":["i","t","high","","",["attack.x"],"p",[["title","t"]]]}'
SOURCE = '{"Logsource":[null,"windows",null,null,[]]}'
TEST = '{"Test":["a",{"Exists":[true]}]}'


def rules() -> Sequence[IrRule]:
    """Return a rule with parts of every kind."""
    return loads(EVERY_KIND)


def stored(info: str, rule: str) -> StoredRules:
    """Return a rule of these texts."""
    text = f"{info}\n{rule}".encode("utf-8", "surrogatepass")
    return StoredRules(struct.pack("<IQ", 1, len(text)) + text)


def rule_of(condition: str) -> str:
    """Return the text of a rule with a condition."""
    return f'{{"IrRule":[{SOURCE},{condition},[],[]]}}'


def compare(order: str, number: str) -> str:
    """Return the text of a comparison."""
    return f'{{"Compare":[{{"Order":"{order}"}},{{"Number":{number}}}]}}'


def test_a_rule_with_everything_is_read_as_it_was_written() -> None:
    found = StoredRules(rules_bytes(rules()))
    assert found[0] == rules()[0]
    assert found.info_of(0) == rules()[0].info
    assert Matcher.from_bytes(Matcher(list(rules())).to_bytes()).rules[0] == rules()[0]


def test_parts_are_lists_under_the_name_of_their_class() -> None:
    found = stored(INFO, rule_of(TEST))
    assert (found[0].info.title, found[0].info.tags) == ("t", ("attack.x",))
    assert found[0].logsource.product == "windows"


DAMAGED_INFOS = {
    "no JSON": "[",
    "no text": "\ud800",
    "too deep": "[" * 100_000,
    "parts too deep": '{"RuleInfo":' * 5_000 + "1" + "}" * 5_000,
    "nothing": "{}",
    "two at once": '{"RuleInfo":[],"Test":[]}',
    "no such class": '{"Rule":[]}',
    "another class": TEST,
    "too few values": '{"RuleInfo":["i","t"]}',
    "no values": '{"RuleInfo":1}',
    "a title that is none": INFO.replace('"t","high"', '5,"high"'),
    "an id that is none": INFO.replace('"i",', "true,"),
    "tags that are none": INFO.replace('["attack.x"]', "[1]"),
    "one tag": INFO.replace('["attack.x"]', '"attack.x"'),
    "a key without its value": INFO.replace('["title","t"]', '["title"]'),
}
DAMAGED_CONDITIONS = {
    "text": '"a"',
    "a test of nothing": '{"Test":["a",1]}',
    "a field that is none": '{"Test":[1,{"Exists":[true]}]}',
    "a condition in place of a test": f'{{"Test":["a",{TEST}]}}',
    "one child": f'{{"All":[{TEST}]}}',
    "children that are none": '{"All":[["a"]]}',
    "a count that is none": f'{{"AtLeast":["1",[{TEST}]]}}',
}
DAMAGED_CHECKS = {
    "a number that is none": compare("LT", "[1]"),
    "a number too long": compare("LT", '[{"decimal":"1e999999999"}]'),
    "no number": compare("LT", '[{"decimal":"NaN"}]'),
    "digits that are none": compare("LT", '[{"decimal":"x"}]'),
    "no such order": compare("XX", '[{"decimal":"1"}]'),
    "a list as a name": compare("LT", '[{"decimal":"1"}]').replace('"LT"', '["LT"]'),
    "an order that is none": compare("LT", '[{"decimal":"1"}]').replace('{"Order":"LT"}', '"LT"'),
    "a prefix too long": '{"InNet":[{"Network":[4,0,33]}]}',
    "an address too long": '{"InNet":[{"Network":[4,4294967296,8]}]}',
    "no such family": '{"InNet":[{"Network":[5,0,8]}]}',
    "no expression": '{"Matches":[{"Regex":["(",false,false,false,[]]}]}',
    "a set of lists": '{"OneOf":[{"set":[[1]]},false]}',
    "a set of numbers": '{"OneOf":[{"set":[1]},false]}',
    "a list as a set": '{"OneOf":[["x"],false]}',
    "parts that are none": '{"Ends":[{"Pattern":[[1]]},false]}',
}


@pytest.mark.parametrize("info", DAMAGED_INFOS.values(), ids=DAMAGED_INFOS)
def test_a_damaged_name_of_a_rule_is_told(info: str) -> None:
    found = stored(info, rule_of(TEST))
    assert_damaged(lambda: found.info_of(0))
    assert_damaged(lambda: found[0])


@pytest.mark.parametrize("condition", DAMAGED_CONDITIONS.values(), ids=DAMAGED_CONDITIONS)
def test_a_damaged_rule_is_told_when_it_is_read(condition: str) -> None:
    found = stored(INFO, rule_of(condition))
    assert found.info_of(0).title == "t"
    assert_damaged(lambda: found[0])


@pytest.mark.parametrize("check", DAMAGED_CHECKS.values(), ids=DAMAGED_CHECKS)
def test_a_damaged_check_is_told_when_its_rule_is_read(check: str) -> None:
    assert_damaged(lambda: stored(INFO, rule_of(f'{{"Test":["a",{check}]}}'))[0])


def assert_damaged(action: Callable[[], object]) -> None:
    """Check that an action says so."""
    with pytest.raises(ProgramError, match="a program with a damaged rule"):
        action()
