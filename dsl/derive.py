"""From a test on a field to tests on columns, place by place.

In goes a check and the places of its field; out comes a condition over columns that holds for
a row exactly when the check passes on some value that `rowevent` reads from the row. Where a
table lacks part of what a check asks for, that part is false, and the caller is told.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from .ir import (
    FALSE,
    TRUE,
    All,
    Any,
    Check,
    Const,
    Contains,
    Ends,
    Equals,
    Exists,
    FieldIs,
    IsNull,
    Matches,
    Node,
    Not,
    OneOf,
    Starts,
    Test,
    TextCheck,
)
from .places import (
    BINARIES,
    DWORDS,
    HIVES,
    Coded,
    Computed,
    Constant,
    InColumn,
    Missing,
    Place,
    Prefixed,
    RegistryData,
)
from .source import Span
from .texttest import passes
from .values import Pattern, Wild


@dataclass(frozen=True, slots=True)
class Asked:
    """A check with what the derivation needs around it.

    Attributes:
        field: the field's name, for messages.
        check: what is asked of it.
        span: the words of the rule.
        name_of: gives a computed place the name of its column.
        lack: called with a reason when part of the check falls away.
    """

    field: str
    check: Check
    span: Span | None
    name_of: Callable[[str, Computed], str]
    lack: Callable[[str, str, Span | None], None]

    def on(self, column: str, check: Check | None = None) -> Test:
        """Return the check, or another one, as a test on a column."""
        return Test(column, self.check if check is None else check, self.span)


def derive(places: tuple[Place, ...], asked: Asked) -> Node:
    """Return the condition over columns for a check on a field that stands at these places."""
    if isinstance(asked.check, IsNull) or asked.check == Exists(present=False):
        return _absent(derive(places, replace(asked, check=Exists())))
    return any_of(_at(place, asked) for place in places)


def _absent(present: Node) -> Node:
    """Return the condition that none of these tests for presence holds."""
    match present:
        case Test(check=Exists(present=True)):
            return replace(present, check=IsNull())
        case Any(children=children):
            return all_of(_absent(child) for child in children)
        case _:
            return negation(present)


def _at(place: Place, asked: Asked) -> Node:
    match place:
        case InColumn(column=column):
            return asked.on(column)
        case Coded():
            return _coded(place, asked)
        case Prefixed():
            return _prefixed(place, asked)
        case Constant(texts=texts):
            return Const(any(passes(asked.check, text) for text in texts))
        case Computed():
            return _computed(place, asked)
        case RegistryData():
            return _registry_data(place, asked)
        case Missing(reason=reason):
            asked.lack(asked.field, reason, asked.span)
            return FALSE
        case _ as unknown:
            assert_never(unknown)


def _coded(place: Coded, asked: Asked) -> Node:
    texts = [t for said, held in place.codes if passes(asked.check, said) for t in held]
    return one_of(asked.on, place.column, texts)


_DWORD = re.compile(r"(?:DWORD \()?0x([0-9A-Fa-f]{8})\)?")


def _registry_data(place: RegistryData, asked: Asked) -> Node:
    """Return the test for the words that Sysmon has for data that the table keeps as it is."""
    found: list[Node] = []
    if passes(asked.check, "(Empty)"):
        found.append(asked.on(place.data, IsNull()))
    if passes(asked.check, "Binary Data"):
        found.append(one_of(asked.on, place.type, BINARIES))
    of_number = one_of(asked.on, place.type, DWORDS)
    if _passes_any_number(asked.check):
        found.append(all_of([of_number, asked.on(place.data, Exists())]))
        return any_of(found)
    numbers = _numbers(asked.check)
    if numbers is None:
        asked.lack(asked.field, "numbers stand in the table in plain digits", asked.span)
    elif numbers:
        found.append(all_of([of_number, one_of(asked.on, place.data, numbers)]))
    return any_of(found)


def _passes_any_number(check: Check) -> bool:
    return all(passes(check, f"DWORD (0x{number})") for number in ("00000000", "12345678"))


def _numbers(check: Check) -> list[str] | None:
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


def one_of(on: Callable[[str, Check], Test], column: str, texts: Iterable[str]) -> Node:
    """Return the test that a column holds one of some texts, just so; false for none."""
    found = sorted(set(texts))
    if not found:
        return FALSE
    if len(found) == 1:
        return on(column, Equals(Pattern.literal(found[0]), cased=True))
    return on(column, OneOf(frozenset(found), cased=True))


def _computed(place: Computed, asked: Asked) -> Node:
    column = asked.name_of(asked.field, place)
    found: Node = asked.on(column)
    if place.hives:
        found = any_of([found, *(asked.on(column, check) for check in spelled_out(asked.check))])
    return found


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


def _prefixed(place: Prefixed, asked: Asked) -> Node:
    found: list[Node] = []
    for prefix, column in place.parts:
        check = behind(prefix, asked.check)
        if check is None:
            asked.lack(asked.field, f"`{prefix}` and the text behind it stand apart", asked.span)
        elif isinstance(check, Const):
            if check.value and column is not None:
                found.append(asked.on(column, Exists()))
        elif column is None:
            asked.lack(asked.field, f"the table does not hold `{prefix}`", asked.span)
        else:
            found.extend(asked.on(column, each) for each in check)
    if not place.whole and _asks_for_more(asked.check):
        asked.lack(asked.field, "the table has only the file's name", asked.span)
    return any_of(found)


def _asks_for_more(check: Check) -> bool:
    """Return whether a check on a path asks about folders, not only about the last name."""
    texts: list[str] = []
    if isinstance(check, TextCheck):
        texts = [p if isinstance(p, str) else "*" for p in check.pattern.parts]
    elif isinstance(check, OneOf):
        texts = list(check.texts)
    else:
        return not isinstance(check, Exists | IsNull)
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
            return Const(value=False) if rest is None else [_trimmed(Starts(rest, cased))]
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


def _trimmed(check: Check) -> Check:
    """Return the same check in normal form: no star at an open end."""
    if isinstance(check, Starts) and not check.pattern.parts:
        return Exists()
    return check


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
    return _trimmed(Starts(rest, check.cased))


def any_of(nodes: Iterable[Node]) -> Node:
    """Return the simplest node that says that any of these holds."""
    kept: list[Node] = []
    for node in nodes:
        if node == TRUE:
            return TRUE
        if isinstance(node, Any):
            kept.extend(node.children)
        elif node != FALSE:
            kept.append(node)
    if not kept:
        return FALSE
    return kept[0] if len(kept) == 1 else Any(tuple(kept))


def all_of(nodes: Iterable[Node]) -> Node:
    """Return the simplest node that says that all of these hold."""
    kept: list[Node] = []
    for node in nodes:
        if node == FALSE:
            return FALSE
        if isinstance(node, All):
            kept.extend(node.children)
        elif node != TRUE:
            kept.append(node)
    if not kept:
        return TRUE
    return kept[0] if len(kept) == 1 else All(tuple(kept))


def negation(node: Node) -> Node:
    """Return the simplest node that says that this one does not hold."""
    if isinstance(node, Const):
        return Const(not node.value)
    if isinstance(node, Not):
        return node.child
    return Not(node)
