"""`summarize`: rows gathered by keys, for the queries that correlations become."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tocsin.verify.tree import Node

from .errors import UnsupportedError
from .expressions import Frame, Row, Values, evaluate


def _distinct(values: Values) -> list[Any]:
    return list({repr(value): value for value in values if value is not None}.values())


_AGGREGATES: dict[str, Callable[[Values], Any]] = {
    "dcount": lambda values: len(_distinct(values)),
    "count_distinct": lambda values: len(_distinct(values)),
    "make_set": _distinct,
    "min": lambda values: min((v for v in values if v is not None), default=None),
    "max": lambda values: max((v for v in values if v is not None), default=None),
    "sum": lambda values: sum(v for v in values if v is not None),
    "take_any": lambda values: next((v for v in values if v is not None), None),
}


def summarize(frame: Frame, aggregates: list[Node], keys: list[Node]) -> Frame:
    """Return one row for each distinct combination of keys."""
    key_columns = [(_column_name(node), node[1], evaluate(_value(node), frame)) for node in keys]
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for index, row in enumerate(frame.rows):
        key = tuple(values[index] for _, _, values in key_columns)
        groups.setdefault(key, []).append(row)
    names = [name for name, _, _ in key_columns]
    rows = [
        dict(zip(names, key, strict=True)) | _aggregated(replace(frame, rows=members), aggregates)
        for key, members in groups.items()
    ]
    kinds = {name: str(kind) for name, kind, _ in key_columns}
    kinds |= {_column_name(node): str(node[1]) for node in aggregates}
    return replace(frame, rows=rows, types=kinds)


def _aggregated(frame: Frame, aggregates: list[Node]) -> Row:
    return {_column_name(node): _aggregate(_value(node), frame) for node in aggregates}


def _aggregate(node: Node, frame: Frame) -> Any:
    if node[0] != "call":
        raise UnsupportedError(f"aggregate {node[0]}")
    _, _, name, arguments = node
    if name == "count":
        return len(frame.rows)
    if name == "countif":
        return sum(truth is True for truth in evaluate(arguments[0], frame))
    if name not in _AGGREGATES:
        raise UnsupportedError(f"aggregate {name}")
    return _AGGREGATES[name](evaluate(arguments[0], frame))


def _value(node: Node) -> Node:
    value: Node = node[3] if node[0] == "named" else node
    return value


def _column_name(node: Node) -> str:
    match node:
        case ["named", _, name, _] | ["name", _, name, _]:
            return str(name)
        case ["call", _, "bin", [["name", _, name, _], _]]:
            return str(name)
        case ["call", _, name, []]:
            return f"{name}_"
        case ["call", _, name, [["name", _, column, _], *_]]:
            return f"{name}_{column}"
        case _:
            raise UnsupportedError("a column without a name")
