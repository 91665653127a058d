"""The predicates of the native language become items of the tree.

`Predicates` is the part of the Lark transformer that knows fields and operators. What Sigma has
a modifier for gets that modifier, so that both languages give the same tree; the order of
modifiers is the one that `printer.predicates` reads back. Called only by `native`.
"""

from dataclasses import dataclass, replace

from lark import Token

from .. import spelling
from ..ast import And, Item, Modifier, Name, Node, Not, Or, Quantified, RawText, Value
from ..source import Span
from ..suggest import suggest
from ..values import Pattern
from . import messages
from .values import STATEMENTS, Children, Operand, Values, Word

__all__ = ["STATEMENTS", "Children", "Predicates", "Word"]

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

_LATE = frozenset({"neq"})
_COUNT_LIMIT = 10**6


@dataclass(frozen=True, slots=True)
class Subject:
    """What stands before an operator: a field, a part of its time, or the whole event."""

    field: str | None
    span: Span
    modifiers: tuple[Modifier, ...] = ()


class Predicates(Values):
    """Callbacks of the parser for everything below a detection or a condition."""

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
        word: Word = children[0]
        if word.text in STATEMENTS and not word.quoted:
            self.fault(messages.needs_predicate(word.span))
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
