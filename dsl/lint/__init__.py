"""Style: what is allowed and yet better written otherwise. Runs over the AST, changes nothing.

In goes a document, out come warnings and notes with codes T9xx, each from a function of its
own. `metadata` looks at titles, tags and dates, `items` at modifiers and values, the
rest stands here. What the conventions of the public rule collections do is not complained of.
"""

import re
from collections.abc import Iterator

from ..ast import And, Correlation, Document, Entry, Filter, Name, Node, Not, Or, Quantified, Rule
from ..diagnostics import Diagnostic, Fix, Label, Report, Severity
from ..source import Span
from .items import lint_items
from .metadata import lint_metadata

_UPPER = re.compile(r"(?<![\w*-])(?:AND|OR|NOT)(?![\w*-])")


def lint_document(document: Document, report: Report) -> None:
    """Add what could be better in a document to the report."""
    for entry in document.entries:
        for diagnostic in lint_entry(entry, document.syntax):
            report.add(diagnostic)


def lint_entry(entry: Entry, syntax: str) -> Iterator[Diagnostic]:
    """Go through what could be better in one entry."""
    yield from lint_metadata(entry)
    match entry:
        case Rule(detections=detections, conditions=conditions):
            yield from lint_items(detections, syntax)
            for condition in conditions:
                yield from _lint_condition(condition, syntax)
            yield from _lint_timeframe(entry)
        case Filter(detections=detections, condition=condition):
            yield from lint_items(detections, syntax)
            yield from _lint_condition(condition, syntax)
            yield from _lint_filter(entry)
        case Correlation(condition=And() | Or() | Not() | Name() | Quantified() as condition):
            yield from _lint_condition(condition, syntax)
        case _:
            return


def _lint_condition(condition: Node, syntax: str) -> Iterator[Diagnostic]:
    """Go through what could be better in a condition of Sigma."""
    if syntax != "sigma":
        return
    if not condition.span.text.islower():
        yield from _lint_operators(condition.span)
    yield from _lint_counts(condition)


def _lint_operators(span: Span) -> Iterator[Diagnostic]:
    """Speak of operators in upper case."""
    for found in _UPPER.finditer(span.text):
        word = found.group()
        place = span.source.span(span.start + found.start(), span.start + found.end())
        yield Diagnostic(
            "T908",
            Severity.WARNING,
            f"the operator `{word}` is in upper case",
            (Label(place),),
            f"write `{word.lower()}`; other tools refuse the rule",
            fixes=(Fix(place, word.lower(), "write it in lower case"),),
        )


def _lint_counts(node: Node) -> Iterator[Diagnostic]:
    """Go through quantifiers with a number that Sigma does not know (D29)."""
    match node:
        case Quantified(count=int(count)) if count > 1:
            yield Diagnostic(
                "T909",
                Severity.WARNING,
                f"`{count} of` is an extension of Sigma",
                (Label(node.span),),
                "other tools know `1 of` and `all of` only",
            )
        case And(children=children) | Or(children=children):
            for child in children:
                yield from _lint_counts(child)
        case Not(child=child):
            yield from _lint_counts(child)
        case _:
            return


def _lint_timeframe(rule: Rule) -> Iterator[Diagnostic]:
    """Speak of a time frame, which no longer does anything (D16)."""
    if rule.timeframe is None:
        return
    found = re.search(r"\btimeframe\b", rule.span.text)
    span = rule.span
    if found:
        span = span.source.span(span.start + found.start(), span.start + found.end())
    yield Diagnostic(
        "T910",
        Severity.WARNING,
        "`timeframe` in a detection has no effect",
        (Label(span),),
        "remove it, or write a correlation with a `timespan`",
    )


def _lint_filter(entry: Filter) -> Iterator[Diagnostic]:
    """Speak of a filter that lets through only what it describes, or that is for everything."""
    if not _negates(entry.condition):
        yield Diagnostic(
            "T916",
            Severity.WARNING,
            "the filter keeps only the events that it describes",
            (Label(entry.condition.span),),
            "write `not` before it if these events are to be left out",
        )
    if not str(entry.logsource).strip("/") and not entry.logsource.custom:
        yield Diagnostic(
            "T920",
            Severity.WARNING,
            "the filter has no `logsource`",
            (Label(entry.condition.span),),
            "add the one of its rules; without it the filter is for every log source",
        )


def _negates(node: Node) -> bool:
    """Return whether a condition has a `not` in it."""
    match node:
        case Not():
            return True
        case And(children=children) | Or(children=children):
            return any(_negates(child) for child in children)
        case _:
            return False
