"""The registry in events and in tables: hives and data are written in different ways.

Events abbreviate `HKEY_LOCAL_MACHINE` and write a number as `DWORD (0x00000001)`; tables spell
hives out and keep plain numbers. Here checks on the one become checks on the other.
"""

import re

from ..ir import Check, Contains, Ends, Equals, OneOf, Starts, TextCheck
from ..values import Pattern, Wild
from .places import HIVES
from .texttest import passes

_DWORD = re.compile(r"(?:DWORD \()?0x([0-9A-Fa-f]{8})\)?")


def spelled_out(check: Check) -> list[Check]:
    r"""Return the checks that ask for the hive spelled out where this one abbreviates it.

    A text begins `HKEY_LOCAL_MACHINE\…` in the table and `HKLM\…` in the event. A pattern that
    begins with `?` is taken for the spelled-out form.
    """
    if isinstance(check, OneOf):
        single = (Equals(Pattern.literal(text), check.cased) for text in check.texts)
        return [found for each in single for found in spelled_out(each)]
    if not isinstance(check, TextCheck) or not check.pattern.parts:
        return []
    first = check.pattern.parts[0]
    if not isinstance(first, str):
        return []
    head, separator, rest = first.partition("\\")
    tail = Pattern.of((separator + rest, *check.pattern.parts[1:]))
    fits = (spelled for short, spelled in HIVES if _begins(check, head, tail, short))
    return [_anchored(check, spelled, tail) for spelled in fits]


def _begins(check: TextCheck, head: str, tail: Pattern, short: str) -> bool:
    """Return whether the pattern may begin in the abbreviated hive, its head at the end of it.

    Where a star or nothing follows the head, the head may stand anywhere in the hive.
    """
    head = head if check.cased else head.upper()
    anywhere = not tail.parts or tail.parts[0] is Wild.STAR
    if not head or (not tail.parts and isinstance(check, Equals | Ends)):
        return False
    if isinstance(check, Contains | Ends):
        return head in short if anywhere else short.endswith(head)
    return short.startswith(head) if anywhere else short == head


def _anchored(check: TextCheck, spelled: str, tail: Pattern) -> TextCheck:
    """Return the check that a text begins with a hive and goes on like the tail."""
    pattern = Pattern.of((spelled, *(tail.parts or ("\\",))))
    return (Equals if isinstance(check, Equals | Ends) else Starts)(pattern, check.cased)


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
        case _:
            return None
    found = {m[1] for m in map(_DWORD.fullmatch, texts) if m}
    whole = {str(int(n, 16)) for n in found if passes(check, f"DWORD (0x{n.lower()})")}
    unclear = any("dword" in t.lower() and not _DWORD.fullmatch(t) for t in texts)
    return None if unclear else sorted(whole)
