"""`tocsin test`: the events kept with the rules, each judged as its case says."""

import click

from tocsin.cli.common import Exit, Terminal, count, guarded, load_rules, shared_options
from tocsin.cli.explaining import write_outcomes
from tocsin.dsl.ast import Case
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.ir import IrRule
from tocsin.dsl.logsource import declared_routes, parse_logsource, routed
from tocsin.dsl.values import thaw
from tocsin.matcher.explain import explain
from tocsin.matcher.reference import holds
from tocsin.matcher.view import View

EXAMPLES = """\b
Example:
  tocsin test rules/starter/
"""


@click.command(name="test", epilog=EXAMPLES)
@click.argument("rules", nargs=-1, required=True)
@shared_options
def command(rules: tuple[str, ...], *, quiet: bool, no_color: bool) -> None:
    """Run the events kept with RULES and say where a rule judges one otherwise.

    Cases stand in native rules as `test "…" {…} -> match`, and in Sigma files as a list
    under the key `tests` with `name`, `event` and `match`.
    """
    terminal = Terminal(quiet=quiet, no_color=no_color)
    guarded(lambda: _run(rules, terminal), terminal)


def _run(paths: tuple[str, ...], terminal: Terminal) -> int:
    """Run all cases of the rules of some paths."""
    rules = load_rules(paths, terminal)
    cases = [(rule, case) for rule in rules for case in rule.cases]
    failed = 0
    for rule, case in cases:
        if judge(rule, case) is not case.matches:
            failed += 1
            _write_failure(rule, case, terminal)
    without = sum(not rule.cases for rule in rules)
    terminal.say(f"{count(len(cases) - failed, 'case')} passed, {failed} failed")
    if without:
        terminal.say(f"{count(without, 'rule')} without cases", "dim")
    if failed:
        return Exit.FOUND
    return Exit.PARTIAL if rules.skipped else Exit.CLEAN


def judge(rule: IrRule, case: Case) -> bool:
    """Return what a rule says of the event of a case.

    Where the case says what the event is, the rule's log source must select it.
    """
    event = thaw(case.event)
    view = View(event if isinstance(event, dict) else {"message": event})
    if case.logsource is None:
        return holds(rule.condition, view)
    declared = parse_logsource(case.logsource, Report())
    routes = None if declared is None else declared_routes(declared, rule.logsource)
    return routes is not None and holds(routed(rule, routes), view)


def _write_failure(rule: IrRule, case: Case, terminal: Terminal) -> None:
    """Say which case failed, and what every test of the rule saw."""
    place = f"{case.span.source.name}:{case.span.place.line}: " if case.span else ""
    wanted = "match" if case.matches else "no match"
    terminal.out.print(
        f"{place}`{rule.info.title}`: the case `{case.name}` should be {wanted}",
        style="bold red",
        markup=False,
    )
    event = thaw(case.event)
    if isinstance(event, dict):
        write_outcomes(explain(rule, event), terminal)
