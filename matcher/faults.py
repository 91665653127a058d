"""What can go wrong in the matcher: programs that are none, and events that are none."""

from ..dsl.diagnostics import Diagnostic, Severity
from ..dsl.errors import EventError


class ProgramError(ValueError):
    """Bytes that are no program, or not one of this version, or do not do what they should."""


def event_fault(message: str) -> EventError:
    """Return the error that says why something given as an event is none."""
    return EventError(Diagnostic("T801", Severity.ERROR, message))
