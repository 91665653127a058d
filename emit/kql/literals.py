r"""KQL's literals and names: everything that has to be quoted is quoted here.

A text with backslashes and without control characters becomes a verbatim literal, `@"C:\x"`;
any other an escaped one. A name that is not an identifier, or is a word of the language,
stands in brackets. Numbers and truth values are bare.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

Scalar = str | bool | int | Decimal
"""What a literal can hold."""

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
WORDS = frozenset(
    """
    access alias and as asc between bool by cluster consume contains count database datatable
    datetime decimal declare default desc distinct dynamic endswith evaluate extend
    externaldata facet false find fork from getschema guid has hint in int invoke join kind
    let limit long lookup materialize not null of on or order pack parse partition pattern
    print project range real reduce render restrict sample scan search serialize set sort
    startswith step string summarize table take time timespan to top toscalar true typeof
    union where with
    """.split()  # noqa: SIM905 - one word after the other reads best
)
"""Words that need brackets as names; some would do without, and brackets do no harm."""


def text_literal(text: str) -> str:
    """Return a text as a literal."""
    if "\\" in text and _CONTROL.search(text) is None:
        return '@"' + text.replace('"', '""') + '"'
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _CONTROL.sub(_escape, escaped) + '"'


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    return _SHORT.get(char) or f"\\u{ord(char):04x}"


def literal(value: Scalar) -> str:
    """Return any value as a literal."""
    if isinstance(value, str):
        return text_literal(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def literals(values: Iterable[Scalar]) -> list[str]:
    """Return several values as literals."""
    return [literal(value) for value in values]


def column_name(name: str) -> str:
    """Return a column's name as a query has it."""
    if _IDENTIFIER.fullmatch(name) and name not in WORDS:
        return name
    return "['" + name.replace("\\", "\\\\").replace("'", "\\'") + "']"


def dynamic_path(column: str, path: Iterable[str]) -> str:
    """Return the member of a dynamic value: dots where names allow, else brackets."""
    out = column
    for name in path:
        plain = _IDENTIFIER.fullmatch(name) and name not in WORDS
        out += f".{name}" if plain else f"[{text_literal(name)}]"
    return out
