"""From a test on a field to tests on columns, place by place.

In goes a check and the places of its field; out comes a condition over columns that holds for
a row exactly when the check passes on some value that `rowevent` reads from the row. Where a
table lacks part of what a check asks for, that part is false, and the caller is told.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from ..ir import FALSE, Any, Check, Const, Equals, Exists, IsNull, Matches, Node, OneOf, Test
from ..source import Span
from ..values import Pattern, Regex
from .places import (
    BINARIES,
    DWORDS,
    Coded,
    Computed,
    Constant,
    InColumn,
    Missing,
    Place,
    Prefixed,
    RegistryData,
)
from .prefixes import asks_for_folder, behind
from .registry import dword_numbers, passes_any_number, spelled_out
from .simplify import all_of, any_of, negation
from .texttest import passes

__all__ = ["Asked", "all_of", "any_of", "derive", "negation", "one_of"]


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
    """Return the condition over columns for a check on a field that stands at these places.

    A table cannot tell a field that is missing from one that is empty: both are missing there.
    Where one column holds the field as it is, the target decides what it makes of that.
    """
    check = asked.check
    if isinstance(check, IsNull) or check == Exists(present=False):
        return _absent(derive(places, replace(asked, check=Exists())))
    if len(places) == 1 and isinstance(places[0], InColumn):
        return asked.on(places[0].column)
    if isinstance(check, Equals) and not check.pattern.parts:
        return derive(places, replace(asked, check=IsNull()))
    if isinstance(check, OneOf) and "" in check.texts:
        rest = replace(asked, check=replace(check, texts=check.texts - {""}))
        return any_of([derive(places, replace(asked, check=IsNull())), derive(places, rest)])
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


_PLAIN_NUMBER = Regex("^(0|[1-9][0-9]*)$")


def _registry_data(place: RegistryData, asked: Asked) -> Node:
    """Return the test for the words that Sysmon has for data that the table keeps as it is."""
    found: list[Node] = []
    if passes(asked.check, "(Empty)"):
        found.append(asked.on(place.data, IsNull()))
    if passes(asked.check, "Binary Data"):
        found.append(one_of(asked.on, place.type, BINARIES))
    of_number = one_of(asked.on, place.type, DWORDS)
    if passes_any_number(asked.check):
        found.append(all_of([of_number, asked.on(place.data, Matches(_PLAIN_NUMBER))]))
        return any_of(found)
    numbers = dword_numbers(asked.check)
    if numbers is None:
        asked.lack(asked.field, "numbers stand in the table in plain digits", asked.span)
    elif numbers:
        found.append(all_of([of_number, one_of(asked.on, place.data, numbers)]))
    return any_of(found)


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
    if not place.whole and asks_for_folder(asked.check):
        asked.lack(asked.field, "the table has only the file's name", asked.span)
    return any_of(found)
