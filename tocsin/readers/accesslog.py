r"""Web server logs in the common and the combined format: an event a line.

The fields have the names that Sigma's web server rules use: `c-ip`, `cs-username`, `cs-method`,
`cs-uri-stem`, `cs-uri-query`, `cs-version`, `sc-status`, `sc-bytes`, `cs-referer`,
`cs-user-agent`. `cs-uri-query` holds the whole request target, since the rules look for paths in
it, too; `message` is the line. Escaped quotes and `\xNN` are left as the server wrote them.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from tocsin.readers.lines import TOO_LONG, lines
from tocsin.readers.problems import malformed
from tocsin.readers.record import Record

LINE = re.compile(
    r'(?P<ip>\S+) \S+ (?P<user>\S+) \[(?P<time>[^\]]*)\] "(?P<request>(?:[^"\\]|\\.)*+)" '
    r'(?P<status>\d{3}|-) (?P<bytes>\d+|-)(?: "(?P<referer>(?:[^"\\]|\\.)*+)" '
    r'"(?P<agent>(?:[^"\\]|\\.)*+)")?'
)
"""A line of such a log; what follows the known parts does not matter."""

_NAMES = {
    "ip": "c-ip",
    "user": "cs-username",
    "time": "time",
    "status": "sc-status",
    "bytes": "sc-bytes",
    "referer": "cs-referer",
    "agent": "cs-user-agent",
}
_REQUEST = re.compile(r"(?P<method>\S+) (?P<target>.*?)(?: (?P<version>HTTP/\S+))?", re.DOTALL)


def read(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Read the events of a stream."""
    index = 0
    for number, line in lines(stream):
        if line is not None and (not line or line.isspace()):
            continue
        event = None if line is None else parse_line(line.decode("utf-8", "replace"))
        reason = TOO_LONG if line is None else "it is not in the common log format"
        problem = malformed(name, f"line {number}", reason) if event is None else None
        yield Record(index, event, None, number, problem, name)
        index += 1


def parse_line(line: str) -> dict[str, str] | None:
    """Return the fields of one line, or `None` if it is not in this format."""
    found = LINE.match(line)
    if found is None:
        return None
    event = {"message": line}
    for group, field in _NAMES.items():
        if found[group] not in {None, "-"}:
            event[field] = found[group]
    request = _REQUEST.fullmatch(found["request"])
    target = found["request"] if request is None else request["target"]
    event["cs-uri-stem"] = target.partition("?")[0]
    event["cs-uri-query"] = target
    if request is not None:
        event["cs-method"] = request["method"]
        if request["version"]:
            event["cs-version"] = request["version"]
    return event
