r"""Rewrite: `has` where it equals `contains`.

A term is a run of letters and digits. `has` looks a term up in an index and asks for a boundary
at an edge of the literal only if the literal's own character there belongs to a term. So where
the first and the last character are ASCII and no letter or digit, and some term is between
them, `has` and `contains` are equal. Lists become `has_any` and `has_all`.
"""

import re
from collections.abc import Iterable, Iterator

from ..tree import And, Or, Tree, conjunction, disjunction, rebuilt
from .context import Context
from .tests import Compared

TERM = re.compile(r"[0-9A-Za-z]{3,}")
"""A term that the index knows."""
MOST = 10_000
"""How many values `has_any` takes."""


def use_terms(tree: Tree, context: Context) -> Tree:
    """Return the tree with `has` where it is equal to `contains`."""
    tree = rebuilt(tree, lambda child: use_terms(child, context))
    match tree:
        case Compared(operator="contains") if delimited(str(tree.value)):
            return Compared(tree.column, "has", tree.values)
        case Or(children=children):
            return disjunction(listed(children, "has_any"))
        case And(children=children):
            return conjunction(listed(children, "has_all"))
        case _:
            return tree


def delimited(text: str) -> bool:
    """Return whether a literal begins and ends beside its terms, and has a term."""
    edges = text[:1] + text[-1:]
    return (
        len(text) > 1
        and edges.isascii()
        and not any(char.isalnum() for char in edges)
        and text.isascii()
        and TERM.search(text) is not None
    )


def listed(children: Iterable[Tree], operator: str) -> Iterator[Tree]:
    """Go through the children with several `has` on one column as one list."""
    groups: dict[str, list[Compared]] = {}
    for child in children:
        if isinstance(child, Compared) and child.operator == "has":
            groups.setdefault(child.column.text, []).append(child)
    for child in children:
        if not isinstance(child, Compared) or child.operator != "has":
            yield child
            continue
        group = groups.pop(child.column.text, [])
        if len(group) == 1 or len(group) > MOST:
            yield from group
        elif group:
            values = tuple(dict.fromkeys(test.value for test in group))
            yield Compared(child.column, operator, values)
