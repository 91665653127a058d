"""Each rewrite selects the same rows; and what it makes of the usual cases."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.fieldmap.places import Computed
from tocsin.dsl.ir import All, Any, Check, Contains, Ends, Equals, Matches, Node, Not, Starts, Test
from tocsin.dsl.values import Pattern, Regex
from tocsin.emit.kql import KqlOptions
from tocsin.emit.kql.caseless import heed_case
from tocsin.emit.kql.context import Context
from tocsin.emit.kql.gather import gather
from tocsin.emit.kql.names import last_name, use_names
from tocsin.emit.kql.order import cheap_first, cost
from tocsin.emit.kql.prefilter import add_prefilters, bounded_term
from tocsin.emit.kql.rewrites import NAMES, REWRITES, apply
from tocsin.emit.kql.shorten import shorten
from tocsin.emit.kql.subsume import drop_implied
from tocsin.emit.kql.terms import delimited, use_terms
from tocsin.emit.kql.tests import Called, Compared
from tocsin.emit.target import Operand
from tocsin.emit.tree import (
    YES,
    And,
    Or,
    Raw,
    Tree,
    conjunction,
    disjunction,
    negation,
)
from tocsin.emit.tree import (
    Not as NotTree,
)

from tests.emit.kqltree import passes
from tests.emit.samples import SCHEMA, emitted

TABLE = SCHEMA.table("Events")
CONTEXT = Context(TABLE, {"Image": "Name"})
IMAGE = Operand("Image", "string", "Image", names="Name")
TEXT = Operand("Text", "string", "Text")

ALPHABET = "ab1\\./ é\t"
words = st.text(ALPHABET, min_size=1, max_size=6)
texts = st.text(ALPHABET, max_size=10)
SINGLE = ("=~", "==", "contains", "contains_cs", "startswith", "endswith", "endswith_cs", "has")
columns = st.sampled_from([IMAGE, TEXT])
single = st.builds(
    lambda column, operator, word: Compared(column, operator, (word,)),
    columns,
    st.sampled_from(SINGLE),
    words,
)
listed = st.builds(
    lambda column, operator, found: Compared(column, operator, tuple(found)),
    columns,
    st.sampled_from(("in", "in~", "has_any", "has_all")),
    st.lists(words, min_size=1, max_size=3, unique=True),
)
leaves = st.one_of(single, single, listed, columns.map(lambda c: Called("isempty", c)))
trees: st.SearchStrategy[Tree] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(conjunction),
        st.lists(inner, min_size=2, max_size=4).map(disjunction),
        inner.map(negation),
    ),
    max_leaves=8,
)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, str]:
    """Make a row in which the name is the last one of the path."""
    folder = draw(st.sampled_from(["", "\\", "C:\\", "/usr/", "\\ab\\", "a.b\\"]))
    name = draw(st.text("ab1. é", min_size=1, max_size=6)) if folder else ""
    return {"Image": folder + name, "Name": name, "Text": draw(texts)}


FUNCTIONS: dict[str, Callable[[Tree], Tree]] = {
    **{
        name: partial(lambda function, tree: function(tree, CONTEXT), function)
        for name, function in REWRITES
    },
    "gather": gather,
    "shorten": shorten,
    "all": lambda tree: apply(tree, CONTEXT),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@given(tree=trees, found=st.lists(rows(), min_size=1, max_size=4))
def test_a_rewrite_selects_the_same_rows(
    name: str, tree: Tree, found: list[dict[str, str]]
) -> None:
    rewritten = FUNCTIONS[name](tree)
    for row in found:
        assert passes(rewritten, row) == passes(tree, row), (tree, rewritten, row)


@given(word=words, left=texts, right=texts, operator=st.sampled_from(["contains", "has"]))
def test_a_delimited_literal_is_had_where_it_is_contained(
    word: str, left: str, right: str, operator: str
) -> None:
    literal = f"\\{word}abc."
    if delimited(literal):
        test = Compared(TEXT, operator, (literal,))
        row = {"Text": left + literal + right}
        assert passes(test, row)


@given(words, texts, texts, st.booleans(), st.booleans())
def test_a_bounded_term_is_a_term_of_every_text_that_passes(
    word: str, left: str, right: str, before: bool, after: bool
) -> None:
    term = bounded_term(word, before=before, after=after)
    if term is not None:
        text = (left if before else "") + word + (right if after else "")
        assert passes(Compared(TEXT, "has", (term,)), {"Text": text})


# -- the usual cases -------------------------------------------------------------------------


def on(operator: str, *values: str, column: Operand = TEXT) -> Compared:
    return Compared(column, operator, values)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("\\x.exe", "x.exe"),
        ("/bash", "bash"),
        ("/bin/bash", ""),
        ("x.exe", ""),
        ("\\", ""),
        ("", ""),
    ],
)
def test_the_last_name_of_a_path(text: str, name: str) -> None:
    assert last_name(text) == name


def test_a_path_is_asked_for_by_its_name() -> None:
    tree = use_names(on("endswith", "\\x.exe", column=IMAGE), CONTEXT)
    assert isinstance(tree, Compared)
    assert tree.text == 'Name =~ "x.exe"'
    untouched = on("endswith", "\\x.exe")
    assert use_names(untouched, CONTEXT) == untouched
    folder = on("endswith", "\\a\\x.exe", column=IMAGE)
    assert use_names(folder, CONTEXT) == folder


def test_a_literal_without_letters_is_compared_as_it_is() -> None:
    assert heed_case(on("in~", "10.0.0.1", "::1"), CONTEXT) == on("in", "10.0.0.1", "::1")
    assert heed_case(on("=~", "abc"), CONTEXT) == on("=~", "abc")


@pytest.mark.parametrize(
    ("tree", "kept"),
    [
        (Or((on("contains", "abc"), on("contains", "B"))), on("contains", "B")),
        (Or((on("endswith", "ab"), on("contains", "b"))), on("contains", "b")),
        (Or((on("=~", "abc"), on("startswith", "ab"))), on("startswith", "ab")),
        (Or((on("contains", "A"), on("contains", "a"))), on("contains", "A")),
        (And((on("contains", "abc"), on("contains", "b"))), on("contains", "abc")),
        (And((on("=~", "abc"), on("endswith", "c"))), on("=~", "abc")),
    ],
)
def test_what_another_test_says_is_left_out(tree: Tree, kept: Tree) -> None:
    assert drop_implied(tree, CONTEXT) == kept


def test_what_is_beyond_ascii_is_not_compared() -> None:
    tree = Or((on("contains", "é"), on("contains", "éa")))
    assert drop_implied(tree, CONTEXT) == tree


def test_delimited_literals_become_terms() -> None:
    both = Or((on("contains", "\\abc\\"), on("contains", " def ")))
    assert use_terms(both, CONTEXT) == on("has_any", "\\abc\\", " def ")
    assert use_terms(And(both.children), CONTEXT) == on("has_all", "\\abc\\", " def ")
    assert use_terms(on("contains", "abc"), CONTEXT) == on("contains", "abc")
    assert use_terms(on("contains", "\\"), CONTEXT) == on("contains", "\\")


def test_a_list_of_terms_that_is_too_long_stays_apart() -> None:
    many = Or(tuple(on("contains", f" a{number:05} ") for number in range(10_001)))
    tree = use_terms(many, CONTEXT)
    assert isinstance(tree, Or)
    assert len(tree.children) == 10_001


def prefiltered(tree: Tree) -> Tree:
    return add_prefilters(tree, CONTEXT)


def test_a_scan_gets_a_term_before_it() -> None:
    scan = on("endswith", "\\powershell.exe")
    assert prefiltered(scan) == And((on("has", "powershell"), scan))


def test_alternatives_get_one_if_each_has_one() -> None:
    scans = Or((on("endswith", "\\one.exe"), on("endswith", "\\two.exe")))
    assert prefiltered(scans) == And((on("has_any", "one", "two"), scans))
    open_ended = Or((*scans.children, on("contains", "abc")))
    assert prefiltered(open_ended) == open_ended


def test_a_negation_gets_none() -> None:
    tree = NotTree(on("endswith", "\\one.exe"))
    assert prefiltered(tree) == tree


def test_terms_that_are_there_serve_their_neighbours() -> None:
    tree = Or((on("has_any", "\\abc\\"), on("contains", "\\defg x")))
    assert prefiltered(tree) == And((on("has_any", "abc", "defg"), tree))


def test_an_indexed_test_needs_none() -> None:
    exact = on("=~", "abc")
    either = Or((exact, on("has", "\\def\\")))
    both = And((on("contains", "\\abcd e"), exact))
    for tree in (exact, either, both, Called("isempty", TEXT)):
        assert prefiltered(tree) == tree


def test_a_nested_conjunction_lends_its_narrowest_part() -> None:
    nested = Or(
        (
            And((on("contains", " one two"), on("contains", " three four"))),
            on("contains", " six "),
        )
    )
    assert prefiltered(nested) == And((on("has_any", "six", "three"), nested))


def test_common_terms_and_too_many_terms_help_little() -> None:
    common = on("endswith", "\\windows.exe")
    assert prefiltered(common) == common
    many = Or(tuple(on("endswith", f"\\word{number}.exe") for number in range(65)))
    assert prefiltered(many) == many


def test_an_expression_gets_the_longest_text_it_needs() -> None:
    scan = Compared(TEXT, "matches regex", ("x",), (" long one ", "b"))
    assert prefiltered(scan) == And((on("has", "long"), scan))
    blind = Compared(TEXT, "matches regex", ("x",))
    assert prefiltered(blind) == blind


def computed(kind: str, *names: str, **more: object) -> Operand:
    place = Computed(kind, names, ("p",), **more)  # type: ignore[arg-type]
    return Operand("C", "string", "C", place)


def test_a_computed_column_is_looked_for_where_it_comes_from() -> None:
    def needs(column: Operand, word: str = "\\abc.") -> Tree:
        tree = prefiltered(Compared(column, "contains", (word,)))
        return tree.children[0] if isinstance(tree, And) else tree

    key = Operand("Key", "string", "Key")
    xml = Operand("Xml", "string", "Xml")
    bag = Operand("Bag", "string", "Bag")
    name = Operand("ValueName", "string", "ValueName")
    joined = computed("joined", "Key", "ValueName", empty="(Default)")
    either = Or((on("has", "abc", column=key), on("has", "abc", column=name)))
    assert needs(joined) == either
    made_up = Compared(joined, "contains", ("\\Default.",))
    assert prefiltered(made_up) == made_up
    assert needs(computed("xml", "Xml")) == on("has", "abc", column=xml)
    assert needs(computed("member", "Bag")) == on("has", "abc", column=bag)
    for silent in (computed("member", "Bag", cut="x"), computed("hex", "Number")):
        scan = Compared(silent, "contains", ("\\abc.",))
        assert prefiltered(scan) == scan
    whole = Compared(computed("extract", "Text"), "=~", ("abc",))
    assert prefiltered(whole) == whole
    other = Compared(Operand("Text", "string", "tolower(Text)"), "contains", ("\\abc.",))
    assert prefiltered(other) == other


def test_a_control_character_ends_no_term() -> None:
    assert bounded_term("\nabc ", before=True, after=True) is None


def test_cheap_tests_come_first() -> None:
    scan, exact = on("contains", "b"), on("==", "b")
    member = Compared(computed("member", "Bag"), "==", ("b",))
    assert cost(YES) == cost(Raw("x"))
    parts = (member, NotTree(scan), Or((scan, exact)), scan, exact, Called("isempty", TEXT))
    ordered = cheap_first(And(parts), CONTEXT)
    assert isinstance(ordered, And)
    assert ordered.children[0] == exact
    assert ordered.children[-1] == member
    costs = [cost(part) for part in ordered.children]
    assert costs == sorted(costs)


def test_alternatives_on_a_column_are_gathered_where_the_first_stood() -> None:
    tree = Or((on("=~", "a"), on("contains", "b"), on("in~", "c", "a"), on("==", "d")))
    assert gather(tree) == Or((on("in~", "a", "c"), on("contains", "b"), on("==", "d")))


def test_long_lists_become_an_expression() -> None:
    tests = tuple(on("endswith", f"\\a.{number}") for number in range(8))
    assert shorten(Or((*tests, on("==", "x")))) == Or(
        (
            on("matches regex", "(?i)(?:" + "|".join(f"\\\\a\\.{n}" for n in range(8)) + ")$"),
            on("==", "x"),
        )
    )
    assert shorten(Or(tests[:7])) == Or(tests[:7])


def test_every_rewrite_can_be_left_out() -> None:
    condition = Test("Image", Ends(Pattern.literal("\\abc.exe")))
    with_all = emitted(condition).text
    assert "Name =~" in with_all
    without = emitted(condition, options=KqlOptions(without=frozenset({"names"}))).text
    assert "Name" not in without
    assert set(NAMES) == {name for name, _ in REWRITES} | {"parameters"}


# -- arguments of functions --------------------------------------------------------------------


def literal(
    make: type[Contains | Ends | Equals | Starts], text: str, *, cased: bool = False
) -> Check:
    return make(Pattern.literal(text), cased)


def head(condition: Node, **options: object) -> str:
    found = emitted(condition, "linux/process_creation", KqlOptions(**options))  # type: ignore[arg-type]
    assert found.error is None
    return found.text.splitlines()[0]


ARGUMENTS: list[tuple[Node, str]] = [
    (Test("Image", literal(Ends, "/bin/bash")), 'image_has_any=dynamic(["bash"])'),
    (
        All((Test("Text", literal(Contains, " one ")), Test("Text", literal(Contains, " two ")))),
        'text_has_all=dynamic(["one", "two"]), text_has_any=dynamic(["one"])',
    ),
    (Test("Hash1", literal(Equals, "abcd")), 'hashes_has_any=dynamic(["abcd"])'),
    (Test("Address", literal(Equals, "10.0.0.1")), 'address_has_any_prefix=dynamic(["10.0.0.1"])'),
    (Test("Address", literal(Equals, "::1")), ""),
    (
        Test("Kind", literal(Equals, "A", cased=True)),
        'kind_in=dynamic(["A"]), kind="A"',
    ),
    (Test("Number", literal(Equals, "5")), "number=5"),
    (Any((Test("Number", literal(Equals, "5")), Test("Number", literal(Equals, "6")))), ""),
    (Not(Test("Image", literal(Ends, "/bin/bash"))), ""),
    (Test("Text", literal(Starts, "abc")), ""),
    (Test("Text", Matches(Regex("abc"))), ""),
]


@pytest.mark.parametrize(("condition", "expected"), ARGUMENTS)
def test_a_function_is_told_what_the_condition_implies(condition: Node, expected: str) -> None:
    assert head(condition) == (f"_Im_Sample({expected})" if expected else "_Im_Sample")
    assert head(condition, without=frozenset({"parameters"})) == "_Im_Sample"


def test_a_lookback_is_told_to_the_function() -> None:
    condition = Test("Text", literal(Starts, "a"))
    assert head(condition, lookback="1h") == "_Im_Sample(starttime=ago(1h))"
