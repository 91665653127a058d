"""Tocsin: detection rules written once, matched by the million, converted without surprises.

    rules = tocsin.load("rules/")
    matcher = tocsin.compile(rules)
    matcher.match({"Image": "/bin/bash", "DestinationIp": "10.0.0.1"})

Public is what `__all__` names; everything else may change.
"""

from tocsin import reference
from tocsin.api import compile, convert, fill  # noqa: A004 - the word of the field
from tocsin.dsl.ast import Logsource
from tocsin.dsl.diagnostics import Diagnostic, Report
from tocsin.dsl.ir import RuleSet
from tocsin.errors import EventError, RuleError, TargetError, TocsinError
from tocsin.loading import load, loads
from tocsin.matcher.matcher import Match, Matcher

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
