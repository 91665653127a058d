"""YAML with places: the text of a file becomes trees of PyYAML nodes, one a document.

In goes a `Source`, out come `Tree`s whose nodes know their offsets in it. A fault in one
document is reported and costs that document alone: reading starts again at the next `---`.
What scalars are is left open here; `reading` works it out where somebody asks.
"""

import re
from bisect import bisect_right
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

import yaml
from yaml import nodes as yaml_nodes
from yaml import parser, reader, scanner
from yaml.composer import Composer

from ..diagnostics import Report
from ..source import Source
from .aliases import measure, members
from .faults import (
    report_aliases,
    report_character,
    report_depth,
    report_restarts,
    report_size,
    report_yaml_error,
)

DEPTH_LIMIT = 100
"""How deep collections may nest."""

ALIAS_LIMIT = 10_000
"""How many more nodes than were written the aliases of a document may stand for."""

SIZE_LIMIT = 16 * 1024 * 1024
"""How long a file may be, in characters."""

RESTARTS = 100
"""How often reading starts again after a fault in one file."""

FORBIDDEN = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that YAML does not allow."""

_DOCUMENT = re.compile(r"(?:\A|(?<=[\r\n\x85\u2028\u2029]))---(?=\s|\Z)")
_TOO_DEEP = "maximum nesting depth"
"""What libyaml, from 0.2.6 on, says of a thousand levels."""
_INDENTED = " " * (DEPTH_LIMIT // 2)
"""Blocks nest a level a column at most, so half of the limit is left for brackets."""
_COMPACT = tuple(re.compile(rf"{mark}[ \t]+[-?:][ \t]") for mark in ("-", r"\?", ":"))
"""Several block collections that begin on one line; patterns with a first letter are quick."""
_PROPERTY = re.compile(r"[&!](?<![^\s\[{,][&!])\S")
"""What may be an anchor or a tag."""
_ANCHOR = re.compile(r"&(?<![^\s\[{,]&)[\w-]", re.ASCII)
_ALIAS = re.compile(r"\*(?<![^\s\[{,]\*)[\w-]", re.ASCII)


class _Untyped:
    """Takes the place of PyYAML's resolver and leaves the tags of scalars open."""

    def resolve(self, kind: object, value: object, implicit: object) -> None:
        """Leave the tag open."""

    def descend_resolver(self, parent: object, index: object) -> None:
        """Do nothing on the way down."""

    def ascend_resolver(self) -> None:
        """Do nothing on the way up."""


def composer(*, fast: bool) -> type[Any]:
    """Return the class that makes nodes: the C parser, or the slow one in pure Python."""
    if fast:
        return type("Composer", (_Untyped, cast("Any", yaml.cyaml).CParser), {})

    class SlowComposer(_Untyped, reader.Reader, scanner.Scanner, parser.Parser, Composer):
        def __init__(self, text: str) -> None:
            reader.Reader.__init__(self, text)
            scanner.Scanner.__init__(self)
            parser.Parser.__init__(self)
            Composer.__init__(self)

    return SlowComposer


COMPOSER: type[Any] = composer(fast=yaml.__with_libyaml__)


@dataclass(frozen=True, slots=True)
class Tree:
    """One YAML document.

    Attributes:
        source: the text.
        root: the outermost node; the marks of all nodes are offsets in the text.
        plain: whether nothing in the text can be an anchor or a tag.
    """

    source: Source
    root: yaml_nodes.Node
    plain: bool = False


def read_trees(source: Source, report: Report) -> Iterator[Tree | None]:
    """Yield the documents of a text in order, `None` for each that is broken and reported."""
    if len(source.text) > SIZE_LIMIT:
        report_size(source, SIZE_LIMIT, report)
        yield None
        return
    stream = _Stream(source, report)
    start: int | None = 0
    for _ in range(RESTARTS):
        if start is None:
            return
        start = yield from stream.read_from(start)
    if start is not None:
        report_restarts(source, start, RESTARTS, report)
        yield None


