"""The logical IR: what a rule means, without names, modifiers and quantifiers.

Six node kinds (`All Any Not AtLeast Test Const`) over one leaf, the `Test`: a field and a
check. A test is true when **some** value of its field passes the check (fields may hold
several values), so a field that is missing makes every test false but `IsNull` and
`Exists(False)`; logic is two-valued. A test without a field asks whether some value of the
whole event passes. Nothing is folded, encoded or expanded except what a modifier says.
`MEANING.md` is the normative text, `matcher/reference.py` the evaluator.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from enum import Enum
from typing import overload

from .ast import Case, Correlation, Filter, Logsource, Rule
from .diagnostics import Report
from .record import record
from .source import Span
from .values import Data, Network, Number, Pattern, Regex


@record
class Equals:
    """The whole value is the pattern; wildcards in its middle are allowed."""

    pattern: Pattern
    cased: bool = False


@record
class Contains:
    """The value contains the pattern, which neither begins nor ends with a star."""

    pattern: Pattern
    cased: bool = False


@record
class Starts:
    """The value starts with the pattern, which neither begins nor ends with a star."""

    pattern: Pattern
    cased: bool = False


@record
class Ends:
    """The value ends with the pattern, which neither begins nor ends with a star."""

    pattern: Pattern
    cased: bool = False


@record
class OneOf:
    """The whole value is one of these texts: for long lists, without wildcards."""

    texts: frozenset[str]
    cased: bool = False


@record
class Matches:
    """The regular expression is found in the value."""

    regex: Regex


@record
class InNet:
    """The value is an address in the network; IPv4-mapped IPv6 counts as IPv4 (D21)."""

    network: Network


class Order(Enum):
    """How two numbers are compared."""

    EQ = "=="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


@record
class Compare:
    """The value, a number or text that is one (D9), stands in this order to the number."""

    order: Order
    number: Number


@record
class Truth:
    """The value is this boolean, or the text `true` or `false` in any case (D9)."""

    value: bool


class Part(Enum):
    """A part of a time stamp."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEKDAY = "weekday"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@record
class TimePart:
    """A part of the time stamp in the value stands in this order to the number (D27).

    Weekdays count from 1, Monday, to 7, Sunday; weeks are ISO weeks.
    """

    part: Part
    order: Order
    number: Number


class Relation(Enum):
    """How one field relates to another."""

    EQUALS = "equals"
    STARTS = "starts"
    ENDS = "ends"
    CONTAINS = "contains"


@record
class FieldIs:
    """Some value of the field relates to some value of the other field, as text."""

    relation: Relation
    other: str
    cased: bool = False


@record
class Exists:
    """The field is present (even null or empty), or with `False`, it is not (D25)."""

    present: bool = True


@record
class IsNull:
    """The field is missing, null, or an empty list (D10)."""


TextCheck = Equals | Contains | Starts | Ends
Check = TextCheck | OneOf | Matches | InNet | Compare | Truth | TimePart | FieldIs | Exists | IsNull


@record
class Test:
    """The leaf: a check on the values of a field, or of the whole event without one.

    Attributes:
        field: the field's name; `None` only with text checks and `Matches`.
        check: what some value must pass.
        span: the words of the rule that it comes from.
    """

    __test__ = False  # keeps pytest from collecting it

    field: str | None
    check: Check
    span: Span | None = dataclasses.field(default=None, compare=False, repr=False)
    _hash: int = dataclasses.field(default=0, init=False, compare=False, repr=False)

    def __hash__(self) -> int:
        """Return the hash of field and check, worked out once: passes and planner ask often."""
        if not self._hash:
            object.__setattr__(self, "_hash", hash((self.field, self.check)))
        return self._hash


@record
class All:
    """Every child holds; true without children."""

    children: tuple["Node", ...]


@record
class Any:
    """Some child holds; false without children."""

    children: tuple["Node", ...]


@record
class Not:
    """The child does not hold."""

    child: "Node"


@record
class AtLeast:
    """At least `count` of the children hold; `count` is 2 or more."""

    count: int
    children: tuple["Node", ...]


@record
class Const:
    """Always this."""

    value: bool


Node = All | Any | Not | AtLeast | Test | Const

TRUE = Const(value=True)
FALSE = Const(value=False)


