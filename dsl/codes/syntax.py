"""Codes T1xx: syntax."""

from ..diagnostics import Severity
from .code import Code

CODES: tuple[Code, ...] = (
    Code(
        "T101",
        "the condition cannot be read",
        Severity.ERROR,
        "A condition joins names of detections by `and`, `or`, `not` and parentheses; `1 of` and "
        "`all of` stand before a name pattern or `them`. `not` binds strongest, then `and`, then "
        "`or`.",
        bad="detection:\n  selection:\n    Image: a.exe\n  condition: selection and",
        good="detection:\n  selection:\n    Image: a.exe\n  condition: selection",
    ),
    Code(
        "T102",
        "the old pipe syntax",
        Severity.ERROR,
        "Conditions such as `selection | count() by Computer > 5` were replaced by correlation "
        "documents in Sigma 2. `count()` is the type `event_count`, `count(field)` is "
        "`value_count`, and `timeframe` became `timespan`. The message shows the document to "
        "write.",
        bad="title: Many logons\n"
        "logsource:\n"
        "  product: windows\n"
        "  service: security\n"
        "detection:\n"
        "  selection:\n"
        "    EventID: 4625\n"
        "  timeframe: 5m\n"
        "  condition: selection | count() by Computer > 10",
        good="title: Failed logon\n"
        "name: failed_logon\n"
        "logsource:\n"
        "  product: windows\n"
        "  service: security\n"
        "detection:\n"
        "  selection:\n"
        "    EventID: 4625\n"
        "  condition: selection\n"
        "---\n"
        "title: Many failed logons\n"
        "correlation:\n"
        "  type: event_count\n"
        "  rules: failed_logon\n"
        "  group-by: [Computer]\n"
        "  timespan: 5m\n"
        "  condition:\n"
        "    gt: 10",
    ),
    Code(
        "T103",
        "the condition is too large",
        Severity.ERROR,
        "Conditions may nest 50 levels and have 65,536 characters. Larger ones are made by "
        "machines: give the parts names, as detections of their own.",
    ),
)
