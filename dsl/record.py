"""`record`: frozen, slotted dataclasses that are quick to make.

Reading a rule set makes some hundred thousand small values. The check that forbids changing a
frozen dataclass also runs, field by field, while one is made, and takes most of that time. So
type checkers see a record as frozen, the debug build (`TOCSIN_DEBUG`) makes it so, and
elsewhere nothing but the check is missing: equality, hashing and slots are the same.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

Class = TypeVar("Class")

CHECKED = bool(os.environ.get("TOCSIN_DEBUG"))
"""Whether a change of a record is refused when it happens."""


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(kind: type[Class]) -> type[Class]:
    """Make a class a frozen, slotted dataclass."""
    return record_maker(checked=CHECKED)(kind)


def record_maker(*, checked: bool) -> Callable[[type[Class]], type[Class]]:
    """Return the decorator behind `record`, with or without the check."""
    if checked:
        return dataclass(frozen=True, slots=True)
    return _quick


def _quick(kind: type[Class]) -> type[Class]:
    """Make a class a dataclass without the check; a hash of its own is kept."""
    return dataclass(slots=True, unsafe_hash="__hash__" not in kind.__dict__)(kind)
