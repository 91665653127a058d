"""Rewrite: a literal without letters is compared as it is.

`=~`, `in~`, `contains` and their like fold case; where a literal has no letter with two cases
there is nothing to fold, and the operators that heed case give the same answer for less.
"""

from dataclasses import replace

from ..tree import Tree, rebuilt
from .context import Context
from .tests import CASED, Compared


def heed_case(tree: Tree, context: Context) -> Tree:
    """Return the tree with the operators that heed case where case makes no difference."""
    tree = rebuilt(tree, lambda child: heed_case(child, context))
    if not isinstance(tree, Compared) or tree.operator not in CASED:
        return tree
    if all(caseless(str(value)) for value in tree.values):
        return replace(tree, operator=CASED[tree.operator])
    return tree


def caseless(text: str) -> bool:
    """Return whether a text has no letter that another character could stand for."""
    return text.isascii() and text.lower() == text.upper()
