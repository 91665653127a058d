"""The frame of rows that expressions are evaluated on, and the way from a node to its handler.

`expressions.py` fills `HANDLERS`: one function for each tag of the tree.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tocsin.verify.tree import Node

from . import text as texts
from .errors import UnsupportedError
from .scalars import Value

Row = dict[str, Value]
Values = list[Value]
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


HANDLERS: dict[str, Callable[[Node, Frame], Values]] = {}


def evaluate(node: Node, frame: Frame) -> Values:
    """Return the value of an expression for each row."""
    handler = HANDLERS.get(node[0])
    if handler is None:
        raise UnsupportedError(f"expression {node[0]} {node[2:]}")
    return handler(node, frame)


def constant(node: Node) -> Value:
    """Return the value of an expression that does not depend on a row."""
    return evaluate(node, Frame([{}], {}))[0]


def constant_items(items: list[Node], frame: Frame) -> Values:
    """Return the values of a list's items, which may not depend on a row."""
    empty = Frame([{}], {}, frame.variables, frame.fold)
    return [evaluate(item, empty)[0] for item in items]


def require_text(operator: str, *nodes: Node) -> None:
    for node in nodes:
        if node[1] != "string":
            raise UnsupportedError(f"`{operator}` on {node[1]}")


def truth_of(value: Value) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise UnsupportedError(f"{value!r} as a condition")
