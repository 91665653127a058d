"""Every bound of the engine has a counter, which counts when it is met."""

import json
import random
from collections.abc import Iterable

import pytest
from tocsin.dsl.ast import Logsource
from tocsin.dsl.ir import Contains, Equals, IrRule, Matches, Node, RuleInfo, Test
from tocsin.dsl.values import Pattern, Regex
from tocsin.matcher.matcher import Matcher


def matcher(*conditions: Node, **limits: object) -> Matcher:
    """Return a matcher of some rules that see every event."""
    rules = [
        IrRule(RuleInfo(f"{number}", "t"), Logsource(), condition)
        for number, condition in enumerate(conditions)
    ]
    return Matcher(rules, "off", limits=limits)


def after(judging: Matcher, events: Iterable[dict[str, object]]) -> dict[str, int]:
    """Return the counters after judging events as lines."""
    lines = "\n".join(json.dumps(event) for event in events)
    list(judging.match_json(lines.encode()))
    return judging.statistics()


def contains(field: str, text: str) -> Node:
    """Return a test."""
    return Test(field, Contains(Pattern.literal(text)))


WORDS = [contains("a", f"{number:02x}") for number in range(256)]


def new_values(count: int, size: int = 100) -> list[dict[str, object]]:
    """Return events of values that never come again."""
    chance = random.Random(4)
    return [{"a": f"x{chance.getrandbits(size * 4):x}"} for _ in range(count)]


def test_nothing_is_dropped_where_there_is_little() -> None:
    found = after(matcher(*WORDS), [{"a": "c1"}, {"a": "c1"}, {"a": "c2"}])
    assert found["workers"] == 1
    assert found["memo_looked"] == 3
    assert found["memo_found"] == 1
    assert found["classified"] == 2
    assert found["memory"] > 0
    assert [name for name, count in found.items() if count and "drop" in name] == []


def test_a_matcher_that_has_judged_nothing_has_all_counters() -> None:
    assert matcher().statistics().keys() == after(matcher(*WORDS), [{"a": "x"}]).keys()


@pytest.mark.parametrize(
    ("limits", "events", "name"),
    [
        ({"memo_bytes": 1 << 14}, new_values(300), "memo_drops"),
        ({"memo_value": 50}, new_values(3), "memo_passed"),
        ({}, new_values(30_000, 8), "memo_rests"),
        ({}, new_values(200, 5000), "memo_rests"),
        ({"set_bytes": 1 << 10, "memo": False}, new_values(1500), "set_drops"),
        ({"verdict_bytes": 1 << 10}, new_values(300), "verdict_drops"),
        ({}, [{f"k{n}": {"a": 1}} for n in range(80_000)], "name_drops"),
        ({}, [{f"k{n}": 1} for n in range(1000)], "shape_rests"),
        ({}, [{f"{n}{k}": k for k in range(900)} for n in range(400)], "shape_drops"),
    ],
)
def test_each_limit_is_counted_when_it_is_met(
    limits: dict[str, object], events: list[dict[str, object]], name: str
) -> None:
    found = after(matcher(*WORDS, **limits), events)
    assert found[name] > 0


def test_values_of_any_size_are_remembered_where_the_limits_let_them_be() -> None:
    judging = matcher(*WORDS, memo_value=1 << 20, memo_bytes=8 << 20)
    sizes = [1, 300_000, 7, (1 << 18) - 12, 1 << 18, 0, 8]  # in and across the memo's chunks
    events = [{"a": "x" * size + "c1"} for size in sizes * 2]
    lines = "\n".join(map(json.dumps, events)).encode()
    assert [line for line, _ in judging.match_json(lines)] == list(range(len(events)))
    found = judging.statistics()
    assert (found["classified"], found["memo_found"]) == (len(sizes), len(sizes))


def test_long_values_that_never_come_again_go_by_and_short_ones_are_remembered() -> None:
    judging = matcher(*WORDS)
    long = new_values(2000, 5000)
    short: dict[str, object] = {"a": "c1"}
    found = after(judging, [event for each in long for event in (each, short)])
    assert found["memo_rests"] > 0
    assert found["memo_found"] == len(long) - 1
    assert 1500 < found["memo_passed"] < len(long)
    assert found["memory"] < 3 << 20


def test_long_values_are_tried_again_after_a_while() -> None:
    judging = matcher(*WORDS)
    assert after(judging, new_values(500, 5000))["memo_found"] == 0
    assert after(judging, new_values(2, 5001) * 2500)["memo_found"] > 2000


def test_long_values_that_come_again_are_remembered() -> None:
    events = new_values(50, 5000) * 40
    found = after(matcher(*WORDS), events)
    assert (found["memo_rests"], found["memo_passed"]) == (0, 0)
    assert found["classified"] == 50


def test_classes_are_counted_when_they_are_forgotten() -> None:
    kinds = [(f"{number}", f"c{number}") for number in range(100)]
    judging = matcher(
        *(Test("EventID", Equals(Pattern.literal(event))) for event, _ in kinds),
        *(Test("Channel", Equals(Pattern.literal(channel))) for _, channel in kinds),
    )
    events = [{"EventID": event, "Channel": channel} for event, _ in kinds for _, channel in kinds]
    lines = "\n".join(map(json.dumps, events)).encode()
    found = [(line, match.number) for line, match in judging.match_json(lines)]
    assert found == [
        (line, rule)
        for line in range(len(events))
        for rule in (line // len(kinds), len(kinds) + line % len(kinds))
    ]
    assert judging.statistics()["class_drops"] == 1


def test_what_is_remembered_of_mappings_is_counted_too() -> None:
    judging = matcher(contains("a", "c1"))
    chance = random.Random(6)
    values = [str(chance.getrandbits(3000)) for _ in range(1000)]
    before = judging.statistics()["memory"]
    assert not any(judging.match({"a": value}) for value in values)
    found = judging.statistics()
    assert found["classified"] == len(values)
    assert found["memory"] > before + sum(map(len, values))


def test_regexes_that_run_and_those_that_outgrow_their_memory_are_counted() -> None:
    hard = Test("a", Matches(Regex("a[ab]{20}[cd]")))  # a million states, over the letters a and b
    chance = random.Random(5)
    texts = ["".join(chance.choices("ab", k=2000)) for _ in range(250)]
    found = after(matcher(hard), [{"a": text} for text in texts])
    assert found["regex_runs"] == 250
    assert found["regex_simulated"] > 0


def test_a_name_that_comes_twice_in_a_map_is_counted() -> None:
    judging = matcher(*WORDS)
    list(judging.match_json(b'{"a": "c1", "a": "c2"}'))
    assert judging.statistics()["repeated_names"] == 1


def test_counters_are_summed_over_workers() -> None:
    judging = matcher(Test("a", Equals(Pattern.literal("x"))))
    workers = [judging.borrow() for _ in range(3)]
    line = b'{"a": "x"}\n'
    for worker in workers:
        assert worker.lines(line, 0, len(line), judging.source)
    for worker in workers:
        judging.give_back(worker)
    found = judging.statistics()
    assert (found["workers"], found["classes"], found["classified"]) == (3, 1, 3)
