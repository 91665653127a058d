"""The old `action` documents of Sigma: templates and repetitions, merged into plain rules.

`global` keeps a template that every later rule takes over, template first; `reset` drops it;
`repeat` adds to the rule before, addition first. Maps merge deeply, everything else is
replaced. Correlations and filters take no part.
"""

from yaml.nodes import MappingNode, Node, ScalarNode

from ..diagnostics import Severity
from .reading import Pairs, Reading

ACTIONS = frozenset({"global", "reset", "repeat"})


class Merger:
    """The template and the last rule of a file so far."""

    def __init__(self) -> None:
        """Begin without either."""
        self._template: Pairs = {}
        self._previous: Pairs | None = None

    def merge(self, reading: Reading, top: Pairs) -> Pairs | None:
        """Return what a document says with the others merged in, or `None` for no rule."""
        action = _action(top)
        if "correlation" in top or "filter" in top:
            return top
        if action is None:
            self._previous = _merge(reading, top, self._template)
            return self._previous
        help_ = "write the rules out; other tools do not read templates"
        message = "`action` documents are no longer part of Sigma"
        reading.warn("T917", message, reading.label(top["action"][1]), help=help_)
        rest = {key: entry for key, entry in top.items() if key != "action"}
        if action == "repeat":
            return self._repeat(reading, top, rest)
        self._template = rest if action == "global" else {}
        return None

    def _repeat(self, reading: Reading, top: Pairs, rest: Pairs) -> Pairs | None:
        """Return the rule before with a document merged in."""
        if self._previous is None:
            label = reading.label(top["action"][1])
            help_ = "put the rule to be repeated before it"
            message = "`action: repeat` has no rule before it"
            reading.error("T217", message, label, help=help_)
            return None
        self._previous = _merge(reading, self._previous, rest)
        return self._previous


def _action(top: Pairs) -> str | None:
    """Return the action of a document, or `None` if it is a plain one."""
    entry = top.get("action")
    if entry is None or not isinstance(entry[1], ScalarNode):
        return None
    word = str(entry[1].value)
    return word if word in ACTIONS else None


def _merge(reading: Reading, under: Pairs, over: Pairs) -> Pairs:
    """Return both maps in one; where both have a key, `over` wins and maps merge."""
    merged = dict(under)
    for key, (name, value) in over.items():
        merged[key] = (name, _join(reading, under[key][1], value) if key in under else value)
    return merged


def _join(reading: Reading, under: Node, over: Node) -> Node:
    """Return one value of two: maps merge, anything else is replaced."""
    if not (isinstance(under, MappingNode) and isinstance(over, MappingNode)):
        return over
    pairs = [reading.pairs(node, Severity.ERROR) for node in (under, over)]
    merged = _merge(reading, *pairs)
    return MappingNode("", list(merged.values()), over.start_mark, over.end_mark, over.flow_style)
