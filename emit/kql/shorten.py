"""Shortening: long lists of texts as one regular expression.

A Sentinel rule's query may have 10,000 characters. Where it would be longer, alternatives that
look for texts in one column become one expression with the texts as its alternatives: the same
rows, without the column's name and the operator for each text.
"""

from collections.abc import Iterable, Iterator

from ...dsl.values import Pattern
from ..tree import Or, Tree, disjunction, rebuilt
from .regex import pattern_regex
from .tests import Compared

FRAMES = {
    "contains": ("", ""),
    "contains_cs": ("", ""),
    "startswith": ("^", ""),
    "startswith_cs": ("^", ""),
    "endswith": ("", "$"),
    "endswith_cs": ("", "$"),
}
"""What stands before and after the alternatives, by operator."""
CASED = frozenset({"contains_cs", "startswith_cs", "endswith_cs"})
FEWEST = 8
"""From how many texts an expression is shorter."""


def shorten(tree: Tree) -> Tree:
    """Return the tree with long lists of texts as expressions."""
    tree = rebuilt(tree, shorten)
    if not isinstance(tree, Or):
        return tree
    groups: dict[tuple[str, str], list[Compared]] = {}
    for child in tree.children:
        key = _key(child)
        if key is not None and isinstance(child, Compared):
            groups.setdefault(key, []).append(child)
    return disjunction(_shortened(tree.children, groups))


def _key(tree: Tree) -> tuple[str, str] | None:
    if isinstance(tree, Compared) and tree.operator in FRAMES:
        return tree.column.text, tree.operator
    return None


def _shortened(
    children: Iterable[Tree], groups: dict[tuple[str, str], list[Compared]]
) -> Iterator[Tree]:
    done: set[tuple[str, str]] = set()
    for child in children:
        key = _key(child)
        if key is None or len(groups[key]) < FEWEST:
            yield child
        elif key not in done:
            done.add(key)
            yield _expression(groups[key])


def _expression(group: list[Compared]) -> Tree:
    """Return one test by expression for tests of one kind on one column."""
    first = group[0]
    before, after = FRAMES[first.operator]
    cased = first.operator in CASED
    texts = [pattern_regex(Pattern.literal(str(test.value)), "", "", cased=True) for test in group]
    body = "|".join(text.removeprefix("(?s)") for text in texts)
    flags = "" if cased else "(?i)"
    return Compared(first.column, "matches regex", (f"{flags}{before}(?:{body}){after}",))
