"""Plain data as JSON text, on one line where it fits, else filled into lines."""

import json
import re

from ..values import Data, DataMap, thaw

_INFINITE = re.compile(r'("(?:[^"\\]|\\.)*")|(-?)Infinity')


def spell_data(data: Data) -> str:
    """Return plain data on one line; JSON has no infinity but numbers too large for it."""
    text = json.dumps(thaw(data), ensure_ascii=False)
    return _INFINITE.sub(_finite, text) if "Infinity" in text else text


def _finite(found: re.Match[str]) -> str:
    """Return a text as it is, and an infinity as a number that reads as one."""
    return found[1] or f"{found[2]}1e999"


def broken_data(data: Data, width: int, indent: str = "", used: int = 0) -> list[str]:
    """Return plain data as lines, the first without its indentation.

    Args:
        data: what to write.
        width: how many characters a line may have.
        indent: what the lines after the first begin with.
        used: how many characters stand beside the data where it is on one line.
    """
    flat = spell_data(data)
    whole = len(indent) + used + len(flat) <= width
    if whole or not isinstance(data, tuple | DataMap) or len(flat) == len("[]"):
        return [flat]
    deeper = indent + "  "
    if isinstance(data, DataMap):
        opening, closing = "{", "}"
        heads = [json.dumps(key, ensure_ascii=False) + ": " for key, _ in data.entries]
        values = [value for _, value in data.entries]
    else:
        opening, closing = "[", "]"
        heads, values = [""] * len(data), list(data)
    members = [
        _member(head, broken_data(value, width, deeper, len(head) + 1))
        for head, value in zip(heads, values, strict=True)
    ]
    return [opening, *_filled(members, width, deeper), indent + closing]


def _member(head: str, lines: list[str]) -> list[str]:
    """Return the lines of a member with its key."""
    return [head + lines[0], *lines[1:]]


def _filled(members: list[list[str]], width: int, indent: str) -> list[str]:
    """Return members one behind the other, as many on a line as fit."""
    lines: list[str] = []
    fresh = True
    for index, (first, *rest) in enumerate(members):
        comma = "," if index < len(members) - 1 else ""
        beside = not fresh and not rest and len(lines[-1]) + len(first) + 2 <= width
        if beside:
            lines[-1] += f" {first}{comma}"
        else:
            lines += [indent + first, *rest]
            lines[-1] += comma
        fresh = bool(rest)
    return lines
