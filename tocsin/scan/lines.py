"""JSON lines judged by the compiled matcher, block by block and in threads."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass

from tocsin.matcher._lines import Lines
from tocsin.matcher.found import Match
from tocsin.matcher.matcher import Matcher
from tocsin.readers import EventFile
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
        """Judge a block, and take its buffer back; called in threads."""
        judged = self.matcher.judge_lines(block.data, block.begin, block.end, self.source)
        self.work.give_back(block)
        return judged

    def found(self, block: Block, judged: Lines) -> Iterator[Found]:
        """Go through the matches of a block, the next one of the file, and count it."""
        tally = self.opened.tally
        if block.too_long:
            tally.add_malformed(1, f"line {self.lines + 1}", None)
            self.events += 1
            self.lines += 1
        if faults := judged.malformed:
            place = f"line {self.lines + faults[0][0] + 1}"
            tally.add_malformed(len(faults), place, judged.first_malformed)
        rules, totals, name, first = self.matcher.rules, self.totals, self.opened.name, self.events
        for event, match in judged.matches(Match, rules, first, by_event=True):
            totals.count(match.number)
            yield Found(match, name, event)
        self.totals.events += judged.events - len(faults)
        self.totals.undeclared += judged.unrecognised
        self.events += judged.events
        self.lines += judged.lines
