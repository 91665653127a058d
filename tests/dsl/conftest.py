"""Rules as texts, read for the tests of the readers."""

from collections.abc import Callable

import pytest
from tocsin.dsl.ast import Document
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.sigma import read_sigma
from tocsin.dsl.source import Source

Read = Callable[[str], tuple[Document, Report]]


@pytest.fixture
def read() -> Read:
    """Return a function that reads a Sigma text: what it holds, and what is wrong with it."""

    def read_text(text: str) -> tuple[Document, Report]:
        report = Report()
        return read_sigma(Source("rule.yml", text), report), report

    return read_text


@pytest.fixture
def read_detection(read: Read) -> Read:
    """Return a function that reads the lines of a detection block as a rule."""

    def read_block(block: str) -> tuple[Document, Report]:
        lines = "".join(f"  {line}\n" for line in block.splitlines())
        return read(f"title: t\nlogsource:\n  product: p\ndetection:\n{lines}")

    return read_block
