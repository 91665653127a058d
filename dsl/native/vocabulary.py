"""Words for messages about the native language: its tokens, its operators, those of others."""

from ..suggest import suggest

OPERATORS = (
    "contains",
    "startswith",
    "endswith",
    "like",
    "matches",
    "in",
    "is",
    "under",
    "named",
    "ext",
    "path",
    "expand",
    "cased",
)
ENTRIES = ("rule", "list", "correlation", "filter")
FOREIGN = {
    "=": "==",
    "=~": "==",
    "===": "==",
    "equals": "==",
    "eq": "==",
    "~": "matches",
    "=>": ">=",
    "=<": "<=",
    "<>": "!=",
    "!~": "!=",
    "has": "contains",
    "startsWith": "startswith",
    "starts_with": "startswith",
    "hasprefix": "startswith",
    "endsWith": "endswith",
    "ends_with": "endswith",
    "hassuffix": "endswith",
    "re": "matches",
    "regex": "matches",
    "in~": "in",
    "cidr": "in cidr(…)",
    "wildcard": "like",
    "glob": "like",
}
"""Operators of other languages and what they are called here."""

CONNECTIVES = {"&&": "and", "||": "or", "&": "and", "|": "or", "!": "not", ",": "and"}

NAMES = {
    "$END": "the end",
    "IDENT": "a name",
    "GLOB": "a name",
    "WORD": "a word",
    "STRING": "a text in quotes",
    "NUMBER": "a number",
    "REGEX": "a regular expression",
    "BLOCK": "lines behind bars",
    "JSON_STRING": "a text in quotes",
    "JSON_NUMBER": "a number",
}
STARTERS = (
    (frozenset({"WHEN", "TEST"}), "the next statement"),
    (frozenset({"LIST", "RULE", "CORRELATION", "FILTER"}), "the next entry"),
)
QUIET = frozenset({"QUOTED", "QUOTED_ESCAPED", "ESCAPED", "COMMENT"})


SIGNS = {
    "EQUALS": "=",
    "EQ": "==",
    "NE": "!=",
    "LT": "<",
    "LE": "<=",
    "GT": ">",
    "GE": ">=",
    "ARROW": "->",
    "TO": "..",
    "COLON": ":",
    "COMMA": ",",
    "PIPE": "|",
    "LBRACE": "{",
    "RBRACE": "}",
    "LBRACKET": "[",
    "RBRACKET": "]",
    "LPAR": "(",
    "RPAR": ")",
}


def meant_operator(word: str) -> str | None:
    """Return the operator that a word of another language or a misspelt one stands for."""
    return FOREIGN.get(word) or FOREIGN.get(word.lower()) or suggest(word, OPERATORS)


def expected_words(expected: frozenset[str]) -> list[str]:
    """Return in words what could have stood in a place, without a doublet."""
    words: list[str] = []
    left = expected - QUIET
    for starters, name in STARTERS:
        if starters <= left:
            left -= starters | {"IDENT", "$END"}
            words.append(name)
    kinds = dict.fromkeys(NAMES[token] for token in sorted(left & NAMES.keys()))
    signs = (f"`{SIGNS.get(token, token.lower())}`" for token in sorted(left - NAMES.keys()))
    return [*words, *kinds, *signs]
