"""What the aliases of a YAML document stand for when they are written out.

In goes the root of a document, out comes how large and how deep it really is. A few lines of
aliases of aliases may stand for billions of nodes, so this is asked before anybody walks it.
"""

from dataclasses import dataclass
from typing import Any

from yaml.nodes import Node, ScalarNode

MANY = 10**9
"""Sizes are not counted beyond this."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The size of a document.

    Attributes:
        written: nodes that are written.
        expanded: nodes with every alias written out.
        depth: how deep they nest.
    """

    written: int
    expanded: int
    depth: int


def measure(root: Node) -> Extent | None:
    """Return the extent of a document, or `None` where a node contains itself."""
    sizes: dict[int, tuple[int, int]] = {}
    path: set[int] = set()
    stack = [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            path.discard(id(node))
            below = [sizes[id(member)] for member in members(node)]
            expanded = min(MANY, 1 + sum(size for size, _ in below))
            sizes[id(node)] = (expanded, 1 + max((depth for _, depth in below), default=0))
        elif id(node) in path:
            return None
        elif id(node) not in sizes:
            path.add(id(node))
            stack.append((node, True))
            stack.extend((member, False) for member in members(node))
    return Extent(len(sizes), *sizes[id(root)])


def members(node: Node) -> list[Any]:
    """Return the nodes directly below a node, keys too."""
    if isinstance(node, ScalarNode):
        return []
    flat: list[Any] = []
    for member in node.value:
        flat.extend(member if isinstance(member, tuple) else (member,))
    return flat
