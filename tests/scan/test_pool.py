"""Work in threads: results in order, few pieces held, nothing left running."""

import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.scan.pool import AHEAD, _Turns, ahead, in_order


@settings(max_examples=25)
@given(st.lists(st.integers(0, 3), max_size=30), st.integers(0, 4))
def test_results_come_in_the_order_of_the_work(delays: list[int], threads: int) -> None:
    def slow(piece: tuple[int, int]) -> int:
        time.sleep(piece[1] / 2000)
        return piece[0]

    assert list(in_order(enumerate(delays), slow, threads)) == list(range(len(delays)))
    assert list(ahead(iter(delays))) == delays


def test_a_piece_is_drawn_only_when_it_is_its_turn() -> None:
    turns = _Turns("ab", str.upper)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(turns.take, 1)
        time.sleep(0.02)
        assert not second.done()
        assert turns.take(0) == ("A",)
        assert second.result() == ("B",)
    assert turns.take(2) is None


@pytest.mark.parametrize("threads", [1, 3])
def test_few_pieces_are_held(threads: int) -> None:
    drawn: list[int] = []

    def work() -> Iterator[int]:
        for number in range(100):
            drawn.append(number)
            yield number

    for result in in_order(work(), abs, threads):
        if result % 20 == 10:
            time.sleep(0.02)
        assert len(drawn) <= result + AHEAD * threads + 1


@pytest.mark.parametrize("threads", [0, 1, 3])
def test_a_fault_comes_in_its_place(threads: int) -> None:
    def work() -> Iterator[int]:
        yield from range(5)
        raise OSError("the end of the disk")

    found: list[int] = []
    with pytest.raises(OSError, match="the end of the disk"):
        found.extend(in_order(work(), abs, threads))
    results = in_order([1, 2, 0, 4], lambda number: 12 // number, threads)
    assert [next(results), next(results)] == [12, 6]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_threads_end_with_the_one_who_asks() -> None:
    before = threading.active_count()
    endless = in_order(ahead(itertools.count()), abs, 3)
    assert next(endless) == 0
    endless.close()
    assert threading.active_count() <= before + 1
