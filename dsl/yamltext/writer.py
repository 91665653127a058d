"""YAML in the layout that Sigma's public rules have, from values that know their spelling.

Maps are indented by four blanks, texts are plain where nobody can misread them, else in single
quotes, of several lines behind a bar. What is written reads back to the same text.
"""

import re
from dataclasses import dataclass

from ..values import Data, DataMap
from .types import differs, type_plain

INDENT = "    "

_PLAIN = re.compile(r"[A-Za-z0-9_/(\\](?:[^\n]*[^\s:])?")
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar as it stands after its key; a text behind a bar has further lines."""

    head: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Map:
    """Keys, already spelled, and what belongs to them."""

    entries: tuple[tuple[str, "Yaml"], ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """Members of a list."""

    members: tuple["Yaml", ...]


Yaml = Scalar | Map | Sequence


def write(value: Yaml) -> list[str]:
    """Return the lines of a value that stands at the margin."""
    match value:
        case Scalar():
            return [value.head, *(INDENT + line if line else "" for line in value.lines)]
        case Map(entries=entries):
            return [line for key, child in entries for line in _entry(key, child)]
        case Sequence(members=members):
            return [line for member in members for line in _member(member)]


def _entry(key: str, value: Yaml) -> list[str]:
    """Return the lines of one entry of a map."""
    match value:
        case Scalar():
            first, *rest = write(value)
            return [f"{key}: {first}", *rest]
        case Map(entries=()):
            return [f"{key}: {{}}"]
        case Sequence(members=()):
            return [f"{key}: []"]
        case _:
            return [f"{key}:", *(INDENT + line if line else "" for line in write(value))]


def _member(value: Yaml) -> list[str]:
    """Return the lines of one member of a list."""
    if value == Map(()):
        return ["- {}"]
    if value == Sequence(()):
        return ["- []"]
    first, *rest = write(value)
    return [f"- {first}", *("  " + line if line else "" for line in rest)]


def text(value: str, *, quoted: bool = False) -> Scalar:
    """Return a text; `quoted` ones are never plain."""
    if not quoted and is_plain(value):
        return Scalar(value)
    if value.isprintable():
        return Scalar("'" + value.replace("'", "''") + "'")
    return _block(value) or Scalar('"' + "".join(_escaped(char) for char in value) + '"')


def key(value: str) -> str:
    """Return the key of a map."""
    if is_plain(value) and type_plain(value) == value:
        return value
    spelled = text(value, quoted=True)
    return spelled.head if not spelled.lines else json_like(value)


def json_like(value: str) -> str:
    """Return a text in double quotes."""
    return '"' + "".join(_escaped(char) for char in value) + '"'


def is_plain(value: str) -> bool:
    """Return whether a text means itself in every version of YAML, without quotes."""
    return (
        value.isprintable()
        and _PLAIN.fullmatch(value) is not None
        and ": " not in value
        and " #" not in value
        and type_plain(value) == value
        and differs(value) in (None, "date")
    )


def _block(value: str) -> Scalar | None:
    """Return a text of several lines behind a bar, or `None` where it cannot stand so."""
    body = value.rstrip("\n")
    lines = body.split("\n")
    whole = all(line.replace("\t", "").isprintable() for line in lines)
    if not body or lines[0][:1] in ("", " ", "\t") or not whole or len(value) == len(lines[0]):
        return None
    ends = len(value) - len(body)
    mark = ("|-", "|")[ends] if ends < 2 else "|+"
    return Scalar(mark, (*lines, *([""] * max(0, ends - 1))))


def _escaped(char: str) -> str:
    """Return one character between double quotes."""
    if char in _SHORT:
        return _SHORT[char]
    code = ord(char)
    if char.isprintable():
        return char
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else (f"\\U{code:08x}")
    )


def data(value: Data) -> Yaml:
    """Return plain data."""
    match value:
        case DataMap(entries=entries):
            return Map(tuple((key(name), data(child)) for name, child in entries))
        case tuple():
            return Sequence(tuple(data(child) for child in value))
        case str():
            return text(value)
        case None:
            return Scalar("null")
        case bool():
            return Scalar("true" if value else "false")
        case int():
            return Scalar(str(value))
        case float():
            return _fraction(value)


def _fraction(value: float) -> Scalar:
    """Return a number with a point, which YAML 1.1 wants before an exponent."""
    spelled = repr(value)
    digits, mark, exponent = spelled.partition("e")
    if mark and "." not in digits:
        digits += ".0"
    return Scalar(f"{digits}e{exponent}" if mark else spelled)
