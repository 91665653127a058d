"""One run over files: opening, choosing the way, and the account at the end."""

import time
from collections.abc import Iterable, Iterator

from tocsin.dsl.ast import Logsource
from tocsin.dsl.diagnostics import Diagnostic, Report, Severity
from tocsin.errors import EventError
from tocsin.matcher.matcher import Matcher
from tocsin.readers import EventFile, open_events
from tocsin.scan.columns import scan_columns
from tocsin.scan.files import size_of
from tocsin.scan.found import Found, Totals
from tocsin.scan.lines import LineScan
from tocsin.scan.records import RecordScan


class Scan:
    """One run over files; iterate over it once, then look at `totals` and `problems`.

    Attributes:
        totals: what it came through so far.
        problems: what there is to say of files and events.
        current: the file that it is in.
    """

    def __init__(
        self,
        matcher: Matcher,
        files: Iterable[str],
        *,
        form: str = "auto",
        logsource: str | Logsource | None = None,
        jobs: int = 1,
    ) -> None:
        """Prepare a run.

        Args:
            matcher: the rules.
            files: paths of files, or `-` for standard input.
            form: the format of the files, or `auto`.
            logsource: what the events are, where they do not say.
            jobs: how many threads judge events.
        """
        self.totals = Totals(matcher.rules)
        self.problems = Report()
        self.current = ""
        self._matcher = matcher
        self._files = tuple(files)
        self._form = form
        self._source = matcher.source_of(logsource)
        self._logsource = logsource
        self._jobs = jobs

    def __iter__(self) -> Iterator[Found]:
        """Go through the matches in input order."""
        started = time.perf_counter()
        for file in self._files:
            self.current = file
            yield from self._scan_file(file)
            self.totals.seconds = time.perf_counter() - started
        if self._logsource is not None:
            self.totals.undeclared = 0
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
                yield from self._way(opened)
            except EventError as fault:
                self.totals.unreadable += 1
                self.problems.extend(fault.report)
            self.totals.malformed += opened.malformed
            self.problems.extend(opened.diagnostics())

    def _way(self, opened: EventFile) -> Iterable[Found]:
        """Return the way through an open file."""
        if opened.form in ("parquet", "arrow"):
            return scan_columns(self._matcher, self._logsource, opened, self.totals)
        if opened.form != "jsonl":
            return RecordScan(self._matcher, self._source, opened, self.totals)
        threads = self._jobs if self._jobs > 1 else 0
        return LineScan(self._matcher, self._source, opened, self.totals, threads)

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
