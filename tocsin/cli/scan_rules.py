"""The rules of a scan: loaded and compiled, or taken from the cache."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from tocsin import cache
from tocsin.cli.common import (
    LEVELS,
    Rendered,
    Terminal,
    expand,
    load_rules,
    loading_faults,
    tell_loaded,
)
from tocsin.cli.placeholders import read_placeholders
from tocsin.dsl.diagnostics import Report
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
    from tocsin.api import compile as compile_rules

    matcher = compile_rules(
        rules,
        fieldmap=options["fieldmap"],
        routing=options["routing"],
        placeholders=placeholders,
    )
    faults = Rendered.of(Report(matcher.report.errors))
    terminal.write(faults)
    left_out = rules.skipped + len(matcher.report.errors)
    prepared = Prepared(matcher, len(rules), left_out, tuple(_unrouted(rules)))
    if name is not None:
        _keep(name, prepared, rules, faults)
    return prepared


def _key(
    options: Mapping[str, Any], placeholders: Mapping[str, Any], terminal: Terminal
) -> str | None:
    """Return what stands for the rules and all that their compiled form depends on."""
    fieldmap = options["fieldmap"]
    text = b""
    if fieldmap is not None and Path(fieldmap).is_file():
        text = Path(fieldmap).read_bytes()
    paths = expand(options["rules"], terminal)
    described = (options["routing"], fieldmap, text, sorted(placeholders.items()))
    # a folder without rules is told of, so the paths matter as well as the files in them
    return cache.key(paths, (*described, options["min_level"], [str(path) for path in paths]))


def _kept(name: str, options: Mapping[str, Any], terminal: Terminal) -> Prepared | None:
    """Return the rules that are in the cache, and say what was said when they were loaded."""
    found = cache.read(name, options["routing"])
    if found is None:
        return None
    matcher, notes = found
    try:
        loading, warnings = Rendered(*map(str, notes["loading"])), int(notes["warnings"])
        compiling = Rendered(*map(str, notes["compiling"]))
        counts = int(notes["rules"]), int(notes["left_out"])
        prepared = Prepared(matcher, *counts, tuple(map(str, notes["unrouted"])))
    except (KeyError, TypeError, ValueError):
        return None
    tell_loaded(loading, warnings, terminal)
    terminal.write(compiling)
    return prepared


def _keep(name: str, prepared: Prepared, rules: RuleSet, compiling: Rendered) -> None:
    """Put rules into the cache, with what was said of them."""
    loading, warnings = loading_faults(rules.report)
    notes = {
        "loading": astuple(loading),
        "warnings": warnings,
        "compiling": astuple(compiling),
        "rules": prepared.rules,
        "left_out": prepared.left_out,
        "unrouted": prepared.unrouted,
    }
    cache.write(name, prepared.matcher, notes, rules.list_files)


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
