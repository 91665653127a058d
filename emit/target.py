"""Targets: the walk from a bound rule to the text of a query language.

In goes a rule over columns (`dsl.fieldmap.Bound`), out comes an `Emission`: the text, and every
way in which it means something else than the rule. The walk finds the method for a test by the
name of its check: `emit_contains` for `Contains`, `emit_in_net` for `InNet`. A check for which
a target has no method cannot be expressed there, and the rule is refused. A target is a
subclass of `Target` with such methods and a `query`; nothing else is needed.
"""

import re
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import comb

from ..dsl import ir
from ..dsl.diagnostics import Diagnostic, Label, Severity
from ..dsl.fieldmap.binding import Bound
from ..dsl.fieldmap.places import Computed
from ..dsl.ir import Node, Test
from ..dsl.record import record
from ..dsl.source import Span
from . import tree
from .tree import Tree

COMBINATIONS = 100
"""How many alternatives "at least so many of these" may become."""


class Inexpressible(Exception):  # noqa: N818 - it says what is so, not what went wrong
    """A test that the target has no form for.

    Attributes:
        reason: what cannot be expressed, as a sentence without a full stop.
        hint: what the writer of the rule can do.
        code: the code of the diagnostic.
    """

    def __init__(self, reason: str, hint: str = "", code: str = "T601") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.code = code


@record
class Operand:
    """A column as a test has it on its left.

    Attributes:
        name: the column's name, without quotes.
        type: the type, in the target's words; `string` where nothing is known.
        text: the column in the target's language.
        computed: how it is worked out, if it is no column of the table.
        names: the column with only the last name of this path, or empty.
    """

    name: str
    type: str
    text: str
    computed: Computed | None = None
    names: str = ""


@dataclass(frozen=True, slots=True)
class Emission:
    """What became of a rule.

    Attributes:
        rule_id: the rule's id or name, or `None`.
        rule_path: the file that the rule came from.
        text: the query, or the document around it; empty where the rule is refused.
        table: the table or function that the query reads; empty where none is known.
        losses: every difference in meaning.
        error: why there is no text, or `None`.
        bound: the rule over columns, for what builds on the query.
    """

    rule_id: str | None
    rule_path: str
    text: str = ""
    table: str = ""
    losses: tuple[Diagnostic, ...] = ()
    error: Diagnostic | None = None
    bound: Bound | None = field(default=None, compare=False, repr=False)

    @property
    def ok(self) -> bool:
        """Whether there is a text."""
        return self.error is None


class Target:
    """A query language; subclasses give it methods named for checks, and a `query`."""

    name = ""

    def emit(self, bound: Bound) -> Emission:
        """Return the query for a bound rule, or the reason why there is none."""
        info = bound.rule.info
        found = Emission(info.id, info.path, "", self.table(bound), bound.losses, None, bound)
        try:
            text, losses = self.query(bound)
        except Inexpressible as fault:
            return replace(found, error=refused(bound, self.name, fault))
        return replace(found, text=text, losses=bound.losses + losses)

    def table(self, bound: Bound) -> str:
        """Return the name by which the query reads the table."""
        return bound.binding.table

    def query(self, bound: Bound) -> tuple[str, tuple[Diagnostic, ...]]:  # noqa: ARG002 - for subclasses
        """Return the text for a bound rule, and what gets lost in it.

        Raises:
            Inexpressible: the target has no form for a test of the rule.
        """
        raise TypeError(type(self).__name__)

    def operand(self, column: str, bound: Bound) -> Operand:
        """Return a column as an operand; here a text under its own name."""
        named = bound.computed.get(column)
        return Operand(column, "string", column, None if named is None else named.place)

    def tree(self, node: Node, bound: Bound) -> Tree:
        """Return the tree of a condition over columns.

        Raises:
            Inexpressible: the target has no form for a test of it.
        """
        match node:
            case Test():
                return self.test(node, bound)
            case ir.All(children=children):
                return tree.conjunction(self.tree(child, bound) for child in children)
            case ir.Any(children=children):
                return tree.disjunction(self.tree(child, bound) for child in children)
            case ir.Not(child=child):
                return tree.negation(self.tree(child, bound))
            case ir.AtLeast(count=count, children=children):
                return _at_least(count, [self.tree(child, bound) for child in children])
            case ir.Const(value=value):
                return tree.Fixed(value)

    def test(self, test: Test, bound: Bound) -> Tree:
        """Return the tree of one test, by the method that is named for its check."""
        if test.field is None:
            raise Inexpressible("a keyword has no column", "name the columns in the field map")
        method = getattr(self, _method_name(type(test.check)), None)
        if method is None:
            kind = _SNAKE.sub(" ", type(test.check).__name__).lower()
            raise Inexpressible(f"{self.name} has no form for the test `{kind}`")
        if isinstance(test.check, ir.FieldIs):
            other = self.operand(test.check.other, bound)
            found: Tree = method(self.operand(test.field, bound), test.check, other)
        else:
            found = method(self.operand(test.field, bound), test.check)
        return found


_SNAKE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_METHODS: dict[type, str] = {}


def _method_name(check: type) -> str:
    found = _METHODS.get(check)
    if found is None:
        found = _METHODS[check] = "emit_" + _SNAKE.sub("_", check.__name__).lower()
    return found


def _at_least(count: int, children: list[Tree]) -> Tree:
    if comb(len(children), count) > COMBINATIONS:
        raise Inexpressible(
            f"at least {count} of {len(children)} is too many alternatives",
            "split the rule",
        )
    return tree.disjunction(tree.conjunction(each) for each in combinations(children, count))


def refused(bound: Bound, target: str, fault: Inexpressible) -> Diagnostic:
    """The target has no form for something in the rule."""
    return Diagnostic(
        fault.code,
        Severity.ERROR,
        f"the rule cannot be expressed in {target}: {fault.reason}",
        _place(bound.rule.logsource.span),
        fault.hint,
        file=bound.rule.info.path,
    )


def _place(span: Span | None) -> tuple[Label, ...]:
    return () if span is None else (Label(span),)
