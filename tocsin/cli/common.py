"""What the verbs share: options, consoles, loading rules, exit codes."""

import glob
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, NoReturn, Self, TypeVar

import click
from rich.console import Console

from tocsin.dsl.diagnostics import Report, Severity
from tocsin.dsl.ir import RuleSet
from tocsin.errors import TocsinError


class Exit(IntEnum):
    """The exit codes of every verb."""

    CLEAN = 0
    FOUND = 1
    USAGE = 2
    PARTIAL = 3


LEVELS = ("informational", "low", "medium", "high", "critical")
"""The levels of rules, the least first."""

LEVEL_STYLES = {
    "critical": "bold white on red",
    "high": "bold red",
    "medium": "yellow",
    "low": "cyan",
    "informational": "dim",
}

Wrapped = TypeVar("Wrapped", bound=Callable[..., Any])


def shared_options(function: Wrapped) -> Wrapped:
    """Add the options that every verb has."""
    function = click.option("--quiet", "-q", is_flag=True, help="Only results and faults.")(
        function
    )
    return click.option("--no-color", is_flag=True, help="No colour, whatever the terminal.")(
        function
    )


@dataclass(frozen=True, slots=True)
class Rendered:
    """What diagnostics look like, both ways; empty texts if there are none."""

    plain: str = ""
    coloured: str = ""

    @classmethod
    def of(cls, report: Report) -> Self:
        """Return what a report looks like."""
        if not report:
            return cls()
        from tocsin.dsl.render import render_text

        return cls(render_text(report), render_text(report, colour=True))


class Terminal:
    """The two consoles of a run."""

    def __init__(self, *, quiet: bool, no_color: bool) -> None:
        """Open them; colour only where it is a terminal and wanted."""
        plain = no_color or bool(os.environ.get("NO_COLOR"))
        self.quiet = quiet
        self.out = Console(no_color=plain, highlight=False, soft_wrap=True)
        self.err = Console(stderr=True, no_color=plain, highlight=False, soft_wrap=True)
        self._colour = self.err.is_terminal and not plain

    def say(self, text: str, style: str | None = None) -> None:
        """Write a line to standard error, unless quiet."""
        if not self.quiet:
            self.err.print(text, style=style, markup=False)

    def report(self, report: Report, *, least: Severity = Severity.WARNING) -> None:
        """Write diagnostics to standard error."""
        shown = Report(d for d in report if d.severity >= least)
        if shown:
            self.write(Rendered.of(shown))

    def write(self, rendered: Rendered) -> None:
        """Write what diagnostics look like to standard error."""
        text = rendered.coloured if self._colour else rendered.plain
        if text:
            self.err.file.write(text + "\n")

    def fail(self, text: str, hint: str = "") -> NoReturn:
        """Write a fault of usage and leave with its code."""
        self.err.print(f"error: {text}", style="bold red", markup=False)
        if hint:
            self.err.print(f"  {hint}", markup=False)
        sys.exit(Exit.USAGE)


def expand(paths: Iterable[str], terminal: Terminal) -> list[Path]:
    """Return the paths that arguments stand for: files, folders and globs, in order."""
    found: list[Path] = []
    for argument in paths:
        if Path(argument).exists():
            found.append(Path(argument))
            continue
        # the pattern may be absolute, which Path.glob refuses
        matches = [Path(name) for name in sorted(glob.glob(argument, recursive=True))]  # noqa: PTH207
        if not matches:
            terminal.fail(f"`{argument}` does not exist", "give a file, a folder or a glob")
        found.extend(matches)
    return found


def load_rules(paths: Iterable[str], terminal: Terminal) -> RuleSet:
    """Return the rules of files, folders and globs; faults are written and counted."""
    from tocsin.loading import load

    rules = load(*expand(paths, terminal), on_error="skip")
    tell_loaded(*loading_faults(rules.report), terminal)
    return rules


def loading_faults(report: Report) -> tuple[Rendered, int]:
    """Return what is shown of what was found in loading, and how many warnings are not."""
    urgent = Report(d for d in report if d.severity is Severity.ERROR or d.code == "T590")
    warnings = sum(d.severity is Severity.WARNING and d.code != "T590" for d in report)
    return Rendered.of(urgent), warnings


def tell_loaded(shown: Rendered, warnings: int, terminal: Terminal) -> None:
    """Write what was found in loading rules."""
    terminal.write(shown)
    if warnings:
        terminal.say(f"{count(warnings, 'warning')} about rules; `tocsin check` shows them", "dim")


def count(number: int, one: str, many: str = "") -> str:
    """Return `1 rule`, `2 rules`, `1,234 rules`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def guarded(action: Callable[[], int], terminal: Terminal) -> NoReturn:
    """Run a verb and leave with its code; the documented errors become messages."""
    try:
        code = action()
    except TocsinError as fault:
        terminal.report(fault.report, least=Severity.NOTE)
        code = Exit.USAGE
    except BrokenPipeError:
        # the reader of the output went away: nobody is left to tell
        sys.stdout = None
        code = Exit.CLEAN
    except KeyboardInterrupt:
        terminal.err.print("stopped", markup=False)
        code = 130
    sys.exit(int(code))
