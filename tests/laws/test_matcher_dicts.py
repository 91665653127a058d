"""Events as dicts: what is remembered of layouts, keys and values changes no verdict."""

import json
import threading
from collections import UserDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tocsin.dsl.ast import Logsource
from tocsin.dsl.ir import Contains, Ends, Equals, IrRule, IsNull, Node, Not, RuleInfo, Test
from tocsin.dsl.values import Pattern
from tocsin.matcher import reference
from tocsin.matcher.matcher import Matcher
from tocsin.matcher.view import JsonFloat

from tests.laws.strategies import FIELDS, events, field_values, rules
from tests.laws.test_matcher_paths import SMALL, expected, layouts, numbered
from tocsin.errors import EventError

X = Logsource(product="x")


class Text(str):
    """A text of a class of its own."""

    __slots__ = ()


class Whole(int):
    """A number of a class of its own."""


odd_values = st.sampled_from(
    [
        Text("ab"), Whole(1), True, False, None, 1.5, 1e300, JsonFloat("1.50"), 2**70, -(2**63), -1,
        0, b"ab", "\ud800a", "aßé", "", ("a", "b"), ["a", None, ["1"]], [], {}, {"x": "ab"},
        {"#text": "a"}, [{"A": "a"}, {"B": 1}], UserDict({"A": "ab"}), MappingProxyType({"d": "a"}),
        {"d": "a", 1: "ab", "\udc00": "b"},
    ]
)  # fmt: skip
odd_keys = st.sampled_from(
    ["A", "B", "E", "C.d", "C", "Event", "EventData", " A", "B ", "C .d", "", "é", "k\U0001f600",
     "\ud800", Text("A"), Text("E "), 1, None, ("A",), "x", "y", "z"]
)  # fmt: skip
odd_events: st.SearchStrategy[dict[Any, Any]] = st.dictionaries(
    odd_keys, st.one_of(odd_values, field_values), max_size=9
)
any_events = st.one_of(odd_events, odd_events, events, layouts())


def other_keys(event: dict[Any, Any]) -> dict[Any, Any]:
    """Return an equal event whose keys are other objects, as every line of JSON has."""
    return {
        "".join(list(key)) if type(key) is str and len(key) > 1 else key: value
        for key, value in event.items()
    }


@st.composite
def related(draw: st.DrawFn) -> list[dict[Any, Any]]:
    """Return events that look much like one another."""
    event = draw(any_events)
    several = [event]
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.integers(0, 6))
        if kind == 0:
            event = other_keys(event)
        elif kind == 1:
            event = dict(draw(st.permutations(list(event.items()))))
        elif kind == 2:
            event = {**event, draw(odd_keys): draw(field_values)}
        elif kind == 3:
            event = {draw(odd_keys): draw(odd_values), **event}
        elif kind == 4 and event:
            gone = draw(st.sampled_from(list(event)))
            event = {key: value for key, value in event.items() if key is not gone}
        elif kind == 5:
            event = {key: draw(st.one_of(odd_values, st.just(event[key]))) for key in event}
        else:
            event = draw(any_events)
        several.append(event)
    return several


words: st.SearchStrategy[Node] = st.sampled_from(
    ["ab\\a", "abab", "1.50", "-922337", "true", "false", "aaaa", "inf", "e+300", "'ab'"]
).map(lambda word: Test(None, Contains(Pattern.literal(word))))
some_rules = st.lists(
    st.one_of(
        rules,
        words.map(lambda node: IrRule(RuleInfo("w", "t"), X, node)),
        st.sampled_from(FIELDS).map(
            lambda field: IrRule(RuleInfo("f", "t"), X, Test(field, Contains(Pattern.literal("a"))))
        ),
    ),
    min_size=1,
    max_size=4,
)


@given(some_rules, related())
def test_a_layout_met_before_says_nothing_of_the_next_event(
    found: list[IrRule], several: list[dict[Any, Any]]
) -> None:
    wanted = [expected(found, event) for event in several]
    for limits in ({}, SMALL):
        matcher = Matcher(found, "off", limits=limits)
        for _ in range(2):
            assert [numbered(found, matcher.match(event)) for event in several] == wanted
        many = [
            (index, numbered(found, [match])[0]) for index, match in matcher.match_many(several)
        ]
        assert many == [(index, rule) for index, rules in enumerate(wanted) for rule in rules]


@given(some_rules, any_events, st.lists(st.tuples(odd_keys, odd_values), max_size=4))
def test_a_dict_may_change_between_two_calls(
    found: list[IrRule], event: dict[Any, Any], changes: list[tuple[Any, Any]]
) -> None:
    matcher = Matcher(found, "off")
    for key, value in changes:
        assert numbered(found, matcher.match(event)) == expected(found, event)
        if key in event and value is None:
            del event[key]
        else:
            event[key] = value
    assert numbered(found, matcher.match(event)) == expected(found, event)


