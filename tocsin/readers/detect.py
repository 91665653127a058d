"""Which format a file has, told by its first bytes, and where these say nothing by its name."""

import re
from pathlib import PurePath

from tocsin.readers import accesslog, auditd, columns, evtx, w3c, zeek_tsv
from tocsin.readers.jsontext import parse_value
from tocsin.readers.rows import needs_reshaping
from tocsin.readers.splitter import is_envelope

PACKED = {".gz", ".zst", ".zstd", ".bz2", ".xz"}
"""Suffixes that say how a file is packed, not what it holds."""

_SUFFIXES = {".csv": "csv", ".tsv": "csv", ".json": "jsonl"}
_JSON_LINES = {".jsonl", ".ndjson"}
_XML = re.compile(rb"<\?xml\b|<Events?[\s>]")
_EMBEDDED_XML = re.compile(rb"[^\n<]{0,200}<Event[\s>]")
_BROKEN_OFF = (b"{", b"[", b",")


def detect(head: bytes, name: str, *, whole: bool) -> str | None:
    """Return the name of a reader, or `None` for what no reader recognises.

    Args:
        head: the first bytes of the unpacked file.
        name: its name, which may say more.
        whole: whether the head is all of the file.
    """
    binary = next((form for magic, form in _MAGIC if head.startswith(magic)), None)
    if binary is not None:
        return binary
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if suffix(name) in _JSON_LINES and not _is_list_over_lines(text):
        return _rows_or("jsonl", text)
    if text[:1] in {b"{", b"["}:
        return _json(text, whole=whole)
    return _by_lines(text) or _SUFFIXES.get(suffix(name)) or _plain(head)


_MAGIC = (
    (evtx.MAGIC, "evtx"),
    (columns.PARQUET, "parquet"),
    (columns.ARROW_FILE, "arrow"),
    (columns.ARROW_STREAM, "arrow"),
)


def _is_list_over_lines(text: bytes) -> bool:
    """Return whether a list begins that its first line does not end."""
    first = text.partition(b"\n")[0].rstrip()
    return first.startswith(b"[") and not first.endswith(b"]")


def _rows_or(form: str, text: bytes) -> str:
    """Return the form of rows of a log table if the first line is one, else the form given."""
    try:
        value = parse_value(text.partition(b"\n")[0].decode("utf-8", "replace"))
    except ValueError:
        return form
    return "rows" if isinstance(value, dict) and needs_reshaping(value) else form


def suffix(name: str) -> str:
    """Return the suffix of a name without those of packers, in lower case."""
    suffixes = [part.lower() for part in PurePath(name).suffixes]
    while suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _json(text: bytes, *, whole: bool) -> str:
    """Tell JSON lines from other JSON, and rows of a log table from events."""
    if text.startswith(b"[") or is_envelope(text):
        return "json"
    first, found, rest = text.partition(b"\n")
    if not found and not whole:
        return "jsonl"
    try:
        value = parse_value(first.decode("utf-8", "replace"))
    except ValueError:
        breaks_off = first.rstrip().endswith(_BROKEN_OFF) and not rest.startswith(b"{")
        return "json" if breaks_off else "jsonl"
    return "rows" if needs_reshaping(value) else "jsonl"


def _by_lines(text: bytes) -> str | None:
    """Return the format that the first line shows."""
    first = text.partition(b"\n")[0][:4096]
    if _XML.match(text) or _EMBEDDED_XML.match(text):
        return "xml"
    if first.startswith(zeek_tsv.START):
        return "zeek"
    if first.startswith(w3c.START):
        return "w3c"
    line = first.decode("utf-8", "replace")
    if auditd.START.match(line):
        return "auditd"
    return "access" if accesslog.LINE.match(line) else None


def _plain(head: bytes) -> str | None:
    """Return that it is text, if it looks like text."""
    return None if b"\x00" in head[:4096] else "text"