class _Stream:
    """The reading of one text: what is left of it, and which documents are to be left out."""

    def __init__(self, source: Source, report: Report) -> None:
        self.source = source
        self.report = report
        marked = source.text.startswith("\ufeff")
        self.text = "\n" + source.text[1:] if marked else source.text
        self.starts: list[int] = []
        self.forbidden: set[int] = set()
        flow = self.text.count("[") + self.text.count("{")
        self.suspicious = (
            flow > DEPTH_LIMIT // 2
            or _INDENTED in self.text
            or any(compact.search(self.text) for compact in _COMPACT)
        )
        marked = "&" in self.text or "!" in self.text
        self.plain = not (marked and _PROPERTY.search(self.text))
        self.aliases = not self.plain and bool(
            _ANCHOR.search(self.text) and _ALIAS.search(self.text)
        )

    def read_from(self, start: int) -> Generator[Tree | None, None, int | None]:
        """Yield the documents up to the first fault; return where to go on after it."""
        text = self.text[start:] if start else self.text
        deep = find_deep(text) if self.suspicious else None
        if deep is not None:
            text = text[: max((m.start() for m in _DOCUMENT.finditer(text, 0, deep)), default=0)]
        done = start
        try:
            composing = COMPOSER(text)
            while composing.check_node():
                root = composing.get_node()
                if start:
                    shift(root, start)
                done = root.end_mark.index
                yield Tree(self.source, root, self.plain) if self._is_sound(root) else None
        except yaml.MarkedYAMLError as error:
            place = report_yaml_error(self.source, start, error, self.report)
            yield None
            return self._next(max(place, start + 1))
        except (reader.ReaderError, UnicodeEncodeError):
            self._mark_forbidden(done)
            return start if done == start else self._next(done)
        if deep is None:
            return None
        report_depth(self.source.span(start + deep, start + deep + 1), DEPTH_LIMIT, self.report)
        yield None
        return self._next(start + deep)

    def _next(self, offset: int) -> int | None:
        """Return where the next document begins, at or after an offset."""
        found = _DOCUMENT.search(self.text, offset)
        return found.start() if found else None

    def _mark_forbidden(self, start: int) -> None:
        """Report the documents with forbidden characters, and make the text readable."""
        self.starts = [start, *(m.start() for m in _DOCUMENT.finditer(self.text, start + 1))]
        for begin, end in pairwise([*self.starts, len(self.text)]):
            found = FORBIDDEN.search(self.text, begin, end)
            if found:
                self.forbidden.add(begin)
                report_character(self.source.span(*found.span()), self.report)
        self.text = FORBIDDEN.sub("\ufffd", self.text)

    def _is_sound(self, root: yaml_nodes.Node) -> bool:
        """Return whether a document has allowed characters and stays small when expanded."""
        place = root.start_mark.index
        index = bisect_right(self.starts, place)
        if index > 0 and self.starts[index - 1] in self.forbidden:
            return False
        if not self.aliases:
            return True
        extent = measure(root)
        span = self.source.span(place, place + 1)
        if extent is None or extent.expanded - extent.written > ALIAS_LIMIT:
            report_aliases(span, ALIAS_LIMIT, self.report)
            return False
        if extent.depth > DEPTH_LIMIT:
            report_depth(span, DEPTH_LIMIT, self.report)
            return False
        return True


@dataclass(frozen=True, slots=True)
class Mark:
    """Stands for a mark of PyYAML that was moved."""

    index: int


def shift(root: yaml_nodes.Node, offset: int) -> None:
    """Move the marks of all nodes of a document that was read from the middle of a text."""
    seen: set[int] = set()
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        node.start_mark = Mark(node.start_mark.index + offset)
        node.end_mark = Mark(node.end_mark.index + offset)
        stack.extend(members(node))


def find_deep(text: str) -> int | None:
    """Return where a text nests deeper than the limit, or `None`.

    The parser's events are counted, without recursion; reading ends at the first fault. A parser
    with a limit of its own finds that far ahead of its events, so what is before it is read again.
    """
    depth = 0
    try:
        parsing = COMPOSER(text)
        while True:
            event: Any = parsing.get_event()
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEPTH_LIMIT:
                    return int(cast("Any", event).start_mark.index)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.StreamEndEvent):
                return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        gave_up = _TOO_DEEP in str(error.problem) and mark is not None and mark.index < len(text)
        return find_deep(text[: mark.index]) if gave_up and mark is not None else None
    except (yaml.YAMLError, UnicodeEncodeError):
        return None
