"""Fields that no event of a rule's log source has, where its fields are known.

After lowering, for `tocsin check`. The lists are data under `rules/taxonomy`. A name that is
nearly that of a known field is a warning, since a misspelt field never matches and nobody
notices; another one is a note, since some sensors add fields of their own.
"""

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache
from importlib import resources
from typing import Any

import yaml

from .. import rules as content
from .ast import Logsource
from .diagnostics import Diagnostic, Fix, Label, Report, Severity
from .ir import FieldIs, IrRule, Test, tests
from .logsource.file import LOADER
from .suggest import suggest


def report_unknown_fields(rules: Iterable[IrRule], report: Report) -> None:
    """Report the fields that the log source of a rule does not have, each once a rule."""
    for rule in rules:
        known = fields_of(rule.logsource)
        if known is None:
            continue
        reported: set[str] = set()
        for test in tests(rule.condition):
            for name in _names(test):
                if name not in known and name not in reported:
                    reported.add(name)
                    report.add(_unknown(name, known, rule, test))


def fields_of(logsource: Logsource) -> frozenset[str] | None:
    """Return the fields that events of a log source have, or `None` where that is not known."""
    if (logsource.product or "").lower() != "windows" or logsource.service:
        return None
    return _table().get((logsource.category or "").lower())


@cache
def _table() -> dict[str, frozenset[str]]:
    """Return the fields of every category that is known."""
    text = (resources.files(content) / "taxonomy" / "windows.yml").read_text("utf-8")
    data: dict[str, Any] = yaml.load(text, LOADER)  # noqa: S506 - a safe loader
    header = data["header"]
    return {name: frozenset((*header, *found)) for name, found in data["categories"].items()}


def _names(test: Test) -> tuple[str, ...]:
    """Return the fields that a test looks at."""
    if test.field is None:
        return ()
    other = (test.check.other,) if isinstance(test.check, FieldIs) else ()
    return (test.field, *other)


def _nearly(name: str, known: frozenset[str]) -> str | None:
    """Return the field that was probably meant, if its name differs by hardly anything."""
    close = suggest(name, sorted(known))
    if close is None:
        return None
    alike = SequenceMatcher(None, name.lower(), close.lower(), autojunk=False).ratio()
    return close if alike > _ALIKE else None


_ALIKE = 0.9


def _unknown(name: str, known: frozenset[str], rule: IrRule, test: Test) -> Diagnostic:
    """Say that no event of a rule's log source has a field."""
    close = _nearly(name, known)
    span = test.span
    fixes: tuple[Fix, ...] = ()
    if close is not None and span is not None and span.text.startswith(name):
        place = span.source.span(span.start, span.start + len(name))
        fixes = (Fix(place, close, f"replace it by `{close}`", safe=False),)
    return Diagnostic(
        "T403",
        Severity.WARNING if close else Severity.NOTE,
        f"events of {rule.logsource} have no field `{name}`",
        () if span is None else (Label(span),),
        help=f"write `{close}`" if close else "only sensors that add such a field will match",
        fixes=fixes,
        file=rule.info.path,
    )
