"""Reports as people and programs read them: terminal text, one line each, JSON, SARIF.

In goes a `Report`, out comes a text; nothing is written anywhere. The look of the terminal
text is that of compilers: the line in question, carets under the place, and what to do.
"""

import json
import textwrap
from collections.abc import Iterable

from ..codes import CODES
from ..diagnostics import Diagnostic, Label, Report, Severity
from ..source import Source, Span
from .display import clean, clean_lines
from .excerpt import Part, Row, excerpt
from .sarif import sarif_log

_RESET = "\x1b[0m"
_COLOURS = {
    Severity.ERROR: "\x1b[1;31m",
    Severity.WARNING: "\x1b[1;33m",
    Severity.NOTE: "\x1b[1;36m",
}
_BOLD = "\x1b[1m"
_BLUE = "\x1b[1;34m"


def render_text(report: Report, *, colour: bool = False) -> str:
    """Return a report as terminal text, in colour by ANSI sequences if asked."""
    blocks = [_render_one(diagnostic, _Paint(on=colour)) for diagnostic in report]
    blocks += [
        f"… and {count:,} more diagnostics about {clean(name) or 'other things'}"
        for name, count in report.dropped.items()
    ]
    return "\n\n".join(blocks)


def render_line(report: Report) -> str:
    """Return a report with one line `path:line:column: code message` for each diagnostic."""
    return "\n".join(
        f"{clean(_position(diagnostic))}{diagnostic.code} {clean(diagnostic.message)}"
        for diagnostic in report
    )


def render_json(report: Report) -> str:
    """Return a report as a JSON object: `diagnostics`, and how many were `dropped` by file."""
    data = {
        "diagnostics": [_plain(diagnostic) for diagnostic in report],
        "dropped": report.dropped,
    }
    return json.dumps(data, indent=2, ensure_ascii=True)


def render_sarif(report: Report) -> str:
    """Return a report as a SARIF 2.1.0 log."""
    return json.dumps(sarif_log(report), indent=2, ensure_ascii=True)


def explain_code(code: str) -> str:
    """Return what a code means, with an example that has the fault and one that has not.

    Raises:
        KeyError: there is no such code.
    """
    entry = CODES[code]
    parts = [f"{entry.code} {entry.title} ({entry.severity.word})"]
    parts += [textwrap.fill(text, 88) for text in entry.explanation.split("\n\n")]
    for title, example in (("Instead of", entry.bad), ("write", entry.good)):
        if example:
            parts.append(f"{title}\n\n{textwrap.indent(example, '    ')}")
    return "\n\n".join(parts)


class _Paint:
    """Puts colours round texts, or leaves them alone."""

    def __init__(self, *, on: bool) -> None:
        self._on = on

    def __call__(self, text: str, colour: str) -> str:
        """Return a text in a colour."""
        return f"{colour}{text}{_RESET}" if self._on and text else text


def _position(diagnostic: Diagnostic) -> str:
    """Return `path:line:column: `, as much of it as there is."""
    if diagnostic.labels:
        return f"{diagnostic.path}:{diagnostic.line}:{diagnostic.column}: "
    return f"{diagnostic.path}: " if diagnostic.path else ""


def _render_one(diagnostic: Diagnostic, paint: _Paint) -> str:
    """Return the text of one diagnostic."""
    colour = _COLOURS[diagnostic.severity]
    head = paint(f"{diagnostic.severity.word}[{diagnostic.code}]", colour)
    lines = [f"{head}{paint(f': {clean(diagnostic.message)}', _BOLD)}"]
    groups = _by_source(diagnostic.labels)
    rows = [(source, excerpt(source, labels)) for source, labels in groups]
    numbers = [row.number for _, found in rows for row in found if row.number]
    gutter = len(str(max(numbers, default=0)))
    for index, (source, found) in enumerate(rows):
        place = groups[index][1][0][0].span.place
        arrow = "-->" if index == 0 else ":::"
        where = f"{clean(source.name)}:{place.line}:{place.column}"
        lines.append(f"{' ' * gutter}{paint(arrow, _BLUE)} {where}")
        lines.append(_bar(gutter, "", paint))
        lines += [_row(row, gutter, colour, paint) for row in found]
    if not rows and diagnostic.file:
        lines.append(f"{' ' * gutter}{paint('-->', _BLUE)} {clean(diagnostic.file)}")
    lines += _footer(diagnostic, gutter, bool(rows), paint)
    return "\n".join(lines)


def _by_source(labels: Iterable[Label]) -> list[tuple[Source, list[tuple[Label, bool]]]]:
    """Return the labels by the source they lie in, the primary one first."""
    groups: list[tuple[Source, list[tuple[Label, bool]]]] = []
    for index, label in enumerate(labels):
        found = next((group for group in groups if group[0] is label.span.source), None)
        if found is None:
            found = (label.span.source, [])
            groups.append(found)
        found[1].append((label, index == 0))
    return groups


def _bar(gutter: int, text: str, paint: _Paint, number: int | None = None) -> str:
    """Return a line with the gutter in front."""
    shown = "" if number is None else str(number)
    front = paint(f"{shown:>{gutter}} |", _BLUE)
    return f"{front} {text}" if text else front


def _row(row: Row, gutter: int, colour: str, paint: _Paint) -> str:
    """Return one row of an excerpt."""
    if row.part is Part.GAP:
        return paint(row.text, _BLUE)
    if row.part is Part.CODE:
        return _bar(gutter, row.text, paint, row.number)
    shade = colour if row.part is Part.PRIMARY else _BLUE
    return _bar(gutter, _painted_mark(row.text, shade, paint), paint)


def _painted_mark(text: str, colour: str, paint: _Paint) -> str:
    """Return a mark in colour, the blanks before it plain."""
    mark = text.lstrip(" ")
    return " " * (len(text) - len(mark)) + paint(mark, colour)


def _footer(diagnostic: Diagnostic, gutter: int, excerpted: bool, paint: _Paint) -> list[str]:  # noqa: FBT001
    """Return the lines for notes, help and where to read more."""
    entries = [("note", note) for note in diagnostic.notes]
    if diagnostic.help:
        entries.append(("help", diagnostic.help))
    if diagnostic.code in CODES:
        entries.append(("see", f"tocsin explain {diagnostic.code}"))
    lines = [_bar(gutter, "", paint)] if excerpted and entries else []
    for title, text in entries:
        first, *more = clean_lines(text).split("\n")
        lines.append(f"{' ' * (gutter + 1)}{paint('=', _BLUE)} {paint(f'{title}:', _BOLD)} {first}")
        lines += [f"{' ' * (gutter + 5)}{line}" for line in more]
    return lines


def _plain(diagnostic: Diagnostic) -> dict[str, object]:
    """Return a diagnostic as plain data."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.word,
        "message": diagnostic.message,
        "path": diagnostic.path,
        "line": diagnostic.line,
        "column": diagnostic.column,
        "labels": [
            {**_region(label.span), "message": label.message} for label in diagnostic.labels
        ],
        "help": diagnostic.help,
        "notes": list(diagnostic.notes),
        "fixes": [
            {
                **_region(fix.span),
                "replacement": fix.replacement,
                "message": fix.message,
                "safe": fix.safe,
            }
            for fix in diagnostic.fixes
        ],
    }


def _region(span: Span) -> dict[str, object]:
    """Return a place as plain data; lines and columns count from 1, the end lies behind it."""
    end = span.source.place(span.end)
    return {
        "path": span.source.name,
        "line": span.place.line,
        "column": span.place.column,
        "end_line": end.line,
        "end_column": end.column,
    }
