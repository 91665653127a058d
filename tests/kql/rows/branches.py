"""Which tests must hold or fail for a condition to be what is wanted, branch by branch.

Every branch of an `Any` appears in some combination, as long as there are not too many; the
combinations of an `All` walk through its children's side by side.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from random import Random

from tocsin.dsl.ir import All, Any, AtLeast, Const, Node, Not, Test

Literal = tuple[Test, bool]
"""A test, and whether it must pass."""

Branch = tuple[Literal, ...]
MOST_BRANCHES = 40


def branches(node: Node, *, wanted: bool = True, most: int = MOST_BRANCHES) -> list[Branch]:
    """Return combinations of tests that make the condition what is wanted."""
    return list(islice(_branches(node, wanted, most), most))


def _branches(node: Node, wanted: bool, most: int) -> Iterator[Branch]:
    match node:
        case Test():
            yield ((node, wanted),)
        case Const(value=value):
            if value == wanted:
                yield ()
        case Not(child=child):
            yield from _branches(child, not wanted, most)
        case All(children=children):
            yield from _every(children, wanted, most) if wanted else _some(children, wanted, most)
        case Any(children=children):
            yield from _some(children, wanted, most) if wanted else _every(children, wanted, most)
        case AtLeast(count=count, children=children):
            needed = count if wanted else len(children) - count + 1
            yield from _windows(children, needed, wanted, most)


def _some(children: tuple[Node, ...], wanted: bool, most: int) -> Iterator[Branch]:
    """Yield the branches of one child after another: first one of each, then the rest."""
    found = [branches(child, wanted=wanted, most=most) for child in _spread(children, most)]
    for position in range(max(map(len, found), default=0)):
        for options in found:
            if position < len(options):
                yield options[position]


def _spread(children: tuple[Node, ...], most: int) -> tuple[Node, ...]:
    """Return the children, or so many of them evenly spread over a long list."""
    step = max(1, -(-len(children) // most))
    return children[::step]


def _every(children: Iterable[Node], wanted: bool, most: int) -> Iterator[Branch]:
    found = [branches(child, wanted=wanted, most=most) for child in children]
    if not all(found):
        return
    for position in range(max(map(len, found), default=1)):
        yield tuple(literal for options in found for literal in options[position % len(options)])


def _windows(children: tuple[Node, ...], needed: int, wanted: bool, most: int) -> Iterator[Branch]:
    for start in range(len(children)):
        window = [children[(start + i) % len(children)] for i in range(needed)]
        yield from islice(_every(window, wanted, most), 2)


def random_branch(node: Node, chance: Random, *, wanted: bool = True) -> Branch | None:
    """Return one combination of tests, alternatives chosen by chance; None where none is."""
    match node:
        case Test():
            return ((node, wanted),)
        case Const(value=value):
            return () if value == wanted else None
        case Not(child=child):
            return random_branch(child, chance, wanted=not wanted)
        case All(children=children):
            return _chosen(children, len(children) if wanted else 1, chance, wanted)
        case Any(children=children):
            return _chosen(children, 1 if wanted else len(children), chance, wanted)
        case AtLeast(count=count, children=children):
            needed = count if wanted else len(children) - count + 1
            return _chosen(children, needed, chance, wanted)


def _chosen(children: tuple[Node, ...], needed: int, chance: Random, wanted: bool) -> Branch | None:
    found = [random_branch(c, chance, wanted=wanted) for c in chance.sample(children, needed)]
    kept = [branch for branch in found if branch is not None]
    if len(kept) < needed:
        return None
    return tuple(literal for branch in kept for literal in branch)
