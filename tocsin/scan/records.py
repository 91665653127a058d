"""Events of formats other than JSON lines: their JSON bytes in blocks, else one by one."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tocsin.matcher.found import Match
from tocsin.matcher.matcher import Matcher
from tocsin.readers import EventFile
from tocsin.readers.record import Record
from tocsin.scan.found import Found, Totals

_GATHERED = 1 << 20
"""How many bytes of events are judged together."""


@dataclass(slots=True)
class RecordScan:
    """The state of going through one file of records.

    Attributes:
        matcher: the rules.
        source: the number of the events' log source, as the matcher gave it.
        opened: the file.
        totals: what is counted.
    """

    matcher: Matcher
    source: int
    opened: EventFile
    totals: Totals
    _lines: list[bytes] = field(default_factory=list)
    _indexes: list[int] = field(default_factory=list)
    _size: int = 0

    def __iter__(self) -> Iterator[Found]:
        """Go through the matches in the order of the file."""
        for record in self.opened.raw_records():
            if record.raw is not None and record.problem is None:
                self._gather(record, record.raw)
                if self._size >= _GATHERED:
                    yield from self._judge_gathered()
            elif record.event is not None:
                yield from self._judge_gathered()
                yield from self._judge(record)
        yield from self._judge_gathered()

    def _gather(self, record: Record, raw: bytes) -> None:
        """Put the JSON of an event to the others."""
        self._lines.append(raw)
        self._indexes.append(record.index)
        self._size += len(raw) + 1

    def _judge_gathered(self) -> Iterator[Found]:
        """Go through the matches of the events gathered, and begin anew."""
        data = b"\n".join(self._lines)
        indexes, self._lines, self._indexes, self._size = self._indexes, [], [], 0
        judged = self.matcher.judge_lines(data, 0, len(data), self.source)
        if faults := judged.malformed:
            place = f"record {indexes[faults[0][1]]}"
            self.opened.tally.add_malformed(len(faults), place, judged.first_malformed)
        self.totals.events += judged.events - len(faults)
        self.totals.undeclared += judged.unrecognised
        rules, name = self.matcher.rules, self.opened.name
        for event, match in judged.matches(Match, rules, 0, by_event=True):
            self.totals.count(match.number)
            yield Found(match, name, indexes[event])

    def _judge(self, record: Record) -> Iterator[Found]:
        """Go through the matches of one event that has no JSON of its own."""
        event = record.event
        if event is None:
            return
        rules, recognised = self.matcher.judge_event(event, self.source)
        self.totals.events += 1
        self.totals.undeclared += not recognised
        for rule in rules:
            self.totals.count(rule)
            yield Found(Match(self.matcher.rules, rule, event), self.opened.name, record.index)
