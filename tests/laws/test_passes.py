"""Passes never change a verdict, and doing them twice changes nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.ir import IrRule, Node
from tocsin.dsl.passes import PASSES, optimise_rule
from tocsin.matcher.reference import holds
from tocsin.matcher.view import View

from tests.laws.strategies import events, nodes, rules


@pytest.mark.parametrize("transform", PASSES)
@given(node=nodes, event=events)
def test_a_pass_keeps_the_verdict(transform: Any, node: Node, event: dict[str, Any]) -> None:
    view = View(event)
    assert holds(transform(node), view) == holds(node, view)


@pytest.mark.parametrize("transform", PASSES)
@given(node=nodes)
def test_a_pass_is_idempotent(transform: Any, node: Node) -> None:
    once = transform(node)
    assert transform(once) == once


@given(rule=rules, seen=st.lists(events, max_size=3))
def test_all_passes_together_keep_verdicts_and_are_idempotent(
    rule: IrRule, seen: list[dict[str, Any]]
) -> None:
    once = optimise_rule(rule)
    assert optimise_rule(once) == once
    for event in seen:
        view = View(event)
        assert holds(once.condition, view) == holds(rule.condition, view)
