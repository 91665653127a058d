"""The wording of faults in YAML, one small function a message.

PyYAML says what its parser expected; here it becomes a sentence about what the author wrote.
"""

import re
from dataclasses import dataclass

import yaml

from ..diagnostics import Diagnostic, Label, Report, Severity
from ..source import Source, Span


@dataclass(frozen=True, slots=True)
class _Saying:
    """What to say of one of PyYAML's faults.

    Attributes:
        problem: a part of PyYAML's words for the problem.
        context: a part of its words for what it was doing.
        message: ours.
        help: what to do.
        at_context: whether the place to show is where that began, not where it failed.
        at_escape: whether the place to show is the backslash before the failure.
        begins: what the text at the place must begin with, if that matters.
        before: what must stand before the place, if that matters.
        code: the code of the diagnostic.
    """

    problem: str
    message: str
    help: str = ""
    context: str = ""
    at_context: bool = False
    at_escape: bool = False
    begins: str = ""
    before: re.Pattern[str] | None = None
    code: str = "T004"

    def fits(self, source: Source, place: int) -> bool:
        """Return whether the text at the place is what this is said of."""
        if self.before is None:
            return source.text.startswith(self.begins, place)
        column = source.place(place).column
        return self.before.match(source.text, place - column + 1, place) is not None


_SAYINGS = (
    _Saying(
        "cannot start any token",
        "a tab cannot indent YAML",
        "indent with blanks",
        begins="\t",
        code="T005",
    ),
    _Saying(
        "cannot start any token",
        "an unquoted value cannot begin with this character",
        "put the value in single quotes",
    ),
    _Saying(
        "found unknown escape character",
        "this is not an escape of double quotes",
        "put the value in single quotes, where a backslash is just that",
    ),
    _Saying(
        "did not find expected hex",
        "this escape of double quotes lacks its digits",
        "put the value in single quotes, where a backslash is just that",
        at_escape=True,
    ),
    _Saying(
        "unexpected end of stream",
        "this quote is not closed",
        "close it; inside single quotes a quote is written twice",
        context="quoted scalar",
        at_context=True,
    ),
    _Saying(
        "unexpected document indicator",
        "this quote is not closed",
        "close it; inside single quotes a quote is written twice",
        context="quoted scalar",
        at_context=True,
    ),
    _Saying(
        "undefined alias",
        "a value that begins with `*` is an alias of YAML, and there is none of this name",
        "put the value in single quotes",
    ),
    _Saying(
        "did not find expected alphabetic",
        "an unquoted value that begins with `*` or `&` is an alias or anchor of YAML",
        "put the value in single quotes",
        at_context=True,
    ),
    _Saying(
        "mapping values are not allowed",
        "an unquoted value cannot hold a `:` and a blank after it",
        "put the value in single quotes",
        before=re.compile(r"[^\r\n]*:[ \t]+[^\r\n]+\Z"),
    ),
    _Saying(
        "mapping values are not allowed",
        "a `:` cannot stand here",
        "correct the indentation of this line, or that of the line before",
    ),
    _Saying(
        "could not find expected ':'",
        "this is not `key: value`",
        "add the `:`, or correct the indentation",
        at_context=True,
    ),
    _Saying(
        "did not find expected key",
        "this line does not belong to the map that it stands in",
        "indent it like the other keys of the map; put a value that goes on after its closing "
        "quote into quotes as a whole",
    ),
    _Saying(
        "did not find expected '-'",
        "this line does not belong to the list that it stands in",
        "begin it with `- `, or correct the indentation",
    ),
    _Saying(
        "block sequence entries are not allowed",
        "a list cannot begin here",
        "begin it on a line of its own",
    ),
    _Saying(
        "did not find expected ',' or ']'",
        "this list is not closed",
        "add `]`, and `,` between its values",
        at_context=True,
    ),
    _Saying(
        "did not find expected ',' or '}'",
        "this map is not closed",
        "add `}`, and `,` between its entries",
        at_context=True,
    ),
)


def report_yaml_error(
    source: Source, base: int, error: yaml.MarkedYAMLError, report: Report
) -> int:
    """Report a fault that the YAML parser found, and return its offset in the text."""
    mark = error.problem_mark or error.context_mark
    failed = base + (mark.index if mark else 0)
    began = base + error.context_mark.index if error.context_mark else failed
    problem, context = error.problem or "", error.context or ""
    for saying in _SAYINGS:
        place = began if saying.at_context else failed
        if saying.problem in problem and saying.context in context and saying.fits(source, place):
            if saying.at_escape:
                place = source.text.rfind("\\", 0, place)
            report.add(_error(saying.code, saying.message, _word(source, place), saying.help))
            return failed
    report.add(_error("T004", f"this is not YAML: {problem}", _word(source, failed)))
    return failed


_WORD = re.compile(r"\\.|[\w*&@`%]+|[^\r\n]|")


def _word(source: Source, offset: int) -> Span:
    """Return the span of the word at an offset."""
    found = _WORD.match(source.text, offset)
    return source.span(offset, found.end() if found else offset)


def _error(code: str, message: str, span: Span, help_: str = "", label: str = "") -> Diagnostic:
    """Return an error at a place."""
    return Diagnostic(code, Severity.ERROR, message, (Label(span, label),), help_)


def report_size(source: Source, limit: int, report: Report) -> None:
    """Report a text that is too long to be rules."""
    message = f"the file has {len(source.text):,} characters, more than {limit:,}"
    report.add(_error("T002", message, source.span(0, 0), "split it into several files"))


def report_restarts(source: Source, offset: int, limit: int, report: Report) -> None:
    """Report that the rest of a text with very many faults is not read."""
    message = f"{limit} documents of this file are not YAML; the rest is not read"
    report.add(_error("T004", message, source.span(offset, offset + 3)))


def report_depth(span: Span, limit: int, report: Report) -> None:
    """Report collections that nest too deep."""
    report.add(_error("T006", f"lists and maps nest deeper than {limit} levels", span))


def report_character(span: Span, report: Report) -> None:
    """Report a character that YAML does not allow."""
    message = f"the character U+{ord(span.text):04X} is not allowed in YAML"
    help_ = 'remove it, or write it as an escape in double quotes, such as "\\x07"'
    report.add(_error("T003", message, span, help_))


def report_aliases(span: Span, limit: int, report: Report) -> None:
    """Report aliases that stand for too much, or for what they are part of."""
    message = f"the aliases of this document stand for more than {limit:,} further nodes"
    report.add(_error("T007", message, span, "write out what the aliases stand for"))
