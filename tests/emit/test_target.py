"""A second target costs one small file: here it is, and SQLite runs what it writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl import ir
from tocsin.dsl.diagnostics import Diagnostic
from tocsin.dsl.fieldmap import load_fieldmap
from tocsin.dsl.fieldmap.binding import Bound
from tocsin.dsl.ir import All, Any, AtLeast, Contains, Equals, FieldIs, Matches, Node, Not, Test
from tocsin.dsl.values import Pattern, Regex, Wild
from tocsin.emit.convert import convert_rule
from tocsin.emit.target import Emission, Inexpressible, Operand, Target
from tocsin.emit.text import Style, render
from tocsin.emit.tree import Raw, Tree
from tocsin.matcher.reference import match

from tests.emit.samples import rule


class SQLite(Target):
    """Predicates for SQLite: what a test of whole texts and parts of texts needs."""

    name = "SQLite"

    def query(self, bound: Bound) -> tuple[str, tuple[Diagnostic, ...]]:
        """Return the condition of a rule."""
        return render(self.tree(bound.rule.condition, bound), Style(true="1", false="0")), ()

    def emit_equals(self, column: Operand, check: ir.Equals) -> Tree:
        """Return the test that the whole value is a pattern."""
        return self._like(column, check.pattern, "")

    def emit_contains(self, column: Operand, check: ir.Contains) -> Tree:
        """Return the test that the value contains a pattern."""
        return self._like(column, check.pattern, "%")

    def emit_field_is(self, column: Operand, _check: ir.FieldIs, other: Operand) -> Tree:
        """Return the test that two columns are equal."""
        return Raw(f"coalesce(lower({column.text}) = lower({other.text}), 0)")

    def _like(self, column: Operand, pattern: Pattern, edge: str) -> Tree:
        wild = {Wild.STAR: "%", Wild.ONE: "_"}
        parts = (wild[p] if isinstance(p, Wild) else _quoted(str(p)) for p in pattern.parts)
        return Raw(f"coalesce({column.text} LIKE '{edge}{''.join(parts)}{edge}' ESCAPE '!', 0)")


def _quoted(text: str) -> str:
    escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return escaped.replace("'", "''")


def emitted(condition: Node) -> Emission:
    fieldmap = load_fieldmap("none")
    return convert_rule(rule(condition), fieldmap, SQLite())


words = st.text("abAB%_!'", max_size=4)
patterns = st.lists(st.one_of(words, st.sampled_from([Wild.STAR, Wild.ONE])), max_size=3).map(
    Pattern.of
)
checks = st.one_of(
    st.builds(Equals, patterns), st.builds(Contains, words.filter(bool).map(Pattern.literal))
)
conditions: st.SearchStrategy[Node] = st.recursive(
    st.one_of(
        st.builds(Test, st.sampled_from("fg"), checks),
        st.just(Test("f", FieldIs(ir.Relation.EQUALS, "g"))),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda found: All(tuple(found))),
        st.lists(inner, min_size=2, max_size=3).map(lambda found: Any(tuple(found))),
        st.lists(inner, min_size=3, max_size=3).map(lambda found: AtLeast(2, tuple(found))),
        inner.map(Not),
    ),
    max_leaves=5,
)
values = st.one_of(st.none(), st.text("abAB%_!'c", max_size=5))


@pytest.fixture(scope="module")
def database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    yield connection
    connection.close()


@given(condition=conditions, f=values, g=values)
def test_the_condition_of_the_second_target_selects_what_the_rule_means(
    database: sqlite3.Connection, condition: Node, f: str | None, g: str | None
) -> None:
    emission = emitted(condition)
    assert emission.error is None
    query = f"SELECT {emission.text} FROM (SELECT ? AS f, ? AS g)"  # noqa: S608 - our own text
    (verdict,) = database.execute(query, (f, g)).fetchone()
    event = {name: value for name, value in (("f", f), ("g", g)) if value is not None}
    assert bool(verdict) == match(rule(condition), event)


def test_a_check_without_a_method_is_refused_by_its_name() -> None:
    emission = emitted(Test("f", Matches(Regex("a"))))
    assert not emission.ok
    assert emission.error is not None
    assert emission.error.code == "T601"
    assert emission.error.message.endswith("SQLite has no form for the test `matches`")
    named = emitted(Test("f", ir.IsNull())).error
    assert named is not None
    assert "`is null`" in named.message


def test_keywords_need_columns() -> None:
    emission = emitted(Test(None, Contains(Pattern.literal("x"))))
    assert emission.error is not None
    assert emission.error.code == "T422"
    target = SQLite()
    bound = load_fieldmap("none").bind(rule(Test("f", ir.IsNull())))
    assert isinstance(bound, Bound)
    with pytest.raises(Inexpressible):
        target.test(Test(None, Contains(Pattern.literal("x"))), bound)


def test_a_target_must_say_how_queries_look() -> None:
    bound = load_fieldmap("none").bind(rule(Test("f", ir.IsNull())))
    assert isinstance(bound, Bound)
    with pytest.raises(TypeError):
        Target().emit(bound)
