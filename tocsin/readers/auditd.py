"""Records of the Linux audit daemon: an event a line.

A line such as `type=PATH msg=audit(1604996384.965:93777): item=0 name="/bin/dd"` becomes the
map of its fields, each a text. What the kernel writes in hexadecimal because it holds blanks
or quotes is decoded in the fields where it does so, as the audit tools do; `proctitle` has
blanks between its words. The fields of an inner `msg='…'` stand beside the others. `msg`
itself is the stamp `audit(…)`, and after it whatever else the line says. A key that
occurs twice has two values. Rules look at single records, so records that share a
serial number are not put together.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from tocsin.readers.lines import TOO_LONG, lines
from tocsin.readers.problems import malformed
from tocsin.readers.record import Record

Fields = dict[str, str | list[str]]

START = re.compile(r"(?:node=\S+ )?type=\S+ msg=audit\(\d+")
"""What a line of the audit daemon begins with."""

_HEAD = re.compile(r"(?:node=(?P<node>\S+) )?type=(?P<type>\S+) msg=(?P<stamp>audit\([^)]*\)):?")
_TOKEN = re.compile(
    r"""(?P<key>[A-Za-z_][\w.\[\]-]*)=(?:"(?P<quoted>[^"]*)"|'(?P<inner>[^']*)'|(?P<bare>[^\s\x1d]*))"""
    r"""|(?P<word>[^\s\x1d]+)"""
)
_HEX = re.compile(r"(?:[0-9A-F]{2})+")
_ENCODED = re.compile(
    r"acct|cmd|comm|cwd|data|dir|exe|file|grp|key|name|new|new_group|ocomm|old|path"
    r"|proctitle|sw|vm|watch"
)
"""The fields that the kernel may write in hexadecimal."""
_ARGUMENT = re.compile(r"a\d+(?:\[\d+\])?")


def read(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Read the records of a stream."""
    index = 0
    for number, line in lines(stream):
        if line is not None and (not line or line.isspace() or line.startswith(b"----")):
            continue
        event = None if line is None else parse_record(line.decode("utf-8", "replace"))
        reason = TOO_LONG if line is None else "it does not begin as an audit record does"
        problem = malformed(name, f"line {number}", reason) if event is None else None
        yield Record(index, event, None, number, problem, name)
        index += 1


def parse_record(line: str) -> Fields | None:
    """Return the fields of one line, or `None` if it is not a record."""
    head = _HEAD.match(line.lstrip())
    if head is None:
        return None
    fields: Fields = {}
    if head["node"]:
        fields["node"] = head["node"]
    fields["type"] = head["type"]
    fields["msg"] = head["stamp"]
    words: list[str] = []
    _parse(line.lstrip()[head.end() :], fields, words)
    if words:
        _add(fields, "msg", " ".join(words))
    return fields


def _parse(text: str, fields: Fields, words: list[str]) -> None:
    """Add the fields of a text; what is no field goes to the words."""
    for found in _TOKEN.finditer(text):
        key = found["key"]
        if key is None:
            words.append(found["word"])
        elif found["inner"] is not None:
            _parse(found["inner"], fields, words)
        else:
            for value in _values(key, found, str(fields["type"])):
                _add(fields, key, value)


def _values(key: str, found: re.Match[str], kind: str) -> list[str]:
    """Return the values of one field, decoded."""
    if found["quoted"] is not None:
        return [found["quoted"]]
    bare = found["bare"]
    encoded = _ENCODED.fullmatch(key) or (kind == "EXECVE" and _ARGUMENT.fullmatch(key))
    if not encoded or not _HEX.fullmatch(bare):
        return [bare]
    text = bytes.fromhex(bare).decode("utf-8", "replace")
    if key == "proctitle":
        return [text.rstrip("\0").replace("\0", " ")]
    return text.split("\x01") if key == "key" else [text]


def _add(fields: Fields, key: str, value: str) -> None:
    """Add a value to a field."""
    known = fields.get(key)
    if known is None:
        fields[key] = value
    elif isinstance(known, list):
        known.append(value)
    else:
        fields[key] = [known, value]
