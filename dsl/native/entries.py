"""Statements of the native language become rules, correlations, filters and lists.

`Entries` completes the Lark transformer of `predicates`. An entry with a fault is
reported and becomes `None`; its neighbours are not touched.
"""

import json
import re
from collections.abc import Callable
from typing import TypeVar

from lark import Token

from .. import networks, spelling
from ..ast import Aggregate, Case, Detection, Entry, Name, NamedList, Node, Quantified, Value
from ..source import Span
from ..values import Data, DataMap, Number
from . import blocks, messages
from .blocks import Block, Meta, Statement, When
from .depth import DEPTH_LIMIT, depth_of_data, depth_of_node
from .predicates import STATEMENTS, Children, Predicates, Word
from .vocabulary import meant_operator

BOUNDS = {"EQ": "eq", "NE": "neq", "LT": "lt", "LE": "lte", "GT": "gt", "GE": "gte"}
"""The comparisons of a correlation and the words of the tree for them."""

_NEXT_WORD = re.compile(r"[ \t]+([A-Za-z_=!<>~]+)")
_T = TypeVar("_T")


class Entries(Predicates):
    """Callbacks of the parser for statements and entries."""

    def start(self, children: Children) -> Children:
        """Return the entries and lists of a piece of text, `None` for broken ones."""
        return children

    # --- statements ---

    def key(self, children: Children) -> Word:
        """Read the name that begins a statement."""
        return self.name(children)

    def word(self, children: Children) -> tuple[Data, Span]:
        """Read a word or a text of the metadata."""
        token: Token = children[0]
        if token.type == "WORD":
            return spelling.read_word(token), self.span(token)
        return self.unquoted(token), self.span(token)

    def meta(self, children: Children) -> Meta:
        """Read a key and its words."""
        key: Word = children[0]
        words = [child for child in children[1:] if isinstance(child, tuple)]
        for data, place in words:
            if data in STATEMENTS and place.text == data and self._begins_line(place):
                self.fault(messages.needs_value(place, f"`{key.text}`"))
        span = words[0][1].to(words[-1][1])
        several = len(words) > 1 or (key.text in spelling.LIST_KEYS and not key.quoted)
        data = tuple(word for word, _ in words) if several else words[0][0]
        self.heads[span.start] = key.span.start
        return Meta(key, data, span)

    def _begins_line(self, place: Span) -> bool:
        """Return whether nothing stands before a place on its line."""
        text = self.source.text
        return not text[text.rfind("\n", 0, place.start) + 1 : place.start].strip()

    def meta_block(self, children: Children) -> Meta:
        """Read a key and a text of several lines."""
        key, token = children
        return Meta(key, spelling.unblock(token), self.span(token))

    def meta_json(self, children: Children) -> Meta:
        """Read a key and plain data."""
        key, _, (data, span) = children
        self.heads[span.start] = key.span.start
        return Meta(key, self._shallow(data, span), span)

    def detection(self, children: Children) -> Detection:
        """Read a named detection."""
        key, _, body = children
        self._check_depth(body)
        for wrong in blocks.not_items(body):
            is_said = isinstance(wrong, Name) and wrong.name in STATEMENTS
            if not is_said and not self._check_operator(wrong):
                is_quantifier = isinstance(wrong, Quantified)
                self.fault(messages.name_in_detection(wrong.span, quantifier=is_quantifier))
        return Detection(key.text, body, key.span)

    def when(self, children: Children) -> When:
        """Read a condition."""
        self._check_depth(children[1])
        for name in blocks.not_items(children[1]):
            self._check_operator(name)
        self.heads[children[1].span.start] = self.span(children[0]).start
        return When(children[1], self.span(children[0]).to(children[1].span))

    def _check_operator(self, node: Name | Quantified) -> bool:
        """Report a word behind a bare name that was meant as an operator."""
        found = _NEXT_WORD.match(self.source.text, node.span.end)
        meant = meant_operator(found[1]) if found and isinstance(node, Name) else None
        if found is None or meant is None:
            return False
        place = self.source.span(found.start(1), found.end(1))
        self.fault(messages.unknown_operator(place, meant))
        return True

    def _check_depth(self, node: Node) -> None:
        """Report a tree that is nested too deep for those who walk it."""
        if depth_of_node(node) > DEPTH_LIMIT:
            self.fault(messages.too_deep(node.span, DEPTH_LIMIT))

    def bound(self, children: Children) -> tuple[Aggregate, Span]:
        """Read one bound of a correlation."""
        operator, number = children
        span = self.span(operator).to(self.span(number))
        value = self.number([number]).scalar
        assert isinstance(value, Number)  # noqa: S101 - that is what `number` reads
        return Aggregate(BOUNDS[operator.type], value), span

    def when_bounds(self, children: Children) -> When:
        """Read the bounds of a correlation."""
        bounds = [child for child in children if isinstance(child, tuple)]
        span = self.span(children[0]).to(bounds[-1][1])
        return When(tuple(bound for bound, _ in bounds), span)

    def origin(self, children: Children) -> str:
        """Read the log source of a test."""
        token: Token = children[0]
        return str(token) if token.type == "WORD" else self.unquoted(token)

    def case(self, children: Children) -> Case:
        """Read a test."""
        keyword, name = children[:2]
        event, place = next(child for child in children if isinstance(child, tuple))
        origin = next(
            (c for c in children if isinstance(c, str) and not isinstance(c, Token)), None
        )
        matches = not any(isinstance(c, Token) and c.type == "NO" for c in children)
        span = self.span(keyword).to(self.span(children[-1]))
        return Case(name.text, self._shallow(event, place), matches, origin, span)

    # --- plain data: each callback returns the data and its place ---

    def json_string(self, children: Children) -> tuple[Data, Span]:
        """Read a text."""
        span = self.span(children[0])
        try:
            return json.loads(children[0]), span
        except ValueError:
            self.fault(messages.bad_json_text(span))
            return "", span

    def json_number(self, children: Children) -> tuple[Data, Span]:
        """Read a number."""
        span = self.span(children[0])
        try:
            return json.loads(children[0]), span
        except ValueError:
            self.fault(messages.long_number(span))
            return 0, span

    def json_constant(self, children: Children) -> tuple[Data, Span]:
        """Read `true`, `false` and `null`."""
        return spelling.read_word(children[0]), self.span(children[0])

    def json_list(self, children: Children) -> tuple[Data, Span]:
        """Read a list."""
        data = tuple(child[0] for child in children if isinstance(child, tuple))
        return data, self._around(children)

    def json_map(self, children: Children) -> tuple[Data, Span]:
        """Read a map; of keys that stand twice the last counts."""
        pairs: dict[str, Data] = dict(child for child in children if isinstance(child, tuple))
        return DataMap(tuple(pairs.items())), self._around(children)

    def pair(self, children: Children) -> tuple[str, Data]:
        """Read a key and its data."""
        key, _ = self.json_string(children[:1])
        return str(key), children[2][0]

    def _around(self, children: Children) -> Span:
        """Return the place from the first token to the last."""
        return self.span(children[0]).to(self.span(children[-1]))

    def _shallow(self, data: Data, span: Span) -> Data:
        """Return plain data, nothing in place of what is nested too deep."""
        if depth_of_data(data) <= DEPTH_LIMIT:
            return data
        self.fault(messages.too_deep(span, DEPTH_LIMIT))
        return None

    # --- entries ---

    def list(self, children: Children) -> NamedList | None:
        """Read a named list."""
        word = children[1]
        self.heads[word.span.start] = self.span(children[0]).start
        values = tuple(self.network(child) for child in children if isinstance(child, Value))
        self._refuse_flags(values)
        if word.text in networks.NAMES:
            self.fault(messages.taken_name(word.span))
        return self._whole(NamedList(word.text, values, word.span))

    def entry(self, children: Children) -> Entry | None:
        """Read a rule, a correlation or a filter."""
        keyword, *rest = children
        title = rest[0] if isinstance(rest[0], Word) else None
        statements = [child for child in rest if isinstance(child, Statement)]
        span = self.span(keyword).to(self.span(children[-1]))
        place = self.span(keyword).to(title.span if title else self.span(keyword))
        block = Block(str(keyword), place, span, title, statements, self.fault)
        makers: dict[str, Callable[[Block], Entry]] = {
            "RULE": blocks.make_rule,
            "CORRELATION": blocks.make_correlation,
            "FILTER": blocks.make_filter,
        }
        return self._whole(makers[keyword.type](block))

    def _whole(self, made: _T) -> _T | None:
        """Return what was made of an entry, unless it had a fault."""
        whole = self.faults == 0
        self.faults = 0
        return made if whole else None
