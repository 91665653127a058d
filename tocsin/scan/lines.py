"""JSON lines judged by the compiled matcher, piece by piece and in threads.

A file that can be read from any place is cut into parts, which threads read themselves; what is
packed or comes through a pipe is read in one go, in blocks.
"""

import os
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass

from tocsin.matcher._lines import Lines
from tocsin.matcher.found import Match
from tocsin.matcher.matcher import Matcher
from tocsin.readers import EventFile
from tocsin.readers.lines import LINE_LIMIT
from tocsin.scan.blocks import Block, Blocks
from tocsin.scan.found import Found, Totals
from tocsin.scan.parts import Part, parts_of
from tocsin.scan.pool import ahead


@dataclass(slots=True)
class LineScan:
    """The state of going through one file of JSON lines.

    Attributes:
        matcher: the rules.
        source: the number of the events' log source, as the matcher gave it.
        opened: the file, which stays open until it is judged.
        totals: what is counted.
        blocks: the file in blocks, which are drawn unless it has a descriptor.
        events: how many events came before the present piece.
        lines: how many lines did.
        is_over: whether a part could not be read, so that those behind it do not count.
    """

    matcher: Matcher
    source: int
    opened: EventFile
    totals: Totals
    blocks: Blocks
    events: int = 0
    lines: int = 0
    is_over: bool = False

    def draw(self, threads: int) -> Generator[Block | Part]:
        """Go through the pieces of the file.

        Args:
            threads: how many threads draw them, and so unpack while others judge; if none, what
                is packed is unpacked by a thread of its own.
        """
        file = self.opened.descriptor
        if file is not None:
            yield from parts_of(file, os.fstat(file).st_size, max(threads, 1))
            return
        ahead_of_us = self.opened.is_packed and not threads
        with closing(ahead(self.blocks) if ahead_of_us else iter(self.blocks)) as drawn:
            yield from drawn

    def judge(self, piece: Block | Part) -> Lines:
        """Judge a piece, and take the buffer of a block back; called in threads."""
        if isinstance(piece, Part):
            part = (piece.file, piece.begin, piece.end)
            return self.matcher.judge_file(*part, self.source, LINE_LIMIT)
        judged = self.matcher.judge_lines(piece.data, piece.begin, piece.end, self.source)
        self.blocks.give_back(piece)
        return judged

    def found(self, piece: Block | Part, judged: Lines) -> Iterator[Found]:
        """Go through the matches of a piece, the next one of the file, and count it."""
        if self.is_over:
            return
        if isinstance(piece, Block) and piece.too_long:
            self.opened.tally.add_malformed(1, f"line {self.lines + 1}", None)
            self.events += 1
            self.lines += 1
        if faults := judged.malformed:
            place = f"line {self.lines + faults[0][0] + 1}"
            text = judged.first_malformed or None
            self.opened.tally.add_malformed(len(faults), place, text)
        rules, totals, name, first = self.matcher.rules, self.totals, self.opened.name, self.events
        for event, match in judged.matches(Match, rules, first, by_event=True):
            totals.count(match.number)
            yield Found(match, name, event)
        self.totals.events += judged.events - len(faults)
        self.totals.undeclared += judged.unrecognised
        self.events += judged.events
        self.lines += judged.lines
        if judged.unread:
            self.opened.break_off(os.strerror(judged.unread).lower())
            self.is_over = True
