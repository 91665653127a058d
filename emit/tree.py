"""The tree between the logical IR and a target's text: and, or, not over the target's tests.

The walk in `target` makes it, a target's rewrites change it, `text` lays it out. Leaves belong
to the target; all that is known of them here is their text.
"""

from collections.abc import Callable, Iterable, Iterator

from ..dsl.record import record


class Leaf:
    """A test of the target; subclasses are frozen and know their text."""

    __slots__ = ()

    @property
    def text(self) -> str:
        """The test in the target's language, binding at least as tightly as a comparison."""
        raise TypeError(type(self).__name__)

    def lines(self, depth: int, width: int) -> str:  # noqa: ARG002 - most tests have one line
        """Return the test's text, broken to a width and indented by a depth where it is long."""
        return self.text

    @property
    def nullable(self) -> bool:
        """Whether the test may be neither true nor false for some row."""
        return False

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that the test looks at."""
        return ()


@record
class Raw(Leaf):
    """A test that is only its text."""

    words: str
    may_be_null: bool = False
    reads: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words as they are."""
        return self.words

    @property
    def nullable(self) -> bool:
        """Whether the test may be neither true nor false for some row."""
        return self.may_be_null

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that the test looks at."""
        return self.reads


@record
class And:
    """All of at least two children."""

    children: tuple["Tree", ...]


@record
class Or:
    """Any of at least two children."""

    children: tuple["Tree", ...]


@record
class Not:
    """Not the child."""

    child: "Tree"


@record
class Fixed:
    """True or false for every row."""

    value: bool


Tree = And | Or | Not | Fixed | Leaf

YES = Fixed(value=True)
NO = Fixed(value=False)


def conjunction(children: Iterable[Tree]) -> Tree:
    """Return the simplest tree for all of these, without doubles."""
    kept: dict[Tree, None] = {}
    for child in children:
        if child == NO:
            return NO
        if isinstance(child, And):
            kept.update(dict.fromkeys(child.children))
        elif child != YES:
            kept[child] = None
    nodes = tuple(kept)
    return YES if not nodes else nodes[0] if len(nodes) == 1 else And(nodes)


def disjunction(children: Iterable[Tree]) -> Tree:
    """Return the simplest tree for any of these, without doubles."""
    kept: dict[Tree, None] = {}
    for child in children:
        if child == YES:
            return YES
        if isinstance(child, Or):
            kept.update(dict.fromkeys(child.children))
        elif child != NO:
            kept[child] = None
    nodes = tuple(kept)
    return NO if not nodes else nodes[0] if len(nodes) == 1 else Or(nodes)


def negation(child: Tree) -> Tree:
    """Return the simplest tree for the negation."""
    if isinstance(child, Fixed):
        return Fixed(not child.value)
    return child.child if isinstance(child, Not) else Not(child)


def rebuilt(tree: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """Return the tree with its children changed and simplified; a leaf stays as it is."""
    match tree:
        case And(children=children) | Or(children=children):
            changed = [change(child) for child in children]
            if all(new is old for new, old in zip(changed, children, strict=True)):
                return tree
            return conjunction(changed) if isinstance(tree, And) else disjunction(changed)
        case Not(child=child):
            inner = change(child)
            return tree if inner is child else negation(inner)
        case _:
            return tree


def leaves(tree: Tree) -> Iterator[Leaf]:
    """Go through the leaves of a tree, left to right."""
    match tree:
        case And(children=children) | Or(children=children):
            for child in children:
                yield from leaves(child)
        case Not(child=child):
            yield from leaves(child)
        case Fixed():
            return
        case leaf:
            yield leaf
