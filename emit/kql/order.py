"""Rewrite: what costs little and keeps few rows comes first.

`and` does not depend on the order of its parts, and a null and a false both drop a row. The
service looks up `==`, `in` and `has` in an index; numbers are cheap; texts are scanned;
expressions cost most.
"""

from ..tree import And, Not, Or, Tree, conjunction, disjunction, rebuilt
from .context import Context
from .tests import Called, Compared

COST = {
    "==": 1,
    "in": 1,
    "has": 2,
    "has_all": 2,
    "=~": 3,
    "in~": 3,
    "has_any": 3,
    "startswith_cs": 4,
    "startswith": 5,
    "endswith_cs": 5,
    "endswith": 6,
    "contains_cs": 6,
    "contains": 7,
    "matches regex": 20,
}
OTHER = 8
"""What any other test costs."""
COMPUTED = 30
"""What a computed column adds."""
NUMBER = 2
PRESENCE = 4


def cheap_first(tree: Tree, context: Context) -> Tree:
    """Return the tree with the parts of every conjunction in the order of their cost."""
    tree = rebuilt(tree, lambda child: cheap_first(child, context))
    if isinstance(tree, And):
        return conjunction(sorted(tree.children, key=cost))
    return disjunction(tree.children) if isinstance(tree, Or) else tree


def cost(tree: Tree) -> int:
    """Return roughly what a test costs for a row."""
    match tree:
        case Compared(column=column, operator=operator):
            own = COST.get(operator, OTHER) if column.type == "string" else NUMBER
            return own + (COMPUTED if column.computed is not None else 0)
        case Called(column=column):
            return PRESENCE + (COMPUTED if column.computed is not None else 0)
        case And(children=children) | Or(children=children):
            return sum(cost(child) for child in children)
        case Not(child=child):
            return cost(child) + 1
        case _:
            return OTHER
