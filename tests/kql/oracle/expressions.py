"""Expressions over a whole table at a time: one value a row, null as a third truth.

In go a node of the binder's tree and a frame of rows; out comes a list with a value for each
row. Every operator follows the documented rules for null: `== != in` never yield null against
something that is not, orderings do, `and or not` are three-valued.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from tocsin.verify.tree import Node

from . import text as texts
from .dynamics import atoms, dynamic_text, member
from .errors import UnsupportedError
from .scalars import FUNCTIONS, Value, is_empty, to_datetime, to_text

Row = dict[str, Value]
Values = list[Value]
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
NOW = datetime(2026, 3, 4, 12, 0, 0)  # noqa: DTZ001  (KQL's times have no zone; all are UTC)


@dataclass(frozen=True)
class Frame:
    """Rows, the types of their columns, and the variables in force.

    Attributes:
        rows: one mapping a row.
        types: the type of each column.
        variables: what `let` bound, evaluated.
        fold: how operators without regard to case compare.
    """

    rows: list[Row]
    types: Mapping[str, str]
    variables: Mapping[str, Value] = field(default_factory=dict)
    fold: texts.Fold = texts.fold_unicode

    def repeat(self, value: Value) -> Values:
        """Return the value once for each row."""
        return [value] * len(self.rows)


def evaluate(node: Node, frame: Frame) -> Values:
    """Return the value of an expression for each row."""
    handler = _HANDLERS.get(node[0])
    if handler is None:
        raise UnsupportedError(f"expression {node[0]} {node[2:]}")
    return handler(node, frame)


def constant(node: Node) -> Value:
    """Return the value of an expression that does not depend on a row."""
    return evaluate(node, Frame([{}], {}))[0]


def _name(node: Node, frame: Frame) -> Values:
    name = node[2]
    if name in frame.types:
        return [row[name] for row in frame.rows]
    if name in frame.variables:
        return frame.repeat(frame.variables[name])
    raise UnsupportedError(f"name {name}")


def _literal(node: Node, frame: Frame) -> Values:
    return frame.repeat(literal_value(node[1], node[2], node[3]))


def literal_value(kind: str, value: Value, source: str) -> Value:
    """Return a literal's value from the binder's decoded one."""
    if value is None or kind == "null":
        return None
    match kind:
        case "string":
            return value
        case "bool":
            return str(value).lower() == "true"
        case "int" | "long":
            return int(value)
        case "real":
            return float(value)
        case "timespan":
            return _timespan(str(value))
        case "datetime":
            return to_datetime(source.removeprefix("datetime(").removesuffix(")").strip("'\""))
        case _:
            raise UnsupportedError(f"literal of type {kind}")


def _timespan(text: str) -> timedelta:
    days, _, clock = text.rpartition(".") if text.count(":") == 2 else ("", "", text)
    if days and ":" in days:  # the dot was that of a fraction
        days, clock = "", text
    hours, minutes, seconds = clock.split(":")
    return timedelta(
        days=int(days or 0), hours=int(hours), minutes=int(minutes), seconds=float(seconds)
    )


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
        _require_text(operator, right)
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
        _require_text(operator, node)
        return [values]
    return [[dynamic_text(v) for v in values], [" ".join(atoms(v)) for v in values]]


def _require_text(operator: str, *nodes: Node) -> None:
    for node in nodes:
        if node[1] != "string":
            raise UnsupportedError(f"`{operator}` on {node[1]}")


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
    return (a == b) != negated


def _logic(operator: str, a: Values, b: Values) -> Values:
    decisive = operator == "or"
    return [
        decisive if decisive in (x, y) else (None if None in (x, y) else not decisive)
        for x, y in zip(map(_truth, a), map(_truth, b), strict=True)
    ]


def _truth(value: Value) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise UnsupportedError(f"{value!r} as a condition")


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
        _require_text(name, left)
        folded = {frame.fold(option) for option in options}
        return (frame.fold(value) in folded for value in values)
    if name != "in":
        raise UnsupportedError(f"operator {name}")
    if left[1] == "string" and not all(isinstance(option, str) for option in options):
        raise UnsupportedError("a string in a list of something else")
    if left[1] != "string" and any(isinstance(option, str) for option in options):
        raise UnsupportedError("a number in a list of strings")
    return (value is not None and value in options for value in values)


def constant_items(items: list[Node], frame: Frame) -> Values:
    """Return the values of a list's items, which may not depend on a row."""
    empty = Frame([{}], {}, frame.variables, frame.fold)
    return [evaluate(item, empty)[0] for item in items]


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


