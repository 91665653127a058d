"""Codes T9xx: style."""

from ..diagnostics import Severity
from .code import Code

CODES: tuple[Code, ...] = (
    Code(
        "T901",
        "the id is not a UUID",
        Severity.WARNING,
        "Sigma asks for a UUID as the `id` of a rule. Any text works here; other tools refuse the"
        " rule.",
        bad="id: my-rule-1",
        good="id: 8d63b1a5-9c4e-4d0e-8f0a-3b1c2d4e5f60",
    ),
    Code(
        "T902",
        "an unknown status or level",
        Severity.WARNING,
        "`status` is one of stable, test, experimental, deprecated and unsupported; `level` one "
        "of informational, low, medium, high and critical.",
        bad="level: severe",
        good="level: high",
    ),
    Code(
        "T903",
        "a tag that Sigma does not know",
        Severity.WARNING,
        "Tags are `namespace.name` in lower case. The namespaces are attack, car, cve, d3fend, "
        "detection, stp and tlp.",
        bad="tags: [T1059.001]",
        good="tags: [attack.t1059.001]",
    ),
    Code(
        "T904",
        "not a date",
        Severity.WARNING,
        "`date` and `modified` are written as year, month and day with hyphens.",
        bad="date: 2024/1/31",
        good="date: 2024-01-31",
    ),
    Code(
        "T905",
        "a title is missing or unsuitable",
        Severity.WARNING,
        "Every rule has a title, a text of at most 256 characters: it is what people see when the"
        " rule matches.",
        bad="title: 4625",
        good="title: Failed logon",
    ),
    Code(
        "T906",
        "metadata in an unusual shape",
        Severity.WARNING,
        "`references`, `fields`, `falsepositives`, `tags` and `scope` are lists of texts, "
        "`related` is a list of maps with `id` and `type`. What is written otherwise is kept, and"
        " other tools may not understand it.",
        bad="references: https://example.org",
        good="references:\n  - https://example.org",
    ),
    Code(
        "T907",
        "`all` with a single value",
        Severity.WARNING,
        "The modifier `all` asks for every value of a list. With one value it does nothing, and "
        "often a value was forgotten.",
        bad="detection:\n"
        "  selection:\n"
        "    CommandLine|contains|all: whoami\n"
        "  condition: selection",
        good="detection:\n  selection:\n    CommandLine|contains: whoami\n  condition: selection",
    ),
    Code(
        "T908",
        "an operator in upper case",
        Severity.WARNING,
        "Conditions are written with `and`, `or` and `not` in lower case. Upper case is read "
        "here; other tools refuse the rule.",
        bad="detection:\n  selection:\n    Image: a.exe\n  condition: NOT selection",
        good="detection:\n  selection:\n    Image: a.exe\n  condition: not selection",
    ),
    Code(
        "T909",
        "a number before `of`",
        Severity.WARNING,
        "Sigma has `1 of` and `all of`. A larger number is an extension that few tools share.",
        bad="detection:\n"
        "  selection:\n"
        "    Image: a.exe\n"
        "  selection_b:\n"
        "    User: b\n"
        "  condition: 2 of selection*",
        good="detection:\n"
        "  selection:\n"
        "    Image: a.exe\n"
        "  selection_b:\n"
        "    User: b\n"
        "  condition: all of selection*",
    ),
    Code(
        "T910",
        "a time frame without effect",
        Severity.WARNING,
        "`timeframe` belonged to the old aggregations. In a rule it does nothing, in a "
        "correlation it is called `timespan`.",
        bad="detection:\n  selection:\n    EventID: 4625\n  timeframe: 5m\n  condition: selection",
        good="detection:\n  selection:\n    EventID: 4625\n  condition: selection",
    ),
    Code(
        "T911",
        "a value that the versions of YAML read differently",
        Severity.WARNING,
        "Sigma asks for YAML 1.2, most tools read YAML 1.1. `yes` and `on` are booleans in one "
        "and texts in the other, `010` is 8 or 10, `00000429` a text or 429, and dates are "
        "objects of their own. Tocsin reads YAML 1.1; quotes make the value the same everywhere.",
        bad="detection:\n  selection:\n    Details: 00000429\n  condition: selection",
        good="detection:\n  selection:\n    Details: '00000429'\n  condition: selection",
    ),
    Code(
        "T912",
        "there is no level",
        Severity.NOTE,
        "The level says how urgent a match is. Without one, matches cannot be ranked.",
        bad="title: Something odd",
        good="title: Something odd\nlevel: low",
    ),
    Code(
        "T913",
        "null among other values",
        Severity.WARNING,
        "Null as one of several values is understood here and refused by other tools. A detection"
        " of its own says the same everywhere.",
        bad="detection:\n  selection:\n    User: ['', null]\n  condition: selection",
        good="detection:\n"
        "  selection_empty:\n"
        "    User: ''\n"
        "  selection_null:\n"
        "    User: null\n"
        "  condition: 1 of selection_*",
    ),
    Code(
        "T914",
        "`base64offset` without `contains`",
        Severity.WARNING,
        "The encoded text is only a part of the field, so a comparison with the whole field "
        "hardly ever holds.",
        bad="detection:\n"
        "  selection:\n"
        "    CommandLine|base64offset: whoami\n"
        "  condition: selection",
        good="detection:\n"
        "  selection:\n"
        "    CommandLine|base64offset|contains: whoami\n"
        "  condition: selection",
    ),
    Code(
        "T915",
        "an escaped percent sign",
        Severity.WARNING,
        "Under `expand`, a percent sign cannot be escaped: `\\%` is a backslash and then a percent"
        " sign.",
        bad="detection:\n"
        "  selection:\n"
        "    CommandLine|expand: '100\\% %user%'\n"
        "  condition: selection",
        good="detection:\n"
        "  selection:\n"
        "    CommandLine|expand: '100% %user%'\n"
        "  condition: selection",
    ),
    Code(
        "T916",
        "a filter that keeps what it describes",
        Severity.WARNING,
        "The condition of a filter is joined to that of the rule by `and`. To leave events out, "
        "it needs a `not`.",
        bad="filter:\n  rules: any\n  selection:\n    User: admin\n  condition: selection",
        good="filter:\n  rules: any\n  selection:\n    User: admin\n  condition: not selection",
    ),
    Code(
        "T917",
        "an `action` document",
        Severity.WARNING,
        "Templates (`action: global`) and repetitions are no longer part of Sigma. They are read "
        "here; other tools do not.",
    ),
    Code(
        "T918",
        "a value that stands twice",
        Severity.WARNING,
        "A value that is already in the list adds nothing. Often a different one was meant.",
        bad="detection:\n  selection:\n    Image: [a.exe, a.exe]\n  condition: selection",
        good="detection:\n  selection:\n    Image: [a.exe, b.exe]\n  condition: selection",
    ),
    Code(
        "T919",
        "an unknown taxonomy",
        Severity.WARNING,
        "The fields of the rule have names of another vocabulary than that of Sigma, and are "
        "taken as they stand.",
        bad="taxonomy: ecs",
        good="taxonomy: sigma",
    ),
    Code(
        "T920",
        "a filter for every log source",
        Severity.WARNING,
        "A filter without a `logsource` narrows rules of every log source.",
    ),
)
