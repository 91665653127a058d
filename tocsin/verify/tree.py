"""The tree that `gate.js` hands out, and small helpers to walk it.

A node is a list: a tag, the type that the binder found (or an empty text), and its parts.

    block statements            let name expression         pipe left operator
    name text symbol            literal value text          array items / object pairs
    binary operator left right  anyof operator left items   between operator left low high
    unary operator operand      call name arguments         named name expression
    member left name            index left item             star
    where condition             extend / project / project-away / distinct expressions
    union parameters sources    summarize aggregates keys   sort / ordered / take / count
    toscalar / materialize      serialize / invoke          other class text
"""

from collections.abc import Iterator
from typing import Any

Node = list[Any]


def is_node(part: object) -> bool:
    """Tell whether a part of a node is itself a node."""
    return isinstance(part, list) and len(part) > 1 and isinstance(part[0], str)


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all nodes below it, in the order of the text."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        found: list[Node] = []
        for part in current[2:]:
            if not isinstance(part, list):
                continue
            if is_node(part):
                found.append(part)
            else:
                found.extend(item for item in part if is_node(item))
        stack.extend(reversed(found))


def is_literal(node: Node) -> bool:
    """Tell whether a node is a constant as written."""
    return bool(node[0] == "literal")


def is_text_literal(node: Node) -> bool:
    """Tell whether a node is a string as written."""
    return bool(node[0] == "literal" and node[1] == "string")
