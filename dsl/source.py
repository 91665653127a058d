"""Texts and places in them: the first thing in the pipeline and the only module that counts.

A `Source` holds one text as it was read. A `Span` is a stretch of it in code points. Lines
and columns are worked out from spans on demand, so nothing else in Tocsin counts characters.
"""

from bisect import bisect_right
from dataclasses import dataclass, field

from .record import record


@dataclass(frozen=True, slots=True)
class Source:
    """A text and the name under which people know it.

    Attributes:
        name: what messages call the text: a path as the user gave it, or `<string>`.
        text: the text as read, line ends untouched.
    """

    name: str
    text: str
    _known: tuple[int, ...] = field(default=(), init=False, repr=False, compare=False)

    @property
    def _starts(self) -> tuple[int, ...]:
        """Where each line starts: found when it is first asked, as few texts have faults."""
        if not self._known:
            starts = [0]
            position = self.text.find("\n")
            while position >= 0:
                starts.append(position + 1)
                position = self.text.find("\n", position + 1)
            object.__setattr__(self, "_known", tuple(starts))
        return self._known

    def place(self, offset: int) -> "Place":
        """Return the line and column, both from 1, of a code-point offset."""
        starts = self._starts
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(starts, offset)
        return Place(line, offset - starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """Return the text of a line, counted from 1, without its line end."""
        starts = self._starts
        start = starts[number - 1]
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    @property
    def lines(self) -> int:
        """The number of lines, at least 1."""
        return len(self._starts)

    def span(self, start: int, end: int) -> "Span":
        """Return the stretch from `start` up to and without `end`."""
        return Span(self, start, end)


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column, both counted from 1; the column counts code points."""

    line: int
    column: int


@record
class Span:
    """A stretch of a source, in code points: `start` belongs to it, `end` does not."""

    source: Source = field(repr=False)
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words that the span covers."""
        return self.source.text[self.start : self.end]

    @property
    def place(self) -> Place:
        """Where the span begins."""
        return self.source.place(self.start)

    def to(self, other: "Span") -> "Span":
        """Return the span from the beginning of this one to the end of the other."""
        return Span(self.source, min(self.start, other.start), max(self.end, other.end))
