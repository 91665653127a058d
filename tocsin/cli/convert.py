"""`tocsin convert`: rules as queries of another system, with what gets lost on the way."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from tocsin.cli.common import Exit, Terminal, count, guarded, load_rules, shared_options
from tocsin.converting import Chosen, choose
from tocsin.dsl.codes import CODES
from tocsin.dsl.diagnostics import Diagnostic, Report, Severity
from tocsin.emit.convert import in_form, one_document, queries
from tocsin.emit.forms import FORM_NAMES, FormOptions
from tocsin.emit.kql import KqlOptions
from tocsin.emit.kql.rewrites import NAMES
from tocsin.emit.target import Emission

EXAMPLES = """\b
Examples:
  tocsin convert -t defender-xdr rules/
  tocsin convert -t kql --fieldmap sentinel --form analytics -o rules.yaml rules/
"""


@click.command(name="convert", epilog=EXAMPLES)
@click.argument("rules", nargs=-1, required=True)
@click.option("--target", "-t", required=True, help="`kql`, or a field map's name: KQL with it.")
@click.option("--fieldmap", help="The tables and columns: a name or a file.")
@click.option("--form", type=click.Choice(FORM_NAMES), default="query", show_default=True)
@click.option(
    "--format",
    "layout",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="One text, or a JSON object for each rule.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file.")
@click.option("--table", default="", help="The table to ask where the field map names none.")
@click.option("--lookback", default="", help="Only rows so young, such as 1h or 7d.")
@click.option("--plain", is_flag=True, help="Queries without rewrites for speed.")
@click.option("--without", multiple=True, type=click.Choice(NAMES), help="Leave out this rewrite.")
@click.option("--nrt", is_flag=True, help="Near-real-time rules instead of scheduled ones.")
@click.option("--frequency", default="1h", show_default=True, help="How often rules run.")
@click.option("--period", default="1h", show_default=True, help="How far back rules look.")
@click.option("--strict", is_flag=True, help="Leave out queries that lose something.")
@click.option("--verify", is_flag=True, help="Show queries to Microsoft's parser (needs Node).")
@shared_options
def command(rules: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401 - click's options
    """Write RULES, files, folders or globs, as queries of another system.

    Rules that cannot be converted, and what queries lose, are listed on standard error. Exits
    with 3 if a rule is broken or refused.
    """
    terminal = Terminal(quiet=options.pop("quiet"), no_color=options.pop("no_color"))
    guarded(lambda: _convert(rules, options, terminal), terminal)


def _convert(paths: tuple[str, ...], options: dict[str, Any], terminal: Terminal) -> int:
    """Convert the rules of some paths."""
    chosen = choose(options["target"], options["fieldmap"], options["form"], options["table"])
    rules = load_rules(paths, terminal)
    found = queries(rules, chosen.fieldmap, chosen.schema, chosen.form, _query_options(options))
    if options["strict"]:
        found = [without_losses(each) for each in found]
    if options["verify"]:
        found = verified(found, chosen, terminal)
    form = FormOptions(options["nrt"], options["frequency"], options["period"])
    finished = [in_form(each, chosen.form, chosen.schema, form) for each in found]
    write = write_lines if options["layout"] == "jsonl" else write_text
    _put(write(finished, found, chosen, form), options["output"])
    summarise(finished, terminal)
    refused = any(not each.ok for each in finished)
    return Exit.PARTIAL if refused or rules.skipped else Exit.CLEAN


def _query_options(options: dict[str, Any]) -> KqlOptions:
    """Return how queries are written."""
    return KqlOptions(
        plain=options["plain"],
        without=frozenset(options["without"]),
        lookback=options["lookback"],
    )


def _put(text: str, output: Path | None) -> None:
    """Write the result to a file or to standard output."""
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")


def write_lines(
    finished: list[Emission], _found: list[Emission], _chosen: Chosen, _form: FormOptions
) -> str:
    """Return a JSON object for each rule, a line each."""
    return "".join(json.dumps(record(each), ensure_ascii=False) + "\n" for each in finished)


def record(emission: Emission) -> dict[str, Any]:
    """Return an emission as the record that scripts read."""
    error = emission.error
    return {
        "rule_id": emission.rule_id,
        "rule_path": emission.rule_path,
        "ok": emission.ok,
        "text": emission.text,
        "table": emission.table,
        "losses": [{"code": loss.code, "message": loss.message} for loss in emission.losses],
        "error": None
        if error is None
        else {
            "code": error.code,
            "message": error.message,
            "line": error.line,
            "column": error.column,
        },
    }


def write_text(
    finished: list[Emission], found: list[Emission], chosen: Chosen, form: FormOptions
) -> str:
    """Return one text: the queries with comments between them, or one document."""
    if chosen.form == "query":
        return "\n".join(commented(each) for each in finished if each.ok)
    fitting = [query for query, each in zip(found, finished, strict=True) if each.ok]
    return one_document(fitting, chosen.form, chosen.schema, form) if fitting else ""


def commented(emission: Emission) -> str:
    """Return a query with its rule's name and its losses above it."""
    title = emission.bound.rule.info.title if emission.bound else ""
    lines = [title, emission.rule_path, *(f"loss: {loss.message}" for loss in emission.losses)]
    head = "".join(f"// {' '.join(line.split())}\n" for line in lines if line)
    return f"{head}{emission.text}\n"


