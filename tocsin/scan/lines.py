"""JSON lines judged by the compiled matcher, block by block and in threads."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass

from tocsin.matcher._lines import Lines
from tocsin.matcher.found import Match
from tocsin.matcher.matcher import Matcher
from tocsin.readers import EventFile
from tocsin.readers.jsontext import parse_event
from tocsin.readers.lines import TOO_LONG
from tocsin.readers.problems import malformed
from tocsin.readers.record import Record
from tocsin.scan.blocks import Block, Blocks
from tocsin.scan.found import Found, Totals
from tocsin.scan.pool import ahead


@dataclass(slots=True)
class LineScan:
    """The state of going through one file of JSON lines.

    Attributes:
        matcher: the rules.
        source: the number of the events' log source, as the matcher gave it.
        opened: the file.
        totals: what is counted.
        work: its blocks; `draw` goes through them.
        events: how many events came before the present block.
        lines: how many lines did.
    """

    matcher: Matcher
    source: int
    opened: EventFile
    totals: Totals
    work: Blocks
    events: int = 0
    lines: int = 0

    def draw(self, *, in_turn: bool) -> Generator[Block]:
        """Go through the blocks of the file, which is closed at the end.

        Args:
            in_turn: whether several threads draw, and so unpack while others judge; if not, what
                is packed is unpacked by a thread of its own.
        """
        ahead_of_us = self.opened.is_packed and not in_turn
        with self.opened, closing(ahead(self.work) if ahead_of_us else iter(self.work)) as drawn:
            yield from drawn

    def judge(self, block: Block) -> Lines:
        """Judge a block; called in threads."""
        return self.matcher.judge_lines(block.data, block.begin, block.end, self.source)

    def found(self, block: Block, judged: Lines) -> Iterator[Found]:
        """Go through the matches of a block, the next one of the file, and count it."""
        if block.too_long:
            self._fault(None, self.events, self.lines + 1, TOO_LONG)
            self.events += 1
            self.lines += 1
        yield from self._found(block, judged)
        self.work.give_back(block)

    def _found(self, block: Block, judged: Lines) -> Iterator[Found]:
        """Go through the matches of a block, and count it."""
        data = memoryview(block.data)[block.begin : block.end]
        for begin, size, line, event, *_ in judged.malformed:
            text = bytes(data[begin : begin + size])
            self._fault(text, self.events + event, self.lines + line + 1, "")
        rules, totals, name, first = self.matcher.rules, self.totals, self.opened.name, self.events
        for event, match in judged.matches(Match, rules, data, first, by_event=True):
            totals.count(match.number)
            yield Found(match, name, event)
        self.totals.events += judged.events - len(judged.malformed)
        self.totals.undeclared += judged.unrecognised
        self.events += judged.events
        self.lines += judged.lines

    def _fault(self, text: bytes | None, index: int, line: int, reason: str) -> None:
        """Count a malformed line; the first of a file is told with its reason."""
        tally = self.opened.tally
        if tally.first is not None:
            tally.malformed += 1
            return
        if text is not None:
            reason = reason_of(text)
        problem = malformed(self.opened.name, f"line {line}", reason)
        tally.add(Record(index, None, None, line, problem, self.opened.name))


def reason_of(text: bytes) -> str:
    """Return why a line is no event, in the words of the strict reader."""
    try:
        parse_event(text)
    except ValueError as fault:
        return str(fault)
    return "it is not JSON"
