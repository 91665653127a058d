"""Boolean nodes as native text: on one line, or broken into lines with their comments.

Every `and` or `or` below another operator stands in parentheses, also where it need not, so
that nobody has to know how they bind.
"""

from collections.abc import Sequence
from typing import assert_never

from .. import spelling
from ..ast import And, Item, Name, Node, Not, Or, Quantified
from ..native.comments import Comments, Place
from .predicates import spell_item, spell_range

_STATES = (" is null", " is empty")


def spell_node(node: Node) -> str:
    """Return a boolean node on one line."""
    match node:
        case Item():
            return spell_item(node).flat
        case Name(name=name):
            return spelling.name(name)
        case Quantified():
            return _spell_quantified(node)
        case Not(child=child):
            return _spell_negated(child)
        case And(children=children):
            return _range(node) or " and ".join(_spell_child(child) for child in children)
        case Or(children=children):
            return " or ".join(_spell_child(child) for child in children)
        case _:
            assert_never(node)


def _spell_child(child: Node) -> str:
    """Return a child on one line."""
    return f"({spell_node(child)})" if _is_compound(child) else spell_node(child)


def _is_compound(node: Node) -> bool:
    """Return whether a node stands in parentheses below another; also where it need not."""
    return isinstance(node, Or) or (isinstance(node, And) and _range(node) is None)


def _range(node: Node) -> str | None:
    """Return `Field in 1..5` for a node that says just that."""
    if isinstance(node, And) and len(node.children) == 2:
        return spell_range(*node.children)
    return None


def _spell_negated(child: Node) -> str:
    """Return a negation on one line."""
    words, state = _spell_child(child), _state_of(child)
    if state is not None:
        return words.removesuffix(state) + state.replace(" is ", " is not ")
    return f"not {words}"


def _state_of(node: Node) -> str | None:
    """Return the end of an item that says nothing but this state of its field."""
    spelled = spell_item(node) if isinstance(node, Item) else None
    if spelled is None or spelled.values != ():
        return None
    return next((each for each in _STATES if spelled.flat.endswith(each)), None)


def _spell_quantified(node: Quantified) -> str:
    """Return a quantifier."""
    count = "any" if node.count == 1 else str(node.count)
    if node.them:
        return f"{count} of them"
    names = [spelling.glob(name) for name in node.names]
    words = names[0] if len(names) == 1 else f"({', '.join(names)})"
    return f"{count} of {words}"


class Conditions:
    """Breaks boolean nodes into lines."""

    def __init__(self, comments: Comments, width: int) -> None:
        """Write lines of this width, with these comments."""
        self._comments = comments
        self._width = width

    def broken(self, node: Node, indent: str) -> list[str]:
        """Return the lines of a node that does not fit on one."""
        return self._lines(node, indent, "")

    def value_lines(self, values: Sequence[tuple[int, str]], indent: str) -> list[str]:
        """Return values by their places, a line each."""
        lines: list[str] = []
        for start, text in values:
            place = self._comments.take_part(start)
            lines += [indent + comment for comment in place.before]
            lines.append(_behind(f"{indent}{text},", place))
        return lines

    def _lines(self, node: Node, indent: str, head: str) -> list[str]:
        """Return the lines of a node, the first of which begins with `head`."""
        match node:
            case And(children=children) | Or(children=children) if _range(node) is None:
                return self._joined(node, children, indent, head)
            case Not(child=child) if _is_compound(child):
                return self._group(child, indent, f"{head}not ")
            case Not(child=child) if _state_of(child) is None:
                return self._lines(child, indent, f"{head}not ")
            case Item():
                return self._item(node, indent, head)
            case _:
                anchor = node.child if isinstance(node, Not) else node
                place = self._comments.take_part(anchor.span.start)
                above = [indent + text for text in place.before]
                return [*above, _behind(f"{indent}{head}{spell_node(node)}", place)]

    def _joined(
        self, node: And | Or, children: Sequence[Node], indent: str, head: str
    ) -> list[str]:
        """Return the lines of children, each but the first behind `and` or `or`."""
        word = "and " if isinstance(node, And) else "or "
        lines: list[str] = []
        for index, child in enumerate(children):
            start = word if index else head
            if _is_compound(child):
                lines += self._group(child, indent, start)
            else:
                lines += self._lines(child, indent, start)
        return lines

    def _group(self, node: Node, indent: str, head: str) -> list[str]:
        """Return the lines of a node in parentheses."""
        flat = f"{indent}{head}({spell_node(node)})"
        if len(flat) <= self._width and not self._comments.inside(node.span.start, node.span.end):
            return [flat]
        return [f"{indent}{head}(", *self._lines(node, indent + "  ", ""), f"{indent})"]

    def _item(self, item: Item, indent: str, head: str) -> list[str]:
        """Return the lines of an item."""
        place = self._comments.take_part(item.span.start)
        above = [indent + text for text in place.before]
        spelled = spell_item(item)
        flat = f"{indent}{head}{spelled.flat}"
        commented = self._comments.inside(item.span.start, item.span.end)
        if len(spelled.values) < 2 or (len(flat) <= self._width and not commented):
            return [*above, _behind(flat, place)]
        starts = [value.span.start for value in item.values]
        values = list(zip(starts, spelled.values, strict=True))
        first = _behind(f"{indent}{head}{spelled.head} {spelled.opening}", place)
        lines = self.value_lines(values, indent + "  ")
        return [*above, first, *lines, indent + spelled.closing]


def _behind(line: str, place: Place) -> str:
    """Return a line with the comment behind it."""
    return f"{line}  {place.behind}" if place.behind else line
