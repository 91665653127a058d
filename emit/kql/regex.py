r"""From the expressions of rules to those of the service.

Rules are written in RE2's syntax with ASCII classes; the service reads the syntax of Rust's
engine, with Unicode classes. Both search in linear time and agree on nearly all else. So `\d \w
\s` are spelled out, `\b` is switched to ASCII, and what only one of the two reads as plain
characters is escaped.
"""

import re
from functools import lru_cache

from ...dsl.fieldmap.texttest import pattern_expression
from ...dsl.values import Pattern, Regex, Wild
from ..target import Inexpressible

GROUPS = 16
"""How many capturing groups the service takes."""

_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t-\r "}
_META = frozenset(r"\.+*?()|[]{}^$#&-~")
_CLASS_META = frozenset(r"\[]^&~-")
_LETTERS = frozenset("nrtfvaAzpPx")
_TOKEN = re.compile(
    r"\\Q(?P<quoted>.*?)(?:\\E|\Z)"
    r"|\\(?P<octal>[0-7]{1,3})"
    r"|\\(?P<property>[pP](?:\{[^}]*\}|.))"
    r"|\\(?P<hex>x(?:\{[^}]*\}|..))"
    r"|\\(?P<escape>.)"
    r"|(?P<repeat>\{[0-9]+(?:,[0-9]*)?\})"
    r"|(?P<group>\((?!\?)|\(\?P?<[A-Za-z0-9_]+>)"
    r"|(?P<posix>\[:\^?[a-z]+:\])"
    r"|(?P<char>.)",
    re.DOTALL,
)
_UNREADABLE = "the service has no form for `{}` in a regular expression"


@lru_cache(maxsize=4096)
def service_regex(regex: Regex) -> str:
    """Return a rule's expression in the service's syntax, flags included.

    Raises:
        Inexpressible: the service has no form for a part of it.
    """
    body = _translated(regex.pattern)
    return f"(?{regex.flags}){body}" if regex.flags else body


@lru_cache(maxsize=65536)
def pattern_regex(pattern: Pattern, before: str, after: str, *, cased: bool) -> str:
    """Return a text pattern as an expression, with what stands before and after it."""
    parts = [_spelled(part) for part in pattern.parts]
    return f"(?{'' if cased else 'i'}s){before}{''.join(parts)}{after}"


def _spelled(part: object) -> str:
    if isinstance(part, str):
        return "".join(f"\\{c}" if c in _META else c for c in part)
    if isinstance(part, Wild):
        return pattern_expression(Pattern((part,)))
    raise Inexpressible("a placeholder has no values", "give values for it")


def _translated(pattern: str) -> str:
    out: list[str] = []
    capturing = len(_captures(pattern)) > GROUPS
    at = 0
    while at < len(pattern):
        if pattern[at] == "[":
            text, at = _class(pattern, at)
            out.append(text)
            continue
        found = _TOKEN.match(pattern, at)
        if found is None:  # pragma: no cover - the last branch takes any character
            break
        at = found.end()
        out.append(_outside(found, drop_groups=capturing))
    return "".join(out)


def _captures(pattern: str) -> list[str]:
    return re.findall(r"(?:\\.)|\((?!\?)|\(\?P?<", pattern) if pattern.count("(") > GROUPS else []


def _outside(found: re.Match[str], *, drop_groups: bool) -> str:
    kind = found.lastgroup
    text = found[0]
    if kind == "quoted":
        return _spelled(found["quoted"])
    if kind == "octal":
        return f"\\x{{{int(found['octal'], 8):x}}}"
    if kind == "escape":
        return _escape(found["escape"])
    if kind == "group" and drop_groups:
        return "(?:"
    if kind == "char" and text in "{}":
        return "\\" + text
    return text


def _escape(char: str) -> str:
    lower = char.lower()
    if lower in _CLASSES:
        return f"[{'^' if char.isupper() else ''}{_CLASSES[lower]}]"
    if char == "b":
        return r"(?-u:\b)"
    if char in "BC":
        raise Inexpressible(_UNREADABLE.format("\\" + char), "rewrite the expression")
    if char in _LETTERS or char in _META:
        return "\\" + char
    return char


def _class(pattern: str, at: int) -> tuple[str, int]:
    """Translate a character class that begins at an offset; return it and where it ends."""
    at += 1
    out = "["
    if pattern[at : at + 1] == "^":
        out += "^"
        at += 1
    first = True
    while at < len(pattern) and (pattern[at] != "]" or first):
        first = False
        found = _TOKEN.match(pattern, at)
        if found is None:  # pragma: no cover - the last branch takes any character
            break
        at = found.end()
        if found[0] == "-" and out[-1] != "[" and pattern[at : at + 1] not in ("]", "-"):
            out += "-"
        else:
            out += _inside(found)
    return out + "]", at + 1


def _inside(found: re.Match[str]) -> str:
    kind = found.lastgroup
    if kind == "escape":
        char = found["escape"]
        lower = char.lower()
        if lower in _CLASSES:
            return f"[^{_CLASSES[lower]}]" if char.isupper() else _CLASSES[lower]
        if char in "bBC":
            raise Inexpressible(_UNREADABLE.format("\\" + char), "rewrite the expression")
        return "\\" + char if char in _LETTERS else _class_char(char)
    if kind in ("property", "hex", "posix"):
        return found[0]
    if kind == "octal":
        return f"\\x{{{int(found['octal'], 8):x}}}"
    return "".join(_class_char(char) for char in found[0])


def _class_char(char: str) -> str:
    return "\\" + char if char in _CLASS_META else char
