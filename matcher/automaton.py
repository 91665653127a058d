"""Compiles the tree of a regular expression into the program that the engine runs.

The program works on classes of code points: all code points that no set of the expression tells
apart are one class, so an instruction consumes one class out of a set, whatever its width in
bytes. The other instructions fork, test a position, or accept. `native/regex_program.h` reads
what `program_bytes` writes.
"""

import itertools
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..dsl.regex.sets import LETTER_SETS
from ..dsl.regex.tree import Anchor, AnchorKind, Chain, Chars, Choice, Ranges, RegexNode, Repeat

_CONSUME, _FORK, _ASSERT, _ACCEPT = range(4)
_LINE_FEED: Ranges = ((0x0A, 0x0A),)
_WORD_FLAG, _LINE_FEED_FLAG = 1, 2
_ASCII = 128


def program_bytes(tree: RegexNode) -> bytes:
    """Return the program of an expression, which is searched for anywhere."""
    tree = trimmed(trimmed(tree, front=True), front=False)
    bare = without_begin(tree)
    alphabet = _Alphabet.of(tree if bare is None else bare)
    code = _Code(alphabet)
    start = code.add(tree if bare is None else bare, code.emit(_ACCEPT))
    return b"".join(
        (
            struct.pack("<BHI", bare is not None, alphabet.size, start),
            alphabet.table_bytes(),
            struct.pack("<I", len(code.steps)),
            *(struct.pack("<BII", *step) for step in code.steps),
            struct.pack("<I", len(alphabet.sets)),
            *alphabet.set_bytes(),
        )
    )


def trimmed(node: RegexNode, *, front: bool) -> RegexNode:
    """Return an expression found in the same texts, without needless repeats at one end.

    Whoever finds `xa*` finds `x` and the other way round, as nothing is asked of the rest.
    """
    match node:
        case Repeat(child=child, least=least):
            return Chain(()) if least == 0 else Repeat(child, least, least)
        case Choice(options=options):
            return Choice(tuple(trimmed(option, front=front) for option in options))
        case Chain(parts=parts) if parts:
            index = 0 if front else -1
            outer = trimmed(parts[index], front=front)
            rest = parts[1:] if front else parts[:-1]
            if outer == Chain(()):
                return trimmed(Chain(rest), front=front)
            return Chain((outer, *rest) if front else (*rest, outer))
        case _:
            return node


def without_begin(node: RegexNode) -> RegexNode | None:
    """Return what follows the begin of the text, or `None` if a match may begin elsewhere."""
    match node:
        case Anchor(kind=AnchorKind.TEXT_BEGIN):
            return Chain(())
        case Chain(parts=parts) if parts:
            first = without_begin(parts[0])
            return None if first is None else Chain((first, *parts[1:]))
        case Choice(options=options):
            bare = [without_begin(option) for option in options]
            kept = tuple(option for option in bare if option is not None)
            return Choice(kept) if len(kept) == len(bare) else None
        case _:
            return None


def nodes_of(node: RegexNode) -> Iterator[RegexNode]:
    """Go through a tree, the node itself first."""
    yield node
    match node:
        case Chain(parts=children) | Choice(options=children):
            for child in children:
                yield from nodes_of(child)
        case Repeat(child=child):
            yield from nodes_of(child)
        case _:
            return


