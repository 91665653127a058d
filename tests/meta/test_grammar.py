"""Every grammar is unambiguous: it loads as LALR(1) with collisions counted as errors."""

from __future__ import annotations

import re

import pytest
from lark import Lark

from .checkout import ROOT, files

GRAMMARS = sorted(p.name for p in files() if p.parts[0] == "grammar" and p.suffix == ".lark")
RULE = re.compile(r"^[?!]*([a-z_][a-z0-9_]*)(?:\.\d+)?\s*:", re.MULTILINE)


@pytest.mark.parametrize("name", GRAMMARS)
def test_a_grammar_loads_strictly(name: str) -> None:
    first = RULE.search((ROOT / "grammar" / name).read_text("utf-8"))
    assert first is not None, f"{name} defines no rule"
    Lark.open_from_package(
        "tocsin.grammar", name, ("",), parser="lalr", strict=True, start=first[1]
    )


def test_a_collision_would_be_noticed() -> None:
    with pytest.raises(Exception, match=r"(?i)collision|conflict"):
        Lark('start: (A | B)+\nA: "a".."c"\nB: "b".."d"', parser="lalr", strict=True)
