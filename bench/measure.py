"""Clocks and the rows of the table."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table.

    Attributes:
        number: as in the list of claims.
        what: what is measured.
        value: the ratio measured, or `None` where it was not.
        bound: the least or most that is claimed.
        more: whether more is better.
        note: the figures behind the ratio.
    """

    number: str
    what: str
    value: float | None
    bound: float
    more: bool
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the claim holds; `None` if it was not measured."""
        if self.value is None:
            return None
        return self.value >= self.bound if self.more else self.value <= self.bound


def cpu(action: Callable[[], Result]) -> tuple[float, Result]:
    """Return the processor time of an action in seconds, and what it returns."""
    started = time.process_time()
    result = action()
    return time.process_time() - started, result


def cpu_at_rest(action: Callable[[], object]) -> float:
    """Return the processor time of an action while Python's collector of cycles rests.

    What the collector costs depends on what else the process holds, so actions that make many
    objects are compared without it.
    """
    gc.collect()
    gc.disable()
    try:
        return cpu(action)[0]
    finally:
        gc.enable()


def wall(action: Callable[[], Result]) -> tuple[float, Result]:
    """Return the time that passes during an action in seconds, and what it returns."""
    started = time.perf_counter()
    result = action()
    return time.perf_counter() - started, result


def median(action: Callable[[], float], repeats: int = 3) -> float:
    """Return the middle one of several measurements."""
    return statistics.median(action() for _ in range(repeats))


def in_turns(*actions: Callable[[], float], repeats: int) -> list[tuple[float, ...]]:
    """Return several measurements taken side by side, again and again.

    A machine's speed changes from one second to the next, so what is compared is measured in turns.
    """
    return [tuple(action() for action in actions) for _ in range(repeats)]


def paired(
    one: Callable[[], float], other: Callable[[], float], repeats: int = 5
) -> tuple[float, ...]:
    """Return two measurements taken in turns, those whose ratio is the middle one."""
    rounds = in_turns(one, other, repeats=repeats)
    return sorted(rounds, key=lambda pair: pair[0] / pair[1])[repeats // 2]


def least(*actions: Callable[[], float], repeats: int = 9) -> list[float]:
    """Return the least of each of several measurements, taken in turns.

    For what others on the machine can only slow down, and do so to each by itself.
    """
    return [min(each) for each in zip(*in_turns(*actions, repeats=repeats), strict=True)]


def per_call(action: Callable[[], object], seconds: float = 0.3) -> float:
    """Return the processor time of a short action, the least of several rounds."""
    count = 1
    while _repeated(action, count) < seconds / 10:
        count *= 2
    return min(_repeated(action, count) for _ in range(7)) / count


def _repeated(action: Callable[[], object], count: int) -> float:
    """Return the processor time of so many calls."""
    started = time.process_time()
    for _ in range(count):
        action()
    return time.process_time() - started
