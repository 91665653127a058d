"""What a scan ends with on a terminal: matches by level and rule, what was skipped, the rate."""

from collections import Counter

from rich.table import Table
from rich.text import Text

from tocsin.cli.common import LEVEL_STYLES, LEVELS, Terminal, count
from tocsin.scan import Totals

SHOWN = 12
"""How many rules the table names."""
ENOUGH = 1000
"""Below so many events a rate would say more about the start than about the scan."""


def write_summary(totals: Totals, rules: int, left_out: int, terminal: Terminal) -> None:
    """Write the account of a scan to standard error."""
    if totals.matches:
        terminal.err.print()
        terminal.err.print(_table(totals))
    terminal.err.print(_counts(totals, rules, left_out))


def _table(totals: Totals) -> Table:
    """Return the rules that matched most."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("matches", justify="right")
    table.add_column("level")
    table.add_column("rule")
    by_rule = totals.by_rule()
    for (title, level), number in by_rule.most_common(SHOWN):
        table.add_row(f"{number:,}", Text(level, style=LEVEL_STYLES.get(level, "dim")), title)
    rest = len(by_rule) - SHOWN
    if rest > 0:
        table.add_row("", "", Text(f"… and {count(rest, 'other rule')}", style="dim"))
    return table


def _counts(totals: Totals, rules: int, left_out: int) -> Text:
    """Return the counts of a scan as two lines."""
    line = Text.assemble((count(totals.matches, "match", "matches"), "bold"))
    matches: Counter[str] = Counter()
    for (_, level), number in totals.by_rule().items():
        matches[level] += number
    by_level = [(level, matches[level]) for level in reversed(LEVELS) if matches[level]]
    for index, (level, number) in enumerate(by_level):
        line.append(": " if index == 0 else ", ")
        line.append(f"{number:,} {level}", style=LEVEL_STYLES[level])
    line.append(
        f"\n{count(totals.events, 'event')} in {count(totals.files, 'file')}, "
        f"{count(rules, 'rule')}, {totals.seconds:.2f} s{_rate(totals)}",
        style="dim",
    )
    skipped = [
        (left_out, "broken rule"),
        (totals.malformed, "malformed event"),
        (totals.undeclared, "event of unknown source"),
        (totals.unreadable, "unreadable file"),
    ]
    told = [count(number, what) for number, what in skipped if number]
    if told:
        line.append("\nskipped: " + ", ".join(told), style="yellow")
    return line


def _rate(totals: Totals) -> str:
    """Return the rate, where there were enough events for it to mean something."""
    if totals.events < ENOUGH or not totals.seconds:
        return ""
    return f", {totals.events / totals.seconds:,.0f} events/s"
