"""Helpers of the decision tests: small rules, and what the reference says of events."""

from typing import Any

from tocsin.dsl.diagnostics import Severity

import tocsin
from tocsin import reference

HEAD = "title: t\nlevel: low\nlogsource: {product: windows}\ndetection:\n"


def rule_of(detection: str, condition: str = "sel") -> str:
    """Return a Sigma rule whose `sel` detection is this block of YAML."""
    block = "\n".join("    " + line for line in detection.splitlines())
    return f"{HEAD}  sel:\n{block}\n  condition: {condition}\n"


def verdict(detection: str, event: dict[str, Any], condition: str = "sel", **lists: Any) -> bool:
    """Return what the reference says of an event."""
    rules = tocsin.loads(rule_of(detection, condition))
    if lists:
        rules = tocsin.fill(rules, lists)
    assert len(rules) == 1
    return reference.match(rules[0], event)


def codes(detection: str, condition: str = "sel") -> set[str]:
    """Return the codes that a rule is reported with."""
    rules = tocsin.loads(rule_of(detection, condition), on_error="skip")
    return {diagnostic.code for diagnostic in rules.report}


def is_refused(detection: str, condition: str = "sel") -> bool:
    """Return whether a rule is left out with an error."""
    rules = tocsin.loads(rule_of(detection, condition), on_error="skip")
    assert (len(rules) == 0) == any(d.severity is Severity.ERROR for d in rules.report)
    return not rules
