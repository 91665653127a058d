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
    Code(
        "T210",
        "a part of the rule is missing",
        Severity.ERROR,
        "A detection rule has a `logsource`, which says for which events it is, and a "
        "`detection`, which says what to look for in them.",
        bad="title: No log source\n"
        "detection:\n"
        "  selection:\n"
        "    Image: a.exe\n"
        "  condition: selection",
        good="title: A log source\n"
        "logsource:\n"
        "  category: process_creation\n"
        "detection:\n"
        "  selection:\n"
        "    Image: a.exe\n"
        "  condition: selection",
    ),
    Code(
        "T211",
        "a part of the rule has the wrong shape",
        Severity.ERROR,
        "`logsource` and `detection` are maps, conditions and time frames are texts.",
        bad="logsource: windows",
        good="logsource:\n  product: windows",
    ),
    Code(
        "T212",
        "the log source says nothing",
        Severity.ERROR,
        "A log source names at least one of `category`, `product` and `service`; `definition` is "
        "for people.",
        bad="logsource:\n  definition: Sysmon must be installed",
        good="logsource:\n"
        "  product: windows\n"
        "  service: sysmon\n"
        "  definition: Sysmon must be installed",
    ),
    Code(
        "T213",
        "there is no condition",
        Severity.ERROR,
        "The condition says how the detections combine. Without one a rule means nothing.",
        bad="detection:\n  selection:\n    Image: a.exe",
        good="detection:\n  selection:\n    Image: a.exe\n  condition: selection",
    ),
    Code(
        "T214",
        "there is no detection",
        Severity.ERROR,
        "A detection block holds at least one named detection beside its condition.",
        bad="detection:\n  condition: selection",
        good="detection:\n  selection:\n    Image: a.exe\n  condition: selection",
    ),
    Code(
        "T215",
        "an empty detection",
        Severity.ERROR,
        "A detection without fields and keywords would match everything or nothing; neither is "
        "likely to be meant.",
        bad="detection:\n  selection: {}\n  condition: selection",
        good="detection:\n  selection:\n    Image: a.exe\n  condition: selection",
    ),
    Code(
        "T216",
        "a list in a list",
        Severity.ERROR,
        "A list holds alternatives. A list in it says nothing more, so it is taken for a slip.",
        bad="detection:\n  selection:\n    Image:\n      - [a.exe, b.exe]\n  condition: selection",
        good="detection:\n"
        "  selection:\n"
        "    Image:\n"
        "      - a.exe\n"
        "      - b.exe\n"
        "  condition: selection",
    ),
    Code(
        "T217",
        "a repetition of nothing",
        Severity.ERROR,
        "A document with `action: repeat` adds to the rule before it in the file, and there is "
        "none.",
        bad="action: repeat\ndetection:\n  selection:\n    EventID: 2",
        good="title: First\n"
        "logsource:\n"
        "  product: windows\n"
        "detection:\n"
        "  selection:\n"
        "    EventID: 1\n"
        "  condition: selection\n"
        "---\n"
        "action: repeat\n"
        "detection:\n"
        "  selection:\n"
        "    EventID: 2",
    ),
    Code(
        "T218",
        "a map as a value",
        Severity.ERROR,
        "The value of a field is a text, a number, a boolean, null or a list of them. A field "
        "inside another is named with a dot.",
        bad="detection:\n  selection:\n    userIdentity:\n      type: Root\n  condition: selection",
        good="detection:\n  selection:\n    userIdentity.type: Root\n  condition: selection",
    ),
)
