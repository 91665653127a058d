"""`tocsin translate`: Sigma rules in the native language, native rules in Sigma."""

from pathlib import Path

import click

from tocsin.cli.common import Exit, Terminal, count, expand, guarded, shared_options
from tocsin.dsl.diagnostics import Report, Severity
from tocsin.dsl.printer import print_native, print_sigma
from tocsin.dsl.translate import to_sigma
from tocsin.loading import read_file
from tocsin.rule_files import find_files

SUFFIX = {"tocsin": ".tocsin", "sigma": ".yml"}


EXAMPLES = """\b
Examples:
  tocsin translate --to tocsin rules/starter/linux_reverse_shell.yml
  tocsin translate --to sigma rules/starter/ -o sigma/
"""


@click.command(name="translate", epilog=EXAMPLES)
@click.argument("rules", nargs=-1, required=True)
@click.option(
    "--to", "syntax", type=click.Choice(["tocsin", "sigma"]), required=True, help="Which language."
)
@click.option(
    "-o",
    "folder",
    type=click.Path(file_okay=False),
    help="Write one file for each file into this folder, instead of standard output.",
)
@shared_options
def command(
    rules: tuple[str, ...], syntax: str, folder: str | None, *, quiet: bool, no_color: bool
) -> None:
    """Write RULES in the other language, with the same meaning.

    What the other language cannot say is reported as a loss; the exit code is then 3.
    """
    terminal = Terminal(quiet=quiet, no_color=no_color)
    guarded(lambda: _translate(rules, syntax, folder, terminal), terminal)


def _translate(paths: tuple[str, ...], syntax: str, folder: str | None, terminal: Terminal) -> int:
    """Translate the rules of some paths."""
    report = Report()
    written = 0
    for path in expand(paths, terminal):
        for file in find_files(path):
            text = _translated(file, syntax, report)
            if text is not None:
                written += 1
                _write(text, file, path, syntax, folder)
    terminal.report(report)
    if folder is not None:
        terminal.say(f"{count(written, 'file')} written to {folder}")
    faulty = any(d.severity is Severity.ERROR or d.code.startswith("T6") for d in report)
    return Exit.PARTIAL if faulty else Exit.CLEAN


def _translated(file: Path, syntax: str, report: Report) -> str | None:
    """Return the text of a file in the other language, or `None` where it cannot be read."""
    document = read_file(file, report)
    if document is None:
        return None
    if syntax == "tocsin":
        return print_native(document)
    return print_sigma(to_sigma(document, report), report)


def _write(text: str, file: Path, root: Path, syntax: str, folder: str | None) -> None:
    """Write a translation to standard output, or to the same place below a folder."""
    if folder is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    relative = file.relative_to(root) if root.is_dir() else Path(file.name)
    target = (Path(folder) / relative).with_suffix(SUFFIX[syntax])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")
