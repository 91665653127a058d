"""String operators of KQL on plain texts.

A term is a run of letters and digits in Unicode's sense; an underscore ends it. `has` asks
for a boundary at an edge of the needle only when the needle's own character at that edge
belongs to a term. An empty needle is found everywhere. Whether operators that ignore case do
so for letters outside ASCII is not settled by any document, so the folding is a parameter:
a query that Tocsin emits must select the same rows under both readings.
"""

import unicodedata
from collections.abc import Callable
from functools import cache

from tocsin.dsl.folding import fold

Fold = Callable[[str], str]
_ASCII_CASE = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def fold_unicode(text: str) -> str:
    """Fold the case of every letter, one code point to one."""
    return fold(text)


def fold_ascii(text: str) -> str:
    """Fold the case of the letters A to Z only."""
    return text.translate(_ASCII_CASE)


def keep(text: str) -> str:
    """Fold nothing: for the operators that respect case."""
    return text


@cache
def is_term_character(character: str) -> bool:
    """Tell whether a character belongs to a term."""
    category = unicodedata.category(character)
    return category[0] == "L" or category == "Nd"


def find_term(text: str, needle: str, *, left: bool, right: bool) -> bool:
    """Tell whether the needle occurs with a boundary at the edges asked for."""
    if not needle:
        return True
    at = text.find(needle)
    while at >= 0:
        end = at + len(needle)
        if not (left and _joined(text, at)) and not (right and _joined(text, end)):
            return True
        at = text.find(needle, at + 1)
    return False


def _joined(text: str, at: int) -> bool:
    """Tell whether the characters on both sides of a place belong to one term."""
    if at <= 0 or at >= len(text):
        return False
    return is_term_character(text[at - 1]) and is_term_character(text[at])


def has(text: str, needle: str) -> bool:
    """Tell whether the needle occurs as whole terms."""
    return find_term(text, needle, left=True, right=True)


def hasprefix(text: str, needle: str) -> bool:
    """Tell whether the needle begins a term."""
    return find_term(text, needle, left=True, right=False)


def hassuffix(text: str, needle: str) -> bool:
    """Tell whether the needle ends a term."""
    return find_term(text, needle, left=False, right=True)


def contains(text: str, needle: str) -> bool:
    """Tell whether the needle occurs."""
    return needle in text


def equals(text: str, other: str) -> bool:
    """Tell whether the texts are the same."""
    return text == other


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "has": has,
    "hasprefix": hasprefix,
    "hassuffix": hassuffix,
    "contains": contains,
    "startswith": str.startswith,
    "endswith": str.endswith,
}


def string_operator(operator: str, insensitive: Fold) -> Callable[[str, str], bool] | None:
    """Return the test that an operator such as `!has_cs` stands for, or None."""
    if operator in {"=~", "!~"}:
        return _build(equals, insensitive, negated=operator == "!~")
    name = operator.removeprefix("!")
    test = _TESTS.get(name.removesuffix("_cs"))
    if test is None:
        return None
    folding = keep if name.endswith("_cs") else insensitive
    return _build(test, folding, negated=operator.startswith("!"))


def _build(
    test: Callable[[str, str], bool], folding: Fold, *, negated: bool
) -> Callable[[str, str], bool]:
    def run(text: str, needle: str) -> bool:
        return test(folding(text), folding(needle)) != negated

    return run


def lower(text: str) -> str:
    """Return the text as `tolower` does: each code point by itself."""
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


def upper(text: str) -> str:
    """Return the text as `toupper` does: each code point by itself."""
    if text.isascii():
        return text.upper()
    return "".join(up if len(up := c.upper()) == 1 else c for c in text)
