"""Why a rule matched an event, or what stopped it: every test with the values it saw.

In goes a rule in logical form and an event, out comes an `Explanation`. The verdicts are the
reference evaluator's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..dsl.ir import FieldIs, IrRule, Node, Test, tests
from ..dsl.logsource import renamed, routes
from .reference import holds, passes
from .view import Scalar, View


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """One test and what became of it.

    Attributes:
        test: the test.
        held: whether some value passed it.
        values: the values of its field; empty for a search of the whole event.
        present: whether the event has the field.
    """

    __test__ = False  # keeps pytest from collecting it

    test: Test
    held: bool
    values: tuple[Scalar, ...]
    present: bool


@dataclass(frozen=True, slots=True)
class DetectionOutcome:
    """One detection and what became of it.

    Attributes:
        name: as in the rule; `condition` for tests that stand in the condition itself.
        held: whether the detection holds.
        tests: its tests in order.
    """

    name: str
    held: bool
    tests: tuple[TestOutcome, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule's verdict on an event, with its reasons.

    Attributes:
        rule: the rule.
        matched: whether the condition holds.
        detections: the detections in the order of the rule.
    """

    rule: IrRule
    matched: bool
    detections: tuple[DetectionOutcome, ...]


def explain(rule: IrRule, event: Mapping[str, Any]) -> Explanation:
    """Return the verdict of a rule on an event, with every test and the values it saw."""
    view = View(event)
    named = rule.detections or (("condition", rule.condition),)
    outcomes = tuple(_outcome(name, node, view) for name, node in named)
    return Explanation(rule, holds(rule.condition, view), outcomes)


def explain_match(rule: IrRule, event: Mapping[str, Any]) -> Explanation:
    """Return the verdict of a rule on an event, under the field names that the event has."""
    first: Explanation | None = None
    for seen in _seen_as(rule):
        explanation = explain(seen, event)
        if explanation.matched:
            return explanation
        first = first or explanation
    return first or explain(rule, event)


def _seen_as(rule: IrRule) -> Iterator[IrRule]:
    """Go through a rule as written and as events see it that call its fields otherwise."""
    yield rule
    for route in routes(rule.logsource) or ():
        if route.rename:
            parts = tuple((name, renamed(node, route)) for name, node in rule.detections)
            yield replace(rule, condition=renamed(rule.condition, route), detections=parts)


def _outcome(name: str, node: Node, view: View) -> DetectionOutcome:
    """Return what became of a detection."""
    found = tuple(_test_outcome(test, view) for test in tests(node))
    return DetectionOutcome(name, holds(node, view), found)


def _test_outcome(test: Test, view: View) -> TestOutcome:
    """Return what became of a test."""
    held = passes(test, view)
    if test.field is None:
        return TestOutcome(test, held, (), present=True)
    values = view.values(test.field)
    if isinstance(test.check, FieldIs):
        values += view.values(test.check.other)
    return TestOutcome(test, held, values, view.present(test.field))


__all__ = ["DetectionOutcome", "Explanation", "TestOutcome", "explain"]
