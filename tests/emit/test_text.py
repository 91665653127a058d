"""Layout: precedence, parentheses, long lines and long chains."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.emit.text import CHAIN, Style, balanced, enclosed, join, listed, render
from tocsin.emit.tree import (
    NO,
    YES,
    And,
    Leaf,
    Not,
    Or,
    Raw,
    Tree,
    conjunction,
    disjunction,
    leaves,
    negation,
    rebuilt,
)

A, B, C = Raw("a"), Raw("b"), Raw("c", reads=("x",))


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (A, "a"),
        (YES, "true"),
        (NO, "false"),
        (And((A, B)), "a and b"),
        (Or((A, And((B, C)))), "a or (b and c)"),
        (And((Or((A, B)), C)), "(a or b) and c"),
        (Not(A), "not (a)"),
        (And((A, Not(Or((B, C))))), "a and not (b or c)"),
        (Or((A, YES)), "a or true"),
    ],
)
def test_a_tree_is_laid_out_so(tree: Tree, text: str) -> None:
    assert render(tree, Style()) == text


def test_a_long_chain_has_a_line_each() -> None:
    assert render(Or((A, And((B, C)))), Style(width=8), 1) == "a\n    or (b and c)"
    assert render(And((A, Or((B, C)))), Style(width=3), 1) == (
        "a\n    and (\n        b\n        or c\n    )"
    )


def test_a_long_negation_is_enclosed_on_its_own_lines() -> None:
    assert render(Not(Or((A, B))), Style(width=3), 1) == "not (\n        a\n        or b\n    )"


def test_a_chain_that_is_too_long_is_balanced() -> None:
    texts = [str(number) for number in range(CHAIN * CHAIN + 1)]
    outer = balanced(texts, "or")
    assert len(outer) <= CHAIN
    joined = " or ".join(outer).replace("(", " ").replace(")", " ").split()
    assert [word for word in joined if word != "or"] == texts


def test_items_are_broken_to_the_width() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed(["aaaa", "bbbb", "cc"], 0, 10) == "\n    aaaa, bbbb,\n    cc\n"
    assert listed(["aaaaaaaaaaaa", "b"], 1, 4) == "\n        aaaaaaaaaaaa,\n        b\n    "


def test_texts_are_joined_and_enclosed() -> None:
    assert join(["a", "b"], "and") == "a and b"
    assert join(["a\nb", "c"], "and") == "a\nb\nand c"
    assert enclosed("a") == "(a)"


def test_simple_trees_absorb_constants_doubles_and_nesting() -> None:
    assert conjunction([A, YES, And((B, A))]) == And((A, B))
    assert conjunction([A, NO]) == NO
    assert conjunction([]) == YES
    assert disjunction([A, NO, Or((B, A))]) == Or((A, B))
    assert disjunction([A, YES]) == YES
    assert disjunction([]) == NO
    assert disjunction([A]) == A
    assert negation(negation(A)) == A
    assert negation(YES) == NO
    assert rebuilt(Not(A), lambda tree: tree) == Not(A)
    assert rebuilt(A, negation) == A


def test_leaves_are_gone_through_from_left_to_right() -> None:
    assert list(leaves(And((A, Or((Not(B), C)), YES)))) == [A, B, C]
    assert C.columns == ("x",)


def test_a_leaf_says_nothing_of_itself_by_default() -> None:
    leaf = Leaf()
    assert Raw("a", may_be_null=True).nullable
    assert not leaf.nullable
    assert leaf.columns == ()
    with pytest.raises(TypeError):
        leaf.lines(0, 0)


trees: st.SearchStrategy[Tree] = st.recursive(
    st.sampled_from([A, B, Raw("c")]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda found: And(tuple(found))),
        st.lists(inner, min_size=2, max_size=4).map(lambda found: Or(tuple(found))),
        inner.map(Not),
    ),
    max_leaves=12,
)


@given(trees, st.integers(1, 40), st.booleans(), st.booleans(), st.booleans())
def test_a_text_means_what_its_tree_means(
    tree: Tree, width: int, a: bool, b: bool, c: bool
) -> None:
    text = " ".join(render(tree, Style(width=width)).split())
    values = {"a": a, "b": b, "c": c}
    assert eval(text, values) == truth(tree, values)  # noqa: S307 - a text that we made


def truth(tree: Tree, values: dict[str, bool]) -> bool:
    match tree:
        case And(children=children):
            return all(truth(child, values) for child in children)
        case Or(children=children):
            return any(truth(child, values) for child in children)
        case Not(child=child):
            return not truth(child, values)
        case _:
            return values[tree.text]  # type: ignore[union-attr]
