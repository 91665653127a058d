"""Stages print what the case files say."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tocsin.dsl import ast
from tocsin.dsl.check import check_rule
from tocsin.dsl.constant import report_constant
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.dump import dump_checked, dump_rule, dump_tree
from tocsin.dsl.ir import IrRule
from tocsin.dsl.lower import lower_rule
from tocsin.dsl.passes import optimise_rule
from tocsin.dsl.source import Source

from tocsin.loading import read_document

CASES = sorted(Path(__file__).parent.glob("stages/*.case"))
MARK = "=== "


def sections(text: str) -> dict[str, str]:
    parts = ("\n" + text).split("\n" + MARK)[1:]
    return {name: body for name, _, body in (part.partition("\n") for part in parts)}


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_a_stage_prints_what_the_case_says(file: Path, golden: Callable[[Path, str], None]) -> None:
    held = sections(file.read_text("utf-8"))
    rule, *stages = held
    made = Stages(rule, held[rule])
    found = {rule: held[rule].rstrip("\n")} | {stage: made.printed(stage) for stage in stages}
    golden(file, "".join(f"{MARK}{name}\n{body.rstrip()}\n" for name, body in found.items()))


class Stages:
    """What the stages make of one text."""

    def __init__(self, name: str, text: str) -> None:
        self.report = Report()
        syntax = "tocsin" if name.endswith(".tocsin") else "sigma"
        self.document = read_document(Source(name, text), syntax, self.report)
        rules = [rule for rule in self.document.entries if isinstance(rule, ast.Rule)]
        checked = [check_rule(rule, self.document, self.report) for rule in rules]
        self.checked = [each for each in checked if each is not None]
        self.rules: list[IrRule] = [lower_rule(each, self.document) for each in self.checked]
        report_constant(self.rules, self.report)

    def printed(self, stage: str) -> str:
        """Return what a stage prints."""
        match stage:
            case "ast":
                return dump_tree(self.document)
            case "checked":
                return "".join(dump_checked(each) for each in self.checked)
            case "ir":
                return "".join(dump_rule(each) for each in self.rules)
            case "passes":
                return "".join(dump_rule(optimise_rule(each)) for each in self.rules)
            case "report":
                return "\n".join(str(each) for each in self.report)
            case _:
                raise ValueError(stage)
