"""Rules that match every event of their log source, or none: found by the passes.

After lowering. What the passes fold to a constant is said as a warning; the rule stays.
"""

from collections.abc import Iterable

from .check import messages as say
from .diagnostics import Report
from .ir import Const, IrRule
from .passes import optimise_rule


def report_constant(rules: Iterable[IrRule], report: Report) -> None:
    """Report the rules whose condition does not depend on the event."""
    for rule in rules:
        condition = optimise_rule(rule).condition
        if isinstance(condition, Const) and rule.syntax is not None:
            report.add(say.constant_condition(rule.syntax, value=condition.value))
