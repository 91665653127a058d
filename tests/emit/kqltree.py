"""Whether a row passes a tree of KQL tests: the documented semantics in a few lines.

Rewrites are judged with it, so it knows the operators that they deal with and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tocsin.emit.kql.tests import Called, Compared
from tocsin.emit.tree import And, Fixed, Not, Or, Tree

Row = Mapping[str, str]


def passes(tree: Tree, row: Row) -> bool:
    """Return whether a row passes."""
    match tree:
        case And(children=children):
            return all(passes(child, row) for child in children)
        case Or(children=children):
            return any(passes(child, row) for child in children)
        case Not(child=child):
            return not passes(child, row)
        case Fixed(value=value):
            return value
        case Compared(column=column, operator=operator, values=values):
            return compared(row[column.name], operator, [str(value) for value in values])
        case Called(function="isempty", column=column):
            return not row[column.name]
        case _:
            raise AssertionError(tree)


def compared(text: str, operator: str, values: list[str]) -> bool:
    """Return whether a text passes an operator."""
    if operator in ("in", "in~", "has_any"):
        single = {"in": "==", "in~": "=~", "has_any": "has"}[operator]
        return any(compared(text, single, [value]) for value in values)
    if operator == "has_all":
        return all(compared(text, "has", [value]) for value in values)
    (value,) = values
    if operator == "matches regex":
        return re.search(value, text) is not None
    if operator not in ("==", "contains_cs", "startswith_cs", "endswith_cs"):
        text, value = text.lower(), value.lower()
    match operator.removesuffix("_cs"):
        case "==" | "=~":
            return text == value
        case "contains":
            return value in text
        case "startswith":
            return text.startswith(value)
        case "endswith":
            return text.endswith(value)
        case "has":
            return has(text, value)
        case _:
            raise AssertionError(operator)


def has(text: str, value: str) -> bool:
    """Return whether a text has a value with boundaries where the value's edges are in a term."""
    start = text.find(value)
    while start >= 0:
        end = start + len(value)
        before = start > 0 and text[start - 1].isalnum() and value[:1].isalnum()
        after = end < len(text) and text[end].isalnum() and value[-1:].isalnum()
        if not before and not after:
            return True
        start = text.find(value, start + 1)
    return False