def without_losses(emission: Emission) -> Emission:
    """Return the emission, refused if its query loses something."""
    if not emission.ok or not emission.losses:
        return emission
    first = emission.losses[0]
    return replace(emission, text="", error=replace(first, severity=Severity.ERROR))


def verified(found: list[Emission], chosen: Chosen, terminal: Terminal) -> list[Emission]:
    """Return the emissions, refused where Microsoft's parser rejects their query."""
    from tocsin.verify import Gate, GateMissingError, check_tree

    if chosen.schema is None:
        terminal.fail("--verify needs a field map with a schema", "use one that names a schema")
    try:
        gate = Gate()
    except GateMissingError as fault:
        terminal.fail(str(fault))
    checked: list[Emission] = []
    for emission in found:
        if emission.ok:
            answer = gate.ask(chosen.schema, emission.text)
            faults = list(answer.findings)
            if answer.tree is not None:
                faults += check_tree(emission.text, answer.tree)
            if faults:
                error = rejected(emission, faults[0].code, faults[0].message)
                checked.append(replace(emission, text="", error=error))
                continue
        checked.append(emission)
    return checked


def rejected(emission: Emission, code: str, message: str) -> Diagnostic:
    """Microsoft's parser does not take the query."""
    return Diagnostic(
        "T609",
        Severity.ERROR,
        f"Microsoft's parser rejects the query: {code}: {message}",
        help="please report this with the rule: it is a fault of Tocsin or of the field map",
        file=emission.rule_path,
    )


def summarise(finished: list[Emission], terminal: Terminal) -> None:
    """Write what was converted, what was lost and what was refused, and why."""
    refused = [each.error for each in finished if each.error is not None]
    losing = [each for each in finished if each.ok and each.losses]
    if not terminal.quiet:
        terminal.report(Report([*refused, *(loss for each in losing for loss in each.losses)]))
    done = len(finished) - len(refused)
    terminal.say(
        f"{count(len(finished), 'rule')}: {done:,} converted, {len(losing):,} of them with "
        f"losses, {len(refused):,} refused"
    )
    for code, number in Counter(fault.code for fault in refused).most_common():
        terminal.say(f"  {number:>6,} refused[{code}]: {CODES[code].title}")
    lost = Counter(loss.code for each in losing for loss in each.losses)
    for code, number in lost.most_common():
        terminal.say(f"  {number:>6,} losses[{code}]: {CODES[code].title}")
