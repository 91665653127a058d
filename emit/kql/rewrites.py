"""The rewrites: queries that run faster and select the same rows.

Each is a function from tree to tree with its condition for equality in its own module and a
property test of its own; each can be left out by name. They run in the order of `REWRITES`.
`parameters` is told apart: it adds arguments to a function and leaves the tree alone.
"""

from collections.abc import Callable

from ..tree import Tree
from .caseless import heed_case
from .context import Context
from .gather import gather
from .names import use_names
from .order import cheap_first
from .prefilter import add_prefilters
from .subsume import drop_implied
from .terms import use_terms

Rewrite = Callable[[Tree, Context], Tree]

REWRITES: tuple[tuple[str, Rewrite], ...] = (
    ("names", use_names),
    ("subsume", drop_implied),
    ("caseless", heed_case),
    ("terms", use_terms),
    ("prefilter", add_prefilters),
    ("order", cheap_first),
)
"""Name and function of each rewrite, in the order in which they run."""
OTHERS = ("parameters",)
"""What else can be left out by name."""
NAMES = tuple(name for name, _ in REWRITES) + OTHERS


def apply(tree: Tree, context: Context) -> Tree:
    """Return the tree after the rewrites that are asked for."""
    for name, rewrite in REWRITES:
        if name not in context.without:
            tree = gather(rewrite(tree, context))
    return tree
