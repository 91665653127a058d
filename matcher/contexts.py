"""Contexts: the places of all fields in one table that a walk over an event follows.

Part of planning. In go the fields of a rule set, each with its places in order of precedence
(`places.py`); out come contexts, one for each part of an event in which a key may matter. At a
key the walk reads off which slots the value is for, how good a place it is, and in which
context the maps in the value are. What holds: context 0 is the event itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .places import places


@dataclass(frozen=True, slots=True)
class Candidate:
    """A slot that a value is for.

    Attributes:
        slot: number of the field.
        rank: of the place; the lowest that an event has decides.
        leaf: whether the value counts only if it is a leaf.
    """

    slot: int
    rank: int
    leaf: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What a key means in a context.

    Attributes:
        candidates: the slots its value is for.
        child: context of maps in the value, or `None` if nothing in them matters.
        leaf_child: the same where the value is a leaf.
    """

    candidates: tuple[Candidate, ...]
    child: int | None
    leaf_child: int | None


@dataclass(frozen=True, slots=True)
class Context:
    """A part of an event.

    Attributes:
        entries: by key.
        any_child: context of maps under any other key, or `None`.
    """

    entries: dict[str, Entry]
    any_child: int | None


@dataclass(slots=True, eq=False)
class _Node:
    """A point of the tree of all paths."""

    children: "dict[str, _Node]" = field(default_factory=dict)
    ends: dict[str, list[Candidate]] = field(default_factory=dict)
    leaves: dict[str, list[Candidate]] = field(default_factory=dict)


_State = tuple[_Node | None, _Node | None]
"""Where a walk stands: in the tree, and in which part every depth counts."""


def contexts(fields: Sequence[str]) -> list[Context]:
    """Return the contexts for fields whose slots are their positions."""
    start: _State = (_tree(fields), None)
    numbers: dict[tuple[int, int], int] = {(id(start[0]), id(None)): 0}
    states: list[_State] = [start]
    made: list[Context] = []

    def number(state: _State) -> int | None:
        if state == (None, None):
            return None
        key = (id(state[0]), id(state[1]))
        if key not in numbers:
            numbers[key] = len(states)
            states.append(state)
        return numbers[key]

    for state in states:  # grows while it is gone through
        entries = {
            key: Entry(
                _candidates(state, key), number(_enter(state, key)), number(_child(state, key))
            )
            for key in sorted(_keys(state))
        }
        made.append(Context(entries, number((None, state[1]))))
    return made


def _tree(fields: Iterable[str]) -> _Node:
    """Return the tree of the paths of all fields."""
    root = _Node()
    for slot, name in enumerate(fields):
        for rank, place in enumerate(places(name)):
            node = root
            for key in place.keys[:-1]:
                node = node.children.setdefault(key, _Node())
            table = node.leaves if place.any_depth else node.ends
            table.setdefault(place.keys[-1], []).append(Candidate(slot, rank, place.any_depth))
    return root


def _keys(state: _State) -> set[str]:
    """Return the keys that matter in a state."""
    node, deep = state
    found: set[str] = set()
    if node is not None:
        found.update(node.children, node.ends)
    if deep is not None:
        found.update(deep.leaves)
    return found


def _candidates(state: _State, key: str) -> tuple[Candidate, ...]:
    """Return the slots that a key's value is for."""
    node, deep = state
    ends = [] if node is None else node.ends.get(key, [])
    leaves = [] if deep is None else deep.leaves.get(key, [])
    return (*ends, *leaves)


def _child(state: _State, key: str) -> _State:
    """Return the state within a key's value if that is a leaf."""
    child = None if state[0] is None else state[0].children.get(key)
    return child, child if child is not None and child.leaves else None


def _enter(state: _State, key: str) -> _State:
    """Return the state within a key's value."""
    child, deep = _child(state, key)
    return child, state[1] if deep is None else deep
