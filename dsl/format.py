"""The layout of native text: read, print, and put the comments back where they belong.

`format_native` changes nothing that a rule means and is idempotent.
"""

from collections.abc import Iterator

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
    anchors = [reading.heads.get(at, at) for at in _anchors(reading.document)]
    comments = Comments(source, reading.comments, anchors, reading.heads)
    return print_native(reading.document, comments)


def _anchors(document: Document) -> Iterator[int]:
    """Go through the places at which something that may have comments begins."""
    for named in document.lists:
        yield named.span.start
        yield from (value.span.start for value in named.values)
    for entry in document.entries:
        yield from _entry_anchors(entry)


def _entry_anchors(entry: Entry) -> Iterator[int]:
    """Go through the anchors of an entry: itself, its statements, its end."""
    yield entry.span.start
    yield entry.span.end - 1
    title = entry.meta[:1]
    for meta in entry.meta:
        if meta.value_span != meta.span or meta not in title:
            yield meta.value_span.start
    if isinstance(entry, Correlation):
        if not isinstance(entry.condition, tuple):
            yield from _node_anchors(entry.condition)
        return
    if entry.logsource.span is not None:
        yield entry.logsource.span.start
    for detection in entry.detections:
        yield detection.span.start
        yield from _node_anchors(detection.body)
    if isinstance(entry, Rule):
        for condition in entry.conditions:
            yield from _node_anchors(condition)
        yield from (case.span.start for case in entry.cases if case.span is not None)
    else:
        yield from _node_anchors(entry.condition)


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
