"""Operators: comparisons, strings, lists, ranges and logic with null as a third truth.

Every operator follows the documented rules for null: `== != in` never yield null against
something that is not, orderings do, `and or not` are three-valued.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from tocsin.verify.tree import Node

from . import text as texts
from .dynamics import atoms, dynamic_text
from .errors import UnsupportedError
from .frame import Frame, Values, constant_items, evaluate, require_text, truth_of
from .scalars import Value

NUMBERS = (int, float)
ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _quotient(a: Value, b: Value) -> Value:
    """Return a quotient: a real of times, a whole number cut towards zero of whole numbers."""
    if not b:
        return None
    return int(a / b) if isinstance(a, int) and isinstance(b, int) else a / b


ARITHMETIC: dict[str, Callable[[Any, Any], Value]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _quotient,
}


def _binary(node: Node, frame: Frame) -> Values:
    _, _, operator, left, right = node
    if operator in {"and", "or"}:
        return _logic(operator, evaluate(left, frame), evaluate(right, frame))
    if left[0] == "star":
        return _any_column(operator, right, frame)
    a, b = evaluate(left, frame), evaluate(right, frame)
    if operator == "matches regex":
        return _matches(a, right, frame)
    string_test = texts.string_operator(operator, frame.fold)
    if string_test is not None:
        require_text(operator, right)
        readings = [
            [string_test(x, y) for x, y in zip(seen, b, strict=True)]
            for seen in _readings(operator, left, a)
        ]
        return [all(verdicts) for verdicts in zip(*readings, strict=True)]
    return [_apply(operator, x, y) for x, y in zip(a, b, strict=True)]


def _readings(operator: str, node: Node, values: Values) -> list[Values]:
    """Return the texts that an operator may see: for a dynamic value, both that it may be.

    A term in a dynamic value may be looked for in its JSON text or in its keys and atoms; no
    document says which. A row is only taken to be selected where both have it.
    """
    if node[1] != "dynamic" or operator not in {"has", "has_any", "has_all"}:
        require_text(operator, node)
        return [values]
    return [[dynamic_text(v) for v in values], [" ".join(atoms(v)) for v in values]]


def _apply(operator: str, a: Value, b: Value) -> Value:
    if operator in {"==", "!=", "<>"}:
        return _equal(a, b, negated=operator != "==")
    if a is None or b is None:
        return None
    if operator in ORDER:
        return ORDER[operator](*_alike(a, b))
    if operator in ARITHMETIC:
        return ARITHMETIC[operator](a, b)
    raise UnsupportedError(f"operator {operator}")


def _alike(a: Value, b: Value) -> tuple[Value, Value]:
    for kind in (NUMBERS, datetime, timedelta):
        if isinstance(a, kind) and isinstance(b, kind):
            return a, b
    raise UnsupportedError(f"ordering of {a!r} and {b!r}")


def _equal(a: Value, b: Value, *, negated: bool) -> bool | None:
    if a is None and b is None:
        return None
    if a is None or b is None:
        return negated
    if isinstance(a, NUMBERS) != isinstance(b, NUMBERS):
        raise UnsupportedError(f"equality of {a!r} and {b!r}")
    return bool(a == b) != negated


def _logic(operator: str, a: Values, b: Values) -> Values:
    decisive = operator == "or"
    return [
        decisive if decisive in (x, y) else (None if None in (x, y) else not decisive)
        for x, y in zip(map(truth_of, a), map(truth_of, b), strict=True)
    ]


def _any_column(operator: str, right: Node, frame: Frame) -> Values:
    """Apply a string operator to the text of every column: true where one passes."""
    test = texts.string_operator(operator, frame.fold)
    if test is None or operator.startswith("!"):
        raise UnsupportedError(f"`* {operator}`")
    needles = evaluate(right, frame)
    searched = [n for n, kind in frame.types.items() if kind in {"string", "dynamic"}]
    return [
        any(test(dynamic_text(row[name]), needle) for name in searched)
        for row, needle in zip(frame.rows, needles, strict=True)
    ]


def _matches(values: Values, right: Node, frame: Frame) -> Values:
    if right[0] != "literal":
        raise UnsupportedError("a regex that is no literal")
    if not values:
        return []
    series = pl.Series(values, dtype=pl.String)
    return list(series.str.contains(right[2], literal=False, strict=True))


def _anyof(node: Node, frame: Frame) -> Values:
    _, _, operator, left, items = node
    values = evaluate(left, frame)
    options = _flatten(constant_items(items, frame))
    name = operator.removeprefix("!")
    negated = operator.startswith("!")
    if name in {"has_any", "has_all"}:
        folded = [frame.fold(str(option)) for option in options]
        quantifier = any if name == "has_any" else all
        readings = [
            [quantifier(texts.has(frame.fold(t), o) for o in folded) != negated for t in seen]
            for seen in _readings(operator, left, values)
        ]
        return [all(verdicts) for verdicts in zip(*readings, strict=True)]
    return [found != negated for found in _member_of(name, left, values, options, frame)]


def _member_of(
    name: str, left: Node, values: Values, options: Values, frame: Frame
) -> Iterable[bool]:
    if name == "in~":
        require_text(name, left)
        folded = {frame.fold(option) for option in options}
        return (frame.fold(value) in folded for value in values)
    if name != "in":
        raise UnsupportedError(f"operator {name}")
    if left[1] == "string" and not all(isinstance(option, str) for option in options):
        raise UnsupportedError("a string in a list of something else")
    if left[1] != "string" and any(isinstance(option, str) for option in options):
        raise UnsupportedError("a number in a list of strings")
    return (value is not None and value in options for value in values)


def _flatten(values: Values) -> Values:
    flat: Values = []
    for value in values:
        flat += value if isinstance(value, list) else [value]
    return flat


def _between(node: Node, frame: Frame) -> Values:
    _, _, operator, left, low, high = node
    values, lows, highs = (evaluate(n, frame) for n in (left, low, high))
    negated = operator.startswith("!")
    result: Values = []
    for value, least, most in zip(values, lows, highs, strict=True):
        if None in (value, least, most):
            result.append(None)
        else:
            result.append((least <= value <= most) != negated)
    return result


def _unary(node: Node, frame: Frame) -> Values:
    if node[2] != "-":
        raise UnsupportedError(f"operator {node[2]}")
    return [None if value is None else -value for value in evaluate(node[3], frame)]


OPERATORS: dict[str, Callable[[Node, Frame], Values]] = {
    "binary": _binary,
    "anyof": _anyof,
    "between": _between,
    "unary": _unary,
}
