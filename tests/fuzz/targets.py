"""What is fuzzed: functions of bytes that raise nothing, unless something is wrong."""

from __future__ import annotations

import contextlib
import io
import json
import struct
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

from tocsin.dsl.ir import IrRule
from tocsin.matcher._classify import ValueClassifier
from tocsin.matcher._engine import FILE_END
from tocsin.matcher.faults import ProgramError
from tocsin.matcher.matcher import Match, Matcher
from tocsin.matcher.planner import plan
from tocsin.matcher.program import write_program
from tocsin.matcher.sections import read_sections, with_rules
from tocsin.matcher.stored import rules_bytes
from tocsin.matcher.view import View

import tocsin
from tocsin.errors import EventError
from tocsin.readers import jsonl, open_events

RULE = """title: fuzzed
logsource: {product: windows}
detection:
  selection:
    Image|endswith: \\cmd.exe
  filter_a:
    Image|contains: system32
  filter_b:
    User: [SYSTEM, null]
  condition: CONDITION
"""

PROGRAM = """title: many kinds
logsource: {product: windows}
detection:
  selection: {Image|endswith: cmd.exe, User: null}
  search: [one, two]
  values: {User|re: x+, Ip.f|cidr: 10.0.0.0/8, Image|fieldref: User, Port|gte: 5}
  condition: 1 of them
"""


def sigma(data: bytes) -> None:
    """Read Sigma YAML."""
    tocsin.loads(text_of(data), syntax="sigma", on_error="skip")


def native(data: bytes) -> None:
    """Read the native language."""
    tocsin.loads(text_of(data), syntax="tocsin", on_error="skip")


def predicate(data: bytes) -> None:
    """Read one native predicate, which mutations of whole files seldom reach."""
    text = f'rule "fuzzed" {{\n  when {text_of(data)}\n}}\n'
    tocsin.loads(text, syntax="tocsin", on_error="skip")


def condition(data: bytes) -> None:
    """Read a Sigma condition over three detections."""
    tocsin.loads(
        RULE.replace("CONDITION", json.dumps(text_of(data))), syntax="sigma", on_error="skip"
    )


def regex(data: bytes) -> None:
    """Read a regular expression, and search a hostile text with it if it is one."""
    rule = RULE.replace("CONDITION", "selection")
    rule = rule.replace("endswith: \\cmd.exe", f"re: {json.dumps(text_of(data))}")
    for found in tocsin.loads(rule, syntax="sigma", on_error="skip"):
        tocsin.reference.match(found, {"Image": "a" * 2_000 + "!"})


def checks(data: bytes) -> None:
    """Build a value classifier from its stored form, and ask it if it is sound."""
    try:
        classifier = ValueClassifier(data)
    except ValueError:
        return
    for value in (b"", data[:200], b"a" * 300):
        held = classifier.classify(value)
        assert all(number < len(classifier) for number in held)


def events(data: bytes) -> None:
    """Read JSON lines and ask a rule about each event."""
    rules, _ = one_rule()
    for record in jsonl.read(io.BytesIO(data), "fuzzed"):
        if record.event is not None:
            tocsin.reference.match(rules[0], record.event)


def lines(data: bytes) -> None:
    """Judge JSON lines with the compiled matcher, against reader and reference."""
    rules, compiled = one_rule()
    matcher = Matcher(rules, "off", program=compiled)
    found = [number for number, _ in matcher.match_json(data)]
    records = [record for record in jsonl.read(io.BytesIO(data), "fuzzed") if record.event]
    wanted = [r.line - 1 for r in records if tocsin.reference.match(rules[0], r.event or {})]
    assert found == wanted


