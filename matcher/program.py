"""The program: a plan as flat bytes that all workers share and that can be stored.

Between the planner and the engine. In goes a `Plan`, out come the sections of a program, each an
array of rows of 32-bit numbers or plain bytes. `native/program.h` reads them; it and this module
describe the same layout. What holds: equal plans give equal bytes.
"""

import struct
from collections.abc import Iterable, Sequence
from enum import IntEnum
from itertools import chain

from ..dsl.ir import Check, Exists, FieldIs, IsNull, Relation
from .encode import encode_check
from .planner import Plan
from .sections import Section, assemble

_NONE = 0xFFFFFFFF


class _Kind(IntEnum):
    """Who decides a check: the value classifier, or the engine by itself."""

    VALUE = 0
    EXISTS = 1
    MISSING = 2
    IS_NULL = 3
    RELATION = 4


_VALUE = _Kind.VALUE
_RELATIONS = {
    Relation.EQUALS: 0,
    Relation.STARTS: 1,
    Relation.ENDS: 2,
    Relation.CONTAINS: 3,
}
_CASED = 4


def write_program(plan: Plan, rules: bytes = b"") -> bytes:
    """Return the program of a plan.

    Args:
        plan: the plan.
        rules: what is kept beside it, for people.
    """
    writer = _Writer()
    writer.slots(plan)
    writer.contexts(plan)
    writer.checks(plan.checks)
    writer.rules(plan)
    writer.sections[Section.RULES] = (1, rules)
    return writer.bytes()


class _Writer:
    """Gathers the sections of a program."""

    def __init__(self) -> None:
        """Begin an empty program."""
        self.sections: dict[Section, tuple[int, bytes]] = {}
        self._strings = bytearray()
        self._known: dict[bytes, int] = {}

    def slots(self, plan: Plan) -> None:
        """Add the fields."""
        parts: list[int] = []
        rows: list[tuple[int, ...]] = []
        for name, joined in zip(plan.slots, plan.joined, strict=True):
            rows.append((*self._text(name), len(parts), len(joined)))
            parts += joined
        self._rows(Section.SLOTS, 4, rows)
        self._numbers(Section.PARTS, parts)
        self._numbers(Section.HEADERS, plan.headers)

    def contexts(self, plan: Plan) -> None:
        """Add what keys mean where."""
        rows: list[tuple[int, ...]] = []
        entries: list[tuple[int, ...]] = []
        candidates: list[tuple[int, ...]] = []
        for context in plan.contexts:
            rows.append((len(entries), len(context.entries), _or_none(context.any_child)))
            for key, entry in context.entries.items():
                found = [(each.slot, each.rank, each.leaf) for each in entry.candidates]
                children = (_or_none(entry.child), _or_none(entry.leaf_child))
                entries.append((*self._text(key), len(candidates), len(found), *children))
                candidates += found
        self._rows(Section.CONTEXTS, 3, rows)
        self._rows(Section.ENTRIES, 6, entries)
        self._rows(Section.CANDIDATES, 3, candidates)

    def checks(self, checks: Sequence[Check]) -> None:
        """Add the checks, those on values in the classifier's form."""
        records = bytearray()
        rows: list[tuple[int, ...]] = []
        for check in checks:
            kind, relation = _kind(check)
            record = encode_check(check) if kind is _VALUE else b""
            rows.append((kind, len(records), len(record), relation))
            records += record
        self._rows(Section.CHECKS, 4, rows)
        self.sections[Section.RECORDS] = (1, bytes(records))

    def rules(self, plan: Plan) -> None:
        """Add predicates, code and variants."""
        self._rows(
            Section.PREDICATES,
            4,
            [(_or_none(p.slot), p.check, p.other, p.header) for p in plan.predicates],
        )
        self._rows(Section.CODE, 4, plan.code)
        witnesses: list[int] = []
        rows: list[tuple[int, ...]] = []
        for each in plan.variants:
            rows.append((each.rule, each.when, each.body, len(witnesses), len(each.witnesses)))
            witnesses += each.witnesses
        self._numbers(Section.WITNESSES, witnesses)
        self._rows(Section.VARIANTS, 5, rows)
        self._rows(Section.FACTS, 2, [(plan.rules, plan.recognised)])

    def bytes(self) -> bytes:
        """Return the program."""
        if self._strings:
            self.sections[Section.STRINGS] = (1, bytes(self._strings))
        return assemble(self.sections)

    def _text(self, text: str) -> tuple[int, int]:
        """Return where a text stands among the strings, and its size."""
        data = text.encode("utf-8", "surrogatepass")
        at = self._known.get(data)
        if at is None:
            at = self._known[data] = len(self._strings)
            self._strings += data
        return at, len(data)

    def _rows(self, section: Section, width: int, rows: Iterable[Sequence[int]]) -> None:
        """Add rows of numbers."""
        flat = list(chain.from_iterable(rows))
        self.sections[section] = (4 * width, struct.pack(f"<{len(flat)}I", *flat))

    def _numbers(self, section: Section, numbers: Sequence[int]) -> None:
        """Add single numbers."""
        self.sections[section] = (4, struct.pack(f"<{len(numbers)}I", *numbers))


def _or_none(number: int | None) -> int:
    """Return a number, or what stands for none."""
    return _NONE if number is None else number


def _kind(check: Check) -> tuple[_Kind, int]:
    """Return who decides a check, and how two fields relate."""
    match check:
        case Exists(present=present):
            return (_Kind.EXISTS if present else _Kind.MISSING), 0
        case IsNull():
            return _Kind.IS_NULL, 0
        case FieldIs(relation=relation, cased=cased):
            return _Kind.RELATION, _RELATIONS[relation] | (_CASED if cased else 0)
        case _:
            return _VALUE, 0
