"""Work done in threads, its results in the order of the work."""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

AHEAD = 4
"""How many pieces a thread are under way at most, unless another number is asked for. With two,
threads wait for the one who goes through the results."""

STOCK = 4
"""How many pieces that are slow to draw are drawn ahead of those who do them."""

_END = object()

Work = TypeVar("Work")
Result = TypeVar("Result")
Value = TypeVar("Value")


def _never(_: object) -> bool:
    """Return that a piece is not slow."""
    return False


def in_order(
    work: Iterable[Work],
    function: Callable[[Work], Result],
    threads: int,
    *,
    helps: bool = False,
    is_slow: Callable[[Work], bool] = _never,
    most: int = AHEAD,
) -> Generator[Result]:
    """Go through the results of a function, in the order of the work.

    The threads draw the work themselves, one at a time. Who has drawn a piece does it: what was
    just read lies in the caches of its processor. Only pieces that are slow to draw are kept for
    others, so that one thread goes on drawing; where it is ahead of them, it does some itself.

    Args:
        work: what is drawn.
        function: called in a thread, and must be safe there.
        threads: how many; 0 does all in the calling thread.
        helps: whether the calling thread is one of them, and does a piece while the next result
            is not there. One thread more would only take the processor from the others; but
            results then wait for that piece, so the work must be there for the taking.
        is_slow: whether it takes long to draw pieces like one.
        most: how many pieces a thread are under way at most, besides the one whose result is
            looked at.
    """
    others = threads - helps
    if others <= 0:
        yield from map(function, work)
        return
    if threads == 1:
        is_slow = _never  # there is nobody to keep a piece for
    line = _Line(work, function, most * threads, is_slow)
    with line.worked_by(others):
        while (piece := line.next(helps=helps)) is not None:
            yield piece.get()


def ahead(work: Iterable[Work]) -> Generator[Work]:
    """Go through work that another thread draws, some pieces ahead."""
    return in_order(work, lambda piece: piece, 1)


@dataclass(slots=True)
class _Piece(Generic[Work, Result]):
    """A piece of work, and what became of it.

    Attributes:
        number: counts from 0, as pieces were drawn.
        work: what there is to do.
        result: what the function made of it.
        fault: what went wrong instead.
    """

    number: int
    work: Work | None = None
    result: Result | None = None
    fault: BaseException | None = None

    def get(self) -> Result:
        """Return the result, or raise what went wrong."""
        if self.fault is not None:
            raise self.fault
        return cast("Result", self.result)


class _Line(Generic[Work, Result]):
    """Work that threads draw in turn, and results that wait until it is theirs.

    All methods but `worked_by` are called with the lock, or take it.
    """

    def __init__(
        self,
        work: Iterable[Work],
        function: Callable[[Work], Result],
        most: int,
        is_slow: Callable[[Work], bool],
    ) -> None:
        """Begin with the first piece; no more than so many are under way."""
        self._work = iter(work)
        self._function = function
        self._most = most
        self._is_slow = is_slow
        self._drawn = 0
        self._given = 0
        self._is_drawing = False
        self._is_over = False
        self._stock = deque[_Piece[Work, Result]]()
        self._done = dict[int, _Piece[Work, Result]]()
        self._lock = threading.Lock()
        self._may_go_on = threading.Condition(self._lock)  # for those who work
        self._is_there = threading.Condition(self._lock)  # for the one who wants results

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
                self._stock.clear()
                self._end()
            for thread in started:
                thread.join()

    def next(self, *, helps: bool) -> _Piece[Work, Result] | None:
        """Return the next piece once it is done, or `None` at the end.

        Args:
            helps: whether to do pieces until it is there, instead of waiting.
        """
        with self._lock:
            while self._given not in self._done:
                if self._is_over and self._given == self._drawn:
                    return None
                if not (helps and (self._take_oldest() or self._take_next())):
                    self._is_there.wait()
            self._given += 1
            self._may_go_on.notify()
            return self._done.pop(self._given - 1)

    def _work_on(self) -> None:
        """Do pieces until there are none, which is the life of a thread."""
        with self._lock:
            while self._stock or not self._is_over:
                if not (self._take_next() or self._take_oldest()):
                    self._may_go_on.wait()

    def _is_wanted(self) -> bool:
        """Return whether a piece is to be drawn."""
        return (
            not (self._is_drawing or self._is_over)
            and len(self._stock) < STOCK
            and self._drawn - self._given < self._most
        )

    def _take_next(self) -> bool:
        """Draw a piece and do it or keep it; return whether one was wanted."""
        if not self._is_wanted():
            return False
        piece = _Piece[Work, Result](self._drawn)
        self._is_drawing = True
        drawn = self._unlocked(lambda: next(self._work, _END), piece)
        self._is_drawing = False
        if drawn is _END:
            self._end()
            return True
        piece.work = cast("Work", drawn)
        self._drawn += 1
        is_kept = piece.fault is None and self._is_slow(piece.work)
        if is_kept:
            self._stock.append(piece)
        self._may_go_on.notify()
        self._is_there.notify()  # who waits there may work, too
        if not is_kept:
            self._do(piece)
        return True

    def _take_oldest(self) -> bool:
        """Do the piece that has been kept longest; return whether there was one."""
        if not self._stock:
            return False
        self._do(self._stock.popleft())
        return True

    def _do(self, piece: _Piece[Work, Result]) -> None:
        """Do a piece that has been drawn."""
        if piece.fault is None:
            work = cast("Work", piece.work)
            piece.result = self._unlocked(lambda: self._function(work), piece)
            piece.work = None
        self._done[piece.number] = piece
        if piece.number == self._given:
            self._is_there.notify()

    def _unlocked(self, call: Callable[[], Value], piece: _Piece[Work, Result]) -> Value | None:
        """Call something without the lock, and return its value; faults go to the piece."""
        self._lock.release()
        try:
            return call()
        except KeyboardInterrupt:
            raise
        except BaseException as fault:  # noqa: BLE001 - raised where its turn comes
            piece.fault = fault
            return None
        finally:
            self._lock.acquire()

    def _end(self) -> None:
        """Have no more pieces drawn."""
        self._is_over = True
        self._may_go_on.notify_all()
        self._is_there.notify()
