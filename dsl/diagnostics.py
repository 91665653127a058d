"""What Tocsin has to say about its input: data only, no wording and no colour.

Every stage takes a `Report`, adds `Diagnostic`s to it and returns its result or `None`.
The wording of a stage stands in the stage; codes and their explanations are in `codes`, the
renderings in `render`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import total_ordering
from typing import overload

from .source import Span

FILE_LIMIT = 100
"""How many diagnostics of one file a report keeps; the rest are counted."""


@total_ordering
class Severity(Enum):
    """How much a diagnostic matters; an error means that its rule is not used.

    A severity is equal to its word, `"error"`, and ordered by weight.
    """

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def word(self) -> str:
        """The severity as messages spell it."""
        return self.value

    def __str__(self) -> str:
        """Return the word."""
        return self.value

    def __eq__(self, other: object) -> bool:
        """Return whether the other is this severity or its word."""
        return self is other or self.value == other

    def __hash__(self) -> int:
        """Return the hash of the word."""
        return hash(self.value)

    def __lt__(self, other: "Severity") -> bool:
        """Return whether this one matters less."""
        return _WEIGHTS.index(self.value) < _WEIGHTS.index(other.value)


_WEIGHTS = ("note", "warning", "error")


@dataclass(frozen=True, slots=True)
class Label:
    """A place and what is to be said about it; the message may be empty."""

    span: Span
    message: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of the text that mends the fault; `safe` ones keep the meaning intended."""

    span: Span
    replacement: str
    message: str
    safe: bool = True


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing to say: a code, a sentence, places, and what to do about it.

    Attributes:
        code: a code of `codes.CODES`, such as `T204`.
        severity: how much it matters here.
        message: one sentence in sentence case without a full stop.
        labels: places; the first is the primary one. Empty where there is no text.
        help: what to do, or empty.
        notes: further sentences.
        fixes: changes that mend it.
        file: the name of the file when there are no labels.
    """

    code: str
    severity: Severity
    message: str
    labels: tuple[Label, ...] = ()
    help: str = ""
    notes: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
    file: str = ""

    @property
    def path(self) -> str:
        """The name of the file that it speaks of, or empty."""
        return self.labels[0].span.source.name if self.labels else self.file

    @property
    def line(self) -> int:
        """The line of the primary place, from 1; 0 where there is none."""
        return self.labels[0].span.place.line if self.labels else 0

    @property
    def column(self) -> int:
        """The column of the primary place, from 1; 0 where there is none."""
        return self.labels[0].span.place.column if self.labels else 0

    def __str__(self) -> str:
        """Return the one-line form `path:line:column: severity code message`."""
        spot = f":{self.line}:{self.column}" if self.labels else ""
        place = f"{self.path}{spot}: " if self.path else ""
        return f"{place}{self.severity.word}[{self.code}]: {self.message}"


class Report(Sequence[Diagnostic]):
    """Diagnostics in the order in which they were found, capped for each file."""

    def __init__(self, diagnostics: Iterable[Diagnostic] = ()) -> None:
        """Start with the given diagnostics."""
        self._kept: list[Diagnostic] = []
        self._counts: dict[str, int] = {}
        self._faulty = False
        for diagnostic in diagnostics:
            self.add(diagnostic)

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic, or count it when its file has had `FILE_LIMIT` already."""
        count = self._counts.get(diagnostic.path, 0) + 1
        self._counts[diagnostic.path] = count
        self._faulty = self._faulty or diagnostic.severity is Severity.ERROR
        if count <= FILE_LIMIT:
            self._kept.append(diagnostic)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep several diagnostics."""
        for diagnostic in diagnostics:
            self.add(diagnostic)

    @property
    def dropped(self) -> dict[str, int]:
        """How many diagnostics of which file went over the limit."""
        return {k: n - FILE_LIMIT for k, n in self._counts.items() if n > FILE_LIMIT}

    @property
    def has_errors(self) -> bool:
        """Whether any diagnostic, kept or only counted, is an error."""
        return self._faulty

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The kept diagnostics that are errors."""
        return tuple(d for d in self._kept if d.severity is Severity.ERROR)

    @overload
    def __getitem__(self, index: int) -> Diagnostic: ...
    @overload
    def __getitem__(self, index: slice) -> "Report": ...
    def __getitem__(self, index: int | slice) -> "Diagnostic | Report":
        """Return one diagnostic, or a report of several."""
        if isinstance(index, slice):
            return Report(self._kept[index])
        return self._kept[index]

    def __len__(self) -> int:
        """Return the number of kept diagnostics."""
        return len(self._kept)

    def __iter__(self) -> Iterator[Diagnostic]:
        """Go through the kept diagnostics."""
        return iter(self._kept)

    def __repr__(self) -> str:
        """Show how many there are."""
        return f"Report({len(self._kept)} diagnostics)"