def one(node: Node, category: str = "process_creation") -> IrRule:
    """Return a rule for Windows."""
    return IrRule(RuleInfo(category, "t"), Logsource(product="windows", category=category), node)


def contains(field: str | None, text: str) -> Test:
    """Return a test for a part of a value."""
    return Test(field, Contains(Pattern.literal(text)))


ROUTED = [
    one(contains(None, "needle")),
    one(contains(None, "12345")),
    one(Test("Image", Ends(Pattern.literal("\\cmd.exe")))),
    one(contains("ImageLoaded", "abc"), "image_load"),
    one(Not(contains("ImageLoaded", "abc")), "image_load"),
]
SYSMON = "Microsoft-Windows-Sysmon/Operational"
headers = st.sampled_from([1, 7, "1", "7", 3, 4688, None])
channels = st.sampled_from(
    [SYSMON, "Security", Text(SYSMON)]
)  # fmt: skip
routed_values = st.one_of(
    st.sampled_from(["needle", "nee", "dle", "C:\\cmd.exe", "abc", "xNEEDLEx", 12345, 1.12345]),
    st.sampled_from([["x", "needle"], {"deep": ["needle"]}, {"deep": {"deeper": (12345,)}}, None]),
    odd_values,
)  # fmt: skip
routed_events = st.fixed_dictionaries(
    {"Channel": channels, "EventID": headers},
    optional=dict.fromkeys(("Image", "ImageLoaded", "NewProcessName", "x", "y"), routed_values),
)


@settings(max_examples=30)
@given(st.lists(routed_events, min_size=2, max_size=6))
def test_the_class_of_the_event_before_says_nothing_of_the_next(
    several: list[dict[str, Any]],
) -> None:
    used = Matcher(ROUTED)
    for event in several:
        wanted = numbered(ROUTED, Matcher(ROUTED).match(event))
        assert numbered(ROUTED, used.match(event)) == wanted
        whole = Matcher(ROUTED, "off")
        assert numbered(ROUTED, whole.match(event)) == expected(ROUTED, event)


@pytest.mark.parametrize("filler", [0, 70_000, 1_000_000])
@pytest.mark.parametrize(
    "value",
    ["needle", 12345, 9123456, ["a", {"b": "needle"}], {"b": {"c": 12345}}, 12345.5, Text("needle"),
     True, {"c": "xNEEDLE"}],
)  # fmt: skip
@pytest.mark.parametrize("words", [("needle",), ("needle", "12345")])  # numbers aside, or too
def test_a_search_looks_at_every_value_of_every_event(
    words: tuple[str, ...], filler: int, value: object
) -> None:
    found = [IrRule(RuleInfo("k", "t"), X, contains(None, text)) for text in words]
    matcher = Matcher(found, "off")
    plain = {"A": "y" * filler, "B": "nee", "C": "dle", "D": 1, "E": 2345}
    for event in (plain, {**plain, "F": value}, plain, {"F": value, **plain}):
        assert numbered(found, matcher.match(event)) == expected(found, event)


def nested(depth: int) -> dict[str, object]:
    """Return an event with something deep in it."""
    event: dict[str, object] = {"x": "y"}
    for number in range(depth):
        event = {"x": [event]} if number % 2 else {"x": event}
    return event


def test_what_nests_too_deep_is_refused_only_where_it_matters() -> None:
    matcher = Matcher(ROUTED)
    sysmon = {"Channel": "Microsoft-Windows-Sysmon/Operational", "ImageLoaded": "abc"}
    deep = nested(700)
    for _ in range(3):
        assert len(matcher.match({**sysmon, "EventID": 7, **deep})) == 1
        matcher.match({**sysmon, "EventID": 1})
        assert len(matcher.match({**sysmon, "EventID": 7, **deep})) == 1
        for _ in range(2):
            with pytest.raises(EventError, match="nests deeper"):
                matcher.match({**sysmon, "EventID": 1, **deep})


class Angry:
    """A value that cannot be read."""

    def __str__(self) -> str:
        """Refuse."""
        raise LookupError


def test_a_value_that_cannot_be_read_harms_only_its_own_event() -> None:
    matcher = Matcher(ROUTED)
    good = {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1, "Image": "\\cmd.exe"}
    for _ in range(3):
        assert len(matcher.match(good)) == 1
        with pytest.raises(LookupError):
            matcher.match({**good, "x": Angry()})
        assert len(matcher.match({**good, "EventID": 7, "x": Angry()})) == 1


