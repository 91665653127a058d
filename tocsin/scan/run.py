"""One run over files: opening, choosing the way, and the account at the end."""

import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from tocsin.dsl.ast import Logsource
from tocsin.dsl.diagnostics import Diagnostic, Report, Severity
from tocsin.errors import EventError
from tocsin.matcher.matcher import Matcher
from tocsin.readers import EventFile, open_events
from tocsin.scan.blocks import Block, Blocks
from tocsin.scan.columns import scan_columns
from tocsin.scan.files import is_stream, size_of
from tocsin.scan.found import Found, Totals
from tocsin.scan.lines import LineScan
from tocsin.scan.parts import Part
from tocsin.scan.pool import in_order
from tocsin.scan.records import RecordScan


class Scan:
    """One run over files; iterate over it once, then look at `totals` and `problems`.

    Attributes:
        totals: what it came through so far.
        problems: what there is to say of files and events.
        current: the file that it is in.
        streams: whether it has to wait for some of what it reads, perhaps for days.
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
        self._threads = jobs if jobs > 1 else 0
        self.streams = any(map(is_stream, self._files))
        self._spare = deque[bytearray]()
        self._open = set[EventFile]()

    def __iter__(self) -> Generator[Found]:
        """Go through the matches in input order."""
        started = time.perf_counter()
        with (
            self._closing_files(),
            closing(self._pieces()) as pieces,
            closing(
                in_order(
                    pieces, _judged, self._threads, helps=not self.streams, is_slow=_was_packed
                )
            ) as results,
        ):
            for file, found in results:
                self.current = file.name
                yield from self._end(file) if found is None else found
                self.totals.seconds = time.perf_counter() - started
        if self._logsource is not None:
            self.totals.undeclared = 0
        self._say_undeclared()

    @contextmanager
    def _closing_files(self) -> Generator[None]:
        """Close the files of which a scan that is left has not come to the end."""
        try:
            yield
        finally:
            while self._open:
                self._open.pop().close()

    def _pieces(self) -> Generator["_Piece | _File"]:
        """Go through the pieces of the files, and after those of each file the file itself.

        Threads draw them in turn, and so are ahead of the account. Files of other formats than JSON
        lines, which have to wait for it, are closed then, so that few are open at a time; but not
        pipes, which are there once.
        """
        for name in self._files:
            file = _File(name)
            try:
                file.opened = open_events(name, self._form)
                if file.opened.form == "jsonl":
                    yield from self._lines(file, file.opened)
                elif self._threads and not is_stream(name):
                    file.opened.close()
            except EventError as fault:
                file.fault = fault
            yield file

    def _lines(self, file: "_File", opened: EventFile) -> Generator["_Piece"]:
        """Go through the pieces of a file of JSON lines."""
        self._open.add(opened)
        blocks = Blocks(opened.stream, spare=self._spare)
        lines = LineScan(self._matcher, self._source, opened, self.totals, blocks)
        with closing(lines.draw(self._threads)) as drawn:
            for work in drawn:
                yield _Piece(file, lines, work)

    def _end(self, file: "_File") -> Iterator[Found]:
        """Close the account of a file; those of other formats are judged here."""
        opened = file.opened
        if opened is not None:
            self.totals.files += 1
            self.totals.bytes += size_of(file.name)
            if opened.form == "jsonl":
                self._open.discard(opened)
                opened.close()
            else:
                opened = yield from self._others(file, opened)
            self.totals.malformed += opened.malformed
            self.problems.extend(opened.diagnostics())
        if file.fault is not None:
            self.totals.unreadable += 1
            self.problems.extend(file.fault.report)

    def _others(self, file: "_File", opened: EventFile) -> Generator[Found, None, EventFile]:
        """Go through the matches of a file of another format, and return it as it was read."""
        try:
            if opened.stream.closed:
                opened = open_events(file.name, opened.form)
            with opened:
                if opened.form in ("parquet", "arrow"):
                    yield from scan_columns(
                        self._matcher, self._source, opened, self.totals, self._threads
                    )
                else:
                    yield from RecordScan(self._matcher, self._source, opened, self.totals)
        except EventError as fault:
            file.fault = fault
        return opened

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


@dataclass(slots=True)
class _File:
    """A file on its way.

    Attributes:
        name: as the user named it.
        opened: the file, once it is recognised.
        fault: why it cannot be read, or no further.
    """

    name: str
    opened: EventFile | None = None
    fault: EventError | None = None


@dataclass(slots=True)
class _Piece:
    """A piece of a file of JSON lines."""

    file: _File
    lines: LineScan
    work: Block | Part


def _was_packed(piece: _Piece | _File) -> bool:
    """Return whether a piece had to be unpacked."""
    return isinstance(piece, _Piece) and piece.lines.opened.is_packed


def _judged(piece: _Piece | _File) -> tuple[_File, Iterator[Found] | None]:
    """Judge a piece; return its file, and what goes through its matches. Called in threads."""
    if isinstance(piece, _File):
        return piece, None
    return piece.file, piece.lines.found(piece.work, piece.lines.judge(piece.work))
