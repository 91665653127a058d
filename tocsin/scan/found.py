"""What a scan finds, and the account it keeps."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tocsin.matcher.found import Match


@dataclass(frozen=True, slots=True)
class Found:
    """A match and where it was found.

    Attributes:
        match: the match.
        file: the file as the user named it.
        index: counts the events of the file from 0, malformed ones included.
        raw: the event as it stands in the file, UTF-8 JSON in one line, where it is that.
    """

    match: Match
    file: str
    index: int
    raw: memoryview | None = None

    @property
    def event(self) -> Mapping[str, Any]:
        """The event."""
        return self.match.event


@dataclass(slots=True)
class Totals:
    """What a scan came through.

    Attributes:
        files: files opened.
        unreadable: files that could not be opened or recognised.
        events: events judged.
        matches: matches found.
        malformed: events that could not be read.
        undeclared: events of no known log source, which no rule saw.
        bytes: bytes of the files, as packed.
        seconds: wall time.
        by_level: matches by level of their rule.
        by_rule: matches by title of their rule.
        rules: level and title of the rules that matched.
    """

    files: int = 0
    unreadable: int = 0
    events: int = 0
    matches: int = 0
    malformed: int = 0
    undeclared: int = 0
    bytes: int = 0
    seconds: float = 0.0
    by_level: Counter[str] = field(default_factory=Counter)
    by_rule: Counter[str] = field(default_factory=Counter)
    rules: set[tuple[str, str]] = field(default_factory=set)

    def count(self, match: Match) -> None:
        """Count a match."""
        self.matches += 1
        self.by_level[match.level] += 1
        self.by_rule[match.title] += 1
        self.rules.add((match.level, match.title))
