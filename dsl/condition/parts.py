"""What both ways of reading a condition line share: faults, counts, and the source of places.

`condition` reads the commonest forms by itself and leaves the rest to `grammar`, which
is loaded only then.
"""

import re
from dataclasses import dataclass
from typing import Literal

from ..source import Source

LOCAL = Source("<condition>", "")
"""Stands for the condition's text in the spans of a tree that has not been moved into a file."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a condition: a sentence, a place in it, and what to do."""

    message: str
    start: int
    end: int
    label: str = ""
    help: str = ""
    code: str = "T101"


class FaultError(ValueError):
    """A fault that was found while the tree was built."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def count_of(word: str) -> int | Literal["all"] | None:
    """Return how many a quantifier's first word asks for, or `None` if it is none."""
    if word == "all":
        return "all"
    if word == "any":
        return 1
    return int(word) if re.fullmatch(r"[1-9][0-9]{0,8}", word) else None
