"""Conditions as code: branches over tests that only jump forward.

Part of planning. In goes the condition of a rule, out come instructions; `native/event_class.h`
runs them. A test has a target for yes and one for no, so nothing is evaluated that cannot
matter, and a test whose answer is known is taken out by redirecting what leads to it. Counters
serve `AtLeast`. What holds: every target lies behind its instruction or ends the run.
"""

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

from ..dsl.ir import All, Any, AtLeast, Const, Node, Not, Test

ACCEPT = 0xFFFFFFFE
REJECT = 0xFFFFFFFF
COUNTERS = 16
"""How deep `AtLeast` may nest."""


class Operation(IntEnum):
    """What an instruction does."""

    TEST = 0
    """Goes to `yes` or `no` as its test holds or not."""
    RESET = 1
    """Sets a counter to `no`, then goes to `yes`."""
    COUNT = 2
    """Takes one off a counter, then goes to `yes` if none is left, else to `no`."""


_TEST, _RESET, _COUNT = Operation


class Instruction(NamedTuple):
    """One step; `argument` is a predicate or a counter."""

    operation: Operation
    argument: int
    yes: int
    no: int


_Step = tuple[Operation, int, int, int]
"""An instruction whose targets are counted from the end."""


class CodeWriter:
    """Gathers the code of many conditions.

    A condition is written back to front, so that what comes later is known; addresses are
    turned around when it is complete.
    """

    def __init__(self, predicate: Callable[[Test], int]) -> None:
        """Write code whose tests are numbered by `predicate`."""
        self.code: list[Instruction] = []
        self._predicate = predicate
        self._backward: list[_Step] = []
        self._depth = 0

    def write(self, node: Node) -> int:
        """Add the code of a condition and return where it is entered.

        Raises:
            ValueError: `AtLeast` nests too deep.
        """
        self._backward = []
        entry = self._write(node, ACCEPT, REJECT)
        last = len(self.code) + len(self._backward) - 1

        for operation, argument, yes, no in reversed(self._backward):
            forward = yes if yes >= ACCEPT else last - yes
            other = no if no >= ACCEPT or operation is _RESET else last - no
            self.code.append(Instruction(operation, argument, forward, other))
        return entry if entry >= ACCEPT else last - entry

    def _write(self, node: Node, yes: int, no: int) -> int:
        """Write a node that goes to `yes` or `no`, and return where it is entered."""
        match node:
            case Test():
                return self._add(_TEST, self._predicate(node), yes, no)
            case All(children=children):
                for child in reversed(children):
                    yes = self._write(child, yes, no)
                return yes
            case Any(children=children):
                for child in reversed(children):
                    no = self._write(child, yes, no)
                return no
            case Not(child=child):
                return self._write(child, no, yes)
            case AtLeast():
                return self._write_at_least(node, yes, no)
            case Const(value=value):
                return yes if value else no

    def _write_at_least(self, node: AtLeast, yes: int, no: int) -> int:
        """Write a count of children."""
        if node.count <= 0 or node.count > len(node.children):
            return yes if node.count <= 0 else no
        if self._depth == COUNTERS:
            message = "counts nest too deep"
            raise ValueError(message)
        counter = self._depth
        self._depth += 1
        following = no
        for child in reversed(node.children):
            counted = self._add(_COUNT, counter, yes, following)
            following = self._write(child, counted, following)
        self._depth -= 1
        return self._add(_RESET, counter, following, node.count)

    def _add(self, operation: Operation, argument: int, yes: int, no: int) -> int:
        """Add an instruction and return its address, counted from the end."""
        self._backward.append((operation, argument, yes, no))
        return len(self._backward) - 1
