"""Rows of a log table, as JSON lines, whose message is an event of its own as XML.

Sysmon for Linux writes its events to the system log; collectors keep them as the text of a
row. The event in the text stands for the row; a row without one is taken as it is.
"""

from collections.abc import Iterator
from typing import BinaryIO

from tocsin.readers import jsonl
from tocsin.readers.problems import malformed
from tocsin.readers.record import Record
from tocsin.readers.xml import parse_event

FIELDS = ("SyslogMessage", "MESSAGE", "message")
"""Where such rows have their text."""


def embedded(event: object) -> str | None:
    """Return the text of the event in a row, or `None` if there is none."""
    if not isinstance(event, dict):
        return None
    for field in FIELDS:
        text = event.get(field)
        if isinstance(text, str) and text.startswith(("<Event>", "<Event ")):
            return text
    return None


def read(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Read the events of a stream."""
    for record in jsonl.read(stream, name):
        text = embedded(record.event)
        if text is not None:
            record.raw = None
            try:
                record.event = parse_event(text.encode("utf-8", "replace"))
            except ValueError as error:
                record.event = None
                record.problem = malformed(name, f"line {record.line}", str(error))
        yield record
