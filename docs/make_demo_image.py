"""Draws `images/demo.svg` from what a scan prints on a terminal.

Usage: `script -qec "env COLUMNS=110 tocsin scan -r rules/starter rules/starter/events" /dev/null |
python docs/make_demo_image.py`
"""

import io
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

SHOWN = 46
"""How many lines from the end are drawn."""
WIDTH = 110


def main() -> None:
    """Read the recording from standard input and write the picture."""
    recording = sys.stdin.buffer.read().decode("utf-8").replace("\r\n", "\n")
    text = re.sub(r"\x1b\[(?:\?25[hl]|2K|\d*[AB])|\r", "", recording)
    text = re.sub(r"[^\n]*?━[^\n]*?\d+:\d\d:\d\d(?:\x1b\[0m)?", "", text)  # the progress bar
    text = re.sub(r"\n{2,}", "\n\n", text).strip("\n")
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    for line in text.split("\n")[-SHOWN:]:
        shown = Text.from_ansi(line)
        shown.truncate(WIDTH, overflow="ellipsis")
        console.print(shown)
    svg = console.export_svg(
        title="tocsin scan -r rules/starter rules/starter/events", theme=MONOKAI
    )
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # no fonts from elsewhere
    svg = re.sub(r'(?:Fira Code|"Fira Code"),?\s*', "", svg)
    Path(__file__).with_name("images").joinpath("demo.svg").write_text(svg, "utf-8")


if __name__ == "__main__":
    main()
