"""Rules that can never fire on a target: sound queries that no row can pass.

In goes a bound rule, out comes the test that kills it. A test is dead if the column has a closed
vocabulary and none of its words passes, if it asks a column with names for a folder, or if
the column's type cannot hold what is asked for. A rule is dead if a test that it requires is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..dsl.diagnostics import Diagnostic, Label, Severity
from ..dsl.fieldmap.binding import Bound
from ..dsl.fieldmap.texttest import number_of, passes
from ..dsl.ir import (
    All,
    Any,
    AtLeast,
    Const,
    Contains,
    Ends,
    Equals,
    Exists,
    FieldIs,
    IsNull,
    Node,
    Not,
    OneOf,
    Starts,
    Test,
    Truth,
)
from ..dsl.schema import Column, Schema

NUMBERS = frozenset({"int", "long", "real", "decimal"})
Columns = Mapping[str, Column]


def cause_of_death(bound: Bound, schema: Schema | None) -> tuple[Test, str] | None:
    """Return the test for which a bound rule can never fire, and why; `None` for a live rule."""
    table = None if schema is None else schema.table(bound.binding.table)
    if table is None:
        return None
    columns = {**table.columns, **narrowed(bound.binding.where, table.columns)}
    return _dead(bound.rule.condition, columns)


def narrowed(where: Node, columns: Columns) -> dict[str, Column]:
    """Return the columns of which a filter leaves fewer words."""
    found: dict[str, Column] = {}
    for test in where.children if isinstance(where, All) else (where,):
        if isinstance(test, Test) and isinstance(test.check, Equals | OneOf):
            column = columns.get(test.field or "")
            if column is not None and column.type == "string":
                words = _words(test.check)
                found[column.name] = replace(column, values=words)
    return found


def _words(check: Equals | OneOf) -> tuple[str, ...]:
    if isinstance(check, OneOf):
        return tuple(sorted(check.texts))
    return (check.pattern.text or "",)


def _dead(node: Node, columns: Columns) -> tuple[Test, str] | None:
    """Return a test for which a condition holds for no row, and why."""
    match node:
        case Test():
            reason = _reason(node, columns)
            return (node, reason) if reason else None
        case All(children=children):
            return next(filter(None, (_dead(child, columns) for child in children)), None)
        case Any(children=children):
            return _all_dead(children, columns, len(children))
        case AtLeast(count=count, children=children):
            return _all_dead(children, columns, len(children) - count + 1)
        case Not() | Const():
            return None


def _all_dead(children: Iterable[Node], columns: Columns, needed: int) -> tuple[Test, str] | None:
    """Return a cause where so many of the children are dead."""
    causes = [cause for child in children if (cause := _dead(child, columns)) is not None]
    return causes[0] if causes and len(causes) >= needed else None


def _reason(test: Test, columns: Columns) -> str:
    """Return why no row passes a test, or empty."""
    column = columns.get(test.field or "")
    check = test.check
    if column is None or isinstance(check, Exists | IsNull | FieldIs):
        return ""
    if isinstance(check, Equals) and not check.pattern.parts:
        return ""
    if column.values and not any(passes(check, word) for word in column.values):
        return f"`{column.name}` holds only {_enumerated(column.values)}"
    if column.type in NUMBERS and not _may_be_number(check):
        return f"`{column.name}` holds numbers"
    if column.type == "bool" and not any(passes(check, word) for word in ("true", "false")):
        return f"`{column.name}` holds true or false"
    if column.holds == "name" and _asks_for_folder(check):
        return f"`{column.name}` holds names without folders"
    return ""


def _enumerated(words: Iterable[str]) -> str:
    shown = list(words)
    more = " and others" if len(shown) > 8 else ""
    return ", ".join(f"`{word}`" for word in shown[:8]) + more


def _may_be_number(check: object) -> bool:
    match check:
        case Equals(pattern=pattern):
            return pattern.text is None or number_of(pattern.text) is not None
        case OneOf(texts=texts):
            return any(number_of(text) is not None for text in texts)
        case Truth():
            return False
        case _:
            return True


def _asks_for_folder(check: object) -> bool:
    """Return whether only a text with a separator passes."""
    match check:
        case (
            Equals(pattern=pattern)
            | Contains(pattern=pattern)
            | Starts(pattern=pattern)
            | Ends(pattern=pattern)
        ):
            return any(isinstance(p, str) and ("\\" in p or "/" in p) for p in pattern.parts)
        case OneOf(texts=texts):
            return all("\\" in text or "/" in text for text in texts)
        case _:
            return False


def dead(test: Test, reason: str, path: str) -> Diagnostic:
    """Refuse a rule that no row can pass."""
    labels = () if test.span is None else (Label(test.span, "no row passes this"),)
    return Diagnostic(
        "T605",
        Severity.ERROR,
        f"no row can pass the rule: {reason}",
        labels,
        "use a field map or a value that fits the table",
        file=path,
    )
