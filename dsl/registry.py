"""The registry in events and in tables: hives and data are written in different ways.

Events abbreviate `HKEY_LOCAL_MACHINE` and write a number as `DWORD (0x00000001)`; tables spell
hives out and keep plain numbers. Here checks on the one become checks on the other.
"""

import re
from dataclasses import replace

from .ir import Check, Contains, Ends, Equals, Exists, OneOf, Starts, TextCheck
from .places import HIVES
from .texttest import passes
from .values import Pattern

_DWORD = re.compile(r"(?:DWORD \()?0x([0-9A-Fa-f]{8})\)?")


def spelled_out(check: Check) -> list[Check]:
    r"""Return the checks that ask for the hive spelled out where this one abbreviates it.

    A text begins `HKEY_LOCAL_MACHINE\…` in the table and `HKLM\…` in the event.
    """
    if not isinstance(check, TextCheck):
        if isinstance(check, OneOf):
            pairs = (s for t in check.texts for s in spelled_out(Equals(Pattern.literal(t))))
            return [replace(s, cased=check.cased) for s in pairs if isinstance(s, Equals)]
        return []
    parts = check.pattern.parts
    if not parts or not isinstance(parts[0], str):
        return []
    head, separator, rest = parts[0].partition("\\")
    tail = (separator + rest, *parts[1:])
    found: list[Check] = []
    for short, spelled in HIVES:
        fits = _hive_fits(check, head, short, separator)
        if fits:
            found.append(_anchored(check, Pattern.of((spelled, *tail))))
    return found


def _hive_fits(check: TextCheck, head: str, short: str, separator: str) -> bool:
    upper = head.upper()
    if not upper:
        return False
    if isinstance(check, Contains | Ends):
        return short.endswith(upper) if separator else False
    return upper == short if separator else False


def _anchored(check: TextCheck, pattern: Pattern) -> TextCheck:
    match check:
        case Contains(cased=cased):
            return Starts(pattern, cased)
        case Ends(cased=cased):
            return Equals(pattern, cased)
        case _:
            return replace(check, pattern=pattern)


def passes_any_number(check: Check) -> bool:
    """Return whether Sysmon's words for any number pass."""
    return all(passes(check, f"DWORD (0x{number})") for number in ("00000000", "12345678"))


def dword_numbers(check: Check) -> list[str] | None:
    """Return the numbers whose Sysmon words pass, or `None` where that cannot be said."""
    match check:
        case Equals(pattern=pattern) | Contains(pattern=pattern) | Ends(pattern=pattern):
            texts = [pattern.text or "".join(p for p in pattern.parts if isinstance(p, str))]
        case Starts(pattern=pattern):
            texts = [pattern.text or ""]
        case OneOf(texts=members):
            texts = sorted(members)
        case Exists():
            return []
        case _:
            return None
    found = {m[1] for m in map(_DWORD.fullmatch, texts) if m}
    whole = {str(int(n, 16)) for n in found if passes(check, f"DWORD (0x{n.lower()})")}
    unclear = any("dword" in t.lower() and not _DWORD.fullmatch(t) for t in texts)
    return None if unclear else sorted(whole)
