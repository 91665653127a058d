"""Work in threads: results in order, few pieces held, nothing left running."""

import itertools
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.scan.pool import AHEAD, STOCK, _Line, ahead, in_order


@settings(max_examples=25)
@given(st.lists(st.integers(0, 3), max_size=30), st.integers(0, 4))
def test_results_come_in_the_order_of_the_work(delays: list[int], threads: int) -> None:
    def slow(piece: tuple[int, int]) -> int:
        time.sleep(piece[1] / 2000)
        return piece[0]

    assert list(in_order(enumerate(delays), slow, threads)) == list(range(len(delays)))
    assert list(ahead(iter(delays))) == delays


@settings(max_examples=50)
@given(st.lists(st.integers(0, 7), max_size=30), st.integers(1, 4), st.booleans())
def test_so_they_do_where_the_caller_helps_or_some_pieces_are_slow_to_draw(
    delays: list[int], threads: int, helps: bool
) -> None:
    def slow(piece: tuple[int, int]) -> int:
        time.sleep((piece[1] & 3) / 2000)
        return piece[0]

    found = []
    for number in in_order(
        enumerate(delays), slow, threads, helps=helps, is_slow=lambda piece: piece[1] > 3
    ):
        found.append(number)
        if number % 5 == 4:
            time.sleep(0.002)  # so that the others get ahead
    assert found == list(range(len(delays)))


@pytest.mark.parametrize("helps", [True, False])
def test_who_draws_a_piece_does_it(*, helps: bool) -> None:
    def work() -> Iterator[int]:
        for _ in range(50):
            yield threading.get_ident()

    def is_mine(drawer: int) -> bool:
        time.sleep(0.001)
        return drawer == threading.get_ident()

    assert list(in_order(work(), is_mine, 3, helps=helps)) == [True] * 50


def test_where_drawing_is_slow_one_thread_goes_on_with_it() -> None:
    draws, doers = list[int](), set[int]()

    def work() -> Iterator[int]:
        for number in range(30):
            time.sleep(0.002)
            draws.append(threading.get_ident())
            yield number

    def done(piece: int) -> int:
        doers.add(threading.get_ident())
        time.sleep(0.001)
        return piece

    assert list(in_order(work(), done, 2, helps=True, is_slow=lambda _: True)) == list(range(30))
    # the first perhaps, and perhaps some where the other thread had to wait for the processor
    assert draws.count(threading.get_ident()) <= 8
    assert threading.get_ident() in doers


def test_who_draws_does_something_too_where_he_is_ahead_of_the_others() -> None:
    caller = threading.get_ident()
    other = threading.Event()

    def done(piece: int) -> int:
        if threading.get_ident() == caller:
            assert other.wait(20)
        else:
            other.set()
        return piece

    found = list(in_order(range(30), done, 2, helps=True, is_slow=lambda _: True))
    assert found == list(range(30))
    assert other.is_set()


def test_few_slow_pieces_are_kept_and_the_oldest_is_done_first() -> None:
    line = _Line(range(50), abs, 40, lambda _: True)
    with line._lock:
        assert [line._take_next() for _ in range(STOCK + 1)] == [True] * STOCK + [False]
        assert line._take_oldest()
    assert list(line._done) == [0]


def test_what_is_kept_is_not_done_once_nobody_asks() -> None:
    done: list[int] = []
    line = _Line(range(50), done.append, 40, lambda _: True)
    with line._lock:
        assert all(line._take_next() for _ in range(STOCK))
    with line.worked_by(0):
        pass
    with line.worked_by(2):  # they find that it is over
        pass
    assert done == []


@pytest.mark.parametrize("most", [1, 2])
def test_how_many_pieces_are_under_way_can_be_said(most: int) -> None:
    drawn: list[int] = []

    def work() -> Iterator[int]:
        for number in range(50):
            drawn.append(number)
            yield number

    for result in in_order(work(), abs, 2, helps=True, most=most):
        if result % 10 == 5:
            time.sleep(0.01)
        assert len(drawn) <= result + most * 2 + 1


def test_work_is_drawn_by_one_at_a_time() -> None:
    at_it = threading.Lock()

    def work() -> Iterator[int]:
        for number in range(40):
            assert at_it.acquire(blocking=False)
            time.sleep(0.0005)
            at_it.release()
            yield number

    assert list(in_order(work(), abs, 4, helps=True)) == list(range(40))


