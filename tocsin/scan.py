"""Scanning: event files in, matches out, in input order, with an account of everything skipped.

`Scan` goes through files one after the other; what it could not use is counted in `totals`
and said in `problems`. Nothing is kept but the counts.
"""

import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tocsin.dsl.ast import Logsource
from tocsin.dsl.diagnostics import Diagnostic, Report, Severity
from tocsin.errors import EventError
from tocsin.matcher.matcher import Match, Matcher
from tocsin.readers import EventFile, open_events


@dataclass(frozen=True, slots=True)
class Found:
    """A match and where it was found.

    Attributes:
        match: the match.
        file: the file as the user named it.
        index: counts the events of the file from 0, malformed ones included.
        event: the event.
    """

    match: Match
    file: str
    index: int
    event: Mapping[str, Any]


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


class Scan:
    """One run over files; iterate over it once, then look at `totals` and `problems`."""

    def __init__(
        self,
        matcher: Matcher,
        files: Iterable[str],
        *,
        form: str = "auto",
        logsource: str | Logsource | None = None,
    ) -> None:
        """Prepare a run.

        Args:
            matcher: the rules.
            files: paths of files, or `-` for standard input.
            form: the format of the files, or `auto`.
            logsource: what the events are, where they do not say.
        """
        self.totals = Totals()
        self.problems = Report()
        self.current = ""
        self._matcher = matcher
        self._files = tuple(files)
        self._form = form
        self._logsource = logsource

    def __iter__(self) -> Iterator[Found]:
        """Go through the matches in input order."""
        started = time.perf_counter()
        for file in self._files:
            self.current = file
            yield from self._scan_file(file)
            self.totals.seconds = time.perf_counter() - started
        self._say_undeclared()

    def _scan_file(self, file: str) -> Iterator[Found]:
        """Go through the matches of one file."""
        try:
            opened = open_events(file, self._form)
        except EventError as fault:
            self.totals.unreadable += 1
            self.problems.extend(fault.report)
            return
        self.totals.files += 1
        self.totals.bytes += size_of(file)
        with opened:
            try:
                yield from self._scan_records(opened)
            except EventError as fault:
                self.totals.unreadable += 1
                self.problems.extend(fault.report)
            self.totals.malformed += opened.malformed
            self.problems.extend(opened.diagnostics())

    def _scan_records(self, opened: EventFile) -> Iterator[Found]:
        """Go through the matches of an open file."""
        for record in opened:
            if record.event is None:
                continue
            self.totals.events += 1
            if self._logsource is None and not self._matcher.recognises(record.event):
                self.totals.undeclared += 1
                continue
            for match in self._matcher.match(record.event, logsource=self._logsource):
                self._count(match)
                yield Found(match, opened.name, record.index, record.event)

    def _count(self, match: Match) -> None:
        """Count a match."""
        self.totals.matches += 1
        self.totals.by_level[match.level] += 1
        self.totals.by_rule[match.title] += 1
        self.totals.rules.add((match.level, match.title))

    def _say_undeclared(self) -> None:
        """Say that some events were of no known log source, and what to do about it."""
        undeclared = self.totals.undeclared
        if not undeclared:
            return
        what = "1 event is" if undeclared == 1 else f"{undeclared:,} events are"
        self.problems.add(
            Diagnostic(
                "T808",
                Severity.WARNING,
                f"{what} of no known log source, so no rule saw them",
                help="say what they are, as `--logsource linux/process_creation`, or show every "
                "rule every event with `--routing off`",
            )
        )


def size_of(file: str) -> int:
    """Return the size of a file in bytes, 0 where it has none."""
    try:
        return Path(file).stat().st_size
    except OSError:
        return 0


def find_event_files(paths: Iterable[Path]) -> Iterator[str]:
    """Go through event files: folders are searched recursively, in the order of names."""
    for path in paths:
        if not path.is_dir():
            yield str(path)
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from (
                str(Path(folder, name)) for name in sorted(names) if not name.startswith(".")
            )
