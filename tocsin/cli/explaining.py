"""Explanations on a terminal: detections and tests with their verdicts and values."""

from rich.text import Text
from rich.tree import Tree

from tocsin.cli.common import Terminal
from tocsin.dsl.dump import quoted, test_text
from tocsin.matcher.explain import DetectionOutcome, Explanation, TestOutcome
from tocsin.matcher.view import Scalar, text_of

LONGEST = 100
"""How many characters of a test or a value are shown."""
MOST = 12
"""How many tests that did not hold are shown of one detection that did."""


def write_outcomes(explanation: Explanation, terminal: Terminal) -> None:
    """Write the detections of a rule with their tests."""
    for detection in explanation.detections:
        terminal.out.print(_tree(detection))


def _tree(detection: DetectionOutcome) -> Tree:
    """Return a detection and its tests as a tree."""
    tree = Tree(_mark(detection.name, held=detection.held))
    shown = [outcome for outcome in detection.tests if outcome.held]
    rest = [outcome for outcome in detection.tests if not outcome.held]
    for outcome in (*shown, *rest[:MOST]):
        tree.add(_test(outcome))
    if len(rest) > MOST:
        tree.add(Text(f"… {len(rest) - MOST} more tests that did not hold", style="dim"))
    return tree


def _test(outcome: TestOutcome) -> Text:
    """Return a test with what it saw."""
    line = _mark(_cut(test_text(outcome.test)), held=outcome.held)
    if outcome.test.field is None:
        return line
    return line.append(f"   {_seen(outcome)}", style="dim")


def _seen(outcome: TestOutcome) -> str:
    """Return the values of a field as words."""
    if outcome.values:
        return ", ".join(_value(value) for value in outcome.values)
    return "present without a value" if outcome.present else "the event has no such field"


def _value(value: Scalar) -> str:
    """Return a value as it is compared."""
    return _cut(quoted(value) if isinstance(value, str) else text_of(value))


def _mark(text: str, *, held: bool) -> Text:
    """Return a line that begins with a verdict."""
    mark = Text("✓ ", style="bold green") if held else Text("✗ ", style="bold red")
    return mark.append(text, style="none")


def _cut(text: str) -> str:
    """Return a text, cut where it is long."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
