"""Syntax errors of the native language: from what Lark could not take to what a person can do.

In goes Lark's exception and the stretch that was being parsed, out comes one diagnostic with
the offending words underlined. The tests are tried in order; the first that knows better than
"expected …, found …" has the word.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from lark import UnexpectedInput

from ..diagnostics import Diagnostic
from ..source import Span
from ..suggest import suggest
from .messages import error, listing
from .stop import Stop, find_stop
from .vocabulary import CONNECTIVES, ENTRIES, NAMES, OPERATORS, expected_words, meant_operator

UNEXPECTED = "T120"
"""The code of an error that says no more than what was expected."""

MOST_WORDS = 6
"""Of more things that could have stood in a place, none is named."""

_SHOUTED = re.compile(r"(?<![\w`\"])(AND|OR|NOT)(?:\s+[^\s\"]+)?\s*\Z")
_QUOTED = re.compile(r"'([^'\n]*)'")
_OPEN_MARKS = {'"': "text", "`": "name", "/": "regular expression"}


def syntax_error(fault: UnexpectedInput, piece: Span) -> Diagnostic:
    """Return what there is to say of a text that the grammar does not allow."""
    stop = find_stop(fault, piece)
    return next(found for found in (test(stop) for test in _TESTS) if found is not None)


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
    wanted = _wanted(stop)
    message = f"expected {wanted}, found {_found(stop)}" if wanted else f"{_found(stop)} here"
    word = stop.found.text
    keywords = (name.lower() for name in sorted(stop.expected) if name not in NAMES)
    near = suggest(word, keywords) if len(word) > 2 else None
    help_ = "" if near else "`tocsin explain T120` shows what a rule consists of"
    place = stop.found if word else stop.to(0)
    return error(UNEXPECTED, message, place, fix=near, help=help_)


def _wanted(stop: Stop) -> str:
    """Return what could have stood there, or empty where that is too much to say."""
    words = expected_words(stop.expected)
    if len(words) > MOST_WORDS:
        return ""
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _found(stop: Stop) -> str:
    """Return the words that the parser could not take, for a sentence."""
    return f"`{stop.found.text}`" if stop.found.text.strip() else "the end"


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