def _member(node: Node, frame: Frame) -> Values:
    return [member(value, node[3]) for value in evaluate(node[2], frame)]


def _index(node: Node, frame: Frame) -> Values:
    values, keys = evaluate(node[2], frame), evaluate(node[3], frame)
    return [member(value, key) for value, key in zip(values, keys, strict=True)]


def _array(node: Node, frame: Frame) -> Values:
    return frame.repeat([constant(item) for item in node[2]])


def _object(node: Node, frame: Frame) -> Values:
    return frame.repeat({pair[2]: constant(pair[3]) for pair in node[2]})


def _call(node: Node, frame: Frame) -> Values:
    _, kind, name, arguments = node
    if name in _SPECIAL:
        return _SPECIAL[name](arguments, frame, kind)
    function = FUNCTIONS.get(name)
    if function is None:
        raise UnsupportedError(f"function {name}")
    columns = [evaluate(argument, frame) for argument in arguments]
    return [function(*values) for values in zip(*columns, strict=True)]


def _tostring(arguments: list[Node], frame: Frame, _: str) -> Values:
    text = dynamic_text if arguments[0][1] == "dynamic" else to_text
    return [text(value) for value in evaluate(arguments[0], frame)]


def _not(arguments: list[Node], frame: Frame, _: str) -> Values:
    truths = map(_truth, evaluate(arguments[0], frame))
    return [None if truth is None else not truth for truth in truths]


def _coalesce(arguments: list[Node], frame: Frame, kind: str) -> Values:
    columns = [evaluate(argument, frame) for argument in arguments]
    missing = is_empty if kind == "string" else (lambda value: value is None)
    last = "" if kind == "string" else None
    return [
        next((value for value in values if not missing(value)), last)
        for values in zip(*columns, strict=True)
    ]


def _iff(arguments: list[Node], frame: Frame, _: str) -> Values:
    truths, yes, no = (evaluate(argument, frame) for argument in arguments)
    return [a if truth else b for truth, a, b in zip(map(_truth, truths), yes, no, strict=True)]


def _case(arguments: list[Node], frame: Frame, kind: str) -> Values:
    if len(arguments) == 1:
        return evaluate(arguments[0], frame)
    rest = _case(arguments[2:], frame, kind)
    truths, yes = (evaluate(argument, frame) for argument in arguments[:2])
    return [a if truth else b for truth, a, b in zip(map(_truth, truths), yes, rest, strict=True)]


def _now(arguments: list[Node], frame: Frame, _: str) -> Values:
    if arguments:
        raise UnsupportedError("now with an offset")
    return frame.repeat(NOW)


def _ago(arguments: list[Node], frame: Frame, _: str) -> Values:
    return [NOW - span for span in evaluate(arguments[0], frame)]


def _extract(arguments: list[Node], frame: Frame, _: str) -> Values:
    pattern, group = (constant(argument) for argument in arguments[:2])
    _require_text("extract", arguments[2])
    series = pl.Series(evaluate(arguments[2], frame), dtype=pl.String)
    return [found or "" for found in series.str.extract(pattern, group)]


def _column_ifexists(arguments: list[Node], frame: Frame, _: str) -> Values:
    name = arguments[0][2]
    if name in frame.types:
        return [row[name] for row in frame.rows]
    return evaluate(arguments[1], frame)


_SPECIAL: dict[str, Callable[[list[Node], Frame, str], Values]] = {
    "tostring": _tostring,
    "not": _not,
    "coalesce": _coalesce,
    "iff": _iff,
    "iif": _iff,
    "case": _case,
    "now": _now,
    "ago": _ago,
    "extract": _extract,
    "column_ifexists": _column_ifexists,
}

_HANDLERS: dict[str, Callable[[Node, Frame], Values]] = {
    "name": _name,
    "literal": _literal,
    "binary": _binary,
    "anyof": _anyof,
    "between": _between,
    "unary": _unary,
    "member": _member,
    "index": _index,
    "array": _array,
    "object": _object,
    "call": _call,
}
