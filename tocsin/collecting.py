"""Python's collector of cycles, held back while many objects are made that stay.

Rules are trees without cycles. While thousands of them are read, the collector would walk the
growing trees again and again, which costs a quarter of the time and frees nothing. Nor need it
walk them at once when they are complete: they go straight to where objects go that have outlived
its walks, which it visits now and then.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

MANY = 100_000
"""How many new objects are too many to be walked at once."""


@contextmanager
def paused() -> Iterator[None]:
    """Hold the collector back while the body runs; leave it as it was."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if gc.get_count()[0] > MANY:
                _make_old()
            gc.enable()


def _make_old() -> None:
    """Move all objects to the oldest generation, as if the collector had found them in use."""
    if gc.get_freeze_count() == 0:  # what the program has frozen by itself stays frozen
        gc.freeze()
        gc.unfreeze()
