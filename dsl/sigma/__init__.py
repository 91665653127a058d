"""Reader of Sigma: a YAML text becomes a document of rules, correlations and filters.

In goes a `Source`, out comes an `ast.Document`. Each YAML document is read by itself: a faulty
one is reported and left out, its neighbours stay. What modifiers and names mean is not judged
here. The old `action` documents are merged away before the rest sees them.
"""

from yaml.nodes import MappingNode, ScalarNode

from ..ast import Document, Entry
from ..diagnostics import Report, Severity
from ..source import Source
from ..yamltext import Tree, read_trees
from .action import Merger
from .correlation import read_correlation
from .filter import read_filter
from .reading import Pairs, Reading
from .rule import read_rule


def read_sigma(source: Source, report: Report) -> Document:
    """Return all that a Sigma text holds; whatever is faulty is in the report instead."""
    entries: list[Entry] = []
    broken = 0
    merger = Merger()
    for tree in read_trees(source, report):
        if tree is None:
            broken += 1
            continue
        reading = Reading(tree, report)
        entry = _read_tree(reading, tree, merger)
        broken += reading.faulty
        if entry is not None and not reading.faulty:
            entries.append(entry)
    return Document(source, tuple(entries), broken=broken)


def _read_tree(reading: Reading, tree: Tree, merger: Merger) -> Entry | None:
    """Return what a YAML document holds, or `None` where it is empty, a template or faulty."""
    top = _read_top(reading, tree)
    merged = None if top is None else merger.merge(reading, top)
    return None if merged is None else _read_entry(reading, tree, merged)


def _read_top(reading: Reading, tree: Tree) -> Pairs | None:
    """Return the top-level entries of a document, or `None` where it has none."""
    root = tree.root
    if isinstance(root, MappingNode):
        return reading.pairs(root, Severity.WARNING)
    empty = isinstance(root, ScalarNode) and reading.typed(root) is None
    if not empty:
        help_ = "a rule is a map with `title`, `logsource` and `detection`"
        reading.error("T010", "this document is not a map", reading.label(root), help=help_)
    return None


def _read_entry(reading: Reading, tree: Tree, top: Pairs) -> Entry | None:
    """Return the rule, correlation or filter of a document."""
    span = reading.span(tree.root)
    if "correlation" in top:
        return read_correlation(reading, top, span)
    if "filter" in top:
        return read_filter(reading, top, span)
    return read_rule(reading, top, span)
