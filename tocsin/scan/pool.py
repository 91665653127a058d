"""Work done in threads, its results in the order of the work."""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from queue import SimpleQueue
from typing import Generic, TypeVar, cast

AHEAD = 4
"""How many pieces of work a thread are held at most, besides the one that is looked at. With two,
threads wait for whoever goes through the results."""

STOCK = 2
"""How many pieces are drawn before a thread asks for them, so that none waits for one that draws:
unpacking takes as long as what is done with it."""

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

    The threads draw the work themselves, one after the other.

    Args:
        work: never more than `AHEAD` pieces a thread and the stock are held, besides the one that
            is looked at.
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
    turns = _Turns(work, function, STOCK if helps else 1)
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
                        helps = not outcome.is_end
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
    """Work that threads draw in turn, and do."""

    def __init__(
        self, work: Iterable[Work], function: Callable[[Work], Result], stock: int
    ) -> None:
        """Begin with the first piece; at most so many wait for a thread."""
        self._work = iter(work)
        self._function = function
        self._most = stock
        self._stock = deque[tuple[_Outcome[Result], Work | None]]()
        self._drawn = 0
        self._is_drawing = False
        self._is_over = False
        self._change = threading.Condition()

    def take(self) -> _Outcome[Result]:
        """Do the oldest piece that is drawn, and return what becomes of it."""
        with self._change:
            while not self._stock or self._is_wanted():
                if self._is_wanted():
                    self._draw()
                elif self._is_over:
                    return _Outcome(self._drawn, is_end=True)
                else:
                    self._change.wait()
            outcome, piece = self._stock.popleft()
        if outcome.fault is None:
            try:
                outcome.result = self._function(cast("Work", piece))
            except KeyboardInterrupt:
                raise
            except BaseException as fault:  # noqa: BLE001 - raised where its turn comes
                outcome.fault = fault
        return outcome

    def _is_wanted(self) -> bool:
        """Return whether a piece is wanted, and nobody is drawing it."""
        return not self._is_over and not self._is_drawing and len(self._stock) < self._most

    def _draw(self) -> None:
        """Draw a piece; meanwhile others may go on with those that are drawn."""
        outcome = _Outcome[Result](self._drawn)
        piece = None
        self._is_drawing = True
        self._change.release()
        try:
            piece = next(self._work)
        except StopIteration:
            self._is_over = True
        except KeyboardInterrupt:
            raise
        except BaseException as fault:  # noqa: BLE001 - raised where its turn comes
            outcome.fault = fault
        finally:
            self._change.acquire()
            self._is_drawing = False
            self._change.notify_all()
        if not self._is_over:
            self._stock.append((outcome, piece))
            self._drawn += 1
