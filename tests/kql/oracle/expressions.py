"""Expressions over a whole table at a time: one value a row.

In go a node of the binder's tree and a frame of rows; out comes a list with a value for each
row. Names, literals and members are here; operators and calls have modules of their own.
"""

from datetime import timedelta

from tocsin.verify.tree import Node

from .calls import call
from .dynamics import member
from .errors import UnsupportedError
from .frame import HANDLERS, NOW, Frame, Row, Values, constant, constant_items, evaluate
from .operators import OPERATORS
from .scalars import Value, to_datetime

__all__ = ["NOW", "Frame", "Row", "Values", "constant", "constant_items", "evaluate"]


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


def _member(node: Node, frame: Frame) -> Values:
    return [member(value, node[3]) for value in evaluate(node[2], frame)]


def _index(node: Node, frame: Frame) -> Values:
    values, keys = evaluate(node[2], frame), evaluate(node[3], frame)
    return [member(value, key) for value, key in zip(values, keys, strict=True)]


def _array(node: Node, frame: Frame) -> Values:
    return frame.repeat([constant(item) for item in node[2]])


def _object(node: Node, frame: Frame) -> Values:
    return frame.repeat({pair[2]: constant(pair[3]) for pair in node[2]})


HANDLERS |= OPERATORS
HANDLERS |= {
    "name": _name,
    "literal": _literal,
    "member": _member,
    "index": _index,
    "array": _array,
    "object": _object,
    "call": call,
}
