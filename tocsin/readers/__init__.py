"""Event files to events: one module a format, one protocol (`record.Reader`).

`opening.open_events` is the way in: it unpacks (`compression`), recognises (`detect`) and reads.
Formats: `jsonl` and `json` (with `jsontext` and `splitter`), `evtx`, `xml`, `rows` (events in
another shape), `text`, `auditd`, `delimited` (CSV), `zeek_tsv`, `w3c`, `accesslog`. `lines` cuts
lines, `problems` has the wording of what goes wrong.
"""

from tocsin.readers.opening import READERS, EventFile, open_bytes, open_events
from tocsin.readers.record import Reader, Record

__all__ = ["READERS", "EventFile", "Reader", "Record", "open_bytes", "open_events"]
