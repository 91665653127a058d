"""Rewrites (to come)."""
from dataclasses import dataclass
from typing import Any
from .tree import Tree
@dataclass(frozen=True)
class Context:
    options: Any
    table: Any
    where: Any
def apply(tree: Tree, context: Context) -> Tree:
    return tree
def parameters(where: Tree, tree: Tree, context: Context) -> list[str]:
    return []
