"""What fits into one detection of Sigma: a map of items, a list of such maps, keywords.

Shared by the translation, which splits what does not fit, and by the printer, which writes what
does.
"""

from collections.abc import Iterable

from ..ast import And, Item, Node, Or

RESERVED = frozenset({"condition", "timeframe"})
"""Keys of a detection block that are not detections."""


def key_of(item: Item) -> str:
    """Return the key of an item in a map: field and modifiers."""
    return "|".join((item.field or "", *(modifier.name for modifier in item.modifiers)))


def is_map(nodes: Iterable[Node]) -> bool:
    """Return whether nodes are items that may stand side by side in a map."""
    keys: set[str] = set()
    for node in nodes:
        if not isinstance(node, Item) or key_of(node) in keys:
            return False
        keys.add(key_of(node))
    return True


def fits(node: Node) -> bool:
    """Return whether a node can be the body of one detection."""
    if isinstance(node, Or):
        return all(is_member(child) for child in node.children)
    return is_member(node)


def is_member(node: Node) -> bool:
    """Return whether a node is an item or a map of items."""
    return isinstance(node, Item) or (isinstance(node, And) and is_map(node.children))


def is_keyword(node: Node) -> bool:
    """Return whether a node is an item that may stand as bare scalars."""
    return isinstance(node, Item) and node.field is None and not node.modifiers