@dataclass(frozen=True, slots=True)
class _Alphabet:
    """The classes of code points of one expression.

    Attributes:
        sets: number of each set of code points that is consumed somewhere.
        members: the classes of each set, by its number.
        runs: first code point and class of each run of code points, ascending from 0.
        flags: what each class is to assertions.
    """

    sets: dict[Ranges, int]
    members: list[set[int]]
    runs: list[tuple[int, int]]
    flags: list[int]

    @classmethod
    def of(cls, tree: RegexNode) -> "_Alphabet":
        """Return the coarsest alphabet that suits an expression."""
        nodes = list(nodes_of(tree))
        sets: dict[Ranges, int] = {}
        for node in nodes:
            if isinstance(node, Chars):
                sets.setdefault(node.ranges, len(sets))
        split = list(sets)
        if any(isinstance(node, Anchor) for node in nodes):
            split += [LETTER_SETS["w"], _LINE_FEED]
        classes: dict[frozenset[int], int] = {}
        runs: list[tuple[int, int]] = []
        for start, held in _stretches(split):
            klass = classes.setdefault(held, len(classes))
            if not runs or runs[-1][1] != klass:
                runs.append((start, klass))
        members = [{k for held, k in classes.items() if i in held} for i in range(len(sets))]
        flags = [_flags_of(held, split) for held in classes]
        return cls(sets, members, runs, flags)

    @property
    def size(self) -> int:
        """The number of classes."""
        return len(self.flags)

    def table_bytes(self) -> bytes:
        """Return the class of every ASCII character, the flags, and the runs."""
        ascii_classes: list[int] = []
        runs = [*self.runs, (_ASCII, 0)]
        for (start, klass), (end, _) in itertools.pairwise(runs):
            ascii_classes += [klass] * (min(end, _ASCII) - min(start, _ASCII))
        ascii_classes += [self.runs[-1][1]] * (_ASCII - len(ascii_classes))
        return b"".join(
            (
                struct.pack(f"<{_ASCII}H", *ascii_classes[:_ASCII]),
                bytes(self.flags),
                struct.pack("<I", len(self.runs)),
                *(struct.pack("<IH", start, klass) for start, klass in self.runs),
            )
        )

    def set_bytes(self) -> Iterator[bytes]:
        """Go through the sets as bits, a class a bit, in words of eight bytes."""
        size = (self.size + 63) // 64 * 8
        for classes in self.members:
            yield sum(1 << klass for klass in classes).to_bytes(size, "little")


def _stretches(sets: list[Ranges]) -> Iterator[tuple[int, frozenset[int]]]:
    """Go through all code points, cut where a set begins or ends, with the sets there."""
    changes: dict[int, set[int]] = {0: set()}
    for index, ranges in enumerate(sets):
        for first, last in ranges:
            changes.setdefault(first, set()).add(index)
            changes.setdefault(last + 1, set()).add(index)
    held: frozenset[int] = frozenset()
    for point in sorted(changes):
        held ^= changes[point]
        yield point, held


def _flags_of(held: Iterable[int], sets: list[Ranges]) -> int:
    """Return what a class is to assertions, from the sets that hold it."""
    held_sets = [sets[index] for index in held]
    word = _WORD_FLAG if LETTER_SETS["w"] in held_sets else 0
    return word | (_LINE_FEED_FLAG if _LINE_FEED in held_sets else 0)


@dataclass(slots=True)
class _Code:
    """Instructions, written from the last to the first: each knows the next when it is made."""

    alphabet: _Alphabet
    steps: list[tuple[int, int, int]] = field(default_factory=list)

    def emit(self, opcode: int, first: int = 0, second: int = 0) -> int:
        """Append an instruction and return its number."""
        self.steps.append((opcode, first, second))
        return len(self.steps) - 1

    def add(self, node: RegexNode, following: int) -> int:
        """Write a node that goes on at `following`; return where it begins."""
        match node:
            case Chars(ranges=ranges):
                return self.emit(_CONSUME, self.alphabet.sets[ranges], following)
            case Anchor(kind=kind):
                return self.emit(_ASSERT, kind.value, following)
            case Chain(parts=parts):
                for part in reversed(parts):
                    following = self.add(part, following)
                return following
            case Choice(options=options):
                begin = self.add(options[-1], following)
                for option in reversed(options[:-1]):
                    begin = self.emit(_FORK, self.add(option, following), begin)
                return begin
            case Repeat():
                return self.repeat(node, following)

    def repeat(self, node: Repeat, following: int) -> int:
        """Write a repetition: optional copies or a loop at the end, then the copies needed."""
        if node.most is None:
            loop = self.emit(_FORK)
            begin = self.add(node.child, loop)
            self.steps[loop] = (_FORK, begin, following)
            if node.least == 0:
                return loop
            following, copies = begin, node.least - 1
        else:
            final = following
            for _ in range(node.most - node.least):
                following = self.emit(_FORK, self.add(node.child, following), final)
            copies = node.least
        for _ in range(copies):
            following = self.add(node.child, following)
        return following
