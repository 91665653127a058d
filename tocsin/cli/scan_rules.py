"""The rules of a scan: loaded and compiled, or taken from the cache."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tocsin import cache
from tocsin.api import compile as compile_rules
from tocsin.cli.common import LEVELS, Terminal, count, expand, load_rules
from tocsin.cli.placeholders import read_placeholders
from tocsin.dsl.diagnostics import Report, Severity
from tocsin.dsl.ir import RuleSet
from tocsin.dsl.logsource import report_unrouted
from tocsin.matcher.matcher import Matcher


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rules ready to scan.

    Attributes:
        matcher: the compiled rules.
        rules: how many were loaded.
        left_out: how many were not, because something is wrong with them.
        unrouted: lines about rules that see no event unless its log source is declared.
    """

    matcher: Matcher
    rules: int
    left_out: int
    unrouted: tuple[str, ...]


def prepare(options: Mapping[str, Any], terminal: Terminal) -> Prepared:
    """Return the rules that the options name, ready to scan; leaves if there are none."""
    placeholders = read_placeholders(options["placeholders"], terminal)
    name = None if options["no_cache"] else _key(options, placeholders, terminal)
    kept = None if name is None else _kept(name, options, terminal)
    if kept is not None:
        return kept
    rules = _at_least(load_rules(options["rules"], terminal), options["min_level"])
    if not rules:
        terminal.fail("there is no usable rule", "`tocsin check` says what is wrong with rules")
    matcher = compile_rules(
        rules,
        fieldmap=options["fieldmap"],
        routing=options["routing"],
        placeholders=placeholders,
    )
    terminal.report(matcher.report, least=Severity.ERROR)
    left_out = rules.skipped + len(matcher.report.errors)
    prepared = Prepared(matcher, len(rules), left_out, tuple(_unrouted(rules)))
    if name is not None and not left_out and not rules.correlations and not rules.filters:
        _keep(name, prepared, rules)
    return prepared


def _key(
    options: Mapping[str, Any], placeholders: Mapping[str, Any], terminal: Terminal
) -> str | None:
    """Return what stands for the rules and all that their compiled form depends on."""
    fieldmap = options["fieldmap"]
    text = b""
    if fieldmap is not None and Path(fieldmap).is_file():
        text = Path(fieldmap).read_bytes()
    described = (options["routing"], fieldmap, text, sorted(placeholders.items()))
    return cache.key(expand(options["rules"], terminal), (*described, options["min_level"]))


def _kept(name: str, options: Mapping[str, Any], terminal: Terminal) -> Prepared | None:
    """Return the rules that are in the cache, and say what was said when they were loaded."""
    found = cache.read(name, options["routing"])
    if found is None:
        return None
    matcher, notes = found
    try:
        warnings = int(notes["warnings"])
        prepared = Prepared(matcher, int(notes["rules"]), 0, tuple(map(str, notes["unrouted"])))
    except (KeyError, TypeError, ValueError):
        return None
    if warnings:
        terminal.say(f"{count(warnings, 'warning')} about rules; `tocsin check` shows them", "dim")
    return prepared


def _keep(name: str, prepared: Prepared, rules: RuleSet) -> None:
    """Put rules into the cache."""
    warnings = sum(each.severity is Severity.WARNING for each in rules.report)
    notes = {"rules": prepared.rules, "warnings": warnings, "unrouted": prepared.unrouted}
    cache.write(name, prepared.matcher, notes)


def _unrouted(rules: RuleSet) -> list[str]:
    """Return lines about rules that see no event, because their log source must be declared."""
    report = Report()
    report_unrouted(rules, report)
    return [f"{diagnostic}; {' '.join(diagnostic.notes)}" for diagnostic in report]


def _at_least(rules: RuleSet, level: str | None) -> RuleSet:
    """Return the rules of at least a level; a rule without one counts as the lowest."""
    if level is None:
        return rules
    least = LEVELS.index(level)
    return rules.replaced(rule for rule in rules if _rank(rule.info.level) >= least)


def _rank(level: str) -> int:
    """Return the place of a level among the levels."""
    return LEVELS.index(level) if level in LEVELS else 0
