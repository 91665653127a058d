"""The native language: what is printed reads back the same, and no text surprises the reader."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from tocsin.dsl.ast import Document
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.format import format_native
from tocsin.dsl.native import read_native
from tocsin.dsl.printer import print_native
from tocsin.dsl.source import Source

from .trees import HOSTILE, documents

WORDS = re.findall(
    r"\S+",
    """rule "a" { } list x = when test any all of them not and or ( ) , : | == != < <= in 1..5 is
    null empty exists contains matches /a/i like "b*" e"\\n" `c d` named under file "f" field F
    cidr( private base64( hour( -> match no # comment source windows/ tags a, b {"k": [1]} "x
    correlation filter when >= 5 as true 'q' && AND = | text """,
)

FEWER = settings(max_examples=settings().max_examples // 2)
"""Whole documents take long to make."""


@FEWER
@given(documents)
def test_reading_what_was_printed_gives_an_equal_document(document: Document) -> None:
    text = print_native(document)
    report = Report()
    found = read_native(Source("printed", text), report)
    assert list(map(str, report)) == []
    assert found == document


@FEWER
@given(documents)
def test_printed_text_stands_in_the_layout(document: Document) -> None:
    text = print_native(document)
    assert format_native(Source("printed", text), Report()) == text


@given(st.one_of(st.text(HOSTILE), st.text()))
def test_no_text_surprises_the_reader(text: str) -> None:
    survive(text)


@given(st.lists(st.sampled_from(WORDS), max_size=40), st.sampled_from([" ", "\n"]))
def test_no_words_surprise_the_reader(words: list[str], joint: str) -> None:
    survive(joint.join(words))
    survive('rule "r" {\nsource windows/\n' + joint.join(words) + "\n}")
    survive('rule "r" {\nsource windows/\nwhen ' + joint.join(words) + "\n}")


@FEWER
@given(documents, st.data())
def test_a_changed_text_does_not_surprise_the_reader(
    document: Document, data: st.DataObject
) -> None:
    text = print_native(document)
    at = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 3))
    survive(text[:at] + data.draw(st.text(HOSTILE, max_size=3)) + text[at + length :])


@FEWER
@given(documents, st.data())
def test_comments_survive_the_layout(document: Document, data: st.DataObject) -> None:
    lines = print_native(document).split("\n")
    for number in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        if "|" in lines[at]:
            lines.insert(at, f"#c{number}")
        else:
            lines[at] += f" #c{number}"
    text = "\n".join(lines)
    once = format_native(Source("commented", text), Report())
    if once is None:  # a comment mark fell into the middle of something
        return
    assert sorted(comments(once)) == sorted(comments(text))
    assert format_native(Source("again", once), Report()) == once


def comments(text: str) -> list[str]:
    """Return the comments that the test put in."""
    return re.findall(r"#c\d", text)


def survive(text: str) -> None:
    """Read and lay out a text; a text that is read well is one that can be printed."""
    report = Report()
    found = read_native(Source("any", text), report)
    laid_out = format_native(Source("any", text), Report())
    assert (laid_out is None) == report.has_errors
    assert bool(found.broken) == report.has_errors
    for diagnostic in report:
        for label in diagnostic.labels:
            assert 0 <= label.span.start <= label.span.end <= len(text)
