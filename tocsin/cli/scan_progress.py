"""Progress of a long scan, on a terminal only."""

from collections.abc import Iterator
from contextlib import contextmanager

from tocsin.cli.common import Terminal
from tocsin.scan import Scan


@contextmanager
def progress(scan: Scan, terminal: Terminal) -> Iterator[None]:
    """Show how far a scan has come while the body runs."""
    if terminal.quiet or not terminal.err.is_terminal:
        yield
        return
    from tocsin.cli.scan_bar import Bar

    bar = Bar(terminal)
    bar.follow(scan)
    with bar:
        yield
