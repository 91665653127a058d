"""The lines of a source that a diagnostic speaks of, with marks under its places.

In goes labels of one source, out come rows: a gutter and what stands beside it. Long lines are
cut round their label, places of several lines are shown by their first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ..diagnostics import Label
from ..source import Source
from .display import clean, expand_tabs, width

LINE_WIDTH = 100
"""How many columns of a line are shown."""

CUT = "…"


class Part(Enum):
    """What a row is, for its colour."""

    CODE = "code"
    PRIMARY = "primary"
    CONTEXT = "context"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an excerpt: the line number or nothing, and the text beside it."""

    number: int | None
    text: str
    part: Part


@dataclass(frozen=True, slots=True)
class _Mark:
    """A label on one line, in code points of that line."""

    start: int
    end: int
    message: str
    primary: bool


def excerpt(source: Source, labels: Sequence[tuple[Label, bool]]) -> list[Row]:
    """Return the rows for labels, each with whether it is the primary one."""
    lines: dict[int, list[_Mark]] = {}
    for label, primary in labels:
        place = source.place(label.span.start)
        text = source.line(place.line)
        start = min(place.column - 1, len(text))
        end = max(start, min(len(text), start + label.span.end - label.span.start))
        lines.setdefault(place.line, []).append(_Mark(start, end, label.message, primary))
    rows: list[Row] = []
    last = 0
    for number in sorted(lines):
        if last and number > last + 1:
            rows.append(Row(None, CUT, Part.GAP))
        rows.extend(_line(number, source.line(number), lines[number]))
        last = number
    return rows


def _line(number: int, text: str, marks: list[_Mark]) -> list[Row]:
    """Return the rows of one line: the line, and a row for each mark from left to right."""
    begin, end = _window(text, marks)
    before = CUT if begin else ""
    shown = clean(before + text[begin:end]) + (CUT if end < len(text) else "")
    rows = [Row(number, expand_tabs(shown), Part.CODE)]
    last = len(before) + end - begin
    for mark in sorted(marks, key=lambda mark: (mark.start, not mark.primary)):
        start = min(max(mark.start - begin, 0) + len(before), last)
        stop = min(max(mark.end - begin, 0) + len(before), last)
        sign = ("^" if mark.primary else "-") * max(1, width(shown[start:stop]))
        words = f" {clean(mark.message)}" if mark.message else ""
        part = Part.PRIMARY if mark.primary else Part.CONTEXT
        rows.append(Row(None, " " * width(shown[:start]) + sign + words, part))
    return rows


def _window(text: str, marks: list[_Mark]) -> tuple[int, int]:
    """Return the part of a line to show: all of it, or what is round its main mark."""
    if len(text) <= LINE_WIDTH and width(text) <= LINE_WIDTH:
        return 0, len(text)
    focus = next((mark for mark in marks if mark.primary), marks[0])
    begin = max(0, min(focus.start - LINE_WIDTH // 3, len(text) - LINE_WIDTH))
    end = min(len(text), begin + LINE_WIDTH)
    while width(text[begin:end]) > LINE_WIDTH:
        end -= 1
    return begin, end
