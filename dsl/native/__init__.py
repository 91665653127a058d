"""Reader of the native language: text becomes a document of rules, correlations, filters, lists.

In goes a `Source`, out comes an `ast.Document` whose spans lie in that source. The text is cut
where an entry begins, and each piece is parsed by itself with the Lark grammar
`grammar/native.lark`, so a broken entry is reported and its neighbours stay. Lark and the
grammar are loaded when first needed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from threading import Lock
from typing import Any

from lark import Lark, Token, UnexpectedInput

from ..ast import Document, Entry, ListName, NamedList
from ..diagnostics import Report
from ..source import Source, Span
from . import messages
from .comments import Comment
from .entries import Entries
from .syntax import UNEXPECTED, syntax_error

_HEAD = r'(?:rule|correlation|filter)(?:[ \t]+e?"[^"\r\n]*(?:""[^"\r\n]*)*")?[ \t]*\{'
_BOUNDARY = re.compile(
    rf"^(?:[ \t]*(?:{_HEAD}|list[ \t]+[\w.@\-]+[ \t]*=)"
    r'|(?:rule|correlation|filter)[ \t]*(?:e?"|\{|$)|list[ \t]+[\w`])',
    re.MULTILINE,
)
"""Where an entry begins: a header at any depth, or its first word at the start of a line."""

_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with what the tree does not keep.

    Attributes:
        comments: in the order of the text.
        heads: where a statement begins, by the place of its first node.
    """

    document: Document
    comments: tuple[Comment, ...]
    heads: dict[int, int]


def read_native(source: Source, report: Report) -> Document:
    """Return all that a native text holds; whatever is faulty is in the report instead."""
    return read_with_comments(source, report).document


def read_with_comments(source: Source, report: Report) -> Reading:
    """Return all that a native text holds, and the comments between."""
    entries: list[Entry] = []
    lists: dict[str, NamedList] = {}
    broken = 0
    with _LOCK:
        parser = _parser()
        parser.begin(source, report)
        for start, end in _pieces(source.text):
            for made in parser.parse(start, end):
                if made is None:
                    broken += 1
                elif not isinstance(made, NamedList):
                    entries.append(made)
                elif made.name in lists:
                    first = lists[made.name].span
                    report.add(messages.said_twice(made.span, f"the list `{made.name}`", first))
                    broken += 1
                else:
                    lists[made.name] = made
        for name in _circular(lists):
            report.add(messages.circular_list(lists.pop(name).span))
            broken += 1
        comments, heads = tuple(parser.comments), parser.heads
        parser.begin(Source("", ""), Report())
    document = Document(source, tuple(entries), tuple(lists.values()), broken, "tocsin")
    return Reading(document, comments, heads)


def _circular(lists: Mapping[str, NamedList]) -> list[str]:
    """Return the names of lists that hold themselves, directly or by way of others."""
    named = {
        name: {v.scalar.name for v in each.values if isinstance(v.scalar, ListName)}
        for name, each in lists.items()
    }
    done = {name for name, others in named.items() if not others & named.keys()}
    grown = True
    while grown:
        more = {name for name, others in named.items() if others & named.keys() <= done}
        grown = more != done
        done = more
    return [name for name in named if name not in done]


def _pieces(text: str) -> list[tuple[int, int]]:
    """Return the stretches of a text that each begin with an entry, blank ones left out."""
    cuts = [0, *(found.start() for found in _BOUNDARY.finditer(text)), len(text)]
    return [(start, end) for start, end in pairwise(cuts) if text[start:end].strip()]


class _Parser:
    """The Lark parser with the transformer that it feeds; one text at a time."""

    def __init__(self) -> None:
        """Build the parser from the grammar."""
        self._entries = Entries()
        self.comments: list[Comment] = []
        self._lark = Lark.open_from_package(
            __name__.rsplit(".", 2)[0] + ".grammar",
            "native.lark",
            parser="lalr",
            maybe_placeholders=False,
            transformer=self._entries,
            lexer_callbacks={"COMMENT": self._comment},
        )

    def _comment(self, token: Token) -> Token:
        """Keep a comment that the lexer passes over."""
        self.comments.append(Comment(token.rstrip(), self._entries.span(token).start))
        return token

    def begin(self, source: Source, report: Report) -> None:
        """Take up a text."""
        self._source, self._report = source, report
        self._entries.source, self._entries.report = source, report
        self._entries.heads = {}
        self.comments = []

    @property
    def heads(self) -> dict[int, int]:
        """Where a statement begins, by the place of its first node."""
        return self._entries.heads

    def parse(self, start: int, end: int) -> list[Any]:
        """Return what a stretch of the text holds, `None` for each entry that is broken."""
        self._entries.faults, self._entries.base = 0, start
        try:
            made: list[Any] = self._lark.parse(self._source.text[start:end])  # type: ignore[assignment]
        except UnexpectedInput as error:
            diagnostic = syntax_error(error, Span(self._source, start, end))
            if not self._entries.faults or diagnostic.code != UNEXPECTED:
                self._report.add(diagnostic)
            return [None]
        return made


@cache
def _parser() -> _Parser:
    """Return the one parser, built when first needed."""
    return _Parser()
