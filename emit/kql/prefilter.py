r"""Rewrite: a test that no index serves gets one before it that an index serves.

Where a literal holds a term with delimiters on both sides (or an end of the text, where the
literal stands at that end), a text that passes has that term. So `Path endswith @"\cmd.exe"`
lets `Path has "cmd"` stand before it: implied, so the rows are the same. Alternatives get one
if each of them has one. Nothing is added below a negation.

A computed column has no index; the term is then looked for in the columns that it is made from.
"""

import re
from collections.abc import Iterable, Iterator

from ...dsl.fieldmap.places import Computed
from ...dsl.record import record
from ..target import Operand
from ..tree import And, Leaf, Or, Tree, conjunction, disjunction
from .context import Context
from .literals import column_name
from .terms import listed
from .tests import Compared

TERM = re.compile(r"[0-9A-Za-z]+")
SHORTEST = 3
"""How many characters a term has at least to be in the index."""
MOST = 64
"""How many terms a prefilter looks for at most."""
OPEN_ENDS = {
    "contains": (True, True),
    "contains_cs": (True, True),
    "startswith": (False, True),
    "startswith_cs": (False, True),
    "endswith": (True, False),
    "endswith_cs": (True, False),
    "=~": (False, False),
    "in~": (False, False),
    "==": (False, False),
    "in": (False, False),
}
"""Whether more text may stand before and after the literal."""
COMMON = frozenset(
    """
    appdata com currentversion dll exe files hkey http https local machine microsoft program
    software system system32 syswow64 users windows www
    """.split()  # noqa: SIM905 - one word after the other reads best
)
"""Terms that so many rows have that looking for them helps little."""
INDEXED = frozenset({"==", "=~", "in", "in~", "has", "has_any", "has_all"})
"""The operators that an index serves, on a column of the table."""


@record
class Needed:
    """Terms of which some must stand in a column: a test by itself."""

    columns: tuple[str, ...]
    terms: frozenset[str]


def add_prefilters(tree: Tree, context: Context) -> Tree:
    """Return the tree with tests by terms added where they help."""
    parts = tree.children if isinstance(tree, And) else (tree,)
    added: list[Tree] = []
    for part in parts:
        if not _served(part, context):
            found = needed(part, context)
            if found is not None and sum(len(each.terms) for each in found) <= MOST:
                added.append(disjunction(_tests(found)))
    return conjunction(listed([*_news(added, parts), *parts], "has_all"))


def _news(added: Iterable[Tree], parts: tuple[Tree, ...]) -> Iterator[Tree]:
    """Go through the added tests that say something that no other part says."""
    for test in added:
        if not any(_covers(part, test) for part in parts):
            yield test


def _covers(part: Tree, test: Tree) -> bool:
    return (
        isinstance(part, Compared)
        and isinstance(test, Compared)
        and part.column.text == test.column.text
        and part.operator in INDEXED
    )


def _served(tree: Tree, context: Context) -> bool:
    """Return whether an index serves the whole test already."""
    match tree:
        case Compared(column=column, operator=operator):
            plain = operator in INDEXED and column.computed is None
            return plain or column.type != "string"
        case Or(children=children):
            return all(_served(child, context) for child in children)
        case And(children=children):
            return any(_served(child, context) for child in children)
        case _:
            return not isinstance(tree, Leaf)


def needed(tree: Tree, context: Context) -> list[Needed] | None:
    """Return what a row needs to pass, as alternatives; `None` where nothing is known."""
    match tree:
        case Compared():
            return _of_test(tree, context)
        case Or(children=children):
            found = [needed(child, context) for child in children]
            return None if None in found else _merged(n for f in found if f for n in f)
        case And(children=children):
            known = [n for n in (needed(child, context) for child in children) if n]
            return min(known, key=_weight, default=None)
        case _:
            return None


def _weight(found: list[Needed]) -> tuple[int, int]:
    """Return how little alternatives narrow: many, and short terms, narrow little."""
    terms = [term for each in found for term in each.terms]
    return len(terms), -min(len(term) for term in terms)


def _merged(alternatives: Iterable[Needed]) -> list[Needed]:
    merged: dict[tuple[str, ...], set[str]] = {}
    for each in alternatives:
        merged.setdefault(each.columns, set()).update(each.terms)
    return [Needed(columns, frozenset(terms)) for columns, terms in merged.items()]


def _of_test(test: Compared, context: Context) -> list[Needed] | None:
    columns = _searched(test.column, context)
    if not columns:
        return None
    place = test.column.computed
    made_up = "" if place is None else place.empty or ""
    cut_out = place is not None and place.kind == "extract"
    terms: set[str] = set()
    for value, before, after in _literals(test):
        term = bounded_term(value, before=before or cut_out, after=after or cut_out, but=made_up)
        if term is None:
            return None
        terms.add(term)
    return [Needed(columns, frozenset(terms))] if terms else None


def _literals(test: Compared) -> Iterator[tuple[str, bool, bool]]:
    """Go through the literals of a test, and whether text may stand before and after them."""
    if test.operator == "matches regex":
        yield from ((text, True, True) for text in test.inside[:1])
    elif test.operator in OPEN_ENDS:
        before, after = OPEN_ENDS[test.operator]
        yield from ((str(value), before, after) for value in test.values)
    elif test.operator in ("has", "has_any"):
        yield from ((str(value), True, True) for value in test.values)


def bounded_term(text: str, *, before: bool, after: bool, but: str = "") -> str | None:
    """Return the longest term of a literal that a text with it has as a term.

    Args:
        text: the literal.
        before: whether text may stand before it, so that its first term may go on there.
        after: whether text may stand after it.
        but: a text whose terms do not count: a computed column may have them from nowhere.
    """
    best = ""
    unwanted = {term.lower() for term in TERM.findall(but)}
    for found in TERM.finditer(text):
        start, end = found.span()
        left = _delimits(text[start - 1]) if start else not before
        right = _delimits(text[end]) if end < len(text) else not after
        wanted = left and right and found[0].lower() not in unwanted | COMMON
        if wanted and len(found[0]) > len(best):
            best = found[0]
    return best if len(best) >= SHORTEST else None


def _delimits(char: str) -> bool:
    """Return whether a character ends a term, also where JSON writes it with an escape.

    JSON writes a line feed as a backslash and the letter `n`, which would run into the term.
    """
    return char.isascii() and char.isprintable()


def _searched(column: Operand, context: Context) -> tuple[str, ...]:
    """Return the columns of the table that hold what a column holds, with an index."""
    place = column.computed
    if place is None:
        own = context.is_text(column.name) and column.text == column_name(column.name)
        return (column.name,) if own else ()
    return place.columns if _keeps_terms(place, context) else ()


def _keeps_terms(place: Computed, context: Context) -> bool:
    """Return whether a term of the computed text is a term in the columns it is made from.

    XML and JSON write a printable delimiter as itself or as an escape that begins and ends with
    delimiters. A dynamic column is searched as its JSON text.
    """
    if place.kind in ("member", "json"):
        column = place.columns[0]
        return not place.cut and (context.is_dynamic(column) or context.is_text(column))
    kinds = ("joined", "xml", "extract")
    return place.kind in kinds and all(context.is_text(column) for column in place.columns)


def _tests(alternatives: Iterable[Needed]) -> Iterator[Tree]:
    for each in alternatives:
        terms = tuple(sorted(each.terms))
        operator = "has" if len(terms) == 1 else "has_any"
        for column in each.columns:
            yield Compared(Operand(column, "string", column_name(column)), operator, terms)
