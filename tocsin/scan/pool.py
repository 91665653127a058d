"""Work done in threads, its results in the order of the work."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Work = TypeVar("Work")
Result = TypeVar("Result")


def in_order(
    work: Iterable[Work], function: Callable[[Work], Result], threads: int
) -> Iterator[Result]:
    """Go through the results of a function, in the order of the work.

    The work is drawn in the calling thread, so that unpacking goes on while threads judge.

    Args:
        work: drawn as threads become free; never more than two pieces a thread are held.
        function: called in a thread, and must be safe there.
        threads: how many; 0 does all in the calling thread.
    """
    if not threads:
        yield from map(function, work)
        return
    under_way: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for piece in work:
                under_way.append(pool.submit(function, piece))
                while under_way and (under_way[0].done() or len(under_way) > 2 * threads):
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()
