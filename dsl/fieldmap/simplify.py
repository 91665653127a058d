"""Conditions in their simplest form: constants absorbed, chains flat, single children alone.

Where the passes of `passes` rework a condition that is there, these make one that needs none.
"""

from collections.abc import Iterable

from ..ir import FALSE, TRUE, All, Any, AtLeast, Const, Node, Not


def any_of(nodes: Iterable[Node]) -> Node:
    """Return the simplest node that says that any of these holds."""
    kept: list[Node] = []
    for node in nodes:
        if node == TRUE:
            return TRUE
        if isinstance(node, Any):
            kept.extend(node.children)
        elif node != FALSE:
            kept.append(node)
    if not kept:
        return FALSE
    return kept[0] if len(kept) == 1 else Any(tuple(kept))


def all_of(nodes: Iterable[Node]) -> Node:
    """Return the simplest node that says that all of these hold."""
    kept: list[Node] = []
    for node in nodes:
        if node == FALSE:
            return FALSE
        if isinstance(node, All):
            kept.extend(node.children)
        elif node != TRUE:
            kept.append(node)
    if not kept:
        return TRUE
    return kept[0] if len(kept) == 1 else All(tuple(kept))


def negation(node: Node) -> Node:
    """Return the simplest node that says that this one does not hold."""
    if isinstance(node, Const):
        return Const(not node.value)
    if isinstance(node, Not):
        return node.child
    return Not(node)


def at_least(count: int, children: list[Node]) -> Node:
    """Return the simplest node for "at least so many of these"."""
    sure = sum(child == TRUE for child in children)
    open_ones = [child for child in children if not isinstance(child, Const)]
    needed = count - sure
    if needed <= 0:
        return TRUE
    if needed > len(open_ones):
        return FALSE
    if needed == 1:
        return any_of(open_ones)
    if needed == len(open_ones):
        return all_of(open_ones)
    return AtLeast(needed, tuple(open_ones))
