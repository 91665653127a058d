"""Native texts for the tests: whole rules from a few lines."""

from tocsin.dsl.ast import Document, Rule
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.native import read_native
from tocsin.dsl.source import Source


def rule_text(*lines: str) -> str:
    """Return a rule with a log source and these lines."""
    return "\n".join(('rule "r" {', "  source windows/", *(f"  {line}" for line in lines), "}"))


def read(text: str) -> tuple[Document, Report]:
    """Return what a text holds and what is wrong with it."""
    report = Report()
    return read_native(Source("r.tocsin", text), report), report


def read_rule(*lines: str) -> Rule:
    """Return the rule of these lines, which must be well-formed."""
    document, report = read(rule_text(*lines))
    assert list(map(str, report)) == []
    (rule,) = document.entries
    assert isinstance(rule, Rule)
    return rule
