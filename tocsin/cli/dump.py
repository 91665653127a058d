"""`tocsin dump`: a stage of the pipeline as text."""

import click

from tocsin.cli.common import Exit, Terminal, expand, guarded, shared_options
from tocsin.dsl import ast
from tocsin.dsl.check import check_rule
from tocsin.dsl.diagnostics import Report, Severity
from tocsin.dsl.dump import dump_checked, dump_rule, dump_tree
from tocsin.dsl.lower import lower_rule
from tocsin.dsl.passes import optimise_rule
from tocsin.loading import list_reader, load, read_file
from tocsin.rule_files import find_files

STAGES = ("ast", "checked", "ir", "passes", "plan", "program")


EXAMPLES = """\b
Example:
  tocsin dump --stage ir rules/starter/linux_reverse_shell.yml
"""


@click.command(name="dump", epilog=EXAMPLES)
@click.argument("rules", nargs=-1, required=True)
@click.option(
    "--stage", type=click.Choice(STAGES), default="ir", show_default=True, help="What to print."
)
@shared_options
def command(rules: tuple[str, ...], stage: str, *, quiet: bool, no_color: bool) -> None:
    """Print what a stage makes of RULES.

    `ast` as read, `checked` with names and modifiers bound, `ir` in logical form, `passes` after
    the passes, `plan` and `program` as the matcher holds it.
    """
    terminal = Terminal(quiet=quiet, no_color=no_color)
    guarded(lambda: _dump(rules, stage, terminal), terminal)


def _dump(paths: tuple[str, ...], stage: str, terminal: Terminal) -> int:
    """Print a stage of the rules of some paths."""
    report = Report()
    if stage in ("plan", "program"):
        report = _dump_matcher(paths, stage, terminal)
    else:
        for path in expand(paths, terminal):
            for file in find_files(path):
                document = read_file(file, report)
                if document is not None:
                    _dump_document(document, stage, report)
    terminal.report(report, least=Severity.ERROR)
    return Exit.PARTIAL if report.has_errors else Exit.CLEAN


def _dump_document(document: ast.Document, stage: str, report: Report) -> None:
    """Print a stage before the matcher."""
    if stage == "ast":
        click.echo(dump_tree(document))
        return
    for rule in document.entries:
        if not isinstance(rule, ast.Rule):
            continue
        checked = check_rule(rule, document, report, list_reader(document.source))
        if checked is None:
            continue
        if stage == "checked":
            click.echo(dump_checked(checked))
        else:
            lowered = lower_rule(checked, document)
            click.echo(dump_rule(lowered if stage == "ir" else optimise_rule(lowered)))


def _dump_matcher(paths: tuple[str, ...], stage: str, terminal: Terminal) -> Report:
    """Print a stage of the matcher."""
    from tocsin.api import compile as compile_rules

    rules = load(*expand(paths, terminal), on_error="skip")
    click.echo(compile_rules(rules).dump(stage))
    return rules.report
