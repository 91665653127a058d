"""Arguments of ASIM's functions: filters that run before the function has put its rows together.

An argument is given only if the whole condition implies it, and the condition itself stays as
it is: so the rows are the same, there are just fewer to look at. Lists of terms are those of
`prefilter`, addresses and numbers those of equality tests.
"""

import re
from collections.abc import Iterator

from ...dsl.schema import Parameter
from ..tree import And, Tree
from .context import Context
from .literals import Scalar, column_name, literals
from .prefilter import MOST, Needed, needed
from .tests import Compared

AVOIDED = ("dvc",)
"""Beginnings of names of parameters that some functions hand on wrongly."""
_IPV4 = re.compile(r"\d{1,3}(\.\d{1,3}){3}", re.ASCII)


def arguments(where: Tree, condition: Tree, context: Context, lookback: str = "") -> list[str]:
    """Return the arguments of the table's function that its condition implies.

    Args:
        where: the condition that picks the log source's rows.
        condition: the rule's condition.
        context: the table, and what is asked of the query.
        lookback: only rows so young, such as `1h`; empty for all.
    """
    if context.table is None:
        return []
    parts = [*_parts(where), *_parts(condition)]
    known = [found for found in (needed(part, context) for part in parts) if found]
    wanted = "parameters" not in context.without
    found: list[str] = []
    for parameter in context.table.parameters:
        value = _argument(parameter, parts, known) if wanted else None
        if parameter.filter == "from" and lookback:
            value = f"ago({lookback})"
        if value is not None and not parameter.name.startswith(AVOIDED):
            found.append(f"{parameter.name}={value}")
    return found


def _parts(tree: Tree) -> tuple[Tree, ...]:
    return tree.children if isinstance(tree, And) else (tree,)


def _argument(parameter: Parameter, parts: list[Tree], known: list[list[Needed]]) -> str | None:
    """Return the value of a parameter that some part implies, or `None`.

    Args:
        parameter: the function's parameter.
        parts: what must hold.
        known: the terms of which rows need some, for each part that has any.
    """
    match parameter.filter:
        case "has_any":
            return _listed(min(_terms(parameter, known), key=len, default=()))
        case "has_all":
            single = {t[0] for t in _terms(parameter, known) if len(t) == 1}
            return _listed(tuple(sorted(single))) if len(single) > 1 else None
        case "ip_prefix":
            values = next(_equal(parameter, parts), ())
            addresses = all(_IPV4.fullmatch(str(value)) for value in values)
            return _listed(values) if addresses else None
        case "in":
            return _listed(next(_equal(parameter, parts), ()))
        case "equals":
            values = next(_equal(parameter, parts), ())
            return literals(values)[0] if len(values) == 1 else None
        case _:
            return None


def _listed(values: tuple[Scalar, ...]) -> str | None:
    return f"dynamic([{', '.join(literals(values))}])" if values else None


def _terms(parameter: Parameter, known: list[list[Needed]]) -> Iterator[tuple[Scalar, ...]]:
    """Go through lists of terms of which every row has one in the parameter's columns."""
    for found in known:
        columns = {column for each in found for column in each.columns}
        terms = sorted({term for each in found for term in each.terms})
        if len(terms) <= MOST and columns <= set(parameter.columns):
            yield tuple(terms)


def _equal(parameter: Parameter, parts: list[Tree]) -> Iterator[tuple[Scalar, ...]]:
    """Go through lists of values of which every row has one in the parameter's only column."""
    for part in parts:
        if not isinstance(part, Compared) or part.operator not in ("==", "in"):
            continue
        if parameter.columns == (part.column.name,) and _plain(part):
            yield part.values


def _plain(test: Compared) -> bool:
    """Return whether a test is on the column as it is."""
    return test.column.text == column_name(test.column.name)
