"""What a scan finds, and the account it keeps."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tocsin.dsl.ir import IrRule
from tocsin.matcher.found import Match, info_of


@dataclass(slots=True)
class Found:
    """A match and where it was found.

    Attributes:
        match: the match.
        file: the file as the user named it.
        index: counts the events of the file from 0, malformed ones included.
    """

    match: Match
    file: str
    index: int

    @property
    def event(self) -> Mapping[str, Any]:
        """The event."""
        return self.match.event

    @property
    def raw(self) -> bytes | None:
        """The event as it stands in the file, UTF-8 JSON in one line, where it is that."""
        return self.match.line


@dataclass(slots=True)
class Totals:
    """What a scan came through.

    Attributes:
        of: the rules.
        files: files opened.
        unreadable: files that could not be opened or recognised.
        events: events judged.
        matches: matches found.
        malformed: events that could not be read.
        undeclared: events of no known log source, which no rule saw.
        bytes: bytes of the files, as packed.
        seconds: wall time.
        by_number: matches by the place of their rule among the rules.
    """

    of: Sequence[IrRule]
    files: int = 0
    unreadable: int = 0
    events: int = 0
    matches: int = 0
    malformed: int = 0
    undeclared: int = 0
    bytes: int = 0
    seconds: float = 0.0
    by_number: dict[int, int] = field(default_factory=dict)

    def count(self, number: int) -> None:
        """Count a match of a rule."""
        self.matches += 1
        by_number = self.by_number
        by_number[number] = by_number.get(number, 0) + 1

    def by_rule(self) -> Counter[tuple[str, str]]:
        """Return how many matches rules have, by their title and level."""
        counted: Counter[tuple[str, str]] = Counter()
        for number, matches in self.by_number.items():
            rule = info_of(self.of, number)
            counted[rule.title, rule.level] += matches
        return counted
