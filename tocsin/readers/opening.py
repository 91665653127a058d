"""Event files opened: unpacked, recognised, read.

In goes a path, out comes an `EventFile`: an iterator of records that afterwards knows how many
there were and what was wrong. Nothing is read ahead but the head by which a file is recognised.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

from tocsin.dsl.diagnostics import Diagnostic
from tocsin.dsl.suggest import suggest
from tocsin.errors import EventError
from tocsin.readers import (
    accesslog,
    auditd,
    columns,
    delimited,
    evtx,
    json,
    jsonl,
    rows,
    text,
    w3c,
    xml,
    zeek_tsv,
)
from tocsin.readers.compression import PIECE, Stream, unpacked
from tocsin.readers.detect import detect
from tocsin.readers.problems import Tally, damaged, diagnostic
from tocsin.readers.putback import PutBack, as_utf8, head_of
from tocsin.readers.record import Reader, Record

READERS: dict[str, Reader] = {
    "jsonl": jsonl.read,
    "json": json.read,
    "evtx": evtx.read,
    "text": text.read,
    "auditd": auditd.read,
    "csv": delimited.read,
    "xml": xml.read,
    "zeek": zeek_tsv.read,
    "w3c": w3c.read,
    "access": accesslog.read,
    "rows": rows.read,
    "parquet": columns.read,
    "arrow": columns.read,
}
"""The readers by the names that `--input` knows."""

RAW_READERS: dict[str, Reader] = {"evtx": evtx.read_raw}
"""Readers that leave the JSON of their records unread."""

_FROM_THE_FILE = {"evtx", "parquet", "arrow"}
"""Readers that go back in the file, if it is there as it is."""

STANDARD_INPUT = "-"


class EventFile:
    """One event file: iterate over it once; then it knows what there was to say.

    Attributes:
        name: what messages call it.
        form: the name of its reader.
        stream: the unpacked bytes from the beginning, for those who read them on their own.
        descriptor: that of the file, if its bytes are those of the stream and can be read from any
            place.
        tally: counts the malformed events, and those of the one who reads on his own.
    """

    def __init__(
        self,
        name: str,
        form: str,
        stream: BinaryIO,
        source: Stream,
        descriptor: int | None = None,
    ) -> None:
        """Hold an open file."""
        self.name = name
        self.form = form
        self.stream = stream
        self.descriptor = descriptor
        self.tally = Tally(name)
        self._source = source

    def __iter__(self) -> Iterator[Record]:
        """Go through the records; malformed ones have a problem and no event.

        Raises:
            EventError: a package that the format needs is not installed.
        """
        return self._counted(READERS[self.form])

    def raw_records(self) -> Iterator[Record]:
        """Go through the records as iteration does, but leave the events of some unread.

        A record with `raw`, no event and no problem is one whose JSON was not looked at yet.

        Raises:
            EventError: a package that the format needs is not installed.
        """
        return self._counted(RAW_READERS.get(self.form, READERS[self.form]))

    def _counted(self, read: Reader) -> Iterator[Record]:
        """Go through the records of a reader; each is counted, damage is only remembered."""
        for record in read(self.stream, self.name):
            self.tally.add(record)
            if record.problem is None or record.problem.code == "T801":
                yield record

    @property
    def is_packed(self) -> bool:
        """Whether the file has to be unpacked."""
        return self._source.is_packed

    def break_off(self, reason: str) -> None:
        """Note why the file, read by its descriptor, could be read no further."""
        self._source.damage = reason

    @property
    def malformed(self) -> int:
        """How many malformed events there were so far."""
        return self.tally.malformed

    def diagnostics(self) -> Iterator[Diagnostic]:
        """Go through what is to be said of the file, once it has been read."""
        yield from self.tally.diagnostics()
        if self._source.damage:
            yield damaged(self.name, self._source.damage)

    def __enter__(self) -> Self:
        """Return the file."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.stream.close()
        self._source.close()


def open_events(path: str | Path | BinaryIO, form: str = "auto", name: str = "") -> EventFile:
    """Open an event file.

    Args:
        path: a path, `-` for standard input, or a binary stream.
        form: the name of a reader, or `auto` to recognise the format.
        name: what messages call it; the path if not given.

    Raises:
        EventError: it cannot be opened, its format is not known, or a package is missing.
    """
    if form != "auto" and form not in READERS:
        raise EventError(_unknown_form(form))
    name = name or _name(path)
    source = unpacked(_open(path, name), name)
    begins = isinstance(path, str | Path)  # where a stream that we are given is, nobody knows
    try:
        return _recognised(source, name, form, source.descriptor if begins else None)
    except EventError:
        source.close()
        raise


def open_bytes(path: str | Path | BinaryIO, form: str = "auto") -> tuple[BinaryIO, str]:
    """Open an event file and return its unpacked bytes and the name of its reader."""
    opened = open_events(path, form)
    return opened.stream, opened.form


def _recognised(source: Stream, name: str, form: str, descriptor: int | None) -> EventFile:
    """Return the file with the reader that its head, or the user, asks for."""
    raw: io.RawIOBase = source
    head, whole = head_of(raw)
    recoded = as_utf8(head, raw)
    if recoded is not None:
        raw = recoded
        descriptor = None
        head, whole = head_of(raw)
    found = detect(head, name, whole=whole) if form == "auto" else form
    if found is None:
        raise EventError(_unknown_content(name))
    file = source.rewound() if found in _FROM_THE_FILE else None
    stream = file or cast("BinaryIO", io.BufferedReader(PutBack(head, raw), PIECE))
    return EventFile(name, found, stream, source, descriptor)


def _open(path: str | Path | BinaryIO, name: str) -> BinaryIO:
    """Open what a path names."""
    if not isinstance(path, str | Path):
        return path
    if path == STANDARD_INPUT:
        return sys.stdin.buffer
    try:
        return Path(path).open("rb")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise EventError(diagnostic("T803", f"it cannot be opened: {reason}", name)) from None


def _name(path: str | Path | BinaryIO) -> str:
    """Return what messages call a file."""
    if isinstance(path, str | Path):
        return "<stdin>" if path == STANDARD_INPUT else str(path)
    return str(getattr(path, "name", "<stream>"))


def _unknown_form(form: str) -> Diagnostic:
    """Say that no reader has this name."""
    similar = suggest(form, READERS)
    known = ", ".join(("auto", *READERS))
    return diagnostic(
        "T804",
        f"there is no reader called `{form}`",
        "",
        advice=f"did you mean `{similar}`?" if similar else f"the readers are {known}",
    )


def _unknown_content(name: str) -> Diagnostic:
    """Say that no reader recognises a file."""
    return diagnostic(
        "T804",
        "its content is in none of the formats that are known",
        name,
        advice="if it is text, say so with `--input text`",
    )
