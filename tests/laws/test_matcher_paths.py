"""The compiled matcher gives the reference evaluator's verdicts on every path."""

import json
import pickle
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.ast import Logsource
from tocsin.dsl.ir import TRUE, IrRule, RuleInfo
from tocsin.matcher import reference
from tocsin.matcher.matcher import Match, Matcher
from tocsin.matcher.places import places

from tests.laws.jsontext import broken, spellings
from tests.laws.strategies import FIELDS, events, field_values, rules
from tocsin.readers.jsontext import parse_event

rule_sets = st.lists(rules, min_size=1, max_size=5)
SMALL = {"memo_bytes": 600, "memo_value": 6, "set_bytes": 300, "verdict_bytes": 300}
NO_MEMO = {"memo": False}


@st.composite
def layouts(draw: st.DrawFn) -> dict[str, Any]:
    """Return an event that has its values at places where layouts put them."""
    event: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(FIELDS), max_size=3)):
        place = draw(st.sampled_from(places(name)))
        keys = list(place.keys)
        if draw(st.integers(0, 3)) == 0:
            keys[-1] = keys[-1][:1] + " " + keys[-1][1:]
        if place.any_depth and draw(st.booleans()):
            keys.insert(-1, draw(st.sampled_from(["x", *FIELDS])))
        _put(event, keys, draw(field_values))
    return event


def _put(event: dict[str, Any], keys: Sequence[str], value: object) -> None:
    """Set a value at the end of a path, where nothing else is in the way."""
    for key in keys[:-1]:
        inner = event.setdefault(key, {})
        if not isinstance(inner, dict):
            return
        event = inner
    event[keys[-1]] = value


any_events = st.one_of(events, layouts())


def expected(found: Sequence[IrRule], event: Mapping[str, Any]) -> list[int]:
    """Return the positions of the rules that match by the reference."""
    return [number for number, rule in enumerate(found) if reference.match(rule, event)]


def numbered(found: Sequence[IrRule], matches: Sequence[Any]) -> list[int]:
    """Return the positions of the rules of matches."""
    numbers = {id(rule): number for number, rule in enumerate(found)}
    return [numbers[id(match.definition)] for match in matches]


@given(rule_sets, st.lists(any_events, min_size=1, max_size=5))
def test_a_mapping_is_judged_as_the_reference_judges_it(
    found: list[IrRule], several: list[dict[str, Any]]
) -> None:
    matcher = Matcher(found, "off")
    for event in [*several, *several]:
        assert numbered(found, matcher.match(event)) == expected(found, event)


@given(rule_sets, st.lists(any_events, min_size=1, max_size=5))
def test_what_is_remembered_changes_no_verdict(
    found: list[IrRule], several: list[dict[str, Any]]
) -> None:
    wanted = [expected(found, event) for event in several]
    for limits in (SMALL, NO_MEMO):
        matcher = Matcher(found, "off", limits=limits)
        for _ in range(2):
            assert [numbered(found, matcher.match(event)) for event in several] == wanted


@given(rule_sets, st.lists(any_events, min_size=1, max_size=3))
def test_a_stored_program_judges_alike(found: list[IrRule], several: list[dict[str, Any]]) -> None:
    matcher = Matcher(found, "off")
    stored = pickle.loads(pickle.dumps(matcher))  # noqa: S301 - our own
    assert stored.to_bytes() == matcher.to_bytes()
    assert list(stored.rules) == found
    for event in several:
        assert numbered(stored.rules, stored.match(event)) == expected(found, event)


@given(rule_sets, st.lists(any_events, min_size=1, max_size=4), st.data())
def test_lines_of_json_are_judged_as_their_events_are(
    found: list[IrRule], several: list[dict[str, Any]], data: st.DataObject
) -> None:
    lines = [data.draw(spellings(event)).encode() for event in several]
    assert judged(Matcher(found, "off"), lines) == [expected_line(found, line) for line in lines]


@given(rule_sets, st.lists(any_events, min_size=1, max_size=4), st.data())
def test_a_broken_line_is_malformed_exactly_when_the_reader_says_so(
    found: list[IrRule], several: list[dict[str, Any]], data: st.DataObject
) -> None:
    lines = [data.draw(spellings(event)) for event in several]
    spoilt = [
        data.draw(broken(line)) if data.draw(st.booleans()) else line.encode() for line in lines
    ]
    wanted = [expected_line(found, line) for line in spoilt]
    assert judged(Matcher(found, "off"), spoilt) == wanted
    assert judged(Matcher(found, "off", limits=SMALL), spoilt) == wanted


def expected_line(found: Sequence[IrRule], line: bytes) -> list[int] | str:
    """Return what the reader and the reference say of a line."""
    if not line or line.isspace():
        return "blank"
    try:
        return expected(found, parse_event(line))
    except ValueError:
        return "malformed"


def judged(
    matcher: Matcher, lines: list[bytes], around: tuple[bytes, bytes] = (b"", b"")
) -> list[list[int] | str]:
    """Return what the compiled matcher says of lines that stand between other bytes."""
    data = b"\n".join(lines) + (b"\n" if around[1] else b"")
    begin = len(around[0])
    worker = matcher.borrow()
    found = worker.lines(around[0] + data + around[1], begin, begin + len(data), matcher.source)
    matcher.give_back(worker)
    verdicts: list[list[int] | str] = [[] for _ in lines]
    for line, match in found.matches(Match, matcher.rules, 0):
        assert match.line == lines[line]
        verdict = verdicts[line]
        assert isinstance(verdict, list)
        verdict.append(match.number)
    for line, _ in found.malformed:
        verdicts[line] = "malformed"
    first = lines[found.malformed[0][0]] if found.malformed else b""
    assert found.first_malformed == first
    blank = [number for number, line in enumerate(lines) if not line or line.isspace()]
    for number in blank:
        assert verdicts[number] == []
        verdicts[number] = "blank"
    assert found.events == len(lines) - len(blank)
    return verdicts


def test_a_match_gives_back_its_event_as_written() -> None:
    rule = IrRule(RuleInfo("always", "t"), Logsource(product="x"), TRUE)
    line = b'{"A":1.50,"n":-0,"big":123456789012345678901234567890}'
    matches = list(Matcher([rule], "off").match_json(b"\n" + line + b"\n"))
    assert [number for number, _ in matches] == [1]
    event = matches[0][1].event
    assert json.dumps({key: repr(value) for key, value in event.items()}) == json.dumps(
        {"A": "1.50", "n": "-0", "big": "123456789012345678901234567890"}
    )
