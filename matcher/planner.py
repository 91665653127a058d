"""The planner: a rule set becomes a plan.

Between the passes and the program. In go rules in logical form, out comes a `Plan`: each
distinct check and predicate once, fields as numbered slots, conditions as code, and for each
rule its variants: the condition under the names of one way in which events come to it. What
holds: a rule matches an event exactly if one of its variants does whose `when` holds for the
event's header; a variant's witnesses are implied by its condition.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..dsl.ir import (
    FALSE,
    Any,
    Check,
    Compare,
    Equals,
    FieldIs,
    IrRule,
    Node,
    OneOf,
    Test,
    Truth,
    tests,
)
from ..dsl.logsource import Route, known, renamed, routes
from ..dsl.record import record
from .code import CodeWriter, Instruction
from .contexts import Context, contexts
from .witness import witnesses

HEADER_FIELDS = ("EventID", "Channel", "Provider_Name")
"""Fields of which whole-value tests in conditions are decided with the event's class."""

_WHOLE = (Equals, OneOf, Compare, Truth)


@record
class Predicate:
    """A check on a slot.

    Attributes:
        slot: number of the field, `None` for the whole event.
        check: number of the check.
        other: the slot compared with, for `FieldIs`.
        header: whether it is decided with the event's class.
    """

    slot: int | None
    check: int
    other: int = 0
    header: bool = False


@record
class Variant:
    """A rule as events of one kind see it.

    Attributes:
        rule: its position in the rule set.
        when: where the code is entered that decides whether an event is of that kind.
        body: where the code of the condition is entered.
        witnesses: predicates of which one holds wherever the condition does; empty if unknown.
        renames: whether the fields have other names than in the rule.
    """

    rule: int
    when: int
    body: int
    witnesses: tuple[int, ...]
    renames: bool


@dataclass(slots=True)
class Plan:
    """What the program is written from.

    Attributes:
        slots: the names of fields; numbers of slots are positions.
        joined: for each slot the slots that it is joined of, mostly none.
        headers: slots by which event classes are told apart.
        recognised: entry of the code that tells whether an event's log source is known.
    """

    slots: list[str] = field(default_factory=list)
    joined: list[tuple[int, ...]] = field(default_factory=list)
    contexts: list[Context] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    predicates: list[Predicate] = field(default_factory=list)
    code: list[Instruction] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
    headers: list[int] = field(default_factory=list)
    recognised: int = 0
    rules: int = 0


def plan(rules: Sequence[IrRule]) -> Plan:
    """Return the plan of rules that need no placeholders."""
    return _Planner(rules).plan()


def header_of(rules: Iterable[IrRule]) -> list[Node]:
    """Return the conditions on headers that tell apart the events of these rules."""
    sources = dict.fromkeys(rule.logsource for rule in rules)
    return [route.when for source in sources for route in routes(source) or ()]


class _Planner:
    """Gathers what is distinct while it goes through the rules."""

    def __init__(self, rules: Sequence[IrRule]) -> None:
        """Plan these rules."""
        self._rules = rules
        self._plan = Plan(rules=len(rules))
        self._slots: dict[str, int] = {}
        self._checks: dict[Check, int] = {}
        self._predicates: dict[Test, int] = {}
        self._whens: dict[Node, int] = {}
        self._header = {
            (test.field, test.check)
            for node in (known(), *header_of(rules))
            for test in tests(node)
        }
        self._header_names = {name for name, _ in self._header}
        self._writer = CodeWriter(self._predicate)

    def plan(self) -> Plan:
        """Go through the rules."""
        self._plan.recognised = self._when(known())
        for number, rule in enumerate(self._rules):
            self._add_rule(number, rule)
        self._plan.code = self._writer.code
        self._plan.contexts = contexts(self._plan.slots)
        header = {predicate.slot for predicate in self._plan.predicates if predicate.header}
        self._plan.headers = sorted(slot for slot in header if slot is not None)
        return self._plan

    def _add_rule(self, number: int, rule: IrRule) -> None:
        """Add the variants of a rule: first the one under the rule's own names."""
        found = routes(rule.logsource) or ()
        plain = [route.when for route in found if not route.rename]
        self._add_variant(number, Route(Any(tuple(plain)) if plain else FALSE), rule.condition)
        for route in found:
            if route.rename:
                self._add_variant(number, route, renamed(rule.condition, route))

    def _add_variant(self, number: int, route: Route, condition: Node) -> None:
        """Add one variant."""
        body = self._writer.write(condition)
        chosen = witnesses(condition, self._is_header)
        numbers = () if chosen is None else tuple(map(self._predicate, dict.fromkeys(chosen)))
        self._plan.variants.append(
            Variant(number, self._when(route.when), body, numbers, bool(route.rename))
        )

    def _when(self, node: Node) -> int:
        """Return the entry of a header condition, each written once."""
        entry = self._whens.get(node)
        if entry is None:
            entry = self._whens[node] = self._writer.write(node)
        return entry

    def _is_header(self, test: Test) -> bool:
        """Return whether a test is decided with the event's class."""
        if test.field not in self._header_names:
            return False
        whole = test.field in HEADER_FIELDS and isinstance(test.check, _WHOLE)
        return whole or (test.field, test.check) in self._header

    def _predicate(self, test: Test) -> int:
        """Return the number of a predicate, made when first met."""
        number = self._predicates.get(test)
        if number is None:
            number = self._predicates[test] = len(self._predicates)
            slot = None if test.field is None else self._slot(test.field)
            check = test.check
            other = self._slot(check.other) if isinstance(check, FieldIs) else 0
            self._plan.predicates.append(
                Predicate(slot, self._check(check), other, self._is_header(test))
            )
        return number

    def _check(self, check: Check) -> int:
        """Return the number of a check, made when first met."""
        number = self._checks.setdefault(check, len(self._checks))
        if number == len(self._plan.checks):
            self._plan.checks.append(check)
        return number

    def _slot(self, name: str) -> int:
        """Return the number of a field, made when first met; a joined one after its parts."""
        number = self._slots.get(name)
        if number is None:
            parts = name.split("\\") if "\\" in name else ()
            joined = tuple(self._slot(part) for part in parts)
            number = self._slots[name] = len(self._slots)
            self._plan.slots.append(name)
            self._plan.joined.append(joined)
        return number
