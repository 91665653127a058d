"""Tocsin: detection rules written once, matched by the million, converted without surprises.

    rules = tocsin.load("rules/")
    matcher = tocsin.compile(rules)
    matcher.match({"Image": "/bin/bash", "DestinationIp": "10.0.0.1"})

Public is what `__all__` names; everything else may change.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tocsin import reference
    from tocsin.api import compile, convert, fill  # noqa: A004 - the word of the field
    from tocsin.dsl.ast import Logsource
    from tocsin.dsl.diagnostics import Diagnostic, Report
    from tocsin.dsl.ir import RuleSet
    from tocsin.errors import EventError, RuleError, TargetError, TocsinError
    from tocsin.loading import load, loads
    from tocsin.matcher.matcher import Match, Matcher

_HOMES = {
    "Diagnostic": "dsl.diagnostics",
    "EventError": "errors",
    "Logsource": "dsl.ast",
    "Match": "matcher.matcher",
    "Matcher": "matcher.matcher",
    "Report": "dsl.diagnostics",
    "RuleError": "errors",
    "RuleSet": "dsl.ir",
    "TargetError": "errors",
    "TocsinError": "errors",
    "compile": "api",
    "convert": "api",
    "fill": "api",
    "load": "loading",
    "loads": "loading",
}
"""The modules that public names come from. They are imported when they are asked for: a scan
with rules that were compiled before needs a third of them."""

__all__ = [
    "Diagnostic",
    "EventError",
    "Logsource",
    "Match",
    "Matcher",
    "Report",
    "RuleError",
    "RuleSet",
    "TargetError",
    "TocsinError",
    "compile",
    "convert",
    "fill",
    "load",
    "loads",
    "reference",
]


if not TYPE_CHECKING:  # to a type checker only the names above are there

    def __getattr__(name: str) -> object:
        """Return a public name; called where it is not there yet."""
        if name == "reference":
            return import_module("tocsin.reference")
        if name not in _HOMES:
            raise AttributeError(f"module 'tocsin' has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"tocsin.{_HOMES[name]}"), name)
        return value


def __dir__() -> list[str]:
    """Return the public names with what every module has."""
    return sorted({*globals(), *__all__})
