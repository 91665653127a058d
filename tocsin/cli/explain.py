"""`tocsin explain`: what a code means, or why a rule matched an event, or what stopped it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click

from tocsin.cli.common import Exit, Terminal, count, expand, guarded, load_rules, shared_options
from tocsin.cli.explaining import write_outcomes
from tocsin.dsl.codes import CODES
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.ir import IrRule, RuleSet
from tocsin.dsl.logsource import Route, declared_routes, parse_logsource, renamed, routes
from tocsin.dsl.render import explain_code
from tocsin.dsl.suggest import suggest
from tocsin.matcher.explain import Explanation, explain
from tocsin.matcher.reference import holds
from tocsin.matcher.view import Event, View
from tocsin.readers import READERS, open_events
from tocsin.scan import find_event_files


@dataclass(frozen=True, slots=True)
class Judged:
    """An event with what a rule made of it.

    Attributes:
        place: file and index.
        explanation: the verdict with its reasons, or `None` for an event of another source.
        rule: the rule.
    """

    place: str
    explanation: Explanation | None
    rule: IrRule

    @property
    def nearness(self) -> tuple[bool, float]:
        """How near the event came to a match: matched, then the share of detections held."""
        if self.explanation is None:
            return False, -1.0
        held = sum(detection.held for detection in self.explanation.detections)
        return self.explanation.matched, held / max(len(self.explanation.detections), 1)


EXAMPLES = """\b
Examples:
  tocsin explain T204
  tocsin explain -r rules/starter/linux_reverse_shell.yml events.jsonl
"""


@click.command(name="explain", epilog=EXAMPLES)
@click.argument("arguments", nargs=-1, required=True, metavar="CODE | EVENTS...")
@click.option("-r", "--rules", multiple=True, help="The rule to explain: file, folder or glob.")
@click.option("--id", "rule_id", help="The id or name of the rule, where the file has several.")
@click.option("--index", type=click.IntRange(0), help="Only the event with this index in its file.")
@click.option("--most", type=click.IntRange(1), default=5, show_default=True, help="Events shown.")
@click.option("--logsource", help="What the events are: PRODUCT/CATEGORY/SERVICE.")
@click.option("--routing", type=click.Choice(["auto", "off"]), default="auto", show_default=True)
@click.option("--input", "form", type=click.Choice(["auto", *READERS]), default="auto")
@shared_options
def command(arguments: tuple[str, ...], rules: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401 - as click passes them
    """Say what CODE means; or, with -r, why a rule matched EVENTS or which test stopped it.

    Matches come first, then the events that came nearest. Exits with 1 if an event matched.
    """
    terminal = Terminal(quiet=options["quiet"], no_color=options["no_color"])
    if rules:
        guarded(lambda: _explain_events(arguments, rules, options, terminal), terminal)
    guarded(lambda: _explain_codes(arguments, terminal), terminal)


def _explain_codes(codes: tuple[str, ...], terminal: Terminal) -> int:
    """Say what codes mean."""
    for code in codes:
        name = code.upper()
        if name not in CODES:
            close = suggest(name, CODES)
            hint = f"did you mean {close}?" if close else "codes look like T204"
            terminal.fail(f"there is no code `{code}`", f"{hint}; -r RULES explains events")
        click.echo(explain_code(name))
    return Exit.CLEAN


def _explain_events(
    events: tuple[str, ...], paths: tuple[str, ...], options: dict[str, Any], terminal: Terminal
) -> int:
    """Say why rules matched events, or what stopped them."""
    rules = _chosen(load_rules(paths, terminal), options["rule_id"], terminal)
    if not rules:
        terminal.fail("there is no usable rule", "`tocsin check` says what is wrong with rules")
    judged = list(_judge(events, rules, options, terminal))
    judged.sort(key=lambda each: each.nearness, reverse=True)
    shown = [each for each in judged if each.explanation is not None][: options["most"]]
    for each in shown:
        _write(each, terminal)
    foreign = sum(each.explanation is None for each in judged)
    _write_rest(len(judged) - foreign - len(shown), foreign, terminal)
    return Exit.FOUND if any(each.nearness[0] for each in judged) else Exit.CLEAN


def _chosen(rules: RuleSet, rule_id: str | None, terminal: Terminal) -> list[IrRule]:
    """Return the rules that are asked for."""
    if rule_id is None:
        return list(rules)
    try:
        return [rules.by_id(rule_id)]
    except KeyError:
        terminal.fail(f"no rule has the id or name `{rule_id}`")


def _judge(
    events: tuple[str, ...], rules: list[IrRule], options: dict[str, Any], terminal: Terminal
) -> Iterator[Judged]:
    """Go through the events and what each rule makes of them; keeps the best of each file."""
    declared = options["logsource"]
    for place, event in _events(events, options, terminal):
        for rule in rules:
            yield Judged(place, _explained(rule, event, declared, options["routing"]), rule)


def _events(
    events: tuple[str, ...], options: dict[str, Any], terminal: Terminal
) -> Iterator[tuple[str, Event]]:
    """Go through the events asked for, each with its place."""
    paths = [path for path in events if path != "-"]
    names = [*(["-"] if "-" in events else []), *find_event_files(expand(paths, terminal))]
    for name in names:
        with open_events(name, options["form"]) as opened:
            for record in opened:
                wanted = options["index"] in (None, record.index)
                if record.event is not None and wanted:
                    yield f"{opened.name}:{record.index}", record.event
            terminal.report(Report(opened.diagnostics()))


def _explained(
    rule: IrRule, event: Event, declared: str | None, routing: str
) -> Explanation | None:
    """Return a rule's verdict on an event with its reasons, `None` for another source's event."""
    if routing == "off":
        return explain(rule, event)
    route = _route(rule, View(event), declared)
    return None if route is None else explain(_renamed(rule, route), event)


def _route(rule: IrRule, view: View, declared: str | None) -> Route | None:
    """Return the route by which an event comes to a rule, or `None`."""
    if declared is None:
        found = routes(rule.logsource) or ()
    else:
        logsource = parse_logsource(declared, Report())
        found = () if logsource is None else declared_routes(logsource, rule.logsource) or ()
    return next((route for route in found if holds(route.when, view)), None)


def _renamed(rule: IrRule, route: Route) -> IrRule:
    """Return a rule with its fields under the names that a route's events have."""
    return IrRule(
        info=rule.info,
        logsource=rule.logsource,
        condition=renamed(rule.condition, route),
        detections=tuple((name, renamed(node, route)) for name, node in rule.detections),
    )


def _write(judged: Judged, terminal: Terminal) -> None:
    """Write an event's verdict and every test."""
    explanation = judged.explanation
    if explanation is None:
        return
    verdict = "matched" if explanation.matched else "did not match"
    terminal.out.print(
        f"{judged.place}: {verdict} `{judged.rule.info.title}`",
        style="bold green" if explanation.matched else "bold",
        markup=False,
    )
    write_outcomes(explanation, terminal)


def _write_rest(rest: int, foreign: int, terminal: Terminal) -> None:
    """Say how many events are not shown."""
    if rest:
        terminal.say(f"{count(rest, 'further verdict')} not shown; --most shows more", "dim")
    if foreign:
        terminal.say(
            f"{count(foreign, 'event')} of another log source than the rule's; --routing off "
            "explains them too",
            "dim",
        )
