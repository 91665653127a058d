"""The detection block of Sigma: maps and lists become items, `and` and `or`.

In goes the YAML node of a `detection` (or `filter`) map, out comes a `Block`. A map is an
`And`, a list of maps an `Or`, a list of scalars one item of keywords; modifiers are kept as
written. Under `re` and `cidr` texts stay raw, elsewhere Sigma's escapes are read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from .. import ast
from ..ast import Detection, Item, Modifier, RawText, Scalar, Value
from ..condition import read_condition
from ..condition.pipe import report_pipe
from ..diagnostics import Severity
from ..source import Span
from ..values import Pattern
from ..yamltext.places import inside
from ..yamltext.types import Numeral
from .reading import Reading

RAW = frozenset({"re", "cidr"})
"""Under these modifiers a text is taken as it stands."""

RESERVED = ("condition", "timeframe")
"""Keys of a detection block that are not detections."""

CACHED_LENGTH = 200
"""Longer texts are not kept for the next rule."""


@dataclass(frozen=True, slots=True)
class Block:
    """What a detection block says."""

    detections: tuple[Detection, ...]
    conditions: tuple[ast.Node, ...]
    timeframe: str | None


def read_block(reading: Reading, node: Node) -> Block | None:
    """Return a detection block, or `None` with the faults in the report."""
    if not isinstance(node, MappingNode):
        help_ = "write detections and a `condition` below it"
        message = "a detection block must be a map"
        reading.error("T211", message, reading.label(node), help=help_)
        return None
    pairs = reading.pairs(node, Severity.ERROR)
    timeframe = _read_timeframe(reading, pairs["timeframe"][1]) if "timeframe" in pairs else None
    if "condition" not in pairs:
        help_ = "add a line such as `condition: selection`"
        reading.error("T213", "there is no `condition`", reading.label(node), help=help_)
        conditions: list[ast.Node] = []
    else:
        conditions = _read_conditions(reading, pairs["condition"][1], timeframe)
    detections = [
        _read_detection(reading, key, value)
        for name, (key, value) in pairs.items()
        if name not in RESERVED
    ]
    found = tuple([d for d in detections if d is not None])
    if not detections:
        help_ = "add one, such as `selection:` with fields and values below it"
        reading.error("T214", "there is no detection", reading.label(node), help=help_)
    return None if reading.faulty else Block(found, tuple(conditions), timeframe)


def _read_timeframe(reading: Reading, node: Node) -> str | None:
    """Return the old time frame as written."""
    if isinstance(node, ScalarNode):
        return str(node.value)
    reading.error("T211", "`timeframe` must be a text", reading.label(node))
    return None


def _read_conditions(reading: Reading, node: Node, timeframe: str | None) -> list[ast.Node]:
    """Return the conditions of a block: one text, or a list of them."""
    nodes = node.value if isinstance(node, SequenceNode) else [node]
    if not nodes:
        reading.error("T213", "the list of conditions is empty", reading.label(node))
    found = [_read_one_condition(reading, member, timeframe) for member in nodes]
    return [condition for condition in found if condition is not None]


def _read_one_condition(reading: Reading, node: Node, timeframe: str | None) -> ast.Node | None:
    """Return a condition, or `None` with the fault in the report."""
    if not isinstance(node, ScalarNode):
        reading.error("T211", "a condition must be a text", reading.label(node))
        return None
    span = reading.span(node)
    condition = None
    if not report_pipe(span, node.value, timeframe, reading.report):
        condition = read_condition(span, node.value, reading.report)
    reading.faulty = reading.faulty or condition is None
    return condition


def _read_detection(reading: Reading, key: ScalarNode, node: Node) -> Detection | None:
    """Return a named detection, or `None` with the faults in the report."""
    span = reading.span(key)
    if isinstance(node, MappingNode):
        body = _read_map(reading, node)
    elif isinstance(node, SequenceNode):
        body = _read_list(reading, node)
    else:
        body = _read_keyword(reading, key, cast("ScalarNode", node))
    return None if body is None else Detection(key.value, body, span)


def _read_keyword(reading: Reading, key: ScalarNode, node: ScalarNode) -> Item | None:
    """Return the item of a detection that is a single keyword."""
    if reading.typed(node) is not None:
        return _keywords(reading, [node])
    help_ = "write fields and values below it"
    message = f"the detection `{key.value}` is empty"
    reading.error("T215", message, reading.label(key), help=help_)
    return None


def _read_map(reading: Reading, node: MappingNode) -> ast.Node | None:
    """Return the items of a map, all of which must hold."""
    pairs = reading.pairs(node, Severity.ERROR)
    if not node.value:
        help_ = "write `field: value` in it, or remove it"
        reading.error("T215", "this map is empty", reading.label(node), help=help_)
        return None
    items = [_read_item(reading, key, value) for key, value in pairs.values()]
    return _join(reading, ast.And, [item for item in items if item is not None], node)


def _read_list(reading: Reading, node: SequenceNode) -> ast.Node | None:
    """Return the alternatives of a list; neighbouring scalars are the keywords of one item."""
    if not node.value:
        help_ = "write maps or keywords in it, or remove it"
        reading.error("T215", "this list is empty", reading.label(node), help=help_)
        return None
    parts: list[ast.Node | None] = []
    run: list[ScalarNode] = []
    for member in node.value:
        if isinstance(member, ScalarNode):
            run.append(member)
            continue
        if run:
            parts.append(_keywords(reading, run))
            run = []
        if isinstance(member, MappingNode):
            parts.append(_read_map(reading, member))
        else:
            help_ = "a list holds maps or keywords; take this one apart"
            message = "lists cannot stand in lists"
            reading.error("T216", message, reading.label(member), help=help_)
    if run:
        parts.append(_keywords(reading, run))
    return _join(reading, ast.Or, [part for part in parts if part is not None], node)


def _join(
    reading: Reading, kind: type[ast.And | ast.Or], parts: list[ast.Node], node: Node
) -> ast.Node | None:
    """Return several nodes as one, with the place of a YAML node; a single one is itself."""
    if len(parts) > 1:
        return kind(tuple(parts), reading.span(node))
    return parts[0] if parts else None


def _keywords(reading: Reading, nodes: list[ScalarNode]) -> Item:
    """Return an item without a field."""
    values = tuple([_read_value(reading, node, raw=False) for node in nodes])
    span = values[0].span.to(values[-1].span)
    return Item(None, (), values, span, span)


def _read_item(reading: Reading, key: ScalarNode, node: Node) -> Item | None:
    """Return a field with its modifiers and values, or `None` with the faults reported."""
    name, *words = key.value.split("|")
    key_span = reading.span(key)
    modifiers = _read_modifiers(key_span, key.value, words) if words else ()
    raw = not RAW.isdisjoint(words)
    if isinstance(node, ScalarNode):
        value = _read_value(reading, node, raw=raw)
        values: tuple[Value, ...] = (value,)
        end = value.span
    elif isinstance(node, SequenceNode):
        end = reading.span(node)
        values = _read_values(reading, node, raw=raw) if node.value else (Value(None, end, ""),)
    else:
        help_ = "write a value or a list of values; nested fields are named with dots"
        message = f"a map cannot be the value of `{key.value}`"
        reading.error("T218", message, reading.label(node), help=help_)
        return None
    span = Span(key_span.source, key_span.start, max(end.end, key_span.end))
    return Item(name or None, modifiers, values, span, key_span)


def _read_values(reading: Reading, node: SequenceNode, *, raw: bool) -> tuple[Value, ...]:
    """Return the values of a list."""
    values: list[Value] = []
    for member in node.value:
        if isinstance(member, ScalarNode):
            values.append(_read_value(reading, member, raw=raw))
        else:
            help_ = "write each value as a member of the one list"
            what = "a map" if isinstance(member, MappingNode) else "a list"
            message = f"{what} cannot be a value"
            code = "T218" if isinstance(member, MappingNode) else "T216"
            reading.error(code, message, reading.label(member), help=help_)
    return tuple(values)


def _read_modifiers(span: Span, text: str, words: Iterable[str]) -> tuple[Modifier, ...]:
    """Return the modifiers of a key with their places."""
    plain = span.end - span.start == len(text)
    at = text.index("|") + 1
    modifiers: list[Modifier] = []
    for word in words:
        end = at + len(word)
        if plain:
            place = Span(span.source, span.start + at, span.start + end)
        else:
            place = inside(span, text, at, end)
        modifiers.append(Modifier(word, place))
        at = end + 1
    return tuple(modifiers)


def _read_value(reading: Reading, node: ScalarNode, *, raw: bool) -> Value:
    """Return one value: what YAML makes of it, and the words it was written in."""
    text = node.value
    typed = reading.typed(node)
    scalar: Scalar
    if isinstance(typed, str):
        scalar = RawText(text) if raw else _pattern(text)
    elif isinstance(typed, Numeral):
        scalar = typed.number
    else:
        scalar = typed
    return Value(scalar, reading.span(node), text)


def _pattern(text: str) -> Pattern:
    """Return the pattern of a text in Sigma's spelling."""
    if "*" not in text and "?" not in text and "\\\\" not in text:
        return Pattern((text,)) if text else Pattern()
    return _parsed(text) if len(text) <= CACHED_LENGTH else Pattern.parse(text)


_parsed = lru_cache(maxsize=4096)(Pattern.parse)
