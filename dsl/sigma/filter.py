"""Filter documents of Sigma: detections that narrow other rules.

In goes the top level of a YAML document with `filter`, out comes an `ast.Filter`.
"""

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..ast import Filter, Logsource
from ..diagnostics import Severity
from ..source import Span
from .correlation import read_names
from .detection import read_block
from .reading import Pairs, Reading
from .rule import read_logsource, read_meta


def read_filter(reading: Reading, top: Pairs, span: Span) -> Filter | None:
    """Return the filter of a document, or `None` with the faults in the report."""
    node = top["filter"][1]
    if not isinstance(node, MappingNode):
        help_ = "write `rules`, detections and a `condition` below it"
        reading.error("T520", "`filter` must be a map", reading.label(node), help=help_)
        return None
    logsource: Logsource | None = Logsource()
    if "logsource" in top:
        logsource = read_logsource(reading, top["logsource"][1])
    pairs = reading.pairs(node, Severity.ERROR)
    rules = _read_rules(reading, pairs, node)
    block = read_block(reading, _without_rules(node))
    meta = read_meta(reading, top, {"filter", "logsource"})
    if block is None or logsource is None:
        return None
    if "timeframe" in pairs:
        label = reading.label(pairs["timeframe"][0])
        reading.error("T520", "a filter has no `timeframe`", label, help="remove it")
    condition, *others = block.conditions
    if others:
        message = "a filter has one condition"
        reading.error("T521", message, reading.label(pairs["condition"][1]))
        return None
    return Filter(meta, logsource, rules, block.detections, condition, span=span)


def _read_rules(reading: Reading, pairs: Pairs, node: Node) -> tuple[str, ...] | None:
    """Return the rules that a filter is for, or `None` for any."""
    if "rules" not in pairs:
        help_ = "list the `name` or `id` of each rule under `rules`, or write `rules: any`"
        message = "the filter does not say which rules it is for"
        reading.error("T520", message, reading.label(node), help=help_)
        return None
    value = pairs["rules"][1]
    if isinstance(value, ScalarNode) and value.value == "any":
        return None
    if isinstance(value, SequenceNode) and not value.value:
        return None
    return read_names(reading, value, "rules")


def _without_rules(node: MappingNode) -> MappingNode:
    """Return the map without `rules`: what is left is a detection block."""
    kept = [(key, value) for key, value in node.value if key.value != "rules"]
    return MappingNode(node.tag, kept, node.start_mark, node.end_mark, node.flow_style)
