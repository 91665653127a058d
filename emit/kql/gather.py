"""What is said in one test rather than in many: lists of values, ranges of addresses.

This is how KQL is written, not a rewrite: also plain queries have it. Order is kept; a list
stands where its first member stood.
"""

from collections.abc import Iterable, Iterator

from ..tree import Or, Tree, disjunction, rebuilt
from .literals import Scalar
from .tests import Called, Compared

RANGES = {
    "ipv4_is_in_range": "ipv4_is_in_any_range",
    "ipv6_is_in_range": "ipv6_is_in_any_range",
}
"""The functions that take many ranges, by those that take one."""
LISTS = {"=~": "in~", "==": "in", "in~": "in~", "in": "in"}
"""The operators that take many values, by those that can be gathered in them."""


def gather(tree: Tree) -> Tree:
    """Return the tree with alternatives on one column gathered in one test."""
    tree = rebuilt(tree, gather)
    if not isinstance(tree, Or):
        return tree
    groups: dict[tuple[str, str], list[Tree]] = {}
    for child in tree.children:
        key = _key(child)
        if key is not None:
            groups.setdefault(key, []).append(child)
    if all(len(group) == 1 for group in groups.values()):
        return tree
    return disjunction(_gathered(tree.children, groups))


def _key(tree: Tree) -> tuple[str, str] | None:
    """Return what tests must have in common to be gathered."""
    match tree:
        case Called(function=function, column=column) if function in RANGES:
            return column.text, function
        case Compared(column=column, operator=operator) if operator in LISTS:
            return column.text, LISTS[operator]
        case _:
            return None


def _gathered(
    children: Iterable[Tree], groups: dict[tuple[str, str], list[Tree]]
) -> Iterator[Tree]:
    for child in children:
        key = _key(child)
        if key is None:
            yield child
        elif key in groups:
            group = groups.pop(key)
            yield group[0] if len(group) == 1 else _one(group)


def _one(group: list[Tree]) -> Tree:
    """Return one test for several of a kind."""
    compared = [each for each in group if isinstance(each, Compared)]
    if compared:
        values: dict[Scalar, None] = {v: None for each in compared for v in each.values}
        return Compared(compared[0].column, LISTS[compared[0].operator], tuple(values))
    calls = [each for each in group if isinstance(each, Called)]
    texts = ", ".join(call.arguments[0] for call in calls)
    function = RANGES[calls[0].function]
    return Called(function, calls[0].column, (f"dynamic([{texts}])",), may_be_null=True)