def parts(data: bytes) -> None:
    """Judge a file in parts, against all of it at once.

    The first two bytes say where it is cut, and how much is read at a time.
    """
    rules, compiled = one_rule()
    cut, block, text = *(data[:2] + b"\1\1")[:2], data[2:].removeprefix(b"\xef\xbb\xbf")
    worker = Matcher(rules, "off", program=compiled).borrow()
    whole = worker.lines(text, 0, len(text), 0)
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(text)
        places = (0, cut + 1, FILE_END)
        found = [
            worker.file(file.fileno(), begin, end, 0, len(text), block + 1)
            for begin, end in pairwise(places)
        ]
    assert sum(part.lines for part in found) == whole.lines
    assert sum(part.events for part in found) == whole.events
    assert sum(len(part.malformed) for part in found) == len(whole.malformed)
    assert sum(len(part) for part in found) == len(whole)


def program(data: bytes) -> None:
    """Load a stored program that was changed here and there, and judge an event with it.

    The data say what is changed, six bytes a change: the section, the place in it, the new byte.
    Bytes of their own would nearly never come past the header, and need not: the checksum keeps
    them out. It is right here, as a hostile file's would be.
    """
    rules, sound, places = sound_program()
    made = bytearray(sound)
    for section, place, new in struct.iter_unpack("<BIB", data[: len(data) // 6 * 6]):
        start, size = places[section % len(places)]
        made[start + place % size] = new
    try:
        matcher = Matcher(rules, "off", program=with_rules(bytes(made), b""))
    except (ValueError, struct.error):
        return
    with contextlib.suppress(ValueError, IndexError):
        matcher.match({"Image": "C:\\cmd.exe", "User": ["a", None]})
        list(matcher.match_json(b'{"Image": "C:\\\\cmd.exe", "User": [1, {"a": "xx one"}]}\n' * 3))


def stored(data: bytes) -> None:
    """Open a stored program whose rules were changed here and there, and look at all of them.

    The data say what is changed, five bytes a change: the place, and the new byte.
    """
    sound = sound_rules()
    made = bytearray(sound)
    for place, new in struct.iter_unpack("<IB", data[: len(data) // 5 * 5]):
        made[place % len(made)] = new
    with contextlib.suppress(ProgramError):
        matcher = Matcher.from_bytes(with_rules(sound_program()[1], bytes(made)))
        for number in range(len(matcher.rules)):
            match = Match(matcher.rules, number, {"Image": "C:\\cmd.exe", "Port": "7", "User": "x"})
            with contextlib.suppress(ProgramError):
                texts = (match.title, match.level, match.rule.path, *match.rule.tags)
                assert all(isinstance(text, str) for text in texts)
            with contextlib.suppress(ProgramError):
                match.explain()


@cache
def one_rule() -> tuple[Sequence[IrRule], bytes]:
    """Return a rule and its program."""
    rules = tocsin.loads(RULE.replace("CONDITION", "selection and not 1 of filter_*"))
    return rules, write_program(plan(rules))


@cache
def sound_program() -> tuple[Sequence[IrRule], bytes, list[tuple[int, int]]]:
    """Return rules of many kinds, their program, and where its sections are and how long."""
    rules = tocsin.loads(PROGRAM)
    sound = write_program(plan(rules))
    sections = [section for section in read_sections(sound).values() if section]
    return rules, sound, [(sound.index(section), len(section)) for section in sections]


@cache
def sound_rules() -> bytes:
    """Return the rules of that program as they are stored."""
    return rules_bytes(sound_program()[0])


def files(data: bytes) -> None:
    """Open an event file of whichever format, and look at its events."""
    try:
        file = open_events(io.BytesIO(data))
    except EventError:
        return
    for record in file:
        if record.event is not None:
            view = View(record.event)
            list(view.all_values())
            view.values("Provider_Name")
    list(file.diagnostics())


def text_of(data: bytes) -> str:
    """Return a text of any code points, lone surrogates included, that bytes can spell."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("latin-1")


TARGETS: dict[str, Callable[[bytes], None]] = {
    function.__name__: function
    for function in (
        sigma,
        native,
        predicate,
        condition,
        regex,
        checks,
        events,
        lines,
        parts,
        program,
        stored,
        files,
    )
}