def test_more_keys_and_numbers_than_are_remembered() -> None:
    found = [IrRule(RuleInfo("k", "t"), X, Test("k7", Equals(Pattern.literal("7"))))]
    found += [
        IrRule(RuleInfo("n", "t"), X, Test(f"k{n}", Equals(Pattern.literal(str(n)))))
        for n in range(100)
    ]
    found.append(IrRule(RuleInfo("z", "t"), X, Test("k101", IsNull())))
    matcher = Matcher(found, "off")
    for start in range(0, 40_000, 4_000):
        event = {f"k{n}": n for n in range(start, start + 5_000)}
        assert numbered(found, matcher.match(event)) == expected(found, event)
        event = {f"k{n}": n for n in range(101)}
        assert numbered(found, matcher.match(event)) == expected(found, event)


places_of_one = st.dictionaries(
    st.sampled_from(
        ["A", "A", " A", "A ", Text("A"), "Event", "winlog", "winlog.event_data.A", "Ev ent", "x"]
    ),
    st.one_of(
        st.sampled_from(["a", "b", "xax", "", None, Text("a"), "é", "\ud800a", 1, True]),
        st.sampled_from([["b"], ["b", "a"], {"#text": "a"}, {"A": "a"}, [{"A": "a"}]]),
        st.sampled_from(["EventData", "event_data", "UserData"]).map(lambda key: {key: {"A": "a"}}),
    ),
    max_size=4,
)  # fmt: skip


@given(
    st.sampled_from(["a", "b", "é", "1", ""]), st.booleans(), st.lists(places_of_one, max_size=6)
)
def test_a_field_that_rules_out_is_read_where_it_is_looked_up_first(
    word: str, only: bool, several: list[dict[str, Any]]
) -> None:
    found = [IrRule(RuleInfo("a", "t"), X, contains("A", word))]
    if not only:
        found.append(IrRule(RuleInfo("b", "t"), X, Test("B", Equals(Pattern.literal(word)))))
    matcher = Matcher(found, "off")
    for event in several:
        for shown in (event, {"B": "a", **event}, UserDict(event)):
            assert numbered(found, matcher.match(shown)) == expected(found, shown)


def test_a_glance_that_rests_takes_up_its_work_again() -> None:
    found = [IrRule(RuleInfo("a", "t"), X, contains("A", "a"))]
    matcher = Matcher(found, "off")
    for start, period in ((0, 1), (1, 1_000), (2, 3), (3, 1), (4, 50)):
        events = [{"A": "a" if n % period == 0 else f"{n % 97}"} for n in range(start, 3_000)]
        wanted = [n for n, event in enumerate(events) if "a" in event["A"]]
        assert [n for n, _ in matcher.match_many(events)] == wanted
        assert [n for n, event in enumerate(events) if matcher.match(event)] == wanted


def test_keys_that_never_come_again_are_forgotten_by_the_glance_too() -> None:
    matcher = Matcher([IrRule(RuleInfo("a", "t"), X, contains("A", "a"))], "off")
    for start in range(0, 80_000, 20):
        assert matcher.match({f"k{number}": "a" for number in range(start, start + 20)}) == []
    assert len(matcher.match({"k1": "b", "Event": {"EventData": {"A": "a"}}})) == 1
    assert len(matcher.match({"k1": "b", " A": "a"})) == 1
    assert matcher.match({"k1": "b", "AA": "a"}) == []
    assert matcher.statistics()["name_drops"] > 0


def test_threads_share_no_layouts() -> None:
    found = [
        IrRule(RuleInfo(name, "t"), X, contains(name, "a")) for name in ("A", "B", "C", "D", "E")
    ]
    matcher = Matcher(found, "off")
    lines = [
        json.dumps({name: "a" if number % count else "b" for count, name in enumerate(order, 2)})
        for number in range(40)
        for order in ("ABCDE", "EDCBA", "A", "BD", "xAyBz")
    ]
    wanted = [expected(found, json.loads(line)) for line in lines]
    barrier = threading.Barrier(6)

    def work(number: int) -> bool:
        barrier.wait()
        for _ in range(15):
            if number % 2:
                matches = [numbered(found, matcher.match(json.loads(line))) for line in lines]
            else:
                matches = [[] for _ in lines]
                for index, match in matcher.match_many(map(json.loads, lines)):
                    matches[index] += numbered(found, [match])
            if matches != wanted:
                return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(work, range(6)))


def test_two_searches_may_go_on_at_once() -> None:
    found = [IrRule(RuleInfo("a", "t"), X, contains("A", "a"))]
    matcher = Matcher(found, "off")

    def numbers(events: Sequence[dict[str, object]]) -> list[int]:
        return [index for index, _ in matcher.match_many(events)]

    outer = []
    for index, match in matcher.match_many([{"A": "a"}, {"A": "b"}, {"A": "xa"}]):
        outer.append(index)
        assert numbers([{"A": "b"}, match.event]) == [1]
        assert len(matcher.match({"A": "a"})) == 1
    assert outer == [0, 2]
    assert [reference.match(rule, {"A": "xa"}) for rule in found] == [True]
