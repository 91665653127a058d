"""Correlation documents of Sigma: which rules together, how often, in which time.

In goes the top level of a YAML document with `correlation`, out comes an `ast.Correlation`.
Whether the rules exist is for the check to say; what a correlation must have is said here.
"""

import re
from decimal import Decimal, InvalidOperation

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from .. import ast
from ..ast import Aggregate, Correlation
from ..condition import read_condition
from ..diagnostics import Fix, Severity
from ..source import Span
from ..suggest import suggest
from ..values import Number
from ..yamltext.types import Numeral
from .reading import Pairs, Reading
from .rule import read_meta

COUNTS = ("event_count",)
TEMPORAL = ("temporal", "temporal_ordered")
VALUES = ("value_count", "value_sum", "value_avg", "value_percentile", "value_median")
KINDS = (*COUNTS, *VALUES, *TEMPORAL)
OPERATORS = ("gt", "gte", "lt", "lte", "eq", "neq")
KEYS = ("type", "rules", "group-by", "timespan", "condition", "aliases", "generate")
CONDITION_KEYS = (*OPERATORS, "field", "percentile")

_TIMESPAN = re.compile(r"0*(?P<count>[0-9]+)(?P<unit>[smhdwMy])", re.ASCII)


def read_correlation(reading: Reading, top: Pairs, span: Span) -> Correlation | None:
    """Return the correlation of a document, or `None` with the faults in the report."""
    node = top["correlation"][1]
    if not isinstance(node, MappingNode):
        help_ = f"write {', '.join(f'`{key}`' for key in KEYS[:5])} below it"
        reading.error("T502", "`correlation` must be a map", reading.label(node), help=help_)
        return None
    pairs = reading.pairs(node, Severity.ERROR)
    _refuse_unknown(reading, pairs, KEYS, "correlation")
    kind = _read_kind(reading, pairs, node)
    rules = read_names(reading, pairs["rules"][1], "rules") if "rules" in pairs else ()
    if not rules and not reading.faulty:
        help_ = "list the `name` or `id` of each rule under `rules`"
        reading.error("T502", "the correlation names no rules", reading.label(node), help=help_)
    groups = read_names(reading, pairs["group-by"][1], "group-by") if "group-by" in pairs else ()
    condition, fields, percentile = _read_condition(reading, pairs, node, kind)
    result = Correlation(
        read_meta(reading, top, {"correlation", "generate"}),
        kind,
        rules,
        groups,
        _read_timespan(reading, pairs, node),
        condition,
        fields,
        percentile,
        _read_aliases(reading, pairs),
        _read_generate(reading, top, pairs),
        span=span,
    )
    return None if reading.faulty else result


def _refuse_unknown(reading: Reading, pairs: Pairs, known: tuple[str, ...], what: str) -> None:
    """Report the keys of a map that say nothing there."""
    for name, (key, _) in pairs.items():
        if name in known:
            continue
        close = suggest(name, known) or ("timespan" if name == "timeframe" else None)
        fixes: tuple[Fix, ...] = ()
        if close:
            fixes = (Fix(reading.span(key), close, f"replace it by `{close}`"),)
        help_ = f"write `{close}`" if close else f"the keys are {', '.join(known)}"
        message = f"`{name}` is no key of a {what}"
        reading.error("T503", message, reading.label(key), help=help_, fixes=fixes)


def _read_kind(reading: Reading, pairs: Pairs, node: Node) -> str:
    """Return the type of a correlation, or the empty text with the fault in the report."""
    if "type" not in pairs:
        help_ = f"the types are {', '.join(KINDS)}"
        reading.error("T502", "the correlation has no `type`", reading.label(node), help=help_)
        return ""
    value = pairs["type"][1]
    kind = value.value if isinstance(value, ScalarNode) else ""
    if kind in KINDS:
        return str(kind)
    close = suggest(kind, KINDS)
    help_ = f"write `{close}`" if close else f"the types are {', '.join(KINDS)}"
    message = f"unknown correlation type `{kind}`" if kind else "`type` must be a text"
    reading.error("T501", message, reading.label(value), help=help_)
    return ""


def read_names(reading: Reading, node: Node, key: str) -> tuple[str, ...]:
    """Return a text or a list of texts as names; anything else is reported."""
    nodes = node.value if isinstance(node, SequenceNode) else [node]
    names: list[str] = []
    for member in nodes:
        if isinstance(member, ScalarNode) and (member.value or member.style):
            names.append(member.value)
        else:
            message = f"`{key}` takes texts"
            reading.error("T502", message, reading.label(member))
    return tuple(names)


def _read_timespan(reading: Reading, pairs: Pairs, node: Node) -> str | None:
    """Return the time span as written."""
    help_ = "write a number and one of s, m, h, d, w, M, y, such as `5m`"
    if "timespan" not in pairs:
        if "timeframe" not in pairs:
            message = "the correlation has no `timespan`"
            reading.error("T502", message, reading.label(node), help=help_)
        return None
    value = pairs["timespan"][1]
    text = value.value if isinstance(value, ScalarNode) else ""
    found = _TIMESPAN.fullmatch(text)
    if found is None:
        message = f"`{text}` is not a time span" if text else "`timespan` must be a text"
        reading.error("T504", message, reading.label(value), help=help_)
    elif found["count"] == "0":
        reading.error("T504", "the time span is zero", reading.label(value), help=help_)
    return str(text)


Condition = tuple[Aggregate, ...] | ast.Node


