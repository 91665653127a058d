"""The ways in which `tocsin scan` writes matches."""

import csv
import json
from abc import ABC, abstractmethod
from typing import Any, TextIO

from rich.text import Text

from tocsin.cli.common import LEVEL_STYLES, Terminal
from tocsin.scan import Found

TOLD = 3
"""How many values that decided a match are shown with it."""
LONGEST = 90
"""How many characters of a value are shown."""


class Writer(ABC):
    """Writes matches one by one."""

    def __init__(self, stream: TextIO, terminal: Terminal) -> None:
        """Write to a stream."""
        self.stream = stream
        self.terminal = terminal

    @abstractmethod
    def write(self, found: Found) -> None:
        """Write a match."""

    def close(self) -> None:
        """Write what remains."""
        self.stream.flush()


class JsonLines(Writer):
    """One JSON object a match, in input order."""

    def __init__(self, stream: TextIO, terminal: Terminal) -> None:
        """Write to a stream."""
        super().__init__(stream, terminal)
        self._file = ""
        self._heads: dict[int, str] = {}  # by rule: what its matches in the file begin with

    def write(self, found: Found) -> None:
        """Write a match; an event that is JSON already is copied as it stands."""
        if found.file != self._file:
            self._file = found.file
            self._heads.clear()
        number = found.match.number
        head = self._heads.get(number)
        if head is None:
            head = self._heads[number] = json.dumps(_head(found), ensure_ascii=False)[:-1]
        self.stream.write(f'{head}, "index": {found.index}, "event": {event_text(found)}}}\n')


class Csv(Writer):
    """One line a match, with a head; the event as JSON in the last column."""

    def __init__(self, stream: TextIO, terminal: Terminal) -> None:
        """Write the head."""
        super().__init__(stream, terminal)
        self._rows = csv.writer(stream, lineterminator="\n")
        self._rows.writerow(
            ["level", "title", "rule_id", "file", "index", "tags", "rule_path", "event"]
        )

    def write(self, found: Found) -> None:
        """Write a match."""
        record = _head(found)
        self._rows.writerow(
            [
                *(record[key] for key in ("level", "title", "rule_id", "file")),
                found.index,
                " ".join(record["tags"]),
                record["rule_path"],
                event_text(found),
            ]
        )


class Lines(Writer):
    """Two lines a match for people: level and title, then place and what decided."""

    def write(self, found: Found) -> None:
        """Write a match."""
        match = found.match
        level = match.level or "no level"
        head = Text.assemble(
            (f" {level:<13} ", LEVEL_STYLES.get(match.level, "dim")), (f" {match.title}", "bold")
        )
        place = Text.assemble(
            (f"                {found.file}:{found.index}", "dim"), f"   {deciding_values(found)}"
        )
        self.terminal.out.print(head)
        self.terminal.out.print(place)


def deciding_values(found: Found) -> str:
    """Return some of the fields and values by which a rule matched."""
    seen: dict[str, str] = {}
    for detection in found.match.explain().detections:
        for outcome in detection.tests:
            if outcome.held and detection.held and outcome.test.field and outcome.values:
                seen.setdefault(outcome.test.field, str(outcome.values[0]))
    shown = [f"{name}={_cut(value)}" for name, value in list(seen.items())[:TOLD]]
    return "  ".join(shown)


def _cut(text: str) -> str:
    """Return a value on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def event_text(found: Found) -> str:
    """Return the event of a match as JSON in one line."""
    if found.raw is not None:
        return str(found.raw, "utf-8").strip()
    return json.dumps(found.event, ensure_ascii=False, default=str)


def _head(found: Found) -> dict[str, Any]:
    """Return a match as plain data, without its event and the index of that."""
    match = found.match
    return {
        "rule_id": match.rule_id,
        "title": match.title,
        "level": match.level,
        "rule_path": match.rule.path,
        "tags": list(match.rule.tags),
        "file": found.file,
    }


FORMATS: dict[str, type[Writer]] = {"text": Lines, "jsonl": JsonLines, "csv": Csv}

__all__ = ["FORMATS", "Writer", "deciding_values"]
