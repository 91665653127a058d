"""Binding: from a rule over fields to the same rule over the columns of a table.

In goes a rule and the `Binding` that serves its log source, out comes a `Bound` rule, or the
reason why the table cannot serve it. What the table lacks is false there, and is reported.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from ..diagnostics import Diagnostic
from ..ir import FALSE, All, Any, AtLeast, Const, FieldIs, IrRule, Node, Not, Test
from ..source import Span
from .binding import Binding, Bound, Variant
from .derive import Asked, derive
from .messages import inexact_source, narrower, no_fields, wider
from .places import Computed, InColumn, Missing, NamedColumn, Place
from .simplify import all_of, any_of, at_least, negation
from .texttest import passes


def chosen(binding: Binding, condition: Node) -> Binding:
    """Return the binding with the places of the first variant that the rule asks for."""
    for variant in binding.variants:
        if any(_requires(test, variant) for test in required(condition)):
            return replace(binding, fields={**binding.fields, **variant.fields})
    return binding


def required(node: Node) -> Iterator[Test]:
    """Go through the tests that must hold whenever the condition does."""
    match node:
        case Test():
            yield node
        case All(children=children):
            for child in children:
                yield from required(child)
        case _:
            return


def _requires(test: Test, variant: Variant) -> bool:
    return test.field == variant.field and any(passes(test.check, t) for t in variant.texts)


class Binder:
    """Binds one rule; holds what is found on the way."""

    def __init__(
        self, rule: IrRule, binding: Binding, naming: Callable[[Computed], str] | None = None
    ) -> None:
        self.rule = rule
        self.binding = binding
        self.naming = naming
        self.computed: dict[str, NamedColumn] = {}
        self.losses: list[Diagnostic] = []
        self.lacking: list[tuple[str, str]] = []
        self.keywords = False

    def bind(self) -> Bound | Diagnostic:
        """Return the bound rule, or why the table cannot serve it."""
        if self.binding.inexact:
            self.losses.append(inexact_source(self.rule, self.binding.table, self.binding.inexact))
        condition = self.node(self.rule.condition, positive=True)
        if isinstance(condition, Const) and self.lacking:
            return no_fields(self.rule, self.binding.table, self.lacking, sure=condition.value)
        return Bound(
            replace(self.rule, condition=condition),
            self.binding,
            self.computed,
            tuple(dict.fromkeys(self.losses)),
            self.keywords,
        )

    def node(self, node: Node, *, positive: bool) -> Node:
        """Return a condition over columns."""
        match node:
            case Test():
                return self.test(node, positive=positive)
            case All(children=children):
                return all_of(self.node(child, positive=positive) for child in children)
            case Any(children=children):
                return any_of(self.node(child, positive=positive) for child in children)
            case Not(child=child):
                return negation(self.node(child, positive=not positive))
            case AtLeast(count=count, children=children):
                return at_least(count, [self.node(c, positive=positive) for c in children])
            case Const():
                return node

    def test(self, test: Test, *, positive: bool) -> Node:
        """Return a test over columns."""
        if test.field is None:
            return self.words(test)

        def lack(name: str, reason: str, span: Span | None) -> None:
            self.lacking.append((name, reason))
            make = narrower if positive else wider
            self.losses.append(make(name, reason, span, self.binding.table, self.rule))

        places = self.binding.places(test.field) or (Missing(),)
        asked = Asked(test.field, test.check, test.span, self.name_of, lack)
        if isinstance(test.check, FieldIs):
            return self.relation(test.check, places, asked)
        return derive(places, asked)

    def words(self, test: Test) -> Node:
        """Return the search for a keyword over the table's columns of text."""
        if not self.binding.words:
            self.lacking.append(("keywords", "no column holds the text of the event"))
            return FALSE
        self.keywords = True
        return any_of(replace(test, field=column) for column in self.binding.words)

    def relation(self, check: FieldIs, places: tuple[Place, ...], asked: Asked) -> Node:
        """Return the comparison of two fields as one of columns."""
        found: list[Node] = []
        for left in self.columns(asked.field, places, asked):
            others = self.binding.places(check.other) or (Missing(),)
            rights = self.columns(check.other, others, asked)
            found.extend(asked.on(left, replace(check, other=right)) for right in rights)
        return any_of(found)

    def columns(self, name: str, places: Iterable[Place], asked: Asked) -> Iterator[str]:
        """Go through the columns that hold a field as it is."""
        for place in places:
            if isinstance(place, InColumn):
                yield place.column
            elif isinstance(place, Computed):
                yield self.name_of(name, place)
            else:
                reason = place.reason if isinstance(place, Missing) else ""
                asked.lack(name, reason or "no column holds it as it is", asked.span)

    def name_of(self, name: str, place: Computed) -> str:
        """Return the name of the column that is computed for a place."""
        if self.naming is not None:
            return self.naming(place)
        for known in self.computed.values():
            if known.place == place:
                return known.name
        column = "".join(c if c.isalnum() and c.isascii() else "_" for c in name) or "Field"
        column = column if not column[0].isdigit() else f"_{column}"
        base, number = column, 1
        while column in self.computed:
            number += 1
            column = f"{base}{number}"
        self.computed[column] = NamedColumn(column, place)
        return column
