"""Progress of a long scan, on a terminal only."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from tocsin.cli.common import Terminal
from tocsin.scan import Scan


@contextmanager
def progress(scan: Scan, terminal: Terminal) -> Iterator[None]:
    """Show how far a scan has come while the body runs."""
    if terminal.quiet or not terminal.err.is_terminal:
        yield
        return
    bar = _Bar(
        TextColumn("{task.fields[file]}", style="dim"),
        BarColumn(),
        TextColumn("{task.fields[events]:,} events, {task.fields[matches]:,} matches"),
        TimeElapsedColumn(),
        console=terminal.err,
        transient=True,
    )
    bar.follow(scan)
    with bar:
        yield


class _Bar(Progress):
    """A bar that reads its numbers off a scan whenever it is drawn."""

    _scan: Scan | None = None
    _task: TaskID | None = None

    def follow(self, scan: Scan) -> None:
        """Show this scan."""
        self._scan = scan
        self._task = self.add_task("scan", total=None, file="", events=0, matches=0)

    def get_renderables(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - rich's own type
        """Return what is drawn, with the numbers of now."""
        if self._scan is not None and self._task is not None:
            totals = self._scan.totals
            self.update(
                self._task,
                file=self._scan.current[-40:],
                events=totals.events,
                matches=totals.matches,
            )
        return super().get_renderables()
