"""The matcher: rules compiled, events judged.

The end of the pipeline and the part that users hold. In go rules in logical form (or a program
that was stored), then events as mappings, JSON lines or Arrow data; out come `Match`es in the
order of events and rules. What holds: verdicts are those of the reference evaluator on every
path, whatever was judged before; a matcher may be used by many threads at once.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, Self

from ..dsl.ast import Logsource
from ..dsl.diagnostics import Report
from ..dsl.errors import EventError
from ..dsl.ir import IrRule
from ..dsl.logsource import parse_logsource, selects
from ._arrow import Stream
from ._engine import MappingMatcher, Program
from ._lines import Lines
from .faults import ProgramError, event_fault
from .found import JudgedRows, Match
from .sections import read_sections, variant_rules, with_rules
from .stored import StoredRules, rules_bytes

__all__ = ["LIMITS", "Match", "Matcher", "Routing", "read_logsource"]

Routing = Literal["auto", "off"]

LIMITS: dict[str, Any] = {
    "memo": True,
    "memo_bytes": 24 << 20,
    "memo_value": 8 << 10,
    "set_bytes": 64 << 20,
    "verdict_bytes": 48 << 20,
}
"""What a worker may remember: of one field's values, the longest value, sets, verdicts."""

_STEP = 4 << 20
_MOST_DECLARED = 256


class Matcher(MappingMatcher):
    """Rules ready to judge events.

    Attributes:
        rules: the rules, in order.
        report: what was to be said of them when they were compiled.
    """

    def __init__(
        self,
        rules: Sequence[IrRule],
        routing: Routing = "auto",
        report: Report | None = None,
        *,
        program: bytes | None = None,
        limits: Mapping[str, Any] | None = None,
    ) -> None:
        """Compile rules, or take the program that was made of them before.

        Args:
            rules: rules without unfilled placeholders.
            routing: `"auto"`: a rule sees the events of its log source; `"off"`: all events.
            report: what there is to say of the rules.
            program: the program of these rules, if it is at hand.
            limits: what a worker may remember, where `LIMITS` do not suit.
        """
        self.rules = rules
        self.report = report if report is not None else Report()
        self.routing: Routing = routing
        self._bytes = _compiled(rules) if program is None else program
        self._limits = {**LIMITS, **(limits or {})}
        self._sources: dict[Logsource | str, int] = {}
        held = Program(self._bytes)
        if held.rules != len(rules):
            raise ProgramError("a program of other rules")
        worker = {"seed": int.from_bytes(os.urandom(8)) | 1, **self._limits}
        super().__init__(held, worker, 0)
        if routing == "off":
            self.source = held.declare(self._active(lambda _: True, renamed=_NEVER))

    @classmethod
    def from_bytes(cls, data: bytes, routing: Routing = "auto") -> Self:
        """Return the matcher of a stored program.

        Raises:
            ProgramError: the bytes are damaged, or of another version.
        """
        rules = StoredRules.read(read_sections(data))
        try:
            return cls(rules, routing, program=data)
        except ValueError as error:
            raise ProgramError(str(error)) from None

    def to_bytes(self) -> bytes:
        """Return the program with its rules, for `from_bytes`."""
        if isinstance(self.rules, StoredRules):
            return self._bytes
        return with_rules(self._bytes, rules_bytes(self.rules))

    def dump(self, stage: str) -> str:
        """Return the `plan` or the `program` as text."""
        from .dump import dump_plan, dump_program  # noqa: PLC0415 - hardly ever asked for

        return dump_plan(self.rules) if stage == "plan" else dump_program(self._bytes)

    def __reduce__(self) -> tuple[Callable[..., "Matcher"], tuple[bytes, Routing]]:
        """Pickle through the stored program."""
        return type(self).from_bytes, (self.to_bytes(), self.routing)

    def match_json(
        self, data: "bytes | bytearray | memoryview", logsource: "Logsource | str | None" = None
    ) -> Iterator[tuple[int, Match]]:
        """Go through the matches on lines of JSON, each with the number of its line, from 0.

        Malformed lines match nothing; blank ones count as lines.
        """
        view = _bytes_of(data)
        source = self.source_of(logsource)
        first = 0
        for begin, end in _blocks(view):
            found = self.judge_lines(view, begin, end, source, sieved=True)
            yield from found.matches(Match, self.rules, first)
            first += found.lines

    def match_arrow(
        self, table: object, logsource: "Logsource | str | None" = None
    ) -> Iterator[tuple[int, Match]]:
        """Go through the matches on the rows of Arrow data, each with the number of its row.

        Args:
            table: anything with `__arrow_c_stream__` or `__arrow_c_array__`.
            logsource: what the rows are, where their columns do not say.
        """
        first = 0
        for judged in self.judge_rows(table, self.source_of(logsource)):
            for row, match in judged:
                yield first + row, match
            first += judged.rows

    def recognises(self, event: Mapping[str, Any]) -> bool:
        """Return whether an event's own header says what log source it is of.

        Always, where every rule sees every event.
        """
        return self.judge_event(event, self.source)[1]

    def source_of(self, logsource: "Logsource | str | None") -> int:
        """Return the number under which events of a log source are judged; `None`: as they say.

        Raises:
            EventError: the text is not `PRODUCT/CATEGORY/SERVICE`.
        """
        return self.source if logsource is None else self._source(logsource)

    def judge_lines(
        self,
        data: "bytes | bytearray | memoryview",
        begin: int,
        end: int,
        source: int,
        *,
        sieved: bool = False,
    ) -> Lines:
        """Return what is found in the lines of JSON that a part of a buffer holds.

        If `sieved`, only hits and the number of lines are asked for, which a small rule set finds
        without reading most lines.
        """
        worker = self.borrow()
        try:
            return worker.lines(data, begin, end, source, sieved)
        finally:
            self.give_back(worker)

    def judge_file(self, file: int, begin: int, end: int, source: int, limit: int) -> Lines:
        """Return what is found in the lines that begin in a part of a file (`Worker.file`)."""
        worker = self.borrow()
        try:
            return worker.file(file, begin, end, source, limit)
        finally:
            self.give_back(worker)

    def judge_rows(self, table: object, source: int) -> Iterator[JudgedRows]:
        """Go through the batches of Arrow data, each judged."""
        stream = Stream(table)
        while (batch := stream.next_batch()) is not None:
            worker = self.borrow()
            try:
                found = worker.rows(batch, source)
            finally:
                self.give_back(worker)
            yield JudgedRows(self.rules, batch, found)

    def judge_event(self, event: Mapping[str, Any], source: int) -> tuple[list[int], bool]:
        """Return the numbers of the rules that match, and whether the log source is known."""
        worker = self.borrow()
        try:
            return worker.mapping(event, source)
        finally:
            self.give_back(worker)

    def _matches(self, rules: list[int], event: Mapping[str, Any]) -> list[Match]:
        """Return the matches of rules on an event."""
        return [Match(self.rules, rule, event) for rule in rules]

    def _source(self, logsource: "Logsource | str") -> int:
        """Return the number under which events of a declared log source are judged."""
        number = self._sources.get(logsource)
        if number is None:
            if len(self._sources) >= _MOST_DECLARED:
                raise event_fault(f"more than {_MOST_DECLARED} log sources are declared")
            declared = read_logsource(logsource) if isinstance(logsource, str) else logsource
            if not isinstance(declared, Logsource):
                raise event_fault(f"a log source is a text, not {type(declared).__name__}")
            number = self.program.declare(self._declared(declared))
            self._sources[logsource] = number
        return number

    def _declared(self, declared: Logsource) -> bytes:
        """Return how variants are judged for events of a declared log source.

        The rules that it selects see every event under their own names, and those of routes
        that rename fields as the header decides.
        """
        if self.routing == "off":
            return self._active(lambda _: True, renamed=_NEVER)
        return self._active(lambda rule: selects(declared, rule.logsource), renamed=_BY_HEADER)

    def _active(self, chosen: Callable[[IrRule], bool], renamed: int) -> bytes:
        """Return how each variant is judged; a rule's first one has the rule's own names."""
        active = bytearray()
        last = None
        for number in variant_rules(self._bytes):
            own = number != last
            last = number
            judged = _ALWAYS if own else renamed
            active.append(judged if chosen(self.rules[number]) else _NEVER)
        return bytes(active)


