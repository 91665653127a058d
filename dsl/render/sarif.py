"""A report as a SARIF 2.1.0 log, for code hosts and editors.

In goes a `Report`, out come plain dicts and lists in the shape of the standard. Columns are
counted in code points, and the log says so.
"""

from urllib.parse import quote

from ..codes import CODES
from ..diagnostics import Diagnostic, Fix, Label, Report, Severity
from ..source import Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.NOTE: "note", Severity.WARNING: "warning", Severity.ERROR: "error"}

Plain = dict[str, object]


def sarif_log(report: Report) -> Plain:
    """Return the log of a report."""
    codes = sorted({diagnostic.code for diagnostic in report})
    driver: Plain = {
        "name": "tocsin",
        "rules": [_rule(code) for code in codes],
    }
    run: Plain = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, codes.index(diagnostic.code)) for diagnostic in report],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> Plain:
    """Return the description of a code."""
    entry = CODES.get(code)
    if entry is None:
        return {"id": code}
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in entry.title.replace("-", " ").split()),
        "shortDescription": {"text": entry.title},
        "fullDescription": {"text": entry.explanation},
        "defaultConfiguration": {"level": LEVELS[entry.severity]},
    }


def _result(diagnostic: Diagnostic, index: int) -> Plain:
    """Return one diagnostic."""
    words = [diagnostic.message, *diagnostic.notes]
    if diagnostic.help:
        words.append(f"Help: {diagnostic.help}")
    result: Plain = {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": LEVELS[diagnostic.severity],
        "message": {"text": "\n".join(words)},
        "locations": _locations(diagnostic),
    }
    others = [_location(label, number) for number, label in enumerate(diagnostic.labels[1:])]
    if others:
        result["relatedLocations"] = others
    if diagnostic.fixes:
        result["fixes"] = [_fix(fix) for fix in diagnostic.fixes]
    return result


def _locations(diagnostic: Diagnostic) -> list[Plain]:
    """Return where a diagnostic is: its first place, or its file, or nothing."""
    if diagnostic.labels:
        return [_location(diagnostic.labels[0])]
    if diagnostic.file:
        return [{"physicalLocation": {"artifactLocation": {"uri": _uri(diagnostic.file)}}}]
    return []


def _location(label: Label, number: int | None = None) -> Plain:
    """Return a place with its message."""
    location: Plain = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(label.span.source.name)},
            "region": _region(label.span),
        }
    }
    if number is not None:
        location["id"] = number
    if label.message:
        location["message"] = {"text": label.message}
    return location


def _region(span: Span) -> Plain:
    """Return a stretch of a file."""
    start, end = span.place, span.source.place(span.end)
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }


def _fix(fix: Fix) -> Plain:
    """Return a change of the text."""
    replacement = {"deletedRegion": _region(fix.span), "insertedContent": {"text": fix.replacement}}
    change = {
        "artifactLocation": {"uri": _uri(fix.span.source.name)},
        "replacements": [replacement],
    }
    return {"description": {"text": fix.message}, "artifactChanges": [change]}


def _uri(name: str) -> str:
    """Return the name of a file as a URI reference."""
    return quote(name.encode("utf-8", "replace").replace(b"\\", b"/"), safe="/:")
