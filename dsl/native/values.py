"""The values of the native language: names, texts, numbers, expressions, lists, and calls.

`Values` is the lowest part of the Lark transformer; `predicates` builds on it. Spans are
offsets into the whole source, though the parser sees only a piece of it.
"""

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from lark import Token, Transformer

from .. import networks, spelling
from ..ast import FileName, ListName, Modifier, RawText, Value
from ..diagnostics import Diagnostic, Report
from ..source import Source, Span
from ..suggest import suggest
from ..values import Number, Pattern
from . import messages

Children = list[Any]

STATEMENTS = ("when", "test")
"""Words that begin a statement and are no names."""


@dataclass(frozen=True, slots=True)
class Word:
    """A name or a text with its place."""

    text: str
    span: Span
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Operand:
    """What stands after an operator: values, and what is to be done to them first."""

    values: tuple[Value, ...]
    span: Span
    steps: tuple[Modifier, ...] = ()
    every: tuple[Modifier, ...] = ()


class Values(Transformer[Token, Any]):
    """Callbacks of the parser for names, texts, values and operands.

    Attributes:
        source: the text that is being read.
        report: takes what is wrong.
        faults: how many faults the entry that is being read has.
        heads: where a statement begins, by the place of its first node.
        base: where the piece that is being parsed begins in the source.
    """

    source: Source
    report: Report
    faults: int = 0
    heads: dict[int, int]
    base: int = 0

    def span(self, token: Token) -> Span:
        """Return the place of a token."""
        start = self.base + (token.start_pos or 0)
        return Span(self.source, start, start + len(token))

    def fault(self, diagnostic: Diagnostic) -> None:
        """Report a fault; the entry that has it is not used."""
        self.faults += 1
        self.report.add(diagnostic)

    def name(self, children: Children) -> Word:
        """Read a name."""
        token: Token = children[0]
        if token.type in ("IDENT", "GLOB", "WORD"):
            return Word(str(token), self.span(token))
        return Word(self.unquoted(token), self.span(token), quoted=True)

    other_list = name

    def unquoted(self, token: Token) -> str:
        """Return the text of a quoted token."""
        try:
            return spelling.unquote(token)
        except spelling.EscapeError as fault:
            start = self.span(token).start + fault.offset
            self.fault(messages.bad_escape(self.source.span(start, start + fault.length)))
            return ""

    def text(self, children: Children) -> Word:
        """Read a text."""
        return Word(self.unquoted(children[0]), self.span(children[0]), quoted=True)

    def operand(self, children: Children) -> Operand:
        """Read the values of a predicate, with `any` or `all` before them."""
        body: Value | Operand = children[-1]
        span = body.span
        if len(children) == 2:
            span = self.span(children[0]).to(span)
        if isinstance(body, Value):
            body = Operand((body,), span)
        every: tuple[Modifier, ...] = ()
        if len(children) == 2 and children[0].type == "ALL":
            every = (Modifier("all", self.span(children[0])),)
        return replace(body, span=span, every=every)

    def many(self, children: Children) -> Operand:
        """Read values in parentheses."""
        span = self.span(children[0]).to(self.span(children[-1]))
        return Operand(tuple(child for child in children if isinstance(child, Value)), span)

    def call(self, children: Children) -> Operand:
        """Read `base64("…")` or `cidr("…")`."""
        name: Token = children[0]
        place = self.span(name)
        span = place.to(self.span(children[-1]))
        inner = next((child for child in children if isinstance(child, Operand)), None)
        values = tuple(child for child in children if isinstance(child, Value))
        steps: tuple[Modifier, ...] = ()
        if inner is not None:
            values, steps = inner.values, inner.steps
        if str(name) == "cidr" and inner is None:
            return Operand(
                tuple(self.network(value) for value in values), span, (Modifier("cidr", place),)
            )
        step = spelling.ENCODINGS.get(name)
        if step is None:
            known = (*spelling.ENCODINGS, "cidr")
            self.fault(messages.unknown_call(place, known, suggest(name, known)))
            step = "base64"
        return Operand(values, span, (*steps, Modifier(step, place)))

    def _refuse_statement(self, word: Word, what: str) -> None:
        """Report a statement that begins where a name or a value is needed."""
        if word.text in STATEMENTS and not word.quoted:
            self.fault(messages.needs_value(word.span, what))

    def network(self, value: Value) -> Value:
        """Read a value among networks; the names of sets are not lists."""
        if isinstance(value.scalar, ListName) and value.scalar.name in networks.NAMES:
            return replace(value, scalar=RawText(value.scalar.name))
        return value

    def other(self, children: Children) -> Operand:
        """Read `field Other`."""
        words = [child for child in children if isinstance(child, Word)]
        place = self.span(children[0])
        last = children[-1]
        end = last.span if isinstance(last, Word) else self.span(last)
        values = tuple(Value(Pattern.literal(word.text), word.span, word.text) for word in words)
        return Operand(values, place.to(end), (Modifier("fieldref", place),))

    def string(self, children: Children) -> Value:
        """Read a text as it stands."""
        token: Token = children[0]
        return Value(Pattern.literal(self.unquoted(token)), self.span(token), str(token))

    escaped = string

    def like(self, children: Children) -> Value:
        """Read a text with wildcards."""
        word, token = children
        span = self.span(word).to(self.span(token))
        return Value(Pattern.parse(self.unquoted(token)), span, span.text)

    def regex(self, children: Children) -> Value:
        """Read a regular expression."""
        token: Token = children[0]
        return Value(RawText(spelling.unregex(token)[0]), self.span(token), str(token))

    def number(self, children: Children) -> Value:
        """Read a number."""
        token: Token = children[0]
        return Value(Number(self.decimal(token)), self.span(token), str(token))

    def decimal(self, token: Token) -> Decimal:
        """Return an exact number."""
        try:
            return Decimal(token)
        except InvalidOperation:
            self.fault(messages.long_number(self.span(token)))
            return Decimal(0)

    def constant(self, children: Children) -> Value:
        """Read `true`, `false` and `null`."""
        token: Token = children[0]
        scalar = {"TRUE": True, "FALSE": False}.get(token.type)
        return Value(scalar, self.span(token), str(token))

    def written(self, children: Children) -> Value:
        """Read a number or a boolean with the words that it has as text."""
        first, _, token = children
        value = self.number([first]) if first.type == "NUMBER" else self.constant([first])
        span = value.span.to(self.span(token))
        return replace(value, span=span, written=self.unquoted(token))

    def file(self, children: Children) -> Value:
        """Read `file "iocs.txt"`."""
        word, token = children
        span = self.span(word).to(self.span(token))
        return Value(FileName(self.unquoted(token)), span, span.text)

    def list_name(self, children: Children) -> Value:
        """Name a list."""
        word: Word = children[0]
        self._refuse_statement(word, "the predicate")
        return Value(ListName(word.text), word.span, word.span.text)
