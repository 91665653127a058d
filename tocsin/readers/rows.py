"""JSON lines whose events need to be put into another shape before rules can look at them.

Two kinds: rows of a log table whose text is an event as XML, as collectors keep what Sysmon for
Linux writes to the system log; and Windows events that a general XML converter made, with
their data as a list of maps that have a `@Name`. Both become what an event log file gives.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from tocsin.matcher.view import Event
from tocsin.readers import jsonl
from tocsin.readers.problems import malformed
from tocsin.readers.record import Record
from tocsin.readers.xml import parse_event

FIELDS = ("SyslogMessage", "MESSAGE", "message")
"""Where rows of a log table have their text."""


def read(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Read the events of a stream."""
    for record in jsonl.read(stream, name):
        try:
            reshape(record)
        except ValueError as error:
            record.event = None
            record.problem = malformed(name, f"line {record.line}", str(error))
        yield record


def needs_reshaping(event: object) -> bool:
    """Return whether an event is of one of the two kinds."""
    if not isinstance(event, dict):
        return False
    provider = _inside(event, "Event", "System", "Provider")
    return _xml(event) is not None or (isinstance(provider, dict) and "@Name" in provider)


def reshape(record: Record) -> None:
    """Put the event of a record into its usual shape; its raw text goes if it changes.

    Raises:
        ValueError: the XML in it is broken.
    """
    if record.event is None:
        return
    text = _xml(record.event)
    event = parse_event(text.encode("utf-8", "replace")) if text else _with_names(record.event)
    if event is not record.event:
        record.event, record.raw = event, None


def _xml(event: Event) -> str | None:
    """Return the text of the event in a row, or `None` if there is none."""
    texts = (event.get(field) for field in FIELDS)
    starts = ("<Event>", "<Event ")
    return next((text for text in texts if isinstance(text, str) and text.startswith(starts)), None)


def _with_names(event: Event) -> Event:
    """Return the event with its named data under their names, or as it is."""
    members = _inside(event, "Event", "EventData", "Data")
    members = [members] if isinstance(members, dict) else members
    if not isinstance(members, list) or not any(_name(member) for member in members):
        return event
    body = event["Event"]
    data: dict[str, Any] = {k: v for k, v in body["EventData"].items() if k != "Data"}
    unnamed: list[Any] = []
    for member in members:
        name = _name(member)
        if name is None:
            unnamed.append(member)
        else:
            data[name] = member.get("#text", "")
    if unnamed:
        data["Data"] = unnamed
    return {**event, "Event": {**body, "EventData": data}}


def _name(member: Any) -> str | None:  # noqa: ANN401 - an event holds anything
    """Return the name of one piece of data, or `None` if it has none."""
    if not isinstance(member, dict):
        return None
    attributes = member.get("#attributes")
    name = member.get("@Name") or (attributes.get("Name") if isinstance(attributes, dict) else None)
    return name if isinstance(name, str) else None


def _inside(event: Any, *keys: str) -> Any:  # noqa: ANN401 - an event holds anything
    """Return what lies under these keys, or `None`."""
    for key in keys:
        event = event.get(key) if isinstance(event, dict) else None
    return event
