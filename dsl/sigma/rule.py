"""Detection rules of Sigma: metadata, log source, tests, and the detection block.

In goes the top level of a YAML document, out comes an `ast.Rule`, or nothing and a report.
Faults of metadata never cost a rule; that is for the linter to say.
"""

from typing import cast

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..ast import Case, Logsource, MetaEntry, Rule
from ..diagnostics import Label, Severity
from ..source import Span
from ..suggest import suggest
from ..values import Data, DataMap
from .detection import read_block
from .reading import Pairs, Reading

LOGSOURCE_KEYS = frozenset({"category", "product", "service", "definition"})
CASE_KEYS = frozenset({"name", "event", "match", "logsource"})


def read_rule(reading: Reading, top: Pairs, span: Span) -> Rule | None:
    """Return the rule of a document, or `None` with the faults in the report."""
    if not _is_complete(reading, top, span):
        return None
    cases = read_cases(reading, top["tests"][1]) if "tests" in top else None
    taken = {"logsource", "detection"} | ({"tests"} if cases is not None else set())
    logsource = read_logsource(reading, top["logsource"][1])
    block = read_block(reading, top["detection"][1])
    meta = read_meta(reading, top, taken)
    if logsource is None or block is None:
        return None
    return Rule(
        meta,
        logsource,
        block.detections,
        block.conditions,
        block.timeframe,
        cases or (),
        span=span,
    )


def _is_complete(reading: Reading, top: Pairs, span: Span) -> bool:
    """Return whether a rule has its parts, and report those that it lacks."""
    missing = [key for key in ("logsource", "detection") if key not in top]
    if not missing:
        return True
    words = " and ".join(f"`{key}`" for key in missing)
    label = Label(Span(span.source, span.start, span.start + 1))
    close = suggest(missing[0], top)
    if top:
        label = reading.label(top[close or next(iter(top))][0])
    help_ = f"write `{missing[0]}` instead of `{close}`" if close else _what_is_needed(missing)
    reading.error("T210", f"this rule has no {words}", label, help=help_)
    return False


def _what_is_needed(missing: list[str]) -> str:
    """Return what the missing parts are for."""
    purposes = {
        "logsource": "`logsource` says which events the rule is for",
        "detection": "`detection` says what to look for in them",
    }
    return "; ".join(purposes[key] for key in missing)


def read_meta(reading: Reading, top: Pairs, taken: set[str]) -> tuple[MetaEntry, ...]:
    """Return the top-level keys of a document that are not taken by its logic."""
    return tuple(
        [
            MetaEntry(key, reading.data(value), reading.span(key_node), reading.span(value))
            for key, (key_node, value) in top.items()
            if key not in taken
        ]
    )


def read_logsource(reading: Reading, node: Node) -> Logsource | None:
    """Return a log source, or `None` with the faults in the report."""
    help_ = "write at least one of `category`, `product` and `service` below it"
    if not isinstance(node, MappingNode):
        message = "`logsource` must be a map"
        reading.error("T211", message, reading.label(node), help=help_)
        return None
    found: dict[str, str | None] = {}
    custom: list[tuple[str, Data]] = []
    for key, (key_node, value) in reading.pairs(node, Severity.ERROR).items():
        if key not in LOGSOURCE_KEYS:
            custom.append((key, reading.data(value)))
        elif isinstance(value, ScalarNode):
            found[key] = None if reading.typed(value) is None else value.value
        else:
            message = f"`{key}` must be a text"
            reading.error("T211", message, reading.label(value), reading.label(key_node))
    logsource = Logsource(custom=tuple(custom), span=reading.span(node), **found)
    if not (logsource.category or logsource.product or logsource.service or custom):
        reading.error("T212", "the log source says nothing", reading.label(node), help=help_)
    return logsource


def read_cases(reading: Reading, node: Node) -> tuple[Case, ...] | None:
    """Return the tests kept with a rule, or `None` where `tests` is something else."""
    if not isinstance(node, SequenceNode) or not node.value:
        return None
    cases = [_read_case(reading, member) for member in node.value]
    found = tuple(case for case in cases if case is not None)
    return found if len(found) == len(cases) else None


def _read_case(reading: Reading, node: Node) -> Case | None:
    """Return one test, or `None` where this is none."""
    if not isinstance(node, MappingNode):
        return None
    fields = dict(cast("DataMap", reading.data(node)).entries)
    name, match, logsource = fields.get("name"), fields.get("match"), fields.get("logsource")
    well_formed = (
        set(fields) <= CASE_KEYS
        and isinstance(name, str)
        and isinstance(match, bool)
        and "event" in fields
        and (logsource is None or isinstance(logsource, str))
    )
    if not well_formed:
        return None
    return Case(str(name), fields["event"], bool(match), logsource, reading.span(node))  # type: ignore[arg-type]
