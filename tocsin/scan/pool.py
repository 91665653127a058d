"""Work done in threads, its results in the order of the work."""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Generic, TypeVar

AHEAD = 4
"""How many pieces of work a thread are held at most, besides the one that is looked at. With two,
threads wait for whoever goes through the results, who gets no processor while they work."""

Work = TypeVar("Work")
Result = TypeVar("Result")


def in_order(
    work: Iterable[Work], function: Callable[[Work], Result], threads: int
) -> Generator[Result]:
    """Go through the results of a function, in the order of the work.

    The threads draw the work themselves, one after the other, so that what one of them reads is
    near to its processor when it goes on with it.

    Args:
        work: never more than `AHEAD` pieces a thread are held, besides the one that is looked at.
        function: called in a thread, and must be safe there.
        threads: how many; 0 does all in the calling thread.
    """
    if not threads:
        yield from map(function, work)
        return
    turns = _Turns(work, function)
    with ThreadPoolExecutor(threads) as pool:
        under_way = deque(pool.submit(turns.take, number) for number in range(AHEAD * threads))
        try:
            for number in count(len(under_way)):
                done = under_way.popleft().result()
                if done is None:
                    return
                under_way.append(pool.submit(turns.take, number))
                yield done[0]
        finally:
            for future in under_way:
                future.cancel()


def ahead(work: Iterable[Work]) -> Generator[Work]:
    """Go through work that another thread draws, some pieces ahead."""
    return in_order(work, lambda piece: piece, 1)


class _Turns(Generic[Work, Result]):
    """Work that threads draw in turn."""

    def __init__(self, work: Iterable[Work], function: Callable[[Work], Result]) -> None:
        """Begin with the first piece."""
        self._work = iter(work)
        self._function = function
        self._drawn = 0
        self._turn = threading.Condition()

    def take(self, number: int) -> tuple[Result] | None:
        """Draw the piece of a number, and return what the function makes of it; `None` at the end.

        The pool begins what it is given in order, so a thread does not wait for long.
        """
        with self._turn:
            self._turn.wait_for(lambda: self._drawn == number)
            try:
                drawn = next(self._work, None)
            finally:
                self._drawn += 1
                self._turn.notify_all()
        return None if drawn is None else (self._function(drawn),)
