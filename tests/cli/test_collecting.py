"""The collector of cycles is held back while rules are read, and is left as it was."""

import gc
from collections.abc import Iterator

import pytest

from tocsin.collecting import MANY, paused


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    """Begin without young objects, and leave none frozen."""
    gc.collect()
    yield
    gc.unfreeze()


def _is_old(thing: object) -> bool:
    """Return whether an object is in the oldest generation."""
    return any(other is thing for other in gc.get_objects(generation=2))


def test_what_is_made_in_large_numbers_is_old_at_once() -> None:
    with paused():
        assert not gc.isenabled()
        made = [[number] for number in range(MANY + 1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    assert _is_old(made[0])


def test_a_few_objects_stay_young() -> None:
    with paused():
        made = [[number] for number in range(100)]
    assert not _is_old(made[0])


def test_what_is_frozen_stays_frozen() -> None:
    mine = [0]
    gc.freeze()
    with paused():
        made = [[number] for number in range(MANY + 1000)]
    assert gc.get_freeze_count() > 0
    assert made
    assert not _is_old(mine)


def test_a_collector_that_is_off_stays_off() -> None:
    gc.disable()
    try:
        with paused():
            made = [[number] for number in range(MANY + 1000)]
        assert not gc.isenabled()
        assert not _is_old(made[0])
    finally:
        gc.enable()
