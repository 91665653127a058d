"""The engine holds under threads, hostile programs and hostile events."""

import contextlib
import gc
import json
import pickle
import random
import struct
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.ast import Logsource
from tocsin.dsl.ir import (
    All,
    AtLeast,
    Contains,
    Ends,
    Equals,
    IrRule,
    Matches,
    Node,
    Not,
    RuleInfo,
    Test,
)
from tocsin.dsl.values import Pattern, Regex
from tocsin.matcher._engine import Program, count_parsed
from tocsin.matcher.faults import ProgramError
from tocsin.matcher.matcher import Match, Matcher
from tocsin.matcher.planner import plan
from tocsin.matcher.program import write_program
from tocsin.matcher.sections import Section, read_sections, with_rules
from tocsin.matcher.view import View

from tocsin.errors import EventError
from tocsin.readers.jsontext import parse_event

SYSMON = {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1}


def text(value: str) -> Pattern:
    """Return the pattern of a text."""
    return Pattern.literal(value)


def some_rules() -> list[IrRule]:
    """Return rules that use every part of a program."""
    source = Logsource(product="windows", category="process_creation")
    ends = Test("Image", Ends(text("\\cmd.exe")))
    several = AtLeast(2, (ends, Test("a.b", Equals(text("x"))), Test("C", Contains(text("yy")))))
    conditions: tuple[Node, ...] = (
        ends,
        All((ends, Not(Test("CommandLine", Contains(text("quiet")))))),
        several,
        Test(None, Contains(text("needle"))),
        Test("CommandLine", Matches(Regex("a+b"))),
    )
    return [
        IrRule(RuleInfo(f"rule-{number}", "t"), source, condition)
        for number, condition in enumerate(conditions)
    ]


PROGRAM = Matcher(some_rules()).to_bytes()
EVENT = {**SYSMON, "Image": "C:\\cmd.exe", "CommandLine": "aaab needle", "a": {"b": "X"}}


def use(program: Program | bytes) -> None:
    """Run a program that may be hostile over an event."""
    matcher = Matcher(some_rules(), program=program if isinstance(program, bytes) else None)
    for _ in range(2):
        matcher.match(EVENT)
        list(matcher.match_json(b'{"Image":"\\\\cmd.exe","a":{"b":["x",1]},"C":"yyy"}\n{]\n'))


def resealed(data: bytes) -> bytes:
    """Return a program with a checksum that is right, so that only its content is judged."""
    return with_rules(data, b"\0\0\0\0")


@given(st.data())
def test_a_damaged_program_is_refused_or_harmless(data: st.DataObject) -> None:
    spoilt = bytearray(PROGRAM)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(spoilt) - 4))
        value = data.draw(st.sampled_from([0, 1, 2, 255, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF]))
        struct.pack_into("<I", spoilt, at // 4 * 4, value)
    try:
        Matcher.from_bytes(bytes(spoilt))
    except ProgramError:
        pass
    else:
        assert bytes(spoilt) == PROGRAM


@given(st.data())
def test_a_program_with_wrong_numbers_cannot_crash(data: st.DataObject) -> None:
    sections = read_sections(PROGRAM)
    spoilt = bytearray(PROGRAM)
    kind = data.draw(st.sampled_from([k for k in sections if k != Section.RULES]))
    start = PROGRAM.index(sections[kind]) if sections[kind] else 32
    for _ in range(data.draw(st.integers(1, 3))):
        at = start + data.draw(st.integers(0, max(len(sections[kind]) - 4, 0)))
        spoilt[at : at + 1] = bytes([data.draw(st.integers(0, 255))])
    with contextlib.suppress(ValueError):
        use(resealed(bytes(spoilt)))


@given(st.integers(0, len(PROGRAM)))
def test_a_program_cut_short_is_refused(size: int) -> None:
    if size < len(PROGRAM):
        with pytest.raises(ProgramError):
            Matcher.from_bytes(PROGRAM[:size])
        with pytest.raises(ValueError):  # noqa: PT011 - any of them
            Program(PROGRAM[:size])


def test_equal_rules_give_equal_programs() -> None:
    assert write_program(plan(some_rules())) == write_program(plan(some_rules()))
    assert Matcher.from_bytes(PROGRAM).to_bytes() == PROGRAM


def test_many_threads_may_use_one_matcher() -> None:
    matcher = Matcher(some_rules())
    chance = random.Random(7)
    events = [
        {**SYSMON, "EventID": chance.choice([1, 3]), "Image": chance.choice(["\\cmd.exe", "x"]),
         "CommandLine": chance.choice(["aab", "needle", "quiet", str(chance.random())])}
        for _ in range(300)
    ]  # fmt: skip
    wanted = [[match.rule_id for match in Matcher(some_rules()).match(event)] for event in events]
    lines = b"\n".join(
        b'{"Channel":"%s","EventID":%d,"Image":"%s","CommandLine":"%s"}'
        % (
            str(event["Channel"]).encode(), int(str(event["EventID"])),
            str(event["Image"]).replace("\\", "\\\\").encode(), str(event["CommandLine"]).encode(),
        )
        for event in events
    )  # fmt: skip
    barrier = threading.Barrier(8)

    def work(number: int) -> bool:
        barrier.wait()
        for _ in range(5):
            if number % 2:
                found: list[list[str | None]] = [[] for _ in events]
                for line, match in matcher.match_json(lines):
                    found[line].append(match.rule_id)
            else:
                found = [[match.rule_id for match in matcher.match(event)] for event in events]
            if found != wanted:
                return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))


