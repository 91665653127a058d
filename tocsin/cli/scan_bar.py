"""The bar that shows the progress of a scan; imported only where there is a terminal for it."""

from collections.abc import Iterable

from rich.console import RenderableType
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from tocsin.cli.common import Terminal
from tocsin.scan import Scan


class Bar(Progress):
    """A bar that reads its numbers off a scan whenever it is drawn."""

    _scan: Scan | None = None
    _task: TaskID | None = None

    def __init__(self, terminal: Terminal) -> None:
        """Draw on standard error, and leave nothing behind."""
        super().__init__(
            TextColumn("{task.fields[file]}", style="dim"),
            BarColumn(),
            TextColumn("{task.fields[events]:,} events, {task.fields[matches]:,} matches"),
            TimeElapsedColumn(),
            console=terminal.err,
            transient=True,
        )

    def follow(self, scan: Scan) -> None:
        """Show this scan."""
        self._scan = scan
        self._task = self.add_task("scan", total=None, file="", events=0, matches=0)

    def get_renderables(self) -> Iterable[RenderableType]:
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