_NEVER, _ALWAYS, _BY_HEADER = range(3)


def _compiled(rules: Sequence[IrRule]) -> bytes:
    """Return the program of rules."""
    from .planner import plan  # noqa: PLC0415 - who has a program needs neither
    from .program import write_program  # noqa: PLC0415

    return write_program(plan(rules))


def read_logsource(text: str) -> Logsource:
    """Read `PRODUCT/CATEGORY/SERVICE`.

    Raises:
        EventError: it is not that.
    """
    report = Report()
    declared = parse_logsource(text, report)
    if declared is None:
        raise EventError(report)
    return declared


def _bytes_of(data: object) -> memoryview:
    """Return the bytes of an object that has them.

    Raises:
        EventError: it has none.
    """
    try:
        return memoryview(data).cast("B")  # type: ignore[arg-type]  # what has none is refused
    except TypeError:
        raise event_fault(f"JSON lines are bytes, not {type(data).__name__}") from None


def _blocks(data: memoryview) -> Iterator[tuple[int, int]]:
    """Go through spans of whole lines, some megabytes each."""
    begin = len(_MARK) if bytes(data[: len(_MARK)]) == _MARK else 0
    while begin < len(data):
        end = _line_end(data, min(begin + _STEP, len(data)))
        yield begin, end
        begin = end


def _line_end(data: memoryview, start: int) -> int:
    """Return where the line ends that holds the byte before `start`."""
    while start < len(data) and data[start - 1] != _LINE_FEED:
        found = bytes(data[start : start + _LOOK]).find(b"\n")
        start = min(start + (found + 1 if found >= 0 else _LOOK), len(data))
    return start


_LINE_FEED = ord("\n")
_LOOK = 1 << 16
_MARK = b"\xef\xbb\xbf"
