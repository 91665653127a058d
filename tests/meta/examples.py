"""The fenced examples of a document, and how each kind is run.

The word after the fence says what a block is; CONTRIBUTING.md lists the kinds for writers. All
examples of one document share a folder, in which ``rules`` is the bundled content, and the
Python ones share their names.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tocsin

from .checkout import ROOT

FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<words>[^\n`]*)\n(?P<text>.*?)^(?P=fence)\s*$", re.MULTILINE | re.DOTALL
)
RUNS = ("tocsin", "cat", "echo", "printf", "python", "gzip", "head")
PROMPT = "$ "
PASSED_OVER = ("T590", "T9")  # correlations are not evaluated yet; style may be wanting
LIST_FILE = re.compile(r'\bfile "([^"]+)"')


@dataclass(frozen=True)
class Example:
    """One fenced block: where it stands, the words after its fence, its text."""

    document: Path
    line: int
    words: tuple[str, ...]
    text: str

    @property
    def kind(self) -> str:
        """The first word, or nothing."""
        return self.words[0] if self.words else ""

    def word(self, name: str) -> str | None:
        """Return the value of ``name=value`` among the words."""
        return next((w.partition("=")[2] for w in self.words if w.startswith(f"{name}=")), None)


@dataclass
class Place:
    """Where the examples of one document run."""

    folder: Path
    names: dict[str, Any] = field(default_factory=lambda: {"tocsin": tocsin})


def examples(document: Path) -> list[Example]:
    """Return the fenced blocks of a document, relative to the checkout, in order."""
    text = (ROOT / document).read_text("utf-8")
    return [
        Example(
            document,
            text.count("\n", 0, found.start()) + 1,
            tuple(found["words"].split()),
            found["text"],
        )
        for found in FENCE.finditer(text)
    ]


def run(example: Example, place: Place) -> list[str]:
    """Run one example and return what went otherwise than it says."""
    file = example.word("file")
    if file is not None:
        (place.folder / file).write_text(example.text, "utf-8")
    if "norun" in example.words:
        return []
    match example.kind:
        case "console":
            return run_console(example.text, place)
        case "python" | "pycon":
            return run_python(example, place)
        case "tocsin":
            return run_rules(example, place, ".tocsin")
        case "yaml" if "sigma" in example.words:
            return run_rules(example, place, ".yml")
        case _:
            return []


def run_rules(example: Example, place: Place, suffix: str) -> list[str]:
    """Load rules; with ``fails=CODE`` exactly that code is reported."""
    file = place.folder / f"example-{example.line}{suffix}"
    file.write_text(whole(example), "utf-8")
    for name in LIST_FILE.findall(example.text):
        if not (place.folder / name).exists():
            (place.folder / name).write_text("example\n", "utf-8")
    report = tocsin.load(file, on_error="skip").report
    file.unlink()
    expected = example.word("fails")
    wanted = {expected} if expected else set()
    found = {item.code for item in report if not item.code.startswith(PASSED_OVER)} | (
        wanted & {item.code for item in report}
    )
    return [] if found == wanted else [f"reports {sorted(found)}, not {sorted(wanted)}"]


def whole(example: Example) -> str:
    """Return a whole file: the text itself, or a rule around ``predicate`` or ``items`` lines."""
    if "items" in example.words:
        return f'rule "example" {{\n{example.text}\n}}\n'
    if "predicate" in example.words:
        lines = [line for line in example.text.splitlines() if line.partition("#")[0].strip()]
        return "".join(
            f'rule "example {number}" {{\n  when {line}\n}}\n' for number, line in enumerate(lines)
        )
    return example.text


def run_python(example: Example, place: Place) -> list[str]:
    """Run Python: with ``>>>`` prompts as a doctest, else for its assertions."""
    before = Path.cwd()
    os.chdir(place.folder)
    try:
        if ">>>" not in example.text:
            code = compile("\n" * example.line + example.text, str(example.document), "exec")
            exec(code, place.names)  # noqa: S102 - our own documents
            return []
        parsed = doctest.DocTestParser().get_doctest(
            example.text, place.names, str(example.document), str(example.document), example.line
        )
        said: list[str] = []
        doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(
            parsed, out=said.append, clear_globs=False
        )
        place.names.update(parsed.globs)
        return said
    finally:
        os.chdir(before)


def run_console(text: str, place: Place) -> list[str]:
    """Run each ``$ command`` and compare what follows it; a line ``…`` stands for any lines."""
    wrong: list[str] = []
    for part in re.split(rf"^(?={re.escape(PROMPT)})", text, flags=re.MULTILINE):
        command, _, expected = part.removeprefix(PROMPT).partition("\n")
        if part.startswith(PROMPT) and command.split()[0] in RUNS:
            printed = shell(command, place.folder)
            if expected.strip() and not re.fullmatch(pattern(expected), tidy(printed)):
                wrong.append(f"$ {command}\n{printed}\n— but the document says —\n{expected}")
            elif not expected.strip() and "Traceback" in printed:
                wrong.append(f"$ {command}\n{printed}")
    return wrong


def shell(command: str, folder: Path) -> str:
    """Return all that a command prints, as on a terminal of 100 columns without colour."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
        encoding="utf-8",
    )
    return done.stdout


def tidy(text: str) -> str:
    """Return a text without spaces at the ends of lines, and with one line end at its own."""
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip("\n") + "\n"


def pattern(expected: str) -> re.Pattern[str]:
    """Return what the printed text has to match; ``…`` inside a line stands for anything."""
    lines = [
        r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line).replace("…", ".*") + "\n"
        for line in tidy(expected).splitlines()
    ]
    return re.compile("".join(lines))