def test_the_caller_is_one_of_the_threads_that_work() -> None:
    both = threading.Barrier(2, timeout=20)
    seen = set[int]()

    def meet(piece: int) -> int:
        both.wait()
        seen.add(threading.get_ident())
        return piece

    assert list(in_order(range(2), meet, 2, helps=True)) == [0, 1]
    assert threading.get_ident() in seen
    assert len(seen) == 2


@pytest.mark.parametrize("slow", [True, False])
@pytest.mark.parametrize("threads", [1, 2])
def test_who_does_not_help_has_each_result_once_it_is_there(threads: int, *, slow: bool) -> None:
    seen = threading.Event()

    def work() -> Iterator[int]:
        yield 1
        assert seen.wait(20)  # a pipe through which nothing comes until the first is answered
        yield 2

    results = in_order(work(), abs, threads, is_slow=lambda _: slow)
    assert next(results) == 1
    seen.set()
    assert list(results) == [2]


def test_the_caller_rests_once_nothing_is_left_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    is_wanted = _Line._is_wanted

    def counted(self: _Line[int, int]) -> bool:
        nonlocal asked
        asked += 1
        return is_wanted(self)

    def slow(piece: int) -> int:
        time.sleep(0.05 if piece == 1 else 0)
        return piece

    monkeypatch.setattr(_Line, "_is_wanted", counted)
    assert list(in_order(range(3), slow, 2, helps=True)) == [0, 1, 2]
    assert asked <= 3 + AHEAD + 3


def test_an_interruption_is_not_put_off() -> None:
    caller = threading.get_ident()
    slow = threading.Event()

    def interrupted(piece: int) -> int:
        if threading.get_ident() == caller:
            slow.set()
            raise KeyboardInterrupt
        assert slow.wait(20)
        return piece

    with pytest.raises(KeyboardInterrupt):
        list(in_order(itertools.count(), interrupted, 2, helps=True))


@pytest.mark.parametrize("slow", [True, False])
@pytest.mark.parametrize(("threads", "helps"), [(1, False), (3, False), (2, True), (3, True)])
def test_few_pieces_are_held(threads: int, *, helps: bool, slow: bool) -> None:
    drawn: list[int] = []

    def work() -> Iterator[int]:
        for number in range(100):
            drawn.append(number)
            yield number

    for result in in_order(work(), abs, threads, helps=helps, is_slow=lambda _: slow):
        if result % 20 == 10:
            time.sleep(0.02)
        assert len(drawn) <= result + AHEAD * threads + 1


def test_the_caller_does_not_run_away_from_a_slow_thread() -> None:
    others = threading.Event()
    caller = threading.get_ident()
    drawn: list[int] = []

    def slow(piece: int) -> int:
        drawn.append(piece)
        if threading.get_ident() == caller:
            others.wait(0.2)
            return piece
        time.sleep(0.1)
        return piece

    for result in in_order(range(50), slow, 2, helps=True):
        others.set()
        assert len(drawn) <= result + AHEAD * 2 + 1


@pytest.mark.parametrize("slow", [True, False])
@pytest.mark.parametrize(
    ("threads", "helps"), [(0, False), (1, False), (3, False), (2, True), (3, True)]
)
def test_a_fault_comes_in_its_place(threads: int, *, helps: bool, slow: bool) -> None:
    def work() -> Iterator[int]:
        yield from range(5)
        raise OSError("the end of the disk")

    found: list[int] = []
    with pytest.raises(OSError, match="the end of the disk"):
        found.extend(in_order(work(), abs, threads, helps=helps, is_slow=lambda _: slow))
    assert found == list(range(5))
    results = in_order(
        [1, 2, 0, 4], lambda number: 12 // number, threads, helps=helps, is_slow=lambda _: slow
    )
    assert [next(results), next(results)] == [12, 6]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_threads_end_with_the_one_who_asks() -> None:
    before = threading.active_count()
    for slow in (bool, callable):  # most numbers are, none is
        endless = in_order(ahead(itertools.count()), abs, 3, is_slow=slow)
        assert next(endless) == 0
        endless.close()
        assert threading.active_count() == before
