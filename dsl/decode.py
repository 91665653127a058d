"""Bytes become a text: the step before every reader of rules.

In goes the content of a file, out comes a `Source` whose text is valid Unicode, or nothing and
a diagnostic. A byte order mark of UTF-16 is obeyed, since Windows editors write it; anything
else must be UTF-8.
"""

import codecs

from .diagnostics import Diagnostic, Label, Report, Severity
from .source import Source

MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
"""Byte order marks that are obeyed, and the encoding that each tells of."""


def decode_source(name: str, data: bytes, report: Report) -> Source | None:
    """Return the text of a file, or `None` with the place of the first bad byte reported."""
    encoding = next((label for mark, label in MARKS if data.startswith(mark)), "utf-8")
    try:
        return Source(name, data.decode(encoding))
    except UnicodeDecodeError as error:
        report.add(_fault(name, data, encoding, error.start))
        return None


def _fault(name: str, data: bytes, encoding: str, at: int) -> Diagnostic:
    """Return the diagnostic for bytes that are no text."""
    shown = Source(name, data.decode(encoding, errors="replace"))
    place = len(data[:at].decode(encoding, errors="replace"))
    label = Label(shown.span(place, place + 1), f"byte 0x{data[at]:02x} at offset {at:,}")
    message = f"the file is not {'UTF-8' if encoding == 'utf-8' else 'UTF-16'} text"
    help_ = "save it as UTF-8"
    return Diagnostic("T001", Severity.ERROR, message, (label,), help_)
