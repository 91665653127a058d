"""What binding a rule to a table has to say: the wording of codes T421 to T425."""

from collections.abc import Iterable

from ..diagnostics import Diagnostic, Label, Severity
from ..ir import IrRule
from ..source import Span


def _labels(span: Span | None, message: str) -> tuple[Label, ...]:
    return () if span is None else (Label(span, message),)


def no_table(rule: IrRule, fieldmap: str) -> Diagnostic:
    """The field map knows no table for the log source."""
    return Diagnostic(
        "T421",
        Severity.ERROR,
        f"the field map `{fieldmap}` has no table for the log source `{rule.logsource}`",
        _labels(rule.logsource.span, "no table holds these events"),
        "use another field map, or write one with an entry for this log source",
        file=rule.info.path,
    )


def no_events(rule: IrRule, tables: Iterable[str]) -> Diagnostic:
    """The tables for the log source hold other events of it than the rule asks for."""
    names = ", ".join(f"`{table}`" for table in dict.fromkeys(tables))
    return Diagnostic(
        "T427",
        Severity.ERROR,
        f"{names} never holds the events of `{rule.logsource}` that the rule asks for",
        _labels(rule.logsource.span, "only some of these events have a table"),
        "use another field map, or write one with a table for these events",
        file=rule.info.path,
    )


def no_fields(
    rule: IrRule, table: str, lacking: list[tuple[str, str]], *, sure: bool
) -> Diagnostic:
    """Without the fields that the table lacks, the rule holds for all rows or for none."""
    names = ", ".join(f"`{name}`" for name in dict.fromkeys(name for name, _ in lacking))
    reasons = dict.fromkeys(reason for _, reason in lacking if reason)
    rows = "every row" if sure else "no row"
    return Diagnostic(
        "T422",
        Severity.ERROR,
        f"`{table}` does not hold {names}; without it the rule would select {rows}",
        help="use a field map whose table has the field",
        notes=tuple(reasons),
        file=rule.info.path,
    )


def narrower(name: str, reason: str, span: Span | None, table: str, rule: IrRule) -> Diagnostic:
    """A test that could have made the rule hold is false on this table."""
    return Diagnostic(
        "T423",
        Severity.WARNING,
        f"`{table}` does not hold `{name}` as the rule needs it: the query misses "
        "what only this test would find",
        _labels(span, reason),
        "use a field map whose table has the field",
        (reason,) if reason else (),
        file=rule.info.path,
    )


def wider(name: str, reason: str, span: Span | None, table: str, rule: IrRule) -> Diagnostic:
    """A test that could have kept the rule from holding is false on this table."""
    return Diagnostic(
        "T424",
        Severity.WARNING,
        f"`{table}` does not hold `{name}` as the rule needs it: the query also selects "
        "what this test would have left out",
        _labels(span, reason),
        "use a field map whose table has the field",
        (reason,) if reason else (),
        file=rule.info.path,
    )


def inexact_source(rule: IrRule, table: str, reason: str) -> Diagnostic:
    """The rows of the table are not quite the events of the log source."""
    return Diagnostic(
        "T425",
        Severity.WARNING,
        f"rows of `{table}` are not quite events of `{rule.logsource}`: {reason}",
        _labels(rule.logsource.span, ""),
        file=rule.info.path,
    )
