"""LANGUAGE.md is true: its files are well-formed and laid out, its predicates mean what it says."""

import re
from importlib.resources import files

import pytest
from tocsin.dsl.ast import Node, Rule
from tocsin.dsl.check import check_rule
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.format import format_native
from tocsin.dsl.native import read_native
from tocsin.dsl.source import Source

LANGUAGE = files("tocsin.grammar").joinpath("LANGUAGE.md").read_text("utf-8")
FENCES = re.findall(r"^```(\w+)\n(.*?)^```$", LANGUAGE, re.MULTILINE | re.DOTALL)
FILES = [text for kind, text in FENCES if kind == "tocsin"]
PREDICATES = [
    line for kind, text in FENCES if kind == "predicates" for line in text.splitlines() if line
]


def test_every_fence_of_the_reference_is_tested() -> None:
    assert {kind for kind, _ in FENCES} == {"tocsin", "predicates"}
    assert LANGUAGE.count("```") == 2 * len(FENCES)


@pytest.mark.parametrize("text", FILES, ids=lambda text: text.split("\n", 1)[0])
def test_the_files_of_the_reference_are_read_and_checked(text: str) -> None:
    report = Report()
    document = read_native(Source("LANGUAGE.md", text), report)
    for entry in document.entries:
        if isinstance(entry, Rule):
            check_rule(entry, document, report, lambda _path, _span: ["value"])
    assert list(map(str, report.errors)) == []
    assert document.entries


@pytest.mark.parametrize("text", FILES, ids=lambda text: text.split("\n", 1)[0])
def test_the_files_of_the_reference_stand_in_the_layout(text: str) -> None:
    assert format_native(Source("LANGUAGE.md", text), Report()) == text


@pytest.mark.parametrize("line", PREDICATES)
def test_a_predicate_of_the_reference_is_what_stands_beside_it(line: str) -> None:
    left, right = re.split(r"\s+=\s\s", line)
    found = [read_condition(side) for side in (left, right)]
    assert found[0] == found[1]


def read_condition(text: str) -> tuple[Node, ...]:
    """Return the condition of a rule that has just this one."""
    report = Report()
    rule = f'rule "r" {{\nsource windows/\nwhen {text}\n}}'
    document = read_native(Source("r", rule), report)
    assert list(map(str, report)) == []
    (entry,) = document.entries
    assert isinstance(entry, Rule)
    check_rule(entry, document, report)
    assert list(map(str, report.errors)) == []
    return entry.conditions