@record
class RuleInfo:
    """What is known of a rule besides its logic; texts are empty where not given.

    Attributes:
        id: the rule's id, else its name, else `None`.
        path: the file it came from, as given to the loader.
        meta: every top-level key as written, in order.
    """

    id: str | None
    title: str
    level: str = ""
    status: str = ""
    name: str = ""
    tags: tuple[str, ...] = ()
    path: str = ""
    meta: tuple[tuple[str, Data], ...] = ()

    def get(self, key: str) -> Data:
        """Return the data of a metadata key, or `None`."""
        return next((data for name, data in self.meta if name == key), None)


@record
class IrRule:
    """A rule in logical form.

    Attributes:
        info: what it is called.
        logsource: the events it is for.
        condition: what an event must satisfy; detections are resolved into it.
        detections: the named parts, for explanations; the condition does not need them.
        placeholders: names that must be filled in before the rule can be used.
        cases: events kept with the rule.
        syntax: the rule as written; equality leaves it out.
    """

    info: RuleInfo
    logsource: Logsource
    condition: Node
    detections: tuple[tuple[str, Node], ...] = ()
    placeholders: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    syntax: Rule | None = field(default=None, compare=False, repr=False)

    @property
    def id(self) -> str | None:
        """The rule's id, else its name, else `None`."""
        return self.info.id

    @property
    def title(self) -> str:
        """The rule's title, or empty."""
        return self.info.title

    @property
    def level(self) -> str:
        """The rule's level, or empty."""
        return self.info.level

    @property
    def tags(self) -> tuple[str, ...]:
        """The rule's tags."""
        return self.info.tags

    @property
    def path(self) -> str:
        """The file that it came from, as given to the loader."""
        return self.info.path


class RuleSet(Sequence[IrRule]):
    """Rules in the order loaded, and all that was to be said of them.

    Attributes:
        report: the diagnostics of reading and checking.
        correlations: correlation documents met; read, not evaluated.
        filters: filter documents met; read, not applied.
        skipped: how many rules were left out because they are broken.
        list_files: the list files that rules name, by path, with a digest of each; `""` is that of
            one which cannot be read.
    """

    __slots__ = ("_rules", "correlations", "filters", "list_files", "report", "skipped")

    def __init__(
        self,
        rules: Iterable[IrRule] = (),
        report: Report | None = None,
        *,
        correlations: Iterable[Correlation] = (),
        filters: Iterable[Filter] = (),
        skipped: int = 0,
        list_files: Mapping[str, str] | None = None,
    ) -> None:
        """Hold the given rules."""
        self._rules = tuple(rules)
        self.report = report if report is not None else Report()
        self.correlations = tuple(correlations)
        self.filters = tuple(filters)
        self.skipped = skipped
        self.list_files = dict(list_files or {})

    def replaced(self, rules: Iterable[IrRule]) -> "RuleSet":
        """Return the same set with other rules."""
        return RuleSet(
            rules,
            self.report,
            correlations=self.correlations,
            filters=self.filters,
            skipped=self.skipped,
            list_files=self.list_files,
        )

    def by_id(self, id: str) -> IrRule:  # noqa: A002 - the contract names it so
        """Return the first rule with this id or name.

        Raises:
            KeyError: no rule has it.
        """
        for rule in self._rules:
            if id in (rule.info.id, rule.info.name):
                return rule
        raise KeyError(id)

    @overload
    def __getitem__(self, index: int) -> IrRule: ...
    @overload
    def __getitem__(self, index: slice) -> "RuleSet": ...
    def __getitem__(self, index: int | slice) -> "IrRule | RuleSet":
        """Return one rule, or a set of several."""
        if isinstance(index, slice):
            return self.replaced(self._rules[index])
        return self._rules[index]

    def __len__(self) -> int:
        """Return the number of rules."""
        return len(self._rules)

    def __iter__(self) -> Iterator[IrRule]:
        """Go through the rules."""
        return iter(self._rules)

    def __repr__(self) -> str:
        """Show how many there are."""
        return f"RuleSet({len(self._rules)} rules)"


def tests(node: Node) -> Iterator[Test]:
    """Go through the tests below a node, left to right."""
    match node:
        case Test():
            yield node
        case All(children=children) | Any(children=children) | AtLeast(children=children):
            for child in children:
                yield from tests(child)
        case Not(child=child):
            yield from tests(child)
        case Const():
            return
