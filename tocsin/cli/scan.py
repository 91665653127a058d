"""`tocsin scan`: the events that rules match, as a table, JSON lines or CSV."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from tocsin.cli.common import (
    LEVELS,
    Exit,
    Terminal,
    expand,
    guarded,
    shared_options,
)
from tocsin.cli.scan_output import FORMATS, Writer
from tocsin.cli.scan_progress import progress
from tocsin.cli.scan_rules import Prepared, prepare
from tocsin.cli.scan_summary import write_summary
from tocsin.dsl.ast import Logsource
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.logsource import parse_logsource
from tocsin.readers import READERS
from tocsin.scan import Scan, find_event_files

EXAMPLES = """\b
Examples:
  tocsin scan -r rules/ events.jsonl
  tocsin scan -r rules/ logs/ --min-level high --format jsonl -o matches.jsonl
  zcat auth.log.gz | tocsin scan -r rules/ --logsource linux//auth -
"""


@click.command(name="scan", epilog=EXAMPLES)
@click.argument("events", nargs=-1, required=True)
@click.option("-r", "--rules", multiple=True, required=True, help="File, folder or glob; repeat.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="How matches are written [text on a terminal, else jsonl].",
)
@click.option("-o", "output", type=click.Path(dir_okay=False), help="Write matches to this file.")
@click.option(
    "--input",
    "input_form",
    type=click.Choice(["auto", *READERS]),
    default="auto",
    show_default=True,
    help="How to read EVENTS; auto looks at name and content.",
)
@click.option(
    "--logsource", help="What the events are: PRODUCT/CATEGORY/SERVICE, parts may be empty."
)
@click.option(
    "--routing",
    type=click.Choice(["auto", "off"]),
    default="auto",
    show_default=True,
    help="auto: a rule sees only events of its log source; off: every event.",
)
@click.option("--fieldmap", help="Field names of the events: a field map's name or file.")
@click.option(
    "--placeholders",
    type=click.Path(exists=True, dir_okay=False),
    help="YAML file with the lists that rules with `expand` need: name to values.",
)
@click.option("--min-level", type=click.Choice(LEVELS), help="Leave out rules below this level.")
@click.option(
    "--jobs", "-j", type=click.IntRange(1, 256), default=1, show_default=True, help="Threads."
)
@click.option("--stats", is_flag=True, help="End with one JSON line of counts on standard error.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write compiled rules on disk.")
@click.option(
    "--time-field",
    help="Where the time of an event stands; for correlations, which are not evaluated yet.",
)
@shared_options
def command(**options: Any) -> None:  # noqa: ANN401 - as click passes them
    """Find the events of EVENTS that rules match: files, folders, globs, or - for standard input.

    Exits with 1 if something matched, 0 if nothing did, and 3 if nothing did but rules were
    broken or events skipped.
    """
    terminal = Terminal(quiet=options["quiet"], no_color=options["no_color"])
    guarded(lambda: _scan(options, terminal), terminal)


def _scan(options: dict[str, Any], terminal: Terminal) -> int:
    """Scan as the options say."""
    logsource = _logsource(options["logsource"], terminal)
    prepared = prepare(options, terminal)
    if logsource is None and options["routing"] == "auto":
        for line in prepared.unrouted:
            terminal.say(line, "dim")
    files = list(_files(options["events"], terminal))
    scan = Scan(
        prepared.matcher,
        files,
        form=options["input_form"],
        logsource=logsource,
        jobs=options["jobs"],
    )
    form = options["form"] or (
        "text" if terminal.out.is_terminal and not options["output"] else "jsonl"
    )
    with _output(options["output"], terminal) as stream:
        _write(scan, FORMATS[form](stream, terminal), terminal, at_once=scan.streams)
    return _finish(scan, prepared, terminal, stats=options["stats"])


def _write(scan: Scan, writer: Writer, terminal: Terminal, *, at_once: bool) -> None:
    """Write every match as it is found; `at_once`, since a pipe may go on for days."""
    with progress(scan, terminal):
        for found in scan:
            writer.write(found)
            if at_once:
                writer.stream.flush()
    writer.close()


def _finish(scan: Scan, prepared: Prepared, terminal: Terminal, *, stats: bool) -> int:
    """Say what there is to say after a scan, and return the exit code."""
    terminal.report(scan.problems)
    left_out = prepared.left_out
    if not terminal.quiet:
        write_summary(scan.totals, prepared.rules, left_out, terminal)
    if stats:
        _write_stats(scan, prepared, terminal)
    totals = scan.totals
    if totals.matches:
        return Exit.FOUND
    if totals.unreadable and not totals.files:
        return Exit.USAGE
    return Exit.PARTIAL if left_out or totals.malformed or totals.unreadable else Exit.CLEAN


def _write_stats(scan: Scan, prepared: Prepared, terminal: Terminal) -> None:
    """Write the counts as one line of JSON."""
    totals = scan.totals
    counts = {
        "events": totals.events,
        "matches": totals.matches,
        "malformed": totals.malformed,
        "rules": prepared.rules,
        "rules_skipped": prepared.left_out,
        "bytes": totals.bytes,
        "seconds": round(totals.seconds, 6),
        "files": totals.files,
        "files_unreadable": totals.unreadable,
        "undeclared": totals.undeclared,
        "engine": prepared.matcher.statistics(),
    }
    terminal.err.file.write(json.dumps(counts) + "\n")


def _logsource(text: str | None, terminal: Terminal) -> Logsource | None:
    """Return the declared log source, or leave with a fault."""
    if text is None:
        return None
    report = Report()
    declared = parse_logsource(text, report)
    terminal.report(report)
    if declared is None:
        raise SystemExit(Exit.USAGE)
    return declared


def _files(events: tuple[str, ...], terminal: Terminal) -> Iterator[str]:
    """Go through the event files that the arguments name."""
    for argument in events:
        if argument == "-":
            yield argument
        else:
            yield from find_event_files(expand([argument], terminal))


@contextmanager
def _output(path: str | None, terminal: Terminal) -> Iterator[TextIO]:
    """Open the output: a file, or standard output."""
    if path is None:
        yield terminal.out.file  # type: ignore[misc]  # rich says IO[str]
        return
    try:
        stream = Path(path).open("w", encoding="utf-8", newline="")  # noqa: SIM115 - closed below
    except OSError as fault:
        terminal.fail(f"`{path}` cannot be written: {(fault.strerror or '').lower()}")
    with stream:
        yield stream
