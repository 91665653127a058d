"""Calls of functions: those that look at a whole column or at null, and all others row by row."""

from collections.abc import Callable

import polars as pl

from tocsin.verify.tree import Node

from .dynamics import dynamic_text
from .errors import UnsupportedError
from .frame import NOW, Frame, Values, constant, evaluate, require_text, truth_of
from .scalars import FUNCTIONS, is_empty, to_text


def call(node: Node, frame: Frame) -> Values:
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
    truths = map(truth_of, evaluate(arguments[0], frame))
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
    return [a if truth else b for truth, a, b in zip(map(truth_of, truths), yes, no, strict=True)]


def _case(arguments: list[Node], frame: Frame, kind: str) -> Values:
    if len(arguments) == 1:
        return evaluate(arguments[0], frame)
    rest = _case(arguments[2:], frame, kind)
    truths, yes = (evaluate(argument, frame) for argument in arguments[:2])
    return [a if truth else b for truth, a, b in zip(map(truth_of, truths), yes, rest, strict=True)]


def _now(arguments: list[Node], frame: Frame, _: str) -> Values:
    if arguments:
        raise UnsupportedError("now with an offset")
    return frame.repeat(NOW)


def _ago(arguments: list[Node], frame: Frame, _: str) -> Values:
    return [NOW - span for span in evaluate(arguments[0], frame)]


def _extract(arguments: list[Node], frame: Frame, _: str) -> Values:
    pattern, group = (constant(argument) for argument in arguments[:2])
    require_text("extract", arguments[2])
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
