"""Field maps: from the names that rules use to the tables and columns of a target.

In goes a rule in logical form and a `FieldMap`; out comes a `Bound` rule: the same condition
over columns, the table, and the filter that picks the rows of the rule's log source. Only
fields, their texts and added filters change. What a table lacks makes its tests false and is
reported, never dropped in silence (codes T421 to T425). Field maps are YAML files, read by
`fieldmapfile`; the pieces that they consist of are in `places`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources

from .. import rules as content
from .ast import Logsource
from .derive import Asked, all_of, any_of, derive, negation
from .diagnostics import Diagnostic, Label, Report, Severity
from .ir import (
    FALSE,
    TRUE,
    All,
    Any,
    AtLeast,
    Const,
    FieldIs,
    IrRule,
    Node,
    Not,
    RuleSet,
    Test,
    tests,
)
from .places import Computed, InColumn, Missing, NamedColumn, Others, Place
from .source import Span


@dataclass(frozen=True, slots=True)
class Variant:
    """Other places for some fields where a rule requires a certain value of another.

    Attributes:
        field: the field that the rule must test.
        texts: the values, of which the rule must require one.
        fields: the places to use instead.
    """

    field: str
    texts: frozenset[str]
    fields: Mapping[str, tuple[Place, ...]]


@dataclass(frozen=True, slots=True)
class Binding:
    """What a field map says of one log source.

    Attributes:
        logsources: the log sources it is for.
        table: the table's name, empty where fields stay as they are and no table is known.
        where: the condition over columns that picks this log source's rows of the table.
        fields: the places of each field; no place at all is a field that cannot be mapped.
        others: where fields without an entry are, or `None`: they cannot be mapped.
        words: the columns in which keywords are searched.
        variants: places that depend on another test of the rule.
        inexact: why rows of the table are not quite events of the log source, or empty.
    """

    logsources: tuple[Logsource, ...]
    table: str
    where: Node = TRUE
    fields: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    others: Others | None = None
    words: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    inexact: str = ""

    def places(self, name: str) -> tuple[Place, ...]:
        """Return the places of a field; none where the table does not have it."""
        found = self.fields.get(name)
        if found is not None:
            return found
        if self.others is None or name in self.others.exclude:
            return ()
        if not self.others.column:
            return (InColumn(name),)
        return (Computed(self.others.kind, (self.others.column,), tuple(name.split("."))),)

    def serves(self, logsource: Logsource) -> int:
        """Return how well it serves a log source: the attributes agreed on, or -1."""
        return max((_agreement(own, logsource) for own in self.logsources), default=-1)


def _agreement(own: Logsource, asked: Logsource) -> int:
    count = 0
    for mine, theirs in (
        (own.product, asked.product),
        (own.category, asked.category),
        (own.service, asked.service),
    ):
        if mine is None:
            continue
        if theirs is None or mine.lower() != theirs.lower():
            return -1
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class Bound:
    """A rule over the columns of a table.

    Attributes:
        rule: the rule; its fields are columns, the computed ones among them.
        binding: the part of the field map that was used.
        computed: the computed columns that the rule needs, by name.
        losses: what the table lacks of the rule.
    """

    rule: IrRule
    binding: Binding
    computed: Mapping[str, NamedColumn] = field(default_factory=dict)
    losses: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldMap:
    """A field map.

    Attributes:
        name: what it is called.
        schema: the name of the schema that has its tables, or empty.
        bindings: in the order of the file; of equally good ones the first counts.
        about: what it is for, in a sentence.
        names: pairs of a column with a path and the column with that path's last name.
    """

    name: str
    schema: str = ""
    bindings: tuple[Binding, ...] = ()
    about: str = ""
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    _found: dict[str, "Binding | None"] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def find(self, logsource: Logsource) -> Binding | None:
        """Return the binding that agrees with a log source in most attributes, or `None`."""
        key = str(logsource).lower()
        if key not in self._found:
            best = max(self.bindings, key=lambda b: b.serves(logsource), default=None)
            serves = best is not None and best.serves(logsource) >= 0
            self._found[key] = best if serves else None
        return self._found[key]

    def bind(self, rule: IrRule) -> Bound | Diagnostic:
        """Return the rule over columns, or the reason why it cannot be had."""
        binding = self.find(rule.logsource)
        if binding is None:
            return no_table(rule, self)
        return _Binder(rule, _chosen(binding, rule.condition)).bind()

    def apply(self, rules: RuleSet, report: Report) -> RuleSet:
        """Return the rules over columns; those that cannot be had are reported and left out."""
        kept: list[IrRule] = []
        for rule in rules:
            bound = self.bind(rule)
            if isinstance(bound, Diagnostic):
                report.add(bound)
                continue
            report.extend(bound.losses)
            where = bound.binding.where
            kept.append(replace(bound.rule, condition=all_of([where, bound.rule.condition])))
        return rules.replaced(kept)

    def rename(self, rules: RuleSet, report: Report) -> RuleSet:
        """Return the rules for events whose fields have the names of columns.

        Members of a column become dotted names, joined columns joined fields. A rule whose
        log source the field map does not know stays as it is.
        """
        kept: list[IrRule] = []
        for rule in rules:
            binding = self.find(rule.logsource)
            if binding is None:
                kept.append(rule)
                continue
            bound = _Binder(rule, _chosen(binding, rule.condition), field_name).bind()
            if isinstance(bound, Diagnostic):
                report.add(bound)
            else:
                report.extend(bound.losses)
                kept.append(bound.rule)
        return rules.replaced(kept)


def field_name(place: Computed) -> str:
    """Return the name of the field that holds what a computed column would."""
    if place.kind in ("member", "json"):
        return ".".join((place.columns[0], *place.path))
    if place.kind == "joined":
        return "\\".join(place.columns)
    return place.columns[0] if place.kind == "hex" else ".".join(place.path[-1:])


def _chosen(binding: Binding, condition: Node) -> Binding:
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
    from .texttest import passes  # noqa: PLC0415 - only bindings with variants need it

    return test.field == variant.field and any(passes(test.check, t) for t in variant.texts)


class _Binder:
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

    def bind(self) -> Bound | Diagnostic:
        """Return the bound rule, or why the table cannot serve it."""
        if self.binding.inexact:
            self.losses.append(inexact_source(self.rule, self.binding))
        condition = self.node(self.rule.condition, positive=True)
        if isinstance(condition, Const) and self.lacking:
            return no_fields(self.rule, self.binding, self.lacking, sure=condition.value)
        return Bound(
            replace(self.rule, condition=condition),
            self.binding,
            self.computed,
            tuple(dict.fromkeys(self.losses)),
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
            self.losses.append(make(name, reason, span, self.binding, self.rule))

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
        return any_of(replace(test, field=column) for column in self.binding.words)

    def relation(self, check: FieldIs, places: tuple[Place, ...], asked: Asked) -> Node:
        """Return the comparison of two fields as one of columns."""
        found: list[Node] = []
        for left in self.columns(asked.field, places, asked):
            others = self.binding.places(check.other) or (Missing(),)
            for right in self.columns(check.other, others, asked):
                found.append(asked.on(left, replace(check, other=right)))
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


def at_least(count: int, children: list[Node]) -> Node:
    """Return the simplest node for "at least so many of these"."""
    sure = sum(child == TRUE for child in children)
    open_ones = [child for child in children if not isinstance(child, Const)]
    needed = count - sure
    if needed <= 0:
        return TRUE
    if needed > len(open_ones):
        return FALSE
    if needed == 1:
        return any_of(open_ones)
    if needed == len(open_ones):
        return all_of(open_ones)
    return AtLeast(needed, tuple(open_ones))


def fields_of(rule: IrRule) -> tuple[str, ...]:
    """Return the names of the fields that a rule asks for, in order of mention."""
    found: dict[str, None] = {}
    for test in tests(rule.condition):
        if test.field is not None:
            found[test.field] = None
        if isinstance(test.check, FieldIs):
            found[test.check.other] = None
    return tuple(found)


def fieldmap_names() -> tuple[str, ...]:
    """Return the names of the shipped field maps, sorted."""
    folder = resources.files(content) / "fieldmaps"
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(n.removesuffix(".yml") for n in names if n.endswith(".yml")))


@cache
def load_fieldmap(name: str) -> FieldMap:
    """Return a shipped field map; read once a process.

    Raises:
        KeyError: no field map of that name is shipped.
    """
    if name not in fieldmap_names():
        raise KeyError(name)
    from .fieldmapfile import build_fieldmap  # noqa: PLC0415 - it needs the types above

    return build_fieldmap(name, fieldmap_text(name))


def fieldmap_text(name: str) -> str:
    """Return the text of a shipped field map."""
    return (resources.files(content) / "fieldmaps" / f"{name}.yml").read_text(encoding="utf-8")


def _labels(span: Span | None, message: str) -> tuple[Label, ...]:
    return () if span is None else (Label(span, message),)


def no_table(rule: IrRule, fieldmap: FieldMap) -> Diagnostic:
    """The field map knows no table for the log source."""
    return Diagnostic(
        "T421",
        Severity.ERROR,
        f"the field map `{fieldmap.name}` has no table for the log source `{rule.logsource}`",
        _labels(rule.logsource.span, "no table holds these events"),
        "use another field map, or write one with an entry for this log source",
        file=rule.info.path,
    )


def no_fields(
    rule: IrRule, binding: Binding, lacking: list[tuple[str, str]], *, sure: bool
) -> Diagnostic:
    """Without the fields that the table lacks, the rule holds for all rows or for none."""
    names = ", ".join(f"`{name}`" for name in dict.fromkeys(name for name, _ in lacking))
    reasons = dict.fromkeys(reason for _, reason in lacking if reason)
    rows = "every row" if sure else "no row"
    return Diagnostic(
        "T422",
        Severity.ERROR,
        f"`{binding.table}` does not hold {names}; without it the rule would select {rows}",
        help="use a field map whose table has the field",
        notes=tuple(reasons),
        file=rule.info.path,
    )


def narrower(
    name: str, reason: str, span: Span | None, binding: Binding, rule: IrRule
) -> Diagnostic:
    """A test that could have made the rule hold is false on this table."""
    return Diagnostic(
        "T423",
        Severity.WARNING,
        f"`{binding.table}` does not hold `{name}` as the rule needs it: the query misses "
        "what only this test would find",
        _labels(span, reason),
        "use a field map whose table has the field",
        (reason,) if reason else (),
        file=rule.info.path,
    )


def wider(name: str, reason: str, span: Span | None, binding: Binding, rule: IrRule) -> Diagnostic:
    """A test that could have kept the rule from holding is false on this table."""
    return Diagnostic(
        "T424",
        Severity.WARNING,
        f"`{binding.table}` does not hold `{name}` as the rule needs it: the query also selects "
        "what this test would have left out",
        _labels(span, reason),
        "use a field map whose table has the field",
        (reason,) if reason else (),
        file=rule.info.path,
    )


def inexact_source(rule: IrRule, binding: Binding) -> Diagnostic:
    """The rows of the table are not quite the events of the log source."""
    return Diagnostic(
        "T425",
        Severity.WARNING,
        f"rows of `{binding.table}` are not quite events of `{rule.logsource}`: {binding.inexact}",
        _labels(rule.logsource.span, ""),
        file=rule.info.path,
    )