ESCAPES = {
    r"\\": "\\",
    r"\/": "/",
    r"\"": '"',
    r"\n": "\n",
    r"\u0041": "A",
    r"\u00e9": "é",
    r"\ud83d\ude00": "\N{GRINNING FACE}",
    r"\\\\\u005c": "\\\\\\",
}


def test_escapes_are_undone_wherever_they_stand() -> None:
    spelled = [
        ("x" * before + escape + "y" * behind, "x" * before + meant + "y" * behind)
        for escape, meant in ESCAPES.items()
        for before in range(18)
        for behind in (0, 1, 7, 8, 9)
    ]
    rules = [
        IrRule(RuleInfo(f"{number}", "t"), Logsource(), Test("a", Equals(text(meant), cased=True)))
        for number, (_, meant) in enumerate(spelled)
    ]
    lines = "".join(f'{{"a": "{escaped}"}}\n' for escaped, _ in spelled).encode()
    found = [(line, match.number) for line, match in Matcher(rules, "off").match_json(lines)]
    assert found == [(number, number) for number in range(len(spelled))]


def test_a_thread_gets_the_worker_back_that_it_used() -> None:
    matcher = Matcher(some_rules())
    barrier = threading.Barrier(3)

    def borrows(_: int) -> bool:
        used = []
        for _ in range(5):
            barrier.wait()
            used.append(matcher.borrow())
            barrier.wait()
            matcher.give_back(used[-1])
        return all(worker is used[0] for worker in used)

    with ThreadPoolExecutor(3) as pool:
        assert all(pool.map(borrows, range(3)))
    assert matcher.statistics()["workers"] == 3
    assert matcher.borrow() is not matcher.borrow()  # this thread has none, and takes others'
    assert matcher.statistics()["workers"] == 1


def test_memory_does_not_grow_with_matchers_and_events() -> None:
    resource = pytest.importorskip("resource")

    def round_of_work() -> None:
        for number in range(30):
            matcher = Matcher(some_rules())
            matcher.match({**EVENT, "CommandLine": f"{number}" * 100})
            list(matcher.match_json(b'{"Image":"\\\\cmd.exe"}\n' * 50))
        gc.collect()

    for _ in range(3):
        round_of_work()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(10):
        round_of_work()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000


def test_hostile_values_stay_within_the_limits() -> None:
    limits = {"memo_bytes": 1 << 18, "set_bytes": 1 << 18, "verdict_bytes": 1 << 18}
    matcher = Matcher(some_rules(), "off", limits=limits)
    worker = matcher.borrow()
    chance = random.Random(3)
    data = b"\n".join(
        b'{"Image":"%x","CommandLine":"%x","k%x":{"C":%d}}'
        % (chance.getrandbits(400), chance.getrandbits(2000), chance.getrandbits(64), number)
        for number in range(8000)
    )
    worker.lines(data, 0, len(data), matcher.source)
    assert worker.statistics()["memory"] < 24 << 20


