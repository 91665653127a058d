"""The plots of docs/benchmarks.md, drawn by ``make plots``.

How the rate falls with the number of rules, beside evaluation rule by rule; and what share of the
parser's rate is reached on each stream. Both are measured anew.
"""

import sys
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.lines import CASES, scan, share
from bench.measure import cpu, median
from bench.objects import rule_by_rule
from bench.streams import ROOT, events, fresh, process_creation, process_rules, stream

FOLDER = ROOT / "docs" / "images"
OURS, OTHER, LIMIT = "#1f6f8b", "#b5651d", "#555555"
COUNTS = (1, 10, 100, 1000, None)
SLOW_EVENTS = 20


def main() -> None:
    """Measure and draw; with an argument, as PNG files in the folder that it names too."""
    mpl.rcParams.update(
        {"font.size": 10, "svg.fonttype": "none", "svg.hashsalt": "tocsin", "axes.axisbelow": True}
    )
    for name, figure in (("rate-by-rules", by_rules()), ("share-of-parser", shares())):
        figure.savefig(FOLDER / f"{name}.svg", metadata={"Date": None})
        for folder in sys.argv[1:]:
            figure.savefig(Path(folder) / f"{name}.png", dpi=120)
        print(f"docs/images/{name}.svg")


def by_rules() -> Figure:
    """Draw events a second against the number of rules, ours and rule by rule."""
    data = stream("process")
    lines = data.count(b"\n")
    rules, sample = process_rules(), events("process", SLOW_EVENTS)
    numbers, ours, slow = [], [], []
    for count in COUNTS:
        compiled = process_creation(count)
        ours.append(lines / median(lambda compiled=compiled: cold(compiled, data)))
        slow.append(len(sample) / rule_by_rule(rules[:count], sample)[0])
        numbers.append(len(rules[:count]))
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot()
    for rates, colour, label in ((ours, OURS, "Tocsin"), (slow, OTHER, "rule by rule")):
        axes.loglog(numbers, rates, "o-", color=colour)
        text = f"{short(rates[-1])}  {label}"
        axes.annotate(text, (numbers[-1], rates[-1]), (8, -1), textcoords="offset points",
                      color=colour, va="center")  # fmt: skip
        for number, rate in zip(numbers[:-1], rates[:-1], strict=True):
            axes.annotate(short(rate), (number, rate), (0, 7), textcoords="offset points",
                          color=colour, ha="center", fontsize=9)  # fmt: skip
    labels = [f"{number:,}" for number in numbers]
    axes.set_xticks(numbers, [*labels[:-1], f"\n{labels[-1]}"])  # the last two stand close
    axes.minorticks_off()
    axes.set_xlim(0.7, numbers[-1] * 14)
    axes.set_ylim(min(slow) / 3, max(ours) * 4)
    axes.set(xlabel="rules", ylabel="events a second, one thread")
    axes.set_title("Process creation: first pass over 95,000 events", loc="left")
    plain(axes)
    return figure


def shares() -> Figure:
    """Draw the share of the parser's rate on each stream."""
    found = [(what, share(name, compiled(), None)[0]) for _, what, name, compiled, *_ in CASES]
    figure = Figure(figsize=(7, 3), layout="constrained")
    axes = figure.add_subplot()
    names = [what for what, _ in found]
    values = [value for _, value in found]
    axes.barh(names, values, color=OURS, height=0.6)
    axes.bar_label(axes.containers[0], fmt="%.2f", padding=4)  # type: ignore[arg-type]  # of bars
    axes.axvline(1, color=LIMIT, linestyle="--", linewidth=1)
    axes.annotate("parsing alone", (1, 1), (4, 4), xycoords=("data", "axes fraction"),
                  textcoords="offset points", color=LIMIT, fontsize=9)  # fmt: skip
    axes.invert_yaxis()
    axes.set_xlim(0, max(1.25, *(value * 1.15 for value in values)))
    axes.set_xlabel("rate over that of parsing alone")
    plain(axes)
    return figure


def cold(compiled: bytes, data: bytes) -> float:
    """Return the seconds of a first pass."""
    matcher = fresh(compiled)
    return cpu(lambda: scan(matcher, data))[0]


def short(rate: float) -> str:
    """Return a rate in three or four letters."""
    if rate >= 1e6:
        return f"{rate / 1e6:.1f} M"
    return f"{rate / 1e3:.3g} k" if rate >= 1e3 else f"{rate:.3g}"


def plain(axes: Axes) -> None:
    """Leave out what says nothing."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, axis="both", color="#e4e4e4", linewidth=0.8)


if __name__ == "__main__":
    main()
