"""How deep trees and data are nested, found without recursion.

The parser of the native language takes any depth; whoever walks its trees later may recurse,
because the reader refuses what is deeper than `DEPTH_LIMIT`.
"""

from ..ast import And, Node, Not, Or
from ..values import Data, DataMap

DEPTH_LIMIT = 50
"""How deep parentheses, `not`, and the lists and maps of plain data may nest."""


def depth_of_node(node: Node) -> int:
    """Return the depth of a tree, at least 1."""
    deepest = 0
    waiting: list[tuple[Node, int]] = [(node, 1)]
    while waiting:
        current, depth = waiting.pop()
        deepest = max(deepest, depth)
        match current:
            case And(children=children) | Or(children=children):
                waiting += [(child, depth + 1) for child in children]
            case Not(child=child):
                waiting.append((child, depth + 1))
            case _:
                pass
    return deepest


def depth_of_data(data: Data) -> int:
    """Return the depth of plain data, at least 1."""
    deepest = 0
    waiting: list[tuple[Data, int]] = [(data, 1)]
    while waiting:
        current, depth = waiting.pop()
        deepest = max(deepest, depth)
        if isinstance(current, DataMap):
            waiting += [(value, depth + 1) for _, value in current.entries]
        elif isinstance(current, tuple):
            waiting += [(value, depth + 1) for value in current]
    return deepest
