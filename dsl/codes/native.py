"""Codes T12x and T13x: syntax of the native language."""

from ..diagnostics import Severity
from .code import Code


def _rule(*lines: str) -> str:
    """Return a small rule with these lines in it."""
    return "\n".join(('rule "Example" {', *(f"  {line}" for line in lines), "}"))


_SOURCE = "source windows/process_creation"
_SHELL = 'shell = Image endswith "\\cmd.exe"'
_WHEN = "when shell"

CODES: tuple[Code, ...] = (
    Code(
        "T120",
        "something else is needed here",
        Severity.ERROR,
        "A file of the native language holds lists and entries. An entry holds statements: "
        "metadata (`level high`), a log source (`source product/category/service`), detections "
        "(`name = predicates`), conditions (`when …`) and tests. The message says what could "
        "have stood in this place.",
        bad=_rule(_SOURCE, "shell = Image is nothing", _WHEN),
        good=_rule(_SOURCE, "shell = Image is null", _WHEN),
    ),
    Code(
        "T121",
        "a value or a predicate is missing",
        Severity.ERROR,
        "A key needs a value, an operator something to compare with, `and` a predicate on either "
        "side, a test its verdict. Statements have no end mark, so a missing part is noticed only "
        "when the next statement begins.",
        bad=_rule(_SOURCE, "shell = Image endswith", _WHEN),
        good=_rule(_SOURCE, _SHELL, _WHEN),
    ),
    Code(
        "T122",
        "a text in single quotes",
        Severity.ERROR,
        "Texts stand in double quotes. Inside them nothing is escaped: a backslash is a "
        'backslash, and a double quote is written twice (`"say ""hi"""`).',
        bad=_rule(_SOURCE, "shell = Image endswith '\\cmd.exe'", _WHEN),
        good=_rule(_SOURCE, _SHELL, _WHEN),
    ),
    Code(
        "T123",
        "a text, a name or an expression has no end",
        Severity.ERROR,
        "Texts, names in backticks and regular expressions end on the line on which they begin. "
        'A line end inside a text is written `e"first\\nsecond"`; long prose stands behind bars, '
        "a line each.",
        bad=_rule(_SOURCE, 'shell = Image endswith "\\cmd.exe', _WHEN),
        good=_rule(_SOURCE, _SHELL, _WHEN),
    ),
    Code(
        "T124",
        "an entry has no end",
        Severity.ERROR,
        "An entry begins with `{` and ends with `}`. The entries after it are read all the same.",
        bad=_rule(_SOURCE, _SHELL, _WHEN).removesuffix("\n}"),
        good=_rule(_SOURCE, _SHELL, _WHEN),
    ),
    Code(
        "T125",
        "this begins nothing",
        Severity.ERROR,
        "At the top of a file stand `list name = …`, `rule`, `correlation` and `filter`.",
        bad=_rule(_SOURCE, _SHELL, _WHEN).replace("rule", "role"),
        good=_rule(_SOURCE, _SHELL, _WHEN),
    ),
    Code(
        "T126",
        "an operator that does not exist",
        Severity.ERROR,
        "Operators are named as Sigma's modifiers are: `contains`, `startswith`, `endswith`, "
        "`matches`; `==`, `!=`, `<`, `<=`, `>`, `>=` compare; `in` takes a list, a range or "
        "`cidr(…)`. `and`, `or` and `not` are words in lower case.",
        bad=_rule(_SOURCE, 'shell = Image endwith "\\cmd.exe"', _WHEN),
        good=_rule(_SOURCE, _SHELL, _WHEN),
    ),
    Code(
        "T127",
        "an escape that means nothing",
        Severity.ERROR,
        'Only texts that begin with `e"` have escapes: `\\n`, `\\r`, `\\t`, `\\\\`, `\\"` and '
        "`\\u{1F600}` with the number of a character. In a text without the `e` a backslash is a "
        "backslash.",
        bad=_rule(_SOURCE, 'shell = Image endswith e"\\cmd.exe"', _WHEN),
        good=_rule(_SOURCE, _SHELL, _WHEN),
    ),
    Code(
        "T128",
        "a quantifier that counts nothing",
        Severity.ERROR,
        "`any of`, `all of`, or a whole number from 1 stands before the detections.",
        bad=_rule(_SOURCE, _SHELL, "when 0 of shell*"),
        good=_rule(_SOURCE, _SHELL, "when any of shell*"),
    ),
    Code(
        "T129",
        "a regular expression or its flags in the wrong place",
        Severity.ERROR,
        "Regular expressions stand after `matches`, their flags `i`, `m` and `s` right behind "
        "the closing slash, the same for all expressions of one predicate. In the general form "
        "flags are modifiers: `Field|re|i: /…/`.",
        bad=_rule(_SOURCE, "shell = Image endswith /cmd/", _WHEN),
        good=_rule(_SOURCE, "shell = Image matches /cmd/i", _WHEN),
    ),
    Code(
        "T130",
        "nested too deep",
        Severity.ERROR,
        "Parentheses and `not` may nest 50 levels deep, as may the lists and maps of plain data. "
        "Nobody can read what is deeper; name the parts as detections.",
        bad=_rule(_SOURCE, _SHELL, "when " + "not " * 60 + "shell"),
        good=_rule(_SOURCE, _SHELL, _WHEN),
    ),
    Code(
        "T131",
        "said twice",
        Severity.ERROR,
        "A key, a detection or a named list stands twice. One of them would silently be lost. "
        "The names of sets of networks (`private`, `loopback`, …) are taken as well.",
        bad=_rule("level high", "level low", _SOURCE, _SHELL, _WHEN),
        good=_rule("level high", _SOURCE, _SHELL, _WHEN),
    ),
    Code(
        "T132",
        "a statement is missing",
        Severity.ERROR,
        "A rule needs `source`, which says what events it is for, and `when`, which says what "
        "they must be like. A filter needs `when`, a correlation `type`.",
        bad=_rule(_SOURCE, _SHELL),
        good=_rule(_SOURCE, _SHELL, _WHEN),
    ),
    Code(
        "T133",
        "a statement that this kind of entry does not have",
        Severity.ERROR,
        "Tests belong to rules, detections to rules and filters, bounds such as `when >= 10` to "
        "correlations.",
        bad=_rule(_SOURCE, _SHELL, "when >= 10"),
        good=_rule(_SOURCE, _SHELL, _WHEN),
    ),
    Code(
        "T134",
        "data of the wrong kind",
        Severity.ERROR,
        "Some statements take data of one kind only: `source` up to three names with slashes "
        "between, `rules` and `by` texts, `percentile` a number, `generate` true or false.",
        bad=_rule("source windows/process_creation/sysmon/more", _SHELL, _WHEN),
        good=_rule(_SOURCE, _SHELL, _WHEN),
    ),
    Code(
        "T135",
        "a detection speaks of a detection",
        Severity.ERROR,
        "A detection holds predicates. How detections combine is said in `when`, where names and "
        "quantifiers may stand.",
        bad=_rule(_SOURCE, _SHELL, "both = shell", "when both"),
        good=_rule(_SOURCE, _SHELL, _WHEN),
    ),
    Code(
        "T136",
        "a text or a number that cannot be read",
        Severity.ERROR,
        "Tests and the exact form of metadata hold JSON, where a backslash is written twice. "
        "Numbers have a sensible length.",
        bad=_rule(_SOURCE, _SHELL, _WHEN, 'test "cmd" {"Image": "C:\\cmd.exe"} -> match'),
        good=_rule(_SOURCE, _SHELL, _WHEN, 'test "cmd" {"Image": "C:\\\\cmd.exe"} -> match'),
    ),
    Code(
        "T137",
        "a list that holds itself",
        Severity.ERROR,
        "Lists may name other lists, but not in a circle: such a list has no values.",
        bad='list shells = "bash", others\nlist others = "sh", shells',
        good='list shells = "bash", others\nlist others = "sh"',
    ),
    Code(
        "T680",
        "it cannot be written as Sigma YAML",
        Severity.ERROR,
        "The tree says something that Sigma's maps and lists cannot hold, such as a `not` inside "
        "a detection. `tocsin translate --to sigma` splits such detections first.",
    ),
    Code(
        "T681",
        "Sigma has no equal form",
        Severity.ERROR,
        "Lists, path predicates, sets of networks and predicates in conditions are rewritten "
        "into what Sigma has. The day of the week, list files that are not at hand, and very "
        "long quantifiers have no equal form; the rule is left out rather than changed.",
        bad=_rule(_SOURCE, "late = weekday(UtcTime) >= 6", "when late"),
        good=_rule(_SOURCE, "late = hour(UtcTime) >= 20", "when late"),
    ),
)
