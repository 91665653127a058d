"""Witnesses: for a rule, tests of which one must hold wherever the rule matches.

Part of planning. The engine runs a rule only for events for which one of its witnesses holds, so
the fewer events that is, the better: of several choices the one that is likely rarest is taken.
How often a test holds is guessed from its kind and the length of its text; a bad guess costs
time, never a match.
"""

from collections.abc import Callable

from ..dsl.ir import (
    All,
    Any,
    AtLeast,
    Check,
    Const,
    Contains,
    Ends,
    Equals,
    Exists,
    FieldIs,
    IsNull,
    Node,
    Not,
    OneOf,
    Starts,
    Test,
    Truth,
)
from ..dsl.values import Pattern

Choice = tuple[float, tuple[Test, ...]]
"""How often one of the tests is thought to hold, in a thousand events, and the tests."""

_NEVER_RARE = 1000.0
_BY_LENGTH = (1000.0, 400.0, 120.0, 40.0, 20.0, 8.0, 4.0, 3.0, 2.0, 1.5, 1.0)
"""For a text of so many letters somewhere in a value."""
_BY_KIND: dict[type[Check], tuple[float, float]] = {
    Equals: (0.0, 0.5),
    Contains: (0.0, 1.0),
    Ends: (1.0, 0.7),
    Starts: (4.0, 1.0),
}
"""What is added to the guess for a text, and how much of it counts, for each kind of check."""


def witnesses(node: Node, skip: Callable[[Test], bool]) -> tuple[Test, ...] | None:
    """Return tests of which one holds wherever the node does, or `None` if there are none.

    Args:
        node: a condition.
        skip: whether a test may not be chosen, because it is decided with the event's class.
    """
    choice = _choose(node, skip)
    return None if choice is None else choice[1]


def _choose(node: Node, skip: Callable[[Test], bool]) -> Choice | None:
    """Return the best choice for a node, or `None` if it can hold without any."""
    match node:
        case Test():
            return None if skip(node) else (_frequency(node.check), (node,))
        case All(children=children):
            choices = [choice for child in children if (choice := _choose(child, skip))]
            return min(choices, key=_key, default=None)
        case Any(children=children) | AtLeast(children=children):
            return _union(children, skip)
        case Const(value=value):
            return None if value else (0.0, ())
        case Not():
            return None


def _key(choice: Choice) -> tuple[float, int]:
    """Return what makes one choice better than another."""
    return choice[0], len(choice[1])


def _union(children: tuple[Node, ...], skip: Callable[[Test], bool]) -> Choice | None:
    """Return the choice that serves every one of the alternatives."""
    frequency = 0.0
    tests: list[Test] = []
    for child in children:
        choice = _choose(child, skip)
        if choice is None:
            return None
        frequency += choice[0]
        tests += choice[1]
    return frequency, tuple(tests)


def _frequency(check: Check) -> float:
    """Return in how many of a thousand events a check is thought to hold."""
    match check:
        case Equals() | Contains() | Ends() | Starts():
            least, share = _BY_KIND[type(check)]
            return least + share * _by_text(check.pattern)
        case OneOf(texts=texts):
            return 1.0 + 0.1 * len(texts)
        case Truth() | FieldIs():
            return 300.0
        case Exists() | IsNull():
            return 900.0
        case _:
            return 60.0


def _by_text(pattern: Pattern) -> float:
    """Return a guess from the longest literal run of a pattern."""
    longest = 0
    for part in pattern.parts:
        if isinstance(part, str) and len(part) > longest:
            longest = len(part)
    return _BY_LENGTH[min(longest, len(_BY_LENGTH) - 1)]