@pytest.mark.parametrize("depth", [511, 512, 513, 100_000])
def test_nesting_has_one_limit_for_lists_and_maps(depth: int) -> None:
    matcher = Matcher(some_rules(), "off")
    worker = matcher.borrow()
    for opened, closed in ((b"[", b"]"), (b'{"a":', b"}")):
        inner = opened * (depth - 1) + b"1" + closed * (depth - 1)
        line = b'{"Image":"\\\\cmd.exe","x":' + inner + b"}"
        found = worker.lines(line, 0, len(line), matcher.source)
        try:
            parse_event(line)
        except ValueError:
            assert len(found.malformed) == 1
        else:
            assert [rule for _, rule in found] == [0, 1]


@pytest.mark.parametrize("data", [b"", b"\n", b"\n\n", b" ", b" \n\t\n", b"\x0b\n", b"\r\n\r\n"])
def test_blank_lines_alone_are_no_events(data: bytes) -> None:
    worker = Matcher(some_rules(), "off").borrow()
    found = worker.lines(data, 0, len(data), 0)
    assert (found.events, found.malformed, list(found)) == (0, [], [])


def test_a_match_holds_its_line_and_is_a_match() -> None:
    matcher = Matcher(some_rules(), "off")
    data = b'{}\n{"Image":"\\\\cmd.exe"}\n'
    found = matcher.judge_lines(data, 0, len(data), matcher.source)
    assert {match.line for _, match in found.matches(Match, matcher.rules, 0)} == {data[3:-1]}
    with pytest.raises(TypeError, match="dict cannot hold a match"):
        list(found.matches(dict, matcher.rules, 0))  # type: ignore[type-var]


def test_lines_are_counted_from_a_number_on_with_or_without_blank_ones() -> None:
    matcher = Matcher(some_rules()[:1], "off")
    data = b'\n{"Image":"\\\\cmd.exe"}\n\n{"Image":"\\\\cmd.exe"}'
    found = matcher.judge_lines(data, 0, len(data), matcher.source)
    assert [line for line, _ in found.matches(Match, matcher.rules, 10)] == [11, 13]
    events = found.matches(Match, matcher.rules, 10, by_event=True)
    assert [event for event, _ in events] == [10, 11]


def test_matches_can_be_pickled_whatever_they_hold() -> None:
    matcher = Matcher(some_rules()[:1], "off")
    event = {"Image": "C:\\cmd.exe"}
    of_line = [match for _, match in matcher.match_json(json.dumps(event).encode())]
    for match in (*matcher.match(event), *of_line):
        again = pickle.loads(pickle.dumps(match))  # noqa: S301 - our own
        assert (again.rule_id, again.event, again.line) == (match.rule_id, event, match.line)


def test_a_value_of_many_megabytes_is_judged() -> None:
    matcher = Matcher(some_rules(), "off")
    line = b'{"Image":"' + b"x" * (20 << 20) + b'\\\\cmd.exe"}'
    assert [match.rule_id for _, match in matcher.match_json(line)] == ["rule-0", "rule-1"]


def test_a_mapping_that_nests_too_deep_is_refused() -> None:
    event: dict[str, object] = {"Image": "x"}
    for _ in range(600):
        event = {"a": event}
    with pytest.raises(EventError, match="nests deeper"):
        Matcher(some_rules(), "off").match({**EVENT, "a": event})


def test_what_is_no_mapping_is_refused() -> None:
    with pytest.raises(EventError, match="an event is a mapping, not list"):
        Matcher(some_rules(), "off").match([])  # type: ignore[arg-type]


def test_lone_halves_of_pairs_are_read_as_replacements() -> None:
    rule = IrRule(RuleInfo("r", "t"), Logsource(product="x"), Test("F", Equals(text("\ufffdx"))))
    matcher = Matcher([rule], "off")
    assert len(matcher.match({"F": "\ud800x", "\ud800": "y"})) == 1
    assert View({"F": "\ud800x"}).values("F") == ("\ufffdx",)


def test_the_yardstick_counts_what_is_json() -> None:
    assert count_parsed(b'{"a":1}\n{]\n\n[1]') == 2
    assert count_parsed(b"") == 0
