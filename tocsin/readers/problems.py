"""The wording of what goes wrong with events and their files, and the tally of a file."""

from collections.abc import Iterator

from tocsin.dsl.codes import CODES
from tocsin.dsl.diagnostics import Diagnostic
from tocsin.readers.jsontext import reason_of
from tocsin.readers.lines import TOO_LONG
from tocsin.readers.record import Record


def diagnostic(code: str, message: str, file: str, *, advice: str = "") -> Diagnostic:
    """Return a diagnostic about an event file."""
    return Diagnostic(code, CODES[code].severity, message, help=advice, file=file)


def malformed(file: str, place: str, reason: str) -> Diagnostic:
    """Say that what stands at a place of a file is not an event."""
    return diagnostic("T801", f"{place} is not an event: {reason}", file)


def damaged(file: str, reason: str) -> Diagnostic:
    """Say that a file is damaged and read only up to there."""
    return diagnostic(
        "T806", f"the file is damaged: {reason}", file, advice="events after the damage are lost"
    )


def missing_package(file: str, form: str, extra: str) -> Diagnostic:
    """Say that a format needs a package that is not there."""
    return diagnostic(
        "T805",
        f"{form} needs a package that is not installed",
        file,
        advice=f'install it with `pip install "tocsin[{extra}]"`',
    )


class Tally:
    """Counts the malformed events of one file and remembers the first."""

    def __init__(self, file: str) -> None:
        """Start counting for a file."""
        self.file = file
        self.first: Diagnostic | None = None
        self.malformed = 0
        self._others: list[Diagnostic] = []

    def add(self, record: Record) -> None:
        """Count a record."""
        if record.problem is None:
            return
        if record.event is None and record.problem.code == "T801":
            self.malformed += 1
            self.first = self.first or record.problem
        else:
            self._others.append(record.problem)

    def add_malformed(self, count: int, place: str, text: bytes | None) -> None:
        """Count malformed events whose JSON was judged as it stands.

        Args:
            count: how many.
            place: where the first of them stands.
            text: the first of them; `None` if it was too long to be kept.
        """
        self.malformed += count
        if self.first is None:
            reason = TOO_LONG if text is None else reason_of(text)
            self.first = malformed(self.file, place, reason)

    def diagnostics(self) -> Iterator[Diagnostic]:
        """Go through what is to be said of the file: the first, the sum, the damage."""
        if self.first is not None:
            yield self.first
        if self.malformed > 1:
            events = "event" if self.malformed == 2 else "events"
            yield diagnostic(
                "T802", f"{self.malformed - 1} further malformed {events} left out", self.file
            )
        yield from self._others
