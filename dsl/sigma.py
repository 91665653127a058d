"""Reader of Sigma: a YAML text becomes a document of rules, correlations and filters.

In goes a `Source`, out comes an `ast.Document`. Each YAML document is read by itself: a faulty
one is reported and left out, its neighbours stay. What modifiers and names mean is not judged
here. The old `action` documents are merged away before the rest sees them.
"""

from .ast import Document, Entry
from .diagnostics import Report, Severity
from .reading import Pairs, Reading
from .sigma_action import Merger
from .sigma_correlation import read_correlation
from .sigma_filter import read_filter
from .sigma_rule import read_rule
from .source import Source
from .yamltext import Tree, read_trees
from yaml.nodes import MappingNode, ScalarNode


def read_sigma(source: Source, report: Report) -> Document:
    """Return all that a Sigma text holds; whatever is faulty is in the report instead."""
    entries: list[Entry] = []
    merger = Merger()
    for tree in read_trees(source, report):
        reading = Reading(tree, report)
        top = _read_top(reading, tree)
        if top is None:
            continue
        merged = merger.merge(reading, top)
        if merged is None:
            continue
        entry = _read_entry(reading, tree, merged)
        if entry is not None and not reading.faulty:
            entries.append(entry)
    return Document(source, tuple(entries))


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
