"""Rows on JSON lines: share of what parsing alone costs."""

from collections.abc import Callable

from tocsin.matcher._engine import count_parsed
from tocsin.matcher.matcher import Matcher

from bench.measure import Row, cpu, paired
from bench.streams import fresh, process_creation, program, reference, stream, windows
from tocsin import loads

ONE = """\
title: One
id: one
logsource: {product: windows, category: process_creation}
detection:
  selection: {Image|endswith: '\\\\powershell.exe'}
  filter: {DestinationIp: [10.0.0.1, 10.0.0.2, 127.0.0.1]}
  condition: selection and not filter
"""


def scan(matcher: Matcher, data: bytes) -> int:
    """Return how many matches lines have."""
    return sum(1 for _ in matcher.match_json(data))


def share(name: str, compiled: bytes, wanted: int | None) -> tuple[float, str]:
    """Return the rate of a first pass over that of the parser, and the figures behind it."""
    data = stream(name)
    counts = set()

    def cold() -> float:
        matcher = fresh(compiled)
        seconds, matches = cpu(lambda: scan(matcher, data))
        counts.add(matches)
        return seconds

    parse, taken = paired(lambda: cpu(lambda: count_parsed(data))[0], cold)
    events = data.count(b"\n")
    matcher = fresh(compiled)
    scan(matcher, data)
    warm, _ = cpu(lambda: scan(matcher, data))
    [matches] = counts
    checked = "" if wanted is None else f", reference {wanted:,}"
    return parse / taken, (
        f"{len(data) / taken / 1e6:,.0f} MB/s, {taken / events * 1e9:,.0f} ns an event "
        f"(again: {warm / events * 1e9:,.0f}; parser {parse / events * 1e9:,.0f}); "
        f"{matches:,} matches{checked}"
    )


def one_rule() -> bytes:
    """Return the program of one rule."""
    return program(list(loads(ONE)))


CASES: list[tuple[str, str, str, Callable[[], bytes], float, str]] = [
    ("1", "all Windows rules, mixed stream", "mixed", windows, 0.60, "windows"),
    ("2", "the same with PowerShell 4103", "mixed-4103", windows, 0.45, "windows"),
    ("3", "process creation, 45 % new command lines", "process", windows, 0.20, "windows"),
    ("4", "one rule", "mixed", one_rule, 1.3, "one"),
    ("15", "nested layout, all Windows rules", "nested", windows, 0.50, "windows"),
]
"""Number, what is measured, stream, program, claim, and the rules in the reference."""


def rows() -> list[Row]:
    """Measure."""
    made = []
    for number, what, name, compiled, bound, folder in CASES:
        ratio, note = share(name, compiled(), reference(name, folder))
        made.append(Row(number, f"{what}: share of parser", ratio, bound, more=True, note=note))
    return [*made, _by_rules()]


def _by_rules() -> Row:
    """Measure how the rate falls with the number of rules."""
    data = stream("process")
    parts = []
    for count in (1, 10, 100, 1000):
        matcher = fresh(process_creation(count))
        seconds, _ = cpu(lambda matcher=matcher: scan(matcher, data))
        parts.append(f"{count}: {data.count(10) / seconds / 1e3:,.0f}")
    return Row("", "thousand events a second by rules", None, 0, more=True, note=", ".join(parts))
