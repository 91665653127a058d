"""Work done in threads, its results in the order of the work."""

import threading
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from queue import SimpleQueue
from typing import Generic, TypeVar, cast

AHEAD = 4
"""How many pieces of work a thread are held at most, besides the one that is looked at. With two,
threads wait for whoever goes through the results."""

Work = TypeVar("Work")
Result = TypeVar("Result")


def in_order(
    work: Iterable[Work],
    function: Callable[[Work], Result],
    threads: int,
    *,
    helps: bool = False,
) -> Generator[Result]:
    """Go through the results of a function, in the order of the work.

    The threads draw the work themselves, one after the other, so that what one of them reads is
    near to its processor when it goes on with it.

    Args:
        work: never more than `AHEAD` pieces a thread are held, besides the one that is looked at.
        function: called in a thread, and must be safe there.
        threads: how many; 0 does all in the calling thread.
        helps: whether the calling thread is one of them, and takes a piece while the next result
            is not there. One thread more would only take the processor from the others; but
            results then wait for that piece, so the work must be there for the taking.
    """
    others = threads - helps
    if others <= 0:
        yield from map(function, work)
        return
    turns = _Turns(work, function)
    done = SimpleQueue[_Outcome[Result]]()
    early = dict[int, _Outcome[Result]]()
    asked = 0
    with ThreadPoolExecutor(others) as pool:
        try:
            for number in count():
                for _ in range(asked + len(early), AHEAD * others):
                    pool.submit(lambda: done.put(turns.take()))
                    asked += 1
                while number not in early:
                    if helps and done.empty() and len(early) < AHEAD:
                        outcome = turns.take()
                        if isinstance(outcome.fault, KeyboardInterrupt):
                            outcome.get()
                    else:
                        outcome = done.get()
                        asked -= 1
                    early[outcome.number] = outcome
                outcome = early.pop(number)
                if outcome.is_end:
                    return
                yield outcome.get()
        finally:
            pool.shutdown(cancel_futures=True)


def ahead(work: Iterable[Work]) -> Generator[Work]:
    """Go through work that another thread draws, some pieces ahead."""
    return in_order(work, lambda piece: piece, 1)


@dataclass(slots=True)
class _Outcome(Generic[Result]):
    """What became of a piece of work.

    Attributes:
        number: counts pieces from 0, as they were drawn.
        result: what the function made of it.
        fault: what went wrong instead.
        is_end: whether there was no piece any more.
    """

    number: int
    result: Result | None = None
    fault: BaseException | None = None
    is_end: bool = False

    def get(self) -> Result:
        """Return the result, or raise what went wrong."""
        if self.fault is not None:
            raise self.fault
        return cast("Result", self.result)


class _Turns(Generic[Work, Result]):
    """Work that threads draw in turn."""

    def __init__(self, work: Iterable[Work], function: Callable[[Work], Result]) -> None:
        """Begin with the first piece."""
        self._work = iter(work)
        self._function = function
        self._drawn = 0
        self._turn = threading.Lock()

    def take(self) -> _Outcome[Result]:
        """Draw the next piece, and return what becomes of it."""
        with self._turn:
            outcome = _Outcome[Result](self._drawn)
            self._drawn += 1
            try:
                piece = next(self._work)
            except StopIteration:
                outcome.is_end = True
                return outcome
            except BaseException as fault:  # noqa: BLE001 - raised where its turn comes
                outcome.fault = fault
                return outcome
        try:
            outcome.result = self._function(piece)
        except BaseException as fault:  # noqa: BLE001
            outcome.fault = fault
        return outcome
