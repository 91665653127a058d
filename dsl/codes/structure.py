"""Codes T2xx: structure and names."""

from ..diagnostics import Severity
from .code import Code

CODES: tuple[Code, ...] = (
    Code(
        "T204",
        "unknown detection",
        Severity.ERROR,
        "The condition names a detection that the rule does not define. A rule with a "
        "name that nobody defines has no meaning, so it is not used.",
        bad="detection:\n  selection:\n    Image: a.exe\n  condition: selction",
        good="detection:\n  selection:\n    Image: a.exe\n  condition: selection",
    ),
    Code(
        "T205",
        "a quantifier selects no detection",
        Severity.ERROR,
        "`1 of filter*` and its kind must speak of at least one detection. Names that begin "
        "with `_` are passed over by `them` and by patterns that do not begin with `_`.",
        bad="detection:\n  selection:\n    Image: a.exe\n  condition: 1 of filter*",
        good="detection:\n  filter_one:\n    Image: a.exe\n  condition: 1 of filter*",
    ),
    Code(
        "T206",
        "unused detection",
        Severity.WARNING,
        "A detection is defined and no condition speaks of it. Often a filter was written "
        "and then forgotten in the condition, so that the rule matches too much.",
        bad="detection:\n  selection:\n    Image: a.exe\n  filter:\n    User: SYSTEM\n"
        "  condition: selection",
        good="detection:\n  selection:\n    Image: a.exe\n  filter:\n    User: SYSTEM\n"
        "  condition: selection and not filter",
    ),
    Code(
        "T207",
        "more detections asked for than there are",
        Severity.WARNING,
        "`N of` speaks of fewer than N detections, so it can never hold.",
        bad="detection:\n  sel_a:\n    Image: a.exe\n  condition: 2 of sel_*",
        good="detection:\n  sel_a:\n    Image: a.exe\n  condition: 1 of sel_*",
    ),
    Code(
        "T208",
        "the condition can never hold",
        Severity.WARNING,
        "Whatever the event, the condition is false: it asks for something and for its "
        "opposite. Such a rule looks like coverage and is none.",
        bad="detection:\n  selection:\n    Image: a.exe\n  condition: selection and not selection",
        good="detection:\n  selection:\n    Image: a.exe\n  condition: selection",
    ),
    Code(
        "T209",
        "the condition always holds",
        Severity.WARNING,
        "Whatever the event, the condition is true, so the rule matches every event of its "
        "log source.",
        bad="detection:\n  selection:\n    Image: a.exe\n  condition: selection or not selection",
        good="detection:\n  selection:\n    Image: a.exe\n  condition: selection",
    ),
)
