r"""Rewrite: a path that ends in one name is asked for by the name.

`FolderPath endswith @"\x.exe"` is `FileName =~ "x.exe"` where `FileName` is the last name of
the path, as the field map says: a path ends in a separator and a name without separators
exactly if that name is its last. An index serves `=~`, none serves `endswith`.
"""

from dataclasses import replace

from ..tree import Tree, rebuilt
from .context import Context
from .tests import Compared

SEPARATORS = "\\/"
OPERATORS = {"endswith": "=~", "endswith_cs": "=="}


def use_names(tree: Tree, context: Context) -> Tree:
    """Return the tree with names asked for where the table has a column of them."""
    tree = rebuilt(tree, lambda child: use_names(child, context))
    if not isinstance(tree, Compared) or tree.operator not in OPERATORS or not tree.column.names:
        return tree
    name = last_name(str(tree.value))
    if not name:
        return tree
    column = replace(tree.column, name=tree.column.names, text=tree.column.names, names="")
    return Compared(column, OPERATORS[tree.operator], (name,))


def last_name(text: str) -> str:
    """Return the name behind the separator that is a text's first character and its only one."""
    rest = text[1:]
    whole = text[:1] in SEPARATORS and not any(separator in rest for separator in SEPARATORS)
    return rest if text and whole else ""
