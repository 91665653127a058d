"""`tocsin check`: what is wrong with rules, as text, JSON or SARIF."""

import click

from tocsin.cli.common import Exit, Terminal, count, expand, guarded, shared_options
from tocsin.dsl.constant import report_constant
from tocsin.dsl.diagnostics import Severity
from tocsin.dsl.ir import RuleSet
from tocsin.dsl.render import render_json, render_line, render_sarif, render_text
from tocsin.dsl.taxonomy import report_unknown_fields
from tocsin.loading import load

RENDERINGS = {"json": render_json, "sarif": render_sarif, "line": render_line}


EXAMPLES = """\b
Example:
  tocsin check rules/ --format sarif > findings.sarif
"""


@click.command(name="check", epilog=EXAMPLES)
@click.argument("rules", nargs=-1, required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "line"]),
    default="text",
    show_default=True,
    help="How findings are written; `line` is one line each, for editors.",
)
@click.option("--target", "-t", help="Also find rules that can never fire on this target.")
@click.option("--fieldmap", help="The field map for the target: a name or a file.")
@shared_options
def command(
    rules: tuple[str, ...],
    form: str,
    target: str | None,
    fieldmap: str | None,
    *,
    quiet: bool,
    no_color: bool,
) -> None:
    """Say what is wrong with RULES: files, folders or globs.

    Exits with 1 if there is a finding, an error or a warning.
    """
    terminal = Terminal(quiet=quiet, no_color=no_color)
    guarded(lambda: _check(rules, form, target, fieldmap, terminal), terminal)


def _check(
    paths: tuple[str, ...], form: str, target: str | None, fieldmap: str | None, terminal: Terminal
) -> int:
    """Check the rules of some paths."""
    rules = load(*expand(paths, terminal), on_error="skip")
    report_constant(rules, rules.report)
    report_unknown_fields(rules, rules.report)
    if target is not None:
        _check_target(rules, target, fieldmap)
    if form == "text":
        text = render_text(
            rules.report, colour=terminal.out.is_terminal and not terminal.out.no_color
        )
        click.echo(text, nl=bool(text))
        terminal.say(_summary(rules))
    else:
        click.echo(RENDERINGS[form](rules.report), nl=bool(rules.report) or form != "line")
    found = any(d.severity >= Severity.WARNING for d in rules.report)
    return Exit.FOUND if found or rules.report.dropped else Exit.CLEAN


def _check_target(rules: RuleSet, target: str, fieldmap: str | None) -> None:
    """Add the findings about a target to the report of the rules."""
    from tocsin.converting import find_dead

    find_dead(rules, target, fieldmap, rules.report)


def _summary(rules: RuleSet) -> str:
    """Return one line on what was found."""
    errors = sum(d.severity is Severity.ERROR for d in rules.report)
    warnings = sum(d.severity is Severity.WARNING for d in rules.report)
    left_out = f", {rules.skipped} broken" if rules.skipped else ""
    return (
        f"{count(len(rules) + rules.skipped, 'rule')}{left_out}: "
        f"{count(errors, 'error')}, {count(warnings, 'warning')}"
    )
