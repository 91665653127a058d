"""Texts of which a table has only the end: `MD5=` and a hash, a separator and a name.

In goes a check on the whole text, out come checks on what stands in the column.
"""

from ..ir import (
    Check,
    Const,
    Contains,
    Ends,
    Equals,
    Exists,
    FieldIs,
    Matches,
    OneOf,
    Starts,
    TextCheck,
)
from ..values import Pattern, Wild


def asks_for_folder(check: Check) -> bool:
    """Return whether a check on a path asks about folders, not only about the last name."""
    texts: list[str] = []
    if isinstance(check, TextCheck):
        texts = [p if isinstance(p, str) else "*" for p in check.pattern.parts]
    elif isinstance(check, OneOf):
        texts = list(check.texts)
    else:
        return not isinstance(check, Exists)
    text = "".join(texts)
    names_only = isinstance(check, Ends) and "*" not in text
    return not (names_only and _separators(text) <= 1)


def _separators(text: str) -> int:
    return text.count("\\") + text.count("/")


def behind(prefix: str, check: Check) -> list[Check] | Const | None:
    """Return the checks on what follows a fixed prefix, any of which must pass.

    What follows never holds the prefix's last character, as a hash holds no equals sign and
    a name no separator. A constant says that the answer does not depend on what follows;
    `None` that the check cannot be split.
    """
    found = _behind(prefix, check)
    if not isinstance(found, list):
        return found
    return [each for each in found if not _holds(prefix[-1:], each)] or Const(value=False)


def _holds(text: str, check: Check) -> bool:
    """Return whether only values that hold the text pass the check."""
    return isinstance(check, TextCheck) and any(
        text in part for part in check.pattern.parts if isinstance(part, str)
    )


def _behind(prefix: str, check: Check) -> list[Check] | Const | None:
    match check:
        case Equals(pattern=pattern, cased=cased):
            rest = _cut(prefix, pattern, cased=cased)
            return Const(value=False) if rest is None else [Equals(rest, cased)]
        case Starts(pattern=pattern, cased=cased):
            if _covers(prefix, pattern, cased=cased):
                return Const(value=True)
            rest = _cut(prefix, pattern, cased=cased)
            return Const(value=False) if rest is None else [Starts(rest, cased)]
        case Contains() | Ends():
            return _overlapping(prefix, check)
        case OneOf(texts=texts, cased=cased):
            cut = (_cut(prefix, Pattern.literal(t), cased=cased) for t in texts)
            rests = frozenset(r.text for r in cut if r and r.text and prefix[-1] not in r.text)
            return [OneOf(rests, cased)] if rests else Const(value=False)
        case Exists():
            return [check]
        case Matches() | FieldIs():
            return None
        case _:
            return Const(value=False)


def _same(left: str, right: str, *, cased: bool) -> bool:
    return left == right if cased else left.lower() == right.lower()


def _cut(prefix: str, pattern: Pattern, *, cased: bool) -> Pattern | None:
    """Return what is left of a pattern behind a literal prefix, or `None`."""
    if not pattern.parts:
        return None
    head = pattern.parts[0]
    if isinstance(head, str) and len(head) >= len(prefix):
        same = _same(head[: len(prefix)], prefix, cased=cased)
        return Pattern.of((head[len(prefix) :], *pattern.parts[1:])) if same else None
    if head is Wild.STAR:
        return pattern
    return None


def _covers(prefix: str, pattern: Pattern, *, cased: bool) -> bool:
    text = pattern.text
    return text is not None and _same(prefix[: len(text)], text, cased=cased)


def _overlapping(prefix: str, check: Contains | Ends) -> list[Check] | Const:
    """Split a check whose pattern may begin inside the prefix, at its start, or behind it."""
    parts = check.pattern.parts
    if not parts:
        return [Exists()]
    head = parts[0]
    found: list[Check] = [check]
    if not isinstance(head, str):
        return found
    if isinstance(check, Contains) and len(parts) == 1 and _within(head, prefix, check.cased):
        return Const(value=True)
    for size in range(1, min(len(prefix), len(head)) + 1):
        if _same(prefix[-size:], head[:size], cased=check.cased):
            rest = Pattern.of((head[size:], *parts[1:]))
            found.append(_behind_overlap(check, rest))
    return found


def _within(text: str, prefix: str, cased: bool) -> bool:  # noqa: FBT001 - private
    return text in prefix if cased else text.lower() in prefix.lower()


def _behind_overlap(check: Contains | Ends, rest: Pattern) -> Check:
    if isinstance(check, Ends):
        return Equals(rest, check.cased)
    return Starts(rest, check.cased)
