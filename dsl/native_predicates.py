"""The predicates of the native language become items of the tree.

`Predicates` is the part of the Lark transformer that knows fields, operators and values. What
Sigma has a modifier for gets that modifier, so that both languages give the same tree; the
order of modifiers is the one that `printer_native` reads back. Called only by `native`.
"""

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from lark import Token, Transformer

from . import native_messages as messages
from . import networks, spelling
from .ast import And, FileName, Item, ListName, Modifier, Name, Node, Not, Or, Quantified
from .ast import RawText, Value
from .diagnostics import Report
from .source import Source, Span
from .suggest import suggest
from .values import Number, Pattern

Children = list[Any]

OPERATORS = {
    "EQ": (),
    "LIKE": (),
    "NE": ("neq",),
    "LT": ("lt",),
    "LE": ("lte",),
    "GT": ("gt",),
    "GE": ("gte",),
    "MATCHES": ("re",),
}
"""The modifiers that an operator stands for; others are modifiers themselves."""

STATEMENTS = ("when", "test")
"""Words that begin a statement and are no names."""

_LATE = frozenset({"neq"})
_COUNT_LIMIT = 10**6


@dataclass(frozen=True, slots=True)
class Word:
    """A name or a text with its place."""

    text: str
    span: Span
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What stands before an operator: a field, a part of its time, or the whole event."""

    field: str | None
    span: Span
    modifiers: tuple[Modifier, ...] = ()


@dataclass(frozen=True, slots=True)
class Operand:
    """What stands after an operator: values, and what is to be done to them first."""

    values: tuple[Value, ...]
    span: Span
    steps: tuple[Modifier, ...] = ()
    every: tuple[Modifier, ...] = ()


class Predicates(Transformer[Token, Any]):
    """Callbacks of the parser for everything below a detection or a condition."""

    source: Source
    report: Report
    faults: int = 0
    heads: dict[int, int]
    base: int = 0
    """Where the piece that is being parsed begins in the source."""

    def span(self, token: Token) -> Span:
        """Return the place of a token."""
        start = self.base + (token.start_pos or 0)
        return Span(self.source, start, start + len(token))

    def fault(self, diagnostic: messages.Diagnostic) -> None:
        """Report a fault; the entry that has it is not used."""
        self.faults += 1
        self.report.add(diagnostic)

    # --- logic ---

    def disjunction(self, children: Children) -> Node:
        """Join alternatives."""
        nodes = tuple(children[::2])
        return nodes[0] if len(nodes) == 1 else Or(nodes, nodes[0].span.to(nodes[-1].span))

    def conjunction(self, children: Children) -> Node:
        """Join what must all hold."""
        nodes = tuple(children[::2])
        return nodes[0] if len(nodes) == 1 else And(nodes, nodes[0].span.to(nodes[-1].span))

    def negation(self, children: Children) -> Node:
        """Negate, or pass on."""
        if len(children) == 1:
            return children[0]  # type: ignore[no-any-return]
        return Not(children[1], self.span(children[0]).to(children[1].span))

    def atom(self, children: Children) -> Node:
        """Take off the parentheses."""
        return children[1 if len(children) == 3 else 0]  # type: ignore[no-any-return]

    def reference(self, children: Children) -> Name:
        """Name a detection."""
        self._refuse_statement(children[0], "`and`, `or`, `not` or `=`")
        return Name(children[0].text, children[0].span)

    def glob(self, children: Children) -> Word:
        """Name a detection, or several by a pattern."""
        return self.name(children)

    def quantified(self, children: Children) -> Quantified:
        """Read `2 of (a, b, c)`."""
        count: Token = children[0]
        words = tuple(child.text for child in children if isinstance(child, Word))
        last = children[-1]
        end = last.span if isinstance(last, Word) else self.span(last)
        span = self.span(count).to(end)
        if count.type != "NUMBER":
            return Quantified("all" if count.type == "ALL" else 1, words, not words, span)
        number = self.decimal(count)
        if not 1 <= number <= _COUNT_LIMIT or number != number.to_integral_value():
            self.fault(messages.bad_count(self.span(count)))
            return Quantified(1, words, not words, span)
        return Quantified(int(number), words, not words, span)

    # --- subjects ---

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
        except spelling.EscapeFault as fault:
            start = self.span(token).start + fault.offset
            self.fault(messages.bad_escape(self.source.span(start, start + fault.length)))
            return ""

    def text(self, children: Children) -> Word:
        """Read a text."""
        return Word(self.unquoted(children[0]), self.span(children[0]), quoted=True)

    def modifier(self, children: Children) -> Modifier:
        """Read a modifier of the general form."""
        word = self.name(children)
        return Modifier(word.text, word.span)

    def field(self, children: Children) -> Subject:
        """Read a field."""
        return Subject(children[0].text, children[0].span)

    def whole_event(self, children: Children) -> Subject:
        """Read `any`."""
        return Subject(None, self.span(children[0]))

    def part_of_time(self, children: Children) -> Subject:
        """Read `hour(Field)`."""
        part, _, word, closing = children
        span = self.span(part)
        if str(part) not in spelling.PARTS_OF_TIME:
            found = suggest(part, spelling.PARTS_OF_TIME)
            self.fault(messages.unknown_call(span, spelling.PARTS_OF_TIME, found))
        return Subject(word.text, span.to(self.span(closing)), (Modifier(str(part), span),))

    # --- predicates ---

    def predicate(self, children: Children) -> Item:
        """Read `Field operator values`."""
        subject, *cased, operator, operand = children
        if subject.field is None:
            return self._search(subject, cased, operator, operand)
        names = OPERATORS.get(operator.type, (str(operator),))
        if operator.type == "LIKE":
            operand = _wild(operand)
        return self._item(subject, cased, operator, operand, names)

    def _search(
        self, subject: Subject, cased: list[Token], operator: Token, operand: Operand
    ) -> Item:
        """Read `any contains "text"`: the whole event."""
        if operator.type not in ("CONTAINS", "MATCHES"):
            self.fault(messages.whole_event_operator(self.span(operator)))
        names = OPERATORS["MATCHES"] if operator.type == "MATCHES" else ()
        return self._item(subject, cased, operator, operand, names)

    def _item(
        self,
        subject: Subject,
        cased: list[Token],
        operator: Token,
        operand: Operand,
        names: tuple[str, ...],
    ) -> Item:
        """Put an item together, its modifiers in the order that the printer reads."""
        place = self.span(operator)
        shape = tuple(Modifier(name, place) for name in names)
        early = () if _LATE.intersection(names) else shape
        modifiers = (
            *(Modifier("cased", self.span(token)) for token in cased),
            *subject.modifiers,
            *operand.steps,
            *early,
            *(self._flags(operand.values) if names == ("re",) else ()),
            *(() if early else shape),
            *operand.every,
        )
        if names != ("re",):
            self._refuse_regexes(operand.values)
        key = subject.span.to(place)
        values = _typed(operand.values, modifiers)
        return Item(subject.field, modifiers, values, key.to(operand.span), key)

    def membership(self, children: Children) -> Item:
        """Read `Field in (…)`."""
        subject, *cased, operator, operand = children
        if subject.field is None:
            self.fault(messages.whole_event_operator(self.span(operator)))
        return self._item(subject, cased, operator, operand, ())

    def not_in(self, children: Children) -> Item:
        """Read `Field not in (…)`."""
        subject, _, operator, operand = children
        if subject.field is None:
            self.fault(messages.whole_event_operator(self.span(operator)))
        return self._item(subject, [], operator, operand, ("neq",))

    def range(self, children: Children) -> And:
        """Read `Field in 1..5`."""
        subject, operator, low, _, high = children
        key = subject.span.to(self.span(operator))
        span = key.to(self.span(high))
        ends = (("gte", low), ("lte", high))
        items = tuple(
            Item(
                subject.field,
                (*subject.modifiers, Modifier(name, self.span(operator))),
                (self.number([token]),),
                span,
                key,
            )
            for name, token in ends
        )
        return And(items, span)

    def is_state(self, children: Children) -> Item:
        """Read `Field is null` and `Field is empty`."""
        subject, operator, state = children
        place = self.span(state)
        scalar = None if state.type == "NULL" else Pattern()
        key = subject.span.to(self.span(operator))
        value = Value(scalar, place, str(state))
        return Item(subject.field, subject.modifiers, (value,), subject.span.to(place), key)

    def is_not_state(self, children: Children) -> Not:
        """Read `Field is not null`."""
        subject, operator, _, state = children
        item = self.is_state([subject, operator, state])
        return Not(item, item.span)

    def negated(self, children: Children) -> Node:
        """Pass on what `not` in the middle made."""
        return children[0]  # type: ignore[no-any-return]

    def exists(self, children: Children) -> Item:
        """Read `exists Field`."""
        operator, word = children
        place = self.span(operator)
        value = Value(True, place, "true")  # noqa: FBT003 - the value is the boolean
        span = place.to(word.span)
        return Item(word.text, (Modifier("exists", place),), (value,), span, span)

    def general(self, children: Children) -> Item:
        """Read `Field|modifier|modifier: values`."""
        subject, operand = children[0], children[-1]
        modifiers = tuple(child for child in children if isinstance(child, Modifier))
        extra = operand.steps + operand.every
        if subject.modifiers or extra:
            places = [each.span for each in (*subject.modifiers, *extra)]
            self.fault(messages.mixed_forms(places[0]))
        self._refuse_flags(operand.values)
        key = subject.span.to(modifiers[-1].span)
        values = _typed(operand.values, modifiers)
        return Item(subject.field, modifiers, values, key.to(operand.span), key)

    # --- operands ---

    def operand(self, children: Children) -> Operand:
        """Read the values of a predicate, with `any` or `all` before them."""
        body = children[-1]
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
                tuple(self._network(value) for value in values), span, (Modifier("cidr", place),)
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

    def _network(self, value: Value) -> Value:
        """Read a value of `cidr(…)`; the names of sets are not lists."""
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

    def _flags(self, values: tuple[Value, ...]) -> tuple[Modifier, ...]:
        """Return the flags of regular expressions, which must agree."""
        found = [(value, _flags_of(value)) for value in values if isinstance(value.scalar, RawText)]
        if not found:
            return ()
        first = found[0][1]
        for value, flags in found:
            wrong = next((flag for flag in flags if flag not in "ims"), "")
            if wrong or len(set(flags)) < len(flags):
                self.fault(messages.bad_flag(value.span, wrong))
            elif flags != first:
                self.fault(messages.uneven_flags(value.span, found[0][0].span))
        return tuple(Modifier(flag, found[0][0].span) for flag in first)

    def _refuse_regexes(self, values: tuple[Value, ...]) -> None:
        """Report regular expressions where a text is needed."""
        for value in values:
            if value.written[:1] == "/" and isinstance(value.scalar, RawText):
                self.fault(messages.needless_regex(value.span))

    def _refuse_flags(self, values: tuple[Value, ...]) -> None:
        """Report flags where there is no `matches` to take them."""
        for value in values:
            if isinstance(value.scalar, RawText) and _flags_of(value):
                self.fault(messages.stray_flags(value.span))

    # --- values ---

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


def _flags_of(value: Value) -> str:
    """Return the flags behind a regular expression."""
    return spelling.unregex(value.written)[1] if value.written[:1] == "/" else ""


def _wild(operand: Operand) -> Operand:
    """Return the values of `like`, their texts read with wildcards."""
    return replace(operand, values=tuple(_wild_value(value) for value in operand.values))


def _wild_value(value: Value) -> Value:
    """Read a text with wildcards, once."""
    text = _plain(value)
    return value if text is None else replace(value, scalar=Pattern.parse(text))


def _typed(values: tuple[Value, ...], modifiers: tuple[Modifier, ...]) -> tuple[Value, ...]:
    """Return the values as their modifiers take them: raw under `re` and `cidr`."""
    if not any(modifier.name in ("re", "cidr") for modifier in modifiers):
        return values
    return tuple(_raw(value) for value in values)


def _raw(value: Value) -> Value:
    """Return a plain text as raw text."""
    text = _plain(value)
    return value if text is None else replace(value, scalar=RawText(text))


def _plain(value: Value) -> str | None:
    """Return the text of a value in quotes, or `None` for other values."""
    if isinstance(value.scalar, Pattern) and not value.written.startswith("like"):
        return value.scalar.text
    return None
