"""Lines that are alike in all but their values, which are followed by their shape."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.ast import Logsource
from tocsin.dsl.ir import (
    All,
    Contains,
    Equals,
    FieldIs,
    IrRule,
    Matches,
    Node,
    Not,
    Relation,
    RuleInfo,
    Test,
)
from tocsin.dsl.values import Pattern, Regex
from tocsin.matcher.matcher import Matcher

from tests.laws.jsontext import SPACES, broken, text_spellings
from tests.laws.strategies import FIELDS, rules, scalars
from tests.laws.test_matcher_paths import expected_line, judged, rule_sets

HEADERS: dict[str, list[str | int]] = {
    "Channel": ["Security", "Microsoft-Windows-Sysmon/Operational"],
    "EventID": [1, 3, "1", 4688],
}
ROOM = [b" " * 200, b""]
"""Lines without an event for the end: what is followed must be readable for some bytes more."""

new_values = st.one_of(
    scalars,
    st.sampled_from(
        ["", "a\\", '\\"a', "\\\\u0041", "é\\", "\x7f", "ab" * 40, "\\" * 63 + "b", "a" * 63 + '"']
    ),
)


@st.composite
def structures(draw: st.DrawFn, depth: int = 0) -> Any:
    """Return a structure: a map by its spelled keys, a list, or a place for a value."""
    kind = draw(st.integers(0, 5 if depth < 2 else 3))
    if kind <= 3:
        return None
    if kind == 4:
        return draw(st.lists(structures(depth + 1), max_size=3))
    names = draw(st.lists(st.sampled_from([*FIELDS, "C", "d", "#text", "A b"]), max_size=4))
    return [(draw(text_spellings(name)), draw(structures(depth + 1))) for name in names]


@st.composite
def families(draw: st.DrawFn) -> list[bytes]:
    """Return lines of a few shapes: some the same but for some values, some spoilt."""
    shapes = []
    for _ in range(draw(st.integers(1, 3))):
        names = draw(st.lists(st.sampled_from([*FIELDS, "C", "other"]), min_size=1, unique=True))
        shapes.append(
            ([(draw(text_spellings(name)), draw(structures())) for name in names],
             draw(st.sampled_from(SPACES)), draw(st.booleans()))
        )  # fmt: skip
    known: dict[int, str] = {}
    lines = []
    for _ in range(draw(st.integers(2, 10))):
        number = draw(st.integers(0, len(shapes) - 1))
        members, gap, header = shapes[number]
        slots: list[str] = []
        text = _spelled(members, gap, slots)
        values = [draw(_value(known, number * 1000 + i)) for i in range(len(slots))]
        if header:
            heads = [
                f'"{key}":{json.dumps(draw(st.sampled_from(of)))},' for key, of in HEADERS.items()
            ]
            text = "{" + "".join(heads) + text[1:]
        line = text.replace("%", "%%").replace("\0", "%s") % tuple(values)
        lines.append(draw(broken(line)) if draw(st.integers(0, 7)) == 0 else line.encode())
    return [*lines, *ROOM]


def _spelled(structure: Any, gap: str, slots: list[str]) -> str:
    """Return a structure as JSON, with a NUL for each value."""
    if structure is None:
        slots.append("")
        return "\0"
    if structure and isinstance(structure[0], tuple):
        members = [f"{key}{gap}:{gap}{_spelled(inner, gap, slots)}" for key, inner in structure]
        return "{" + f",{gap}".join(members) + "}"
    return "[" + ",".join(_spelled(inner, gap, slots) for inner in structure) + "]"


@st.composite
def _value(draw: st.DrawFn, known: dict[int, str], place: int) -> str:
    """Return the spelling of a value: often that of the line before, or nearly."""
    kind = draw(st.integers(0, 3))
    before = known.get(place)
    if before is None or kind == 0:
        value = draw(new_values)
        spelled = draw(text_spellings(value)) if isinstance(value, str) else json.dumps(value)
    elif kind == 1 and before.startswith('"'):
        end = draw(st.sampled_from(["a", "é", "\\\\", "\\n", "\\u0041", "\\/", ""]))
        cut = before[1 : draw(st.integers(1, len(before) - 1))]
        spelled = f'"{cut}{end}"'
    else:
        return before
    known[place] = spelled
    return spelled


@given(rule_sets, families())
def test_lines_of_a_shape_are_judged_as_each_is_alone(
    found: list[IrRule], lines: list[bytes]
) -> None:
    wanted = [expected_line(found, line) for line in lines]
    matcher = Matcher(found, "off")
    for _ in range(2):
        assert judged(matcher, lines) == wanted


@given(rule_sets, families(), st.integers(1, 3))
def test_what_stands_around_lines_in_a_buffer_is_none_of_them(
    found: list[IrRule], lines: list[bytes], parts: int
) -> None:
    matcher = Matcher(found, "off")
    for begin in range(0, len(lines) - len(ROOM), parts):
        part = lines[begin : begin + parts]
        around = b"\n".join([*lines[:begin], b""]), b"\n".join(lines[begin + parts :])
        assert judged(matcher, part, around) == [expected_line(found, line) for line in part]


@given(st.lists(rules, min_size=1, max_size=3), families(), st.integers(1, 4))
def test_what_a_shape_remembers_outlives_the_text(
    found: list[IrRule], lines: list[bytes], parts: int
) -> None:
    matcher = Matcher(found, "off")
    for begin in range(0, len(lines) - len(ROOM), parts):
        part = [bytes(bytearray(line)) for line in [*lines[begin : begin + parts], *ROOM]]
        assert judged(matcher, part) == [expected_line(found, line) for line in part]


def rule_set(logsource: Logsource | None = None) -> list[IrRule]:
    """Return rules of every kind that a shape must keep up: fields, whole event, relations."""
    conditions: tuple[Node, ...] = (
        Test("Image", Contains(Pattern.literal("cmd"))),
        All((Test("Image", Contains(Pattern.literal("a"))),
             Not(Test("User", Equals(Pattern.literal("system")))))),
        Test(None, Contains(Pattern.literal("needle"))),
        Test("CommandLine", Matches(Regex("a+b"))),
        Test("User", FieldIs(Relation.EQUALS, "Other")),
    )  # fmt: skip
    return [
        IrRule(RuleInfo(f"{number}", "t"), logsource or Logsource(), condition)
        for number, condition in enumerate(conditions)
    ]


def streamed(count: int) -> list[bytes]:
    """Return lines as a program writes them: few shapes, most values again."""
    chance = random.Random(9)
    lines = []
    for number in range(count):
        event: dict[str, Any] = {
            "Channel": chance.choice(["Security", "System"]),
            "EventID": chance.choice([1, 1, 1, 4688]),
            "Time": f"2024-05-01T12:00:{number:05}",
            "Image": chance.choice(["C:\\cmd.exe", "C:\\Windows\\a.exe", "needle", "x"]),
            "CommandLine": chance.choice(["aab", "", "x\\u0041", f"{chance.random()} ab", "é" * 9]),
            "User": chance.choice(["system", "me", 'a"b\\']),
            "Other": chance.choice(["system", "ME", 'A"B\\']),
        }
        if chance.random() < 0.2:
            event["More"] = {"list": [number, chance.choice([None, "needle", 1.5])]}
        lines.append(json.dumps(event, ensure_ascii=chance.random() < 0.1).encode())
    return [*lines, *ROOM]


def test_a_shape_belongs_to_a_class_of_events() -> None:
    found = [
        *rule_set(Logsource(product="windows", category="process_creation")),
        *rule_set(Logsource(product="windows", service="security")),
        *rule_set(Logsource(product="windows", service="system")),
    ]
    lines = streamed(2000)
    matcher = Matcher(found)
    verdicts = judged(matcher, lines)
    assert verdicts == judged(Matcher(found, limits={"memo": False}), lines)
    assert {rule // 5 for found in verdicts if not isinstance(found, str) for rule in found} == {
        0,
        1,
        2,
    }
    assert matcher.statistics()["followed"] > 1800


def test_a_stream_is_followed_and_judged_as_each_line_is_alone() -> None:
    found, lines = rule_set(), streamed(2000)
    matcher = Matcher(found, "off")
    assert judged(matcher, lines) == judged(Matcher(found, "off", limits={"memo": False}), lines)
    counted = matcher.statistics()
    assert counted["followed"] > 1800
    assert 2 <= counted["shapes"] < 100
    assert counted["shape_rests"] == 0
    few = lines[:200]
    assert judged(matcher, few) == [expected_line(found, line) for line in few]


SPOILS = [
    *(
        b"\x00",
        b"\x1f",
        b"\t",
        b"\x7f",
        b"\xff",
        b"\xc3",
        b"\xc3\xa9",
        b"\xed\xa0\x80",
        b"\xe2\x82\xac",
    ),
    *(b"\\", b"\\\\", b"\\\\\\", b'\\"', b'\\\\"', b'"', b"\\n", b"\\x", b"\\/"),
    *(b"\\u0041", b"\\u00", b"\\u00g1", b"\\ud800", b"\\ud83d\\ude00", b"\\\\u00g1", b"needle"),
]
"""What may stand in a string of JSON, and what may not."""
WORDS = [
    *(b"1", b"01", b"-", b"-0", b"1.", b"1.5", b".5", b"1e5", b"1E+5", b"1e", b"+1", b"1x", b"1 "),
    *(b" 1", b'"1"', b"12345678901234567890", b"true", b"trues", b"null", b"nulls", b"NaN", b""),
]


def followed_alone(found: list[IrRule], lines: list[bytes]) -> None:
    """Require that lines are judged as each is alone, and most of the good ones followed."""
    matcher = Matcher(found, "off")
    verdicts = judged(matcher, [*lines, *ROOM])
    assert verdicts == [*(expected_line(found, line) for line in lines), "blank", "blank"]
    good = sum(verdict != "malformed" for verdict in verdicts)
    assert matcher.statistics()["followed"] > good // 2


@pytest.mark.parametrize("size", [0, 1, 5, 6, 7, 57, 58, 59, 62, 63, 64, 65, 120, 127, 128])
@pytest.mark.parametrize("filler", [b"a", b"c"], ids=["as before", "new"])
def test_every_byte_of_a_followed_string_is_checked(size: int, filler: bytes) -> None:
    line = b'{"Image":"%b","User":"me","n":1}'
    lines = []
    for spoil in SPOILS:
        for end in (b"", b"b" * 9, b"b" * 70):
            lines += [line % (b"a" * size + b"z" * 80), line % (filler * size + spoil + end)]
    followed_alone(rule_set(), lines)


def test_every_bare_word_of_a_followed_line_is_checked() -> None:
    line = b'{"Image":"cmd","n":%b,"User":"me","Other":"ME"}'
    lines = [line % word for spoil in WORDS for word in (b"2", b"12", spoil)]
    followed_alone(rule_set(), lines)


@pytest.mark.parametrize("part", [b"", b"\\\\", b'\\"', b"\\n", b"\xc3\xa9", b"\\u0041", b"needle"])
def test_what_the_line_before_had_escaped_is_remembered(part: bytes) -> None:
    needle = b"".join(b"\\u%04x" % letter for letter in b"needle")
    line = b'{"Image":"%b%b%b%d","User":"me"}'
    lines = [
        line % (b"y" * (n // 9) + needle, b"x" * n, part, turn)
        for n in range(0, 80, 3)
        for turn in (1, 1, 2, 2)  # the same once, so that no change is expected
    ]
    followed_alone(rule_set(), lines)


def test_a_keyword_may_come_and_go_where_no_field_is_asked_for() -> None:
    line = b'{"Image":"cmd","free":"%b","User":"me"}'
    words = [b"needle", b"quiet", b"quiet", b"a needle", b"needle", b"", b"needle", b"still"]
    followed_alone(rule_set(), [line % word for word in words * 3])


def test_lines_that_are_never_alike_are_read_in_large_pieces() -> None:
    lines = [b'{"k%d":{"Image":"cmd %d"}}' % (n, n) for n in range(30_000)]
    matcher = Matcher(rule_set(), "off")
    assert judged(matcher, lines) == judged(
        Matcher(rule_set(), "off", limits={"memo": False}), lines
    )
    counted = matcher.statistics()
    assert counted["followed"] == 0
    assert counted["shape_rests"] > 0
    assert counted["shapes"] < 5000


def test_shapes_that_never_come_again_are_not_learned_for_long() -> None:
    known = streamed(30_000)[: -len(ROOM)]
    lines = [
        line if number % 3 else b'{"k%d":1,' % number + line[1:]
        for number, line in enumerate(known)
    ]
    matcher = Matcher(rule_set(), "off")
    unaided = Matcher(rule_set(), "off", limits={"memo": False})
    assert judged(matcher, lines) == judged(unaided, lines)
    counted = matcher.statistics()
    assert counted["followed"] > 18_000
    assert counted["shapes"] < 3_000
    assert counted["shape_rests"] == 0


def test_what_is_forgotten_while_a_shape_is_met_again_is_not_used() -> None:
    letters = "abcdefghijklmnop"
    found = [
        IrRule(RuleInfo(letter, "t"), Logsource(), Test("A", Contains(Pattern.literal(letter))))
        for letter in letters
    ]
    chance = random.Random(5)
    lines, wanted = [], []
    for number, bits in enumerate(chance.sample(range(1 << 16), 12_000)):
        matched = [n for n in range(16) if bits >> n & 1]
        odd = number < 250 or (number + 8) % 1024 < 16  # memory is measured every 1024 decisions
        more = {f"x{n}": "v" for n in range(7) if odd and chance.random() < 0.5}
        lines.append(json.dumps({"A": "".join(letters[n] for n in matched), **more}).encode())
        wanted.append(matched)
    matcher = Matcher(found, "off", limits={"set_bytes": 1})
    assert judged(matcher, [*lines, *ROOM]) == [*wanted, "blank", "blank"]
    counted = matcher.statistics()
    assert counted["set_drops"] > 8
    assert counted["followed"] > 10_000


def test_a_line_too_long_is_malformed_whatever_its_shape() -> None:
    matcher = Matcher(rule_set(), "off")
    short, long, too_long = (b'{"Image":"cmd %b"}' % (b"x" * n) for n in (9, 99_999, 64 << 20))
    assert judged(matcher, [short, short, long, short, too_long, short, *ROOM]) == [
        [0], [0], [0], [0], "malformed", [0], "blank", "blank"
    ]  # fmt: skip
    counted = matcher.statistics()
    assert counted["followed"] == 3, "a long line is read by itself, and no copy of it is kept"
    assert counted["memory"] < 4 << 20


def test_another_log_source_makes_shapes_void() -> None:
    rule = IrRule(RuleInfo("r", "t"), Logsource(product="windows", category="process_creation"),
                  Test("Image", Contains(Pattern.literal("cmd"))))  # fmt: skip
    matcher = Matcher([rule])
    lines = b"\n".join([b'{"Image":"cmd","n":%d}' % n for n in range(20)] + ROOM)
    worker = matcher.borrow()
    for source, count in ((None, 0), ("windows/process_creation", 20), (None, 0)):
        found = worker.lines(lines, 0, len(lines), matcher.source_of(source))
        assert len(found) == count
