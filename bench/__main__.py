"""``make bench``: measures, prints the table, and fails if a count of matches is wrong."""

import json
import platform
import sys

from bench import lines, objects, starts
from bench.measure import Row
from bench.streams import BUILD, data_folder


def main() -> None:
    """Measure what is asked for (`lines`, `objects`, `starts`), or everything."""
    chosen = sys.argv[1:] or ["lines", "objects", "starts"]
    parts = {"lines": lines.rows, "objects": objects.rows, "starts": starts.rows}
    if data_folder() is None:
        print("no data sets: generated streams and the starter rules are measured")
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    print("| # | measure | value | claim | figures |")
    print("|---|---|---|---|---|")
    made: list[Row] = []
    for name in chosen:
        for row in parts[name]():
            made.append(row)
            print(line(row), flush=True)
    BUILD.mkdir(parents=True, exist_ok=True)
    text = json.dumps([[row.number, row.what, row.value, row.note] for row in made], indent=1)
    (BUILD / "table.json").write_text(text, "utf-8")


def line(row: Row) -> str:
    """Return a row as a line of the table."""
    if row.value is None:
        return f"| {row.number} | {row.what} | | | {row.note} |"
    bound = f"{'at least' if row.more else 'at most'} {row.bound:g}"
    mark = "" if row.holds else " (missed)"
    return f"| {row.number} | {row.what} | {row.value:.3g}{mark} | {bound} | {row.note} |"


if __name__ == "__main__":
    main()
