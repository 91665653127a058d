"""Work done in threads, its results in the order of the work."""

import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

AHEAD = 4
"""How many results a thread wait at most for the one who goes through them. With two, threads wait
for him."""

_END = object()

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

    A thread draws a piece of the work itself, while no other does, and then does it: so what it has
    just read or unpacked lies in the caches of its processor.

    Args:
        work: never more than `AHEAD` pieces a thread are under way, besides the one whose result is
            looked at.
        function: called in a thread, and must be safe there.
        threads: how many; 0 does all in the calling thread.
        helps: whether the calling thread is one of them, and does a piece while the next result
            is not there. One thread more would only take the processor from the others; but
            results then wait for that piece, so the work must be there for the taking.
    """
    others = threads - helps
    if others <= 0:
        yield from map(function, work)
        return
    line = _Line(work, function, AHEAD * threads)
    with line.worked_by(others):
        while (outcome := line.next(helps=helps)) is not None:
            yield outcome.get()


def ahead(work: Iterable[Work]) -> Generator[Work]:
    """Go through work that another thread draws, some pieces ahead."""
    return in_order(work, lambda piece: piece, 1)


@dataclass(slots=True)
class _Outcome(Generic[Result]):
    """What became of a piece of work.

    Attributes:
        result: what the function made of it.
        fault: what went wrong instead.
    """

    result: Result | None = None
    fault: BaseException | None = None

    def get(self) -> Result:
        """Return the result, or raise what went wrong."""
        if self.fault is not None:
            raise self.fault
        return cast("Result", self.result)


class _Line(Generic[Work, Result]):
    """Work that threads draw in turn, and results that wait until it is theirs.

    Pieces are numbered from 0 as they are drawn.
    """

    def __init__(self, work: Iterable[Work], function: Callable[[Work], Result], most: int) -> None:
        """Begin with the first piece; no more than so many are under way."""
        self._work = iter(work)
        self._function = function
        self._most = most
        self._drawn = 0
        self._given = 0
        self._is_drawing = False
        self._is_over = False
        self._outcomes = dict[int, _Outcome[Result]]()
        self._lock = threading.Lock()
        self._may_draw = threading.Condition(self._lock)
        self._is_there = threading.Condition(self._lock)

    @contextmanager
    def worked_by(self, threads: int) -> Generator[None]:
        """Have so many threads do the work; they end with the block, if not before."""
        started = list[threading.Thread]()
        try:
            for _ in range(threads):
                thread = threading.Thread(target=self._work_on)
                thread.start()
                started.append(thread)
            yield
        finally:
            with self._lock:
                self._end()
            for thread in started:
                thread.join()

    def next(self, *, helps: bool) -> _Outcome[Result] | None:
        """Return what became of the next piece, or `None` at the end.

        Args:
            helps: whether to do pieces until it is there, instead of waiting.
        """
        with self._lock:
            while self._given not in self._outcomes:
                if self._is_over and self._given == self._drawn:
                    return None
                if helps and self._is_free():
                    self._do()
                else:
                    self._is_there.wait()
            outcome = self._outcomes.pop(self._given)
            self._given += 1
            self._may_draw.notify()
            return outcome

    def _work_on(self) -> None:
        """Do pieces until there are none, which is the life of a thread."""
        with self._lock:
            while not self._is_over:
                if self._is_free():
                    self._do()
                else:
                    self._may_draw.wait()

    def _is_free(self) -> bool:
        """Return whether a piece may be drawn."""
        under_way = self._drawn - self._given
        return not self._is_drawing and not self._is_over and under_way < self._most

    def _do(self) -> None:
        """Draw a piece and do it. The lock is held before and after, but not meanwhile."""
        number = self._drawn
        outcome = _Outcome[Result]()
        self._is_drawing = True
        piece = self._unlocked(lambda: next(self._work, _END), outcome)
        self._is_drawing = False
        if piece is _END:
            self._end()
            return
        self._drawn += 1
        self._may_draw.notify()
        self._is_there.notify()  # the one who helps may draw, too
        if outcome.fault is None:
            outcome.result = self._unlocked(lambda: self._function(cast("Work", piece)), outcome)
        self._outcomes[number] = outcome
        if number == self._given:
            self._is_there.notify()

    def _unlocked(self, call: Callable[[], Any], outcome: _Outcome[Result]) -> Any:  # noqa: ANN401
        """Call something without the lock, and return what it does; faults go to the outcome."""
        self._lock.release()
        try:
            return call()
        except KeyboardInterrupt:
            raise
        except BaseException as fault:  # noqa: BLE001 - raised where its turn comes
            outcome.fault = fault
        finally:
            self._lock.acquire()

    def _end(self) -> None:
        """Have no more pieces drawn."""
        self._is_over = True
        self._may_draw.notify_all()
        self._is_there.notify()
