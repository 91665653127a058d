"""What is said of faulty rules, word for word: one case or more for every code of reading."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tocsin.dsl import ast
from tocsin.dsl.check import check_rule
from tocsin.dsl.codes import CODES
from tocsin.dsl.constant import report_constant
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.lint import lint_document
from tocsin.dsl.lower import lower_rule
from tocsin.dsl.render import render_text
from tocsin.dsl.source import Source

from tocsin.loading import read_document

CASES = sorted(Path(__file__).parent.glob("diagnostics/*.case"))
MARK = "=== "
READING = "012359"
"""The hundreds whose codes a text alone can have: files to values, correlation, style."""

ELSEWHERE = {
    "T001": "bytes that are no text: tests/dsl/test_decode.py",
    "T002": "a huge file: tests/dsl/test_yamltext.py",
    "T003": "characters that do not belong into a case: tests/dsl/test_yamltext.py",
    "T011": "files that cannot be read: tests/cli",
    "T012": "folders without rules: tests/cli",
    "T317": "placeholders without values, said by compile: tests/dsl",
    "T590": "what is not evaluated, said by a run: tests/cli",
}


def read_case(file: Path) -> tuple[str, str, str]:
    """Return the name of a rule file, its text, and what is expected to be said of it."""
    rule, _, expected = file.read_text("utf-8").removeprefix(MARK).partition(f"\n{MARK}text\n")
    name, _, text = rule.partition("\n")
    return name, text, expected


def said(name: str, text: str) -> Report:
    """Return all that is said of a text."""
    report = Report()
    syntax = "tocsin" if name.endswith(".tocsin") else "sigma"
    document = read_document(Source(name, text), syntax, report)
    lint_document(document, report)
    rules = [rule for rule in document.entries if isinstance(rule, ast.Rule)]
    checked = [check_rule(rule, document, report) for rule in rules]
    report_constant([lower_rule(each, document) for each in checked if each], report)
    return report


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_a_fault_is_told_as_the_case_says(file: Path, golden: Callable[[Path, str], None]) -> None:
    name, text, _ = read_case(file)
    report = said(name, text)
    assert file.stem.split("_")[0] in {diagnostic.code for diagnostic in report}
    golden(file, f"{MARK}{name}\n{text}\n{MARK}text\n{render_text(report)}\n")


def test_every_code_of_reading_has_a_case() -> None:
    held = {file.stem.split("_")[0] for file in CASES}
    wanted = {code for code in CODES if code[1] in READING}
    assert wanted - held - ELSEWHERE.keys() == set()
    assert not held & ELSEWHERE.keys()
