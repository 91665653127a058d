"""The old pipe syntax of Sigma conditions, refused with its equivalent (decision D32).

`selection | count(user) by host > 5` is a correlation today: the help of the message shows the
document to write instead.
"""

import re

from ..diagnostics import Diagnostic, Label, Report, Severity
from ..source import Span
from ..yamltext.places import inside

_AGGREGATE = re.compile(
    r"""\s*(?P<function>count|sum|avg|min|max)\s*\(\s*(?P<field>[^()\s]*)\s*\)
        (?:\s+by\s+(?P<groups>[^<>=!]+?))?
        \s*(?P<operator><=|>=|==|!=|<|>|=)\s*(?P<threshold>-?\d+(?:\.\d+)?)\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_NEAR = re.compile(r"\s*near\b", re.IGNORECASE)
_OPERATORS = {
    ">": "gt",
    ">=": "gte",
    "<": "lt",
    "<=": "lte",
    "=": "eq",
    "==": "eq",
    "!=": "neq",
}
_KINDS = {"count": "value_count", "sum": "value_sum", "avg": "value_avg"}


def report_pipe(span: Span, text: str, timeframe: str | None, report: Report) -> bool:
    """Report a condition with a pipe, and return whether there is one.

    Args:
        span: the condition as it stands in the file.
        text: what it says.
        timeframe: the time frame of the detection block, if it has one.
        report: takes the message.
    """
    at = text.find("|")
    if at < 0 or text.startswith("||", at):
        return False
    label = Label(inside(span, text, at, max(at + 1, len(text.rstrip()))))
    message = "the pipe syntax is no longer part of Sigma; a correlation does its work"
    help_ = _explain(text[:at].strip(), text[at + 1 :], timeframe)
    report.add(Diagnostic("T102", Severity.ERROR, message, (label,), help_))
    return True


def _explain(condition: str, tail: str, timeframe: str | None) -> str:
    """Return what to write instead of a pipe."""
    found = _AGGREGATE.fullmatch(tail)
    if found is None:
        return _explain_other(tail)
    function = found["function"].lower()
    if function in {"min", "max"}:
        rank = 0 if function == "min" else 100
        return (
            f"no correlation takes a {function}; the nearest is `type: value_percentile` with "
            f"`percentile: {rank}` in its `condition`"
        )
    document = "\n".join(_document(found, function, timeframe))
    first = f"write `condition: {condition}` here, give the rule a `name`"
    return f"{first}, and add a document:\n{document}"


def _explain_other(tail: str) -> str:
    """Return what to write instead of a pipe that counts nothing."""
    if _NEAR.match(tail):
        return (
            "write each detection as a rule of its own, and a correlation with "
            "`type: temporal` that lists these rules and a `timespan`"
        )
    return "write a correlation: `tocsin explain T102` shows one"


def _document(found: re.Match[str], function: str, timeframe: str | None) -> list[str]:
    """Return the lines of the correlation that counts or sums the same."""
    field = found["field"]
    kind = "event_count" if function == "count" and not field else _KINDS[function]
    groups = [name.strip() for name in (found["groups"] or "").split(",") if name.strip()]
    lines = ["---", "title: …", "correlation:", f"  type: {kind}", "  rules: name_of_this_rule"]
    if groups:
        lines.append(f"  group-by: [{', '.join(groups)}]")
    lines += [f"  timespan: {timeframe or '1d'}", "  condition:"]
    if field:
        lines.append(f"    field: {field}")
    return [*lines, f"    {_OPERATORS[found['operator']]}: {found['threshold']}"]
