"""The layout of native text: read, print, and put the comments back where they belong.

`format_native` changes nothing that a rule means and is idempotent.
"""

from collections.abc import Iterator, Sequence

from .ast import And, Correlation, Document, Entry, Item, Node, Not, Or, Rule
from .diagnostics import Report
from .native import read_with_comments
from .native.comments import Comments
from .printer.native import print_native
from .source import Source


def format_native(source: Source, report: Report) -> str | None:
    """Return a native text in its one layout, or `None` where it cannot be read."""
    faults = Report()
    reading = read_with_comments(source, faults)
    report.extend(faults)
    if faults.has_errors:
        return None
    statements = [reading.heads.get(at, at) for at in _statements(reading.document)]
    anchors = (*statements, *_parts(reading.document))
    comments = Comments(source, reading.comments, anchors, reading.heads)
    return print_native(reading.document, comments)


def _statements(document: Document) -> Iterator[int]:
    """Go through the places of lists, entries, their ends, and the first nodes of statements."""
    for named in document.lists:
        yield named.span.start
    for entry in document.entries:
        yield from _statements_of(entry)


def _statements_of(entry: Entry) -> Iterator[int]:
    """Go through the places of an entry, its end, and the first nodes of its statements."""
    yield entry.span.start
    yield entry.span.end - 1
    title = entry.meta[:1]
    for meta in entry.meta:
        if meta.value_span != meta.span or meta not in title:
            yield meta.value_span.start
    yield from (condition.span.start for condition in _conditions(entry))
    if isinstance(entry, Correlation):
        return
    if entry.logsource.span is not None:
        yield entry.logsource.span.start
    yield from (detection.span.start for detection in entry.detections)
    if isinstance(entry, Rule):
        yield from (case.span.start for case in entry.cases if case.span is not None)


def _parts(document: Document) -> Iterator[int]:
    """Go through the places of the values of lists and of the parts of conditions."""
    for named in document.lists:
        yield from (value.span.start for value in named.values)
    for entry in document.entries:
        if not isinstance(entry, Correlation):
            for detection in entry.detections:
                yield from _node_anchors(detection.body)
        for condition in _conditions(entry):
            yield from _node_anchors(condition)


def _conditions(entry: Entry) -> Sequence[Node]:
    """Return the conditions of an entry that are boolean."""
    if isinstance(entry, Rule):
        return entry.conditions
    return () if isinstance(entry.condition, tuple) else (entry.condition,)


def _node_anchors(node: Node) -> Iterator[int]:
    """Go through the anchors of a boolean node: its parts and their values."""
    match node:
        case And(children=children) | Or(children=children):
            for child in children:
                yield from _node_anchors(child)
        case Not(child=child):
            yield from _node_anchors(child)
        case Item(values=values):
            yield node.span.start
            yield from (value.span.start for value in values if len(values) > 1)
        case _:
            yield node.span.start
