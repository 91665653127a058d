"""The pipeline: tables, functions with filters, and the operators that follow them.

In go the tree of a whole query and the rows of the tables that it names; out come the rows of
its result. Rows keep the hidden column `ROW`, so that a caller can tell which rows of a table
were selected, as long as no operator makes new ones.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tocsin.dsl.schema import Parameter, Schema, Table

from tocsin.verify.tree import Node

from . import text as texts
from .errors import UnsupportedError
from .expressions import Frame, Row, Values, constant_items, evaluate
from .networks import has_any_ipv4_prefix
from .summarize import summarize

ROW = "\0row"
"""The hidden column: which row of its table a row is."""


@dataclass
class Oracle:
    """The evaluator of queries against one schema.

    Attributes:
        schema: the tables' columns.
        fold: how operators without regard to case compare.
    """

    schema: Schema
    fold: texts.Fold = texts.fold_unicode

    def select(self, tree: Node, rows: Mapping[str, Sequence[Row]]) -> list[int]:
        """Return which rows of its table a query selects, counted from 0."""
        return [row[ROW] for row in self.run(tree, rows).rows]

    def run(self, tree: Node, rows: Mapping[str, Sequence[Row]]) -> Frame:
        """Return the result of a query."""
        run = _Run(self.schema, rows, self.fold)
        result: Frame | None = None
        for statement in tree[2]:
            if statement[0] == "let":
                run.bind(statement[2], statement[3])
            elif result is None:
                result = run.table(statement)
            else:
                raise UnsupportedError("two results")
        if result is None:
            raise UnsupportedError("no result")
        return result


class _Run:
    """One evaluation: the rows and what `let` has bound so far."""

    def __init__(self, schema: Schema, rows: Mapping[str, Sequence[Row]], fold: texts.Fold) -> None:
        self.schema = schema
        self.rows = rows
        self.fold = fold
        self.scalars: dict[str, Any] = {}
        self.tables: dict[str, Node] = {}

    def bind(self, name: str, node: Node) -> None:
        """Remember what a `let` binds: a value, or a table to be evaluated when used."""
        if node[0] in {"pipe", "materialize", "union"} or self._is_source(node):
            self.tables[name] = node
        elif node[0] == "other":
            raise UnsupportedError(f"let of {node[2]}")
        else:
            frame = Frame([{}], {}, self.scalars, self.fold)
            self.scalars[name] = evaluate(node, frame)[0]

    def _is_source(self, node: Node) -> bool:
        return node[0] in {"name", "call"} and self.schema.table(node[2]) is not None

    def table(self, node: Node) -> Frame:
        """Return the rows that a tabular expression stands for."""
        match node:
            case ["pipe", _, source, operator]:
                return self.operate(self.table(source), operator)
            case ["materialize", _, source]:
                return self.table(source)
            case ["name", _, name, _] if name in self.tables:
                return self.table(self.tables[name])
            case ["name", _, name, _]:
                return self.source(name)
            case ["call", _, name, arguments]:
                return self.filtered(name, arguments)
            case ["union", _, parameters, sources]:
                return self.union(parameters, [self.table(source) for source in sources])
            case _:
                raise UnsupportedError(f"table {node[0]}")

    def source(self, name: str) -> Frame:
        """Return all rows of a table, those of a function unfiltered."""
        table = self._schema_table(name)
        kinds = {c.name: c.type for c in table.columns.values()} | {ROW: "row"}
        rows = [{**row, ROW: i} for i, row in enumerate(self.rows.get(name, ()))]
        return Frame(rows, kinds, self.scalars, self.fold)

    def _schema_table(self, name: str) -> Table:
        table = self.schema.table(name)
        if table is None:
            raise UnsupportedError(f"table {name}")
        return table

    def filtered(self, name: str, arguments: list[Node]) -> Frame:
        """Return the rows of a function that pass the filters given by name."""
        table, frame = self._schema_table(name), self.source(name)
        for argument in arguments:
            if argument[0] != "named":
                raise UnsupportedError("an argument without a name")
            parameter = table.parameter(argument[2])
            if parameter is None:
                raise UnsupportedError(f"parameter {argument[2]}")
            value = constant_items([argument[3]], frame)[0]
            frame = _keep(frame, [passes(parameter, row, value, self.fold) for row in frame.rows])
        return frame

    def union(self, parameters: list[str], frames: list[Frame]) -> Frame:
        """Return the rows of several tables, missing columns filled in."""
        if any(p.replace(" ", "") not in {"kind=outer", "isfuzzy=true"} for p in parameters):
            raise UnsupportedError(f"union {parameters}")
        kinds: dict[str, str] = {}
        for frame in frames:
            for name, kind in frame.types.items():
                if kinds.setdefault(name, kind) != kind:
                    raise UnsupportedError(f"union of {name} as {kinds[name]} and {kind}")
        rows = [
            {name: row.get(name, "" if kind == "string" else None) for name, kind in kinds.items()}
            for frame in frames
            for row in frame.rows
        ]
        return Frame(rows, kinds, self.scalars, self.fold)

    def operate(self, frame: Frame, node: Node) -> Frame:
        """Return what an operator makes of the rows before it."""
        match node:
            case ["where", _, condition]:
                return _keep(frame, evaluate(condition, frame))
            case ["union", _, parameters, sources]:
                return self.union(parameters, [frame, *(self.table(s) for s in sources)])
            case ["summarize", _, aggregates, keys]:
                return summarize(frame, aggregates, keys)
            case [name, _, expressions] if name in _OPERATORS:
                return _OPERATORS[name](frame, expressions)
            case _:
                raise UnsupportedError(f"operator {node[0]} {node[2:]}")


def _keep(frame: Frame, truths: Values) -> Frame:
    if any(truth not in {True, False, None} for truth in truths):
        raise UnsupportedError("where with something that is no truth")
    rows = [row for row, truth in zip(frame.rows, truths, strict=True) if truth]
    return replace(frame, rows=rows)


def _named(frame: Frame, expressions: list[Node]) -> list[tuple[str, str, Values]]:
    found = []
    for node in expressions:
        name = node[2] if node[0] in {"named", "name"} else None
        if name is None:
            raise UnsupportedError("a column without a name")
        value = node[3] if node[0] == "named" else node
        found.append((name, str(value[1]), evaluate(value, frame)))
    return found


def _extend(frame: Frame, expressions: list[Node]) -> Frame:
    for node in expressions:  # one at a time: a column may use the one before it
        (name, kind, values), *_ = _named(frame, [node])
        rows = [{**row, name: value} for row, value in zip(frame.rows, values, strict=True)]
        frame = replace(frame, rows=rows, types={**frame.types, name: kind})
    return frame


def _project(frame: Frame, expressions: list[Node]) -> Frame:
    columns = _named(frame, expressions)
    kept = [{ROW: row[ROW]} if ROW in row else {} for row in frame.rows]
    for name, _, values in columns:
        for row, value in zip(kept, values, strict=True):
            row[name] = value
    kinds = {name: kind for name, kind, _ in columns}
    return replace(frame, rows=kept, types={**kinds, ROW: "row"})


def _project_away(frame: Frame, expressions: list[Node]) -> Frame:
    dropped = {node[2] for node in expressions}
    kinds = {name: kind for name, kind in frame.types.items() if name not in dropped}
    rows = [{name: row[name] for name in kinds} for row in frame.rows]
    return replace(frame, rows=rows, types=kinds)


def _as_is(frame: Frame, _: list[Node]) -> Frame:
    return frame


_OPERATORS: dict[str, Callable[[Frame, list[Node]], Frame]] = {
    "extend": _extend,
    "project": _project,
    "project-away": _project_away,
    "sort": _as_is,  # which rows are selected does not depend on their order
}


def passes(parameter: Parameter, row: Row, value: Any, fold: texts.Fold) -> bool:
    """Tell whether a row passes a filter of a function, as the parsers apply it."""
    if value in (None, "*") or value == []:
        return True
    cells = [row[name] for name in parameter.columns]
    return any(_passes(parameter.filter, cell, value, fold) for cell in cells)


def _passes(check: str, cell: Any, value: Any, fold: texts.Fold) -> bool:
    match check:
        case "from":
            return cell is not None and cell >= value
        case "to":
            return cell is not None and cell <= value
        case "has_any":
            return any(texts.has(fold(cell), fold(item)) for item in value)
        case "has_all":
            return all(texts.has(fold(cell), fold(item)) for item in value)
        case "ip_prefix":
            return has_any_ipv4_prefix(cell, value)
        case "in":
            return fold(cell) in {fold(item) for item in value}
        case "equals":
            return bool(cell == value)
        case "has":
            return texts.has(fold(cell), fold(value))
        case _:
            raise UnsupportedError(f"filter {check}")
