"""The whole public corpus: Sigma to native and back, Sigma to Sigma, all equal."""

from pathlib import Path

import pytest
from tocsin.dsl.ast import Document
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.format import format_native
from tocsin.dsl.native import read_native
from tocsin.dsl.printer import print_native, print_sigma
from tocsin.dsl.sigma import read_sigma
from tocsin.dsl.source import Source
from tocsin.dsl.translate import to_sigma


@pytest.fixture(scope="module")
def documents(corpus_dir: Path) -> list[Document]:
    """Return every file of the corpus as a document."""
    found = []
    for path in sorted(corpus_dir.rglob("*.yml")):
        source = Source(path.name, path.read_text("utf-8"))
        found.append(read_sigma(source, Report()))
    assert sum(len(document.entries) for document in found) > 3_900
    return found


def test_sigma_to_native_and_back_gives_equal_trees(documents: list[Document]) -> None:
    for document in documents:
        report = Report()
        text = print_native(document)
        assert read_native(Source("native", text), report) == document, document.source.name
        assert list(report) == []


def test_printed_sigma_reads_back_equal(documents: list[Document]) -> None:
    for document in documents:
        report = Report()
        text = print_sigma(document, report)
        assert list(report) == []
        assert read_sigma(Source("sigma", text), report) == document, document.source.name
        assert not report.has_errors


def test_what_came_from_sigma_needs_no_translation(documents: list[Document]) -> None:
    for document in documents:
        report = Report()
        assert to_sigma(document, report) == document, document.source.name
        assert list(report) == []


def test_the_corpus_in_native_form_stands_in_the_layout(documents: list[Document]) -> None:
    for document in documents[::10]:
        text = print_native(document)
        assert format_native(Source("native", text), Report()) == text, document.source.name
