"""Syntax errors of the native language: from what Lark could not take to what a person can do.

In goes Lark's exception and the stretch that was being parsed, out comes one diagnostic with
the offending words underlined. The tests are tried in order; the first that knows better than
"expected …, found …" has the word.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lark import UnexpectedInput, UnexpectedToken
from lark.parsers.lalr_analysis import Shift

from .diagnostics import Diagnostic
from .native_messages import error, listing
from .source import Span
from .suggest import suggest

Table = Mapping[int, Mapping[str, tuple[Any, Any]]]
"""The parser's moves: in a state, at a token, shift or reduce, and what."""

UNEXPECTED = "T120"
"""The code of an error that says no more than what was expected."""

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

_WORD = re.compile(r"[A-Za-z_@][\w@.\-]*|[=!<>~&|]+|[0-9][\w.]*|\S")
_SHOUTED = re.compile(r"(?<![\w`\"])(AND|OR|NOT)(?:\s+[^\s\"]+)?\s*\Z")
_QUOTED = re.compile(r"'([^'\n]*)'")
_OPEN_MARKS = {'"': "text", "`": "name", "/": "regular expression"}

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
_STARTERS = (
    (frozenset({"WHEN", "TEST"}), "the next statement"),
    (frozenset({"LIST", "RULE", "CORRELATION", "FILTER"}), "the next entry"),
)
_QUIET = frozenset({"QUOTED", "QUOTED_ESCAPED", "ESCAPED", "COMMENT"})


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the parser stopped.

    Attributes:
        found: the words that it could not take; empty at the end of the piece.
        expected: the tokens that it could have taken.
        before: the token before, or empty.
        piece: the stretch that was being parsed.
    """

    found: Span
    expected: frozenset[str]
    before: str
    piece: Span

    @property
    def rest(self) -> str:
        """The rest of the line from the offending words on."""
        line_end = self.piece.source.text.find("\n", self.found.start, self.piece.end)
        end = self.piece.end if line_end < 0 else line_end
        return self.piece.source.text[self.found.start : end]

    def to(self, length: int) -> Span:
        """Return the stretch of this length that begins where the parser stopped."""
        return Span(self.found.source, self.found.start, self.found.start + length)


def meant_operator(word: str) -> str | None:
    """Return the operator that a word of another language or a misspelt one stands for."""
    return FOREIGN.get(word) or FOREIGN.get(word.lower()) or suggest(word, OPERATORS)


def syntax_error(fault: UnexpectedInput, piece: Span) -> Diagnostic:
    """Return what there is to say of a text that the grammar does not allow."""
    stop = _stop(fault, piece)
    return next(found for found in (test(stop) for test in _TESTS) if found is not None)


def _stop(fault: UnexpectedInput, piece: Span) -> Stop:
    """Return where and before what the parser stopped."""
    text = piece.source.text
    token = fault.token if isinstance(fault, UnexpectedToken) else None
    if token is not None and token.type == "$END":
        end = piece.start + len(text[piece.start : piece.end].rstrip())
        return Stop(Span(piece.source, end, end), _expected(fault), "", piece)
    start = piece.start + (fault.pos_in_stream or 0)
    word = _WORD.match(text, start, piece.end)
    end = word.end() if word else start + 1
    history = getattr(fault, "token_history", None) or [""]
    before = str(history[-1])
    return Stop(Span(piece.source, start, end), _expected(fault), before, piece)


def _expected(fault: UnexpectedInput) -> frozenset[str]:
    """Return the names of the tokens that could have stood there.

    Lark's own list leaves out keywords and takes in tokens that only a wider context allows, so
    the parser's moves are followed here without its callbacks.
    """
    state = fault.state
    if isinstance(fault, UnexpectedToken) and fault.interactive_parser is not None:
        state = fault.interactive_parser.parser_state
    table = state.parse_conf.parse_table.states
    names = [name for name in table[state.state_stack[-1]] if name.isupper()]
    return frozenset(str(name) for name in names if _is_shifted(table, state.state_stack, name))


def _is_shifted(table: Table, stack: list[int], name: str) -> bool:
    """Return whether the parser would take a token after the reductions that it asks for."""
    stack = list(stack)
    while True:
        move = table[stack[-1]].get(name)
        if move is None or move[0] is Shift:
            return move is not None
        rule = move[1]
        del stack[len(stack) - len(rule.expansion) :]
        stack.append(table[stack[-1]][rule.origin.name][1])


def _single_quotes(stop: Stop) -> Diagnostic | None:
    """A text in single quotes."""
    if not stop.rest.startswith("'"):
        return None
    whole = _QUOTED.match(stop.rest)
    span = stop.to(whole.end()) if whole else stop.found
    fix = '"' + whole[1].replace('"', '""') + '"' if whole else None
    help_ = "" if fix else 'write `"…"`'
    return error("T122", "a text stands in double quotes", span, help=help_, fix=fix)


def _open_mark(stop: Stop) -> Diagnostic | None:
    """A text, a name or an expression without its end."""
    stop = _with_prefix(stop)
    rest = stop.rest
    start = rest[1:2] if rest[:1] == "e" else rest[:1]
    what = _OPEN_MARKS.get(start)
    if what is None or rest.count(start) > 1 or (start == "/" and "REGEX" not in stop.expected):
        return None
    help_ = f"close it with `{start}` on the same line" if start != "`" else "close it"
    if start == '"':
        help_ += r'; line ends are written `e"…\n…"`'
    return error("T123", f"this {what} has no end", stop.to(len(rest)), help=help_)


def _with_prefix(stop: Stop) -> Stop:
    """Return the stop moved back to the `e` before a quote, which was taken for a name."""
    text, start = stop.found.source.text, stop.found.start
    prefixed = text[start - 1 : start] == "e" and not text[start - 2 : start - 1].isalnum()
    if not prefixed or text[start : start + 1] not in ('"', "`"):
        return stop
    return replace(stop, found=Span(stop.found.source, start - 1, stop.found.end))


def _open_entry(stop: Stop) -> Diagnostic | None:
    """The end before the closing brace."""
    if stop.found.text or "RBRACE" not in stop.expected:
        return None
    text = stop.piece.source.text
    brace = text.find("{", stop.piece.start, stop.piece.end)
    place = Span(stop.piece.source, stop.piece.start, brace + 1)
    return error("T124", "this entry has no end", place, help="close it with `}`")


def _unknown_entry(stop: Stop) -> Diagnostic | None:
    """Something at the top that begins no entry."""
    if "RULE" not in stop.expected or ("COMMA" in stop.expected and not stop.found.text.isalpha()):
        return None
    found = suggest(stop.found.text, ENTRIES)
    message = f"`{stop.found.text}` begins nothing"
    help_ = "" if found else 'a file holds `list name = …`, `rule "…" { … }` and the like'
    return error("T125", message, stop.found, fix=found, help=help_)


def _connective(stop: Stop) -> Diagnostic | None:
    """`and`, `or` and `not` of other languages."""
    word = stop.found.text
    text = stop.piece.source.text
    shouted = _SHOUTED.search(text, max(stop.piece.start, stop.found.start - 200), stop.found.start)
    if word in ("AND", "OR", "NOT"):
        return error("T126", f"`{word}` is written `{word.lower()}`", stop.found, fix=word.lower())
    if shouted is not None:
        place = Span(stop.piece.source, shouted.start(1), shouted.end(1))
        return error(
            "T126",
            f"`{shouted[1]}` is written `{shouted[1].lower()}`",
            place,
            fix=shouted[1].lower(),
        )
    meant = CONNECTIVES.get(word)
    if meant is None or meant.upper() not in stop.expected:
        return None
    return error("T126", f"`{word}` is written `{meant}`", stop.found, fix=meant)


def _negated_operator(stop: Stop) -> Diagnostic | None:
    """`Field not contains`, which other languages have."""
    if stop.expected != {"IN"} or stop.before != "not":
        return None
    help_ = f"write `not Field {stop.found.text} …`, or `Field not in (…)`"
    return error("T126", "`not` stands before the field", stop.found, help=help_)


def _operator(stop: Stop) -> Diagnostic | None:
    """No operator after a field."""
    word = stop.found.text
    if not {"CONTAINS", "EQ"} <= stop.expected or not word or word[0] in '()[]{}"`,;':
        return None
    meant = meant_operator(word)
    help_ = "" if meant else f"after a field stands `==`, `!=`, `<` … or {listing(OPERATORS)}"
    return error("T126", f"`{word}` is no operator", stop.found, fix=meant, help=help_)


def _title(stop: Stop) -> Diagnostic | None:
    """A title without quotes."""
    if not {"LBRACE", "STRING"} <= stop.expected or not stop.found.text[:1].isalnum():
        return None
    return error("T121", "a title stands in quotes", stop.found, help='write `rule "…" {`')


def _predicate(stop: Stop) -> Diagnostic | None:
    """No predicate where one is needed."""
    if not {"IDENT", "LPAR", "NOT", "EXISTS"} <= stop.expected:
        return None
    help_ = 'a predicate begins with a field, as in `Image endswith "/bash"`'
    return error("T121", f"expected a predicate, found {_found(stop)}", stop.found, help=help_)


def _verdict(stop: Stop) -> Diagnostic | None:
    """A test that does not say what is expected of it."""
    if not stop.expected & {"ARROW", "MATCH"}:
        return None
    help_ = "a test ends with `-> match` or `-> no match`"
    return error("T121", "the test does not say what to expect", stop.found, help=help_)


def _json(stop: Stop) -> Diagnostic | None:
    """Plain data that is not JSON."""
    if not any(name.startswith("JSON_") for name in stop.expected) and not (
        stop.expected <= {"COMMA", "RBRACE", "RBRACKET", "COLON"} and "COMMA" in stop.expected
    ):
        return None
    if stop.before == ":" and "JSON_STRING" in stop.expected and stop.found.text[:1].isalpha():
        help_ = "a colon stands before plain data; a detection is written `name = …`"
        return error("T121", f"{_found(stop)} in plain data", stop.found, help=help_)
    help_ = (
        r"plain data is JSON: keys and texts in double quotes, `\\` for a backslash, "
        "no comma at the end"
    )
    return error("T121", f"{_found(stop)} in plain data", stop.found, help=help_)


def _value(stop: Stop) -> Diagnostic | None:
    """Something that is no value where one is needed."""
    if not {"STRING", "NUMBER"} <= stop.expected:
        return None
    help_ = "write a text in quotes, a number, several values in parentheses, or the like"
    return error("T121", f"expected a value, found {_found(stop)}", stop.found, help=help_)


def _expectation(stop: Stop) -> Diagnostic:
    """What could have stood there, and what stands there."""
    wanted = _names(stop)
    message = f"expected {wanted}, found {_found(stop)}" if wanted else f"{_found(stop)} here"
    word = stop.found.text
    keywords = (name.lower() for name in sorted(stop.expected) if name not in NAMES)
    near = suggest(word, keywords) if len(word) > 2 else None
    help_ = "" if near else "`tocsin explain T120` shows what a rule consists of"
    place = stop.found if word else stop.to(0)
    return error(UNEXPECTED, message, place, fix=near, help=help_)


def _names(stop: Stop) -> str:
    """Return what could have stood there, or empty where that is too much to say."""
    names: list[str] = []
    expected = stop.expected - _QUIET
    for starters, name in _STARTERS:
        if starters <= expected:
            expected -= starters | {"IDENT", "$END"}
            names.append(name)
    signs = (f"`{_SIGNS.get(token, token.lower())}`" for token in sorted(expected - NAMES.keys()))
    kinds = dict.fromkeys(NAMES[token] for token in sorted(expected & NAMES.keys()))
    names += [*kinds, *signs]
    if len(names) > 6:
        return ""
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _found(stop: Stop) -> str:
    """Return the words that the parser could not take, for a sentence."""
    return f"`{stop.found.text}`" if stop.found.text.strip() else "the end"


_SIGNS = {
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

_TESTS: tuple[Callable[[Stop], Diagnostic | None], ...] = (
    _single_quotes,
    _open_mark,
    _open_entry,
    _unknown_entry,
    _connective,
    _negated_operator,
    _operator,
    _title,
    _verdict,
    _json,
    _value,
    _predicate,
    _expectation,
)
