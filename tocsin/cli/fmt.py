"""`tocsin fmt`: native rules in the one usual layout, comments kept."""

import sys
from pathlib import Path

import click

from tocsin.cli.common import Exit, Terminal, count, expand, guarded, shared_options
from tocsin.dsl.decode import decode_source
from tocsin.dsl.diagnostics import Report, Severity
from tocsin.dsl.format import format_native
from tocsin.rule_files import SUFFIXES, find_files

EXAMPLES = """\b
Example:
  tocsin fmt --check rules/
"""


@click.command(name="fmt", epilog=EXAMPLES)
@click.argument("files", nargs=-1, required=True)
@click.option(
    "--check", "only_check", is_flag=True, help="Change nothing; exit with 1 if it would."
)
@shared_options
def command(files: tuple[str, ...], *, only_check: bool, quiet: bool, no_color: bool) -> None:
    """Lay out native rule FILES in the one usual way. Comments stay where they are.

    `-` reads standard input and writes standard output.
    """
    terminal = Terminal(quiet=quiet, no_color=no_color)
    guarded(lambda: _format(files, terminal, only_check=only_check), terminal)


def _format(files: tuple[str, ...], terminal: Terminal, *, only_check: bool) -> int:
    """Format files, or say which would change."""
    if files == ("-",):
        return _format_stdin(terminal)
    report = Report()
    changed = [
        file
        for path in expand(files, terminal)
        for file in find_files(path)
        if _is_native(file) and _format_file(file, report, only_check=only_check)
    ]
    terminal.report(report, least=Severity.ERROR)
    for file in changed:
        terminal.out.print(str(file), markup=False)
    verb = "would change" if only_check else "changed"
    terminal.say(f"{count(len(changed), 'file')} {verb}")
    if report.has_errors:
        return Exit.PARTIAL
    return Exit.FOUND if only_check and changed else Exit.CLEAN


def _is_native(file: Path) -> bool:
    """Return whether a file is of the native language."""
    return SUFFIXES.get(file.suffix.lower()) == "tocsin"


def _format_file(file: Path, report: Report, *, only_check: bool) -> bool:
    """Format a file; return whether it changed, or would."""
    source = decode_source(str(file), file.read_bytes(), report)
    text = None if source is None else format_native(source, report)
    if source is None or text is None or text == source.text:
        return False
    if not only_check:
        file.write_text(text, encoding="utf-8", newline="\n")
    return True


def _format_stdin(terminal: Terminal) -> int:
    """Format standard input to standard output."""
    report = Report()
    data = sys.stdin.buffer.read()
    source = decode_source("<stdin>", data, report)
    text = None if source is None else format_native(source, report)
    terminal.report(report, least=Severity.ERROR)
    if text is None:
        return Exit.PARTIAL
    click.echo(text, nl=False)
    return Exit.CLEAN
