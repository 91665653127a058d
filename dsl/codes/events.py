"""Codes T8xx: events and their readers."""

from ..diagnostics import Severity
from .code import Code

CODES: tuple[Code, ...] = (
    Code(
        "T801",
        "an event that cannot be read",
        Severity.WARNING,
        "A line or record of an event file is not an event: broken JSON, text that is not UTF-8,"
        " a value that is not an object, `NaN`, or nesting deeper than 512 levels. It is counted"
        " and left out, and the scan goes on. The first of a file is reported with its place, the"
        " others are summed.",
        '{"Image": "/bin/sh"',
        '{"Image": "/bin/sh"}',
    ),
    Code(
        "T802",
        "further events that cannot be read",
        Severity.WARNING,
        "The sum of the malformed events of a file after the first, which is reported with its"
        " place. If there are many, the file is perhaps of another format: see `--input`.",
    ),
    Code(
        "T803",
        "an event file that cannot be opened",
        Severity.ERROR,
        "The file does not exist, is a folder, or may not be read. The other files are read"
        " nevertheless.",
    ),
    Code(
        "T804",
        "a format that is not known",
        Severity.ERROR,
        "The name given to `--input` is not the name of a reader, or the content of the file is"
        " none that a reader recognises.",
        "--input jsonlines",
        "--input jsonl",
    ),
    Code(
        "T805",
        "a package that is not installed",
        Severity.ERROR,
        "Some formats are read by packages that are not installed with Tocsin itself, so that it"
        " stays small. The message names the package and the command that installs it.",
    ),
    Code(
        "T806",
        "an event file that is damaged",
        Severity.WARNING,
        "The compressed file or the container ends too early or its check sum is wrong. The events"
        " before the damage are read, those after it are lost.",
    ),
    Code(
        "T808",
        "events of an undeclared log source",
        Severity.WARNING,
        "A rule sees only events of its log source. An event says by its own header fields where"
        " it comes from (a Windows channel, Zeek's `_path`, CloudTrail's `eventVersion`); these"
        " events do not, so rules for other sources were not run on them. Say what they are with"
        " `--logsource`, or run every rule on every event with `--routing off`.",
        "tocsin scan -r rules access.json",
        "tocsin scan -r rules --logsource //nginx access.json",
    ),
    Code(
        "T809",
        "rules without a known log source",
        Severity.NOTE,
        "The log source of a rule is not in Tocsin's table of log sources, or its events cannot be"
        " told from others by their content. Such a rule never sees an event unless the log"
        " source of the events is declared with `--logsource`, or routing is off.",
    ),
)
