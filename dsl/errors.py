"""The exceptions that leave the public calls; nothing else does.

They stand here because the matcher raises one of them; `tocsin.errors` is where users find them.
"""

from collections.abc import Iterable

from .diagnostics import Diagnostic, Report


class TocsinError(Exception):
    """What all of them are; `report` holds the diagnostics, its text the first of them."""

    def __init__(self, report: Report | Iterable[Diagnostic] | Diagnostic) -> None:
        """Carry one diagnostic or several."""
        if isinstance(report, Diagnostic):
            report = Report([report])
        self.report = report if isinstance(report, Report) else Report(report)
        super().__init__(self.report)

    def __str__(self) -> str:
        """Return one line a diagnostic, help included."""
        return "\n".join(
            f"{diagnostic}; {diagnostic.help}" if diagnostic.help else str(diagnostic)
            for diagnostic in self.report
        )


class RuleError(TocsinError):
    """Rules that cannot be used."""


class EventError(TocsinError):
    """Events that cannot be read."""


class TargetError(TocsinError):
    """A target, schema or field map that is not there or cannot be used."""