def _read_condition(
    reading: Reading, pairs: Pairs, node: Node, kind: str
) -> tuple[Condition, tuple[str, ...], Number | None]:
    """Return the condition, the fields that it counts, and the rank of a percentile."""
    nothing: tuple[Condition, tuple[str, ...], Number | None] = ((), (), None)
    if "condition" not in pairs:
        if kind not in TEMPORAL:
            help_ = "write `condition:` with a comparison below it, such as `gte: 10`"
            message = "the correlation has no `condition`"
            reading.error("T502", message, reading.label(node), help=help_)
        return nothing
    value = pairs["condition"][1]
    if isinstance(value, ScalarNode):
        return _read_text_condition(reading, value, kind), (), None
    if not isinstance(value, MappingNode):
        message = "`condition` must be a map of comparisons"
        reading.error("T505", message, reading.label(value))
        return nothing
    entries = reading.pairs(value, Severity.ERROR)
    _refuse_unknown(reading, entries, CONDITION_KEYS, "correlation condition")
    fields = read_names(reading, entries["field"][1], "field") if "field" in entries else ()
    percentile = None
    if "percentile" in entries:
        percentile = _read_number(reading, entries["percentile"][1], "percentile")
    _require(reading, kind, value, fields=bool(fields), percentile=percentile)
    return _read_aggregates(reading, entries, value), fields, percentile


def _read_text_condition(reading: Reading, node: ScalarNode, kind: str) -> Condition:
    """Return a condition over rule names, as temporal kinds may have."""
    if kind and kind not in TEMPORAL:
        help_ = "write a comparison below it, such as `gte: 10`"
        message = f"the condition of `{kind}` must be a map"
        reading.error("T505", message, reading.label(node), help=help_)
        return ()
    found = read_condition(reading.span(node), node.value, reading.report)
    reading.faulty = reading.faulty or found is None
    return () if found is None else found


def _require(
    reading: Reading, kind: str, node: Node, *, fields: bool, percentile: Number | None
) -> None:
    """Report what a value kind lacks."""
    if kind in VALUES and not fields:
        help_ = "write `field:` in the condition, with the name of the field"
        message = f"`{kind}` needs the field that it looks at"
        reading.error("T506", message, reading.label(node), help=help_)
    if kind == "value_percentile" and percentile is None:
        help_ = "write `percentile:` in the condition, with a number from 0 to 100"
        message = f"`{kind}` needs its rank"
        reading.error("T506", message, reading.label(node), help=help_)
    if percentile is not None and not 0 <= percentile.value <= 100:
        message = "a percentile is a number from 0 to 100"
        reading.error("T505", message, reading.label(node))


def _read_aggregates(reading: Reading, entries: Pairs, node: Node) -> tuple[Aggregate, ...]:
    """Return the comparisons of a condition, all of which must hold (D33)."""
    found: list[Aggregate] = []
    compared = False
    for name, (_, value) in entries.items():
        if name in OPERATORS:
            compared = True
            number = _read_number(reading, value, name)
            if number is not None:
                found.append(Aggregate(name, number))
    if not compared:
        help_ = "add one of gt, gte, lt, lte, eq and neq, such as `gte: 10`"
        message = "the condition compares nothing"
        reading.error("T505", message, reading.label(node), help=help_)
    return tuple(found)


def _read_number(reading: Reading, node: Node, key: str) -> Number | None:
    """Return a number, also one in quotes; anything else is reported."""
    typed = reading.typed(node) if isinstance(node, ScalarNode) else None
    if isinstance(typed, Numeral):
        return typed.number
    if isinstance(typed, str):
        try:
            value = Decimal(typed)
        except InvalidOperation:
            value = Decimal("NaN")
        if value.is_finite() and abs(value.adjusted()) < 100:
            return Number(value)
    reading.error("T505", f"`{key}` takes a number", reading.label(node))
    return None


def _read_aliases(reading: Reading, pairs: Pairs) -> tuple[tuple[str, str, str], ...]:
    """Return the aliases: for each, and each rule, the field that it stands for."""
    if "aliases" not in pairs:
        return ()
    found: list[tuple[str, str, str]] = []
    help_ = "write each alias as a map from rule names to fields"
    for alias, node in _entries(reading, pairs["aliases"][1], "`aliases`", help_):
        for rule, value in _entries(reading, node, f"the alias `{alias}`", help_):
            if isinstance(value, ScalarNode) and value.value:
                found.append((alias, rule, value.value))
            else:
                message = f"the alias `{alias}` needs a field of `{rule}`"
                reading.error("T507", message, reading.label(value), help=help_)
    return tuple(found)


def _entries(reading: Reading, node: Node, what: str, help_: str) -> list[tuple[str, Node]]:
    """Return the entries of a map of aliases; anything else is reported."""
    if not isinstance(node, MappingNode):
        reading.error("T507", f"{what} must be a map", reading.label(node), help=help_)
        return []
    pairs = reading.pairs(node, Severity.ERROR)
    return [(name, value) for name, (_, value) in pairs.items()]


def _read_generate(reading: Reading, top: Pairs, pairs: Pairs) -> bool:
    """Return whether the rules report on their own too, wherever that is said (D39)."""
    said = False
    for place in (top, pairs):
        if "generate" in place:
            node = place["generate"][1]
            typed = reading.typed(node) if isinstance(node, ScalarNode) else None
            if not isinstance(typed, bool):
                message = "`generate` takes `true` or `false`"
                reading.error("T502", message, reading.label(node))
            said = said or typed is True
    return said
