"""Trees for the laws of readers and printers: every form that the tree can have.

They need not mean anything: names, keys and modifiers are any text, so that nothing but the
spelling is put to the test.
"""

from decimal import Decimal
from typing import Literal

from hypothesis import strategies as st
from tocsin.dsl import networks
from tocsin.dsl.ast import (
    Aggregate,
    And,
    Case,
    Correlation,
    Detection,
    Document,
    FileName,
    Filter,
    Item,
    ListName,
    Logsource,
    MetaEntry,
    Modifier,
    Name,
    NamedList,
    Node,
    Not,
    Or,
    Quantified,
    RawText,
    Rule,
    Value,
)
from tocsin.dsl.modifiers import KNOWN
from tocsin.dsl.source import Source
from tocsin.dsl.spelling import ENTRIES, KEYWORDS
from tocsin.dsl.values import DataMap, Number, Pattern

SOURCE = Source("tree", "")
HERE = SOURCE.span(0, 0)

HOSTILE = "aB1 _-.:/\\*?\"'`|#%{}[]()=,<>!~@$\n\r\t\0\x7f\x85\u2028\u200dé\U0001f600"
words = st.sampled_from([*sorted(KEYWORDS), *sorted(ENTRIES), "them", "e", "cidr", "title", "AND"])
texts = st.one_of(st.text(HOSTILE, max_size=8), st.text(max_size=4), words)
names = texts.filter(bool)

scalars = st.one_of(
    texts,
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False),
    st.booleans(),
    st.none(),
)


def _maps(children: st.SearchStrategy) -> st.SearchStrategy:
    """Return maps of data."""
    pairs = st.dictionaries(texts, children, max_size=3)
    return pairs.map(lambda found: DataMap(tuple(found.items())))


data = st.recursive(
    scalars,
    lambda children: st.one_of(st.lists(children, max_size=3).map(tuple), _maps(children)),
    max_leaves=4,
)

decimals = st.one_of(
    st.integers(-(10**30), 10**30).map(Decimal),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-1000, max_value=1000),
)
numbers = decimals.map(Number)
patterns = st.one_of(texts.map(Pattern.literal), texts.map(Pattern.parse))
list_names = names.filter(lambda name: name not in networks.NAMES)

plain_scalars = st.one_of(patterns, numbers, st.booleans(), st.none())
native_scalars = st.one_of(
    plain_scalars, list_names.map(ListName), texts.map(FileName), patterns, patterns
)
raw_scalars = st.one_of(
    texts.map(RawText), st.sampled_from(networks.NAMES).map(RawText), texts.map(RawText)
)


def values(kind: st.SearchStrategy) -> st.SearchStrategy[tuple[Value, ...]]:
    """Return one to three values."""
    return st.lists(kind.map(lambda scalar: Value(scalar, HERE)), min_size=1, max_size=3).map(tuple)


usual = st.sampled_from(
    [
        "contains",
        "startswith",
        "endswith",
        "all",
        "cased",
        "neq",
        "re",
        "i",
        "m",
        "s",
        "cidr",
        "lt",
        "lte",
        "gt",
        "gte",
        "exists",
        "fieldref",
        "hour",
        "weekday",
        "base64",
        "base64offset",
        "utf16le",
        "windash",
        "expand",
        "wide",
        "under",
        "named",
        "ext",
        "path",
    ]
)
modifiers: st.SearchStrategy[list[str]] = st.one_of(
    st.just([]),
    st.lists(usual, max_size=3),
    st.lists(st.one_of(usual, st.sampled_from(sorted(KNOWN)), names), max_size=3),
)


@st.composite
def items(draw: st.DrawFn, scalar: st.SearchStrategy = native_scalars) -> Item:
    """Return an item; texts under `re` and `cidr` are raw, as both readers make them."""
    chain = draw(modifiers)
    raw = not {"re", "cidr"}.isdisjoint(chain)
    kind = st.one_of(raw_scalars, numbers) if raw else scalar
    field = draw(st.one_of(names, st.just("Image"), st.none()))
    made = tuple(Modifier(name, HERE) for name in chain)
    return Item(field, made, draw(values(kind)), HERE, HERE)


@st.composite
def ranges(draw: st.DrawFn) -> And:
    """Return what `Field in 1..5` is."""
    field = draw(names)
    ends = [
        Item(field, (Modifier(name, HERE),), (Value(draw(numbers), HERE),), HERE, HERE)
        for name in ("gte", "lte")
    ]
    return And(tuple(ends), HERE)


def trees(leaves: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Return boolean nodes over leaves."""
    return st.recursive(
        leaves,
        lambda children: st.one_of(
            st.lists(children, min_size=2, max_size=3).map(lambda c: And(tuple(c), HERE)),
            st.lists(children, min_size=2, max_size=3).map(lambda c: Or(tuple(c), HERE)),
            children.map(lambda child: Not(child, HERE)),
        ),
        max_leaves=4,
    )


COUNTS: list[Literal["all"]] = ["all"]


def _quantified(count: int | Literal["all"], found: list[str]) -> Quantified:
    """Return a quantifier; without names it is about them all."""
    return Quantified(count, tuple(found), not found, HERE)


quantifiers = st.builds(
    _quantified,
    st.one_of(st.sampled_from(COUNTS), st.integers(1, 9)),
    st.lists(st.one_of(names, st.sampled_from(["sel*", "*", "a*b"])), max_size=3),
)
leaves = st.one_of(items(), ranges())
conditions = trees(st.one_of(leaves, names.map(lambda name: Name(name, HERE)), quantifiers))


@st.composite
def metadata(draw: st.DrawFn) -> tuple[MetaEntry, ...]:
    """Return metadata, its keys at most once."""
    usual_keys = st.sampled_from(["title", "id", "tags", "level", "rules", "source", "type", "by"])
    found = draw(st.dictionaries(st.one_of(usual_keys, names), data, max_size=3))
    return tuple(MetaEntry(key, value, HERE, HERE) for key, value in found.items())


@st.composite
def logsources(draw: st.DrawFn) -> Logsource:
    """Return a log source with keys of its own."""
    part = st.one_of(st.none(), st.sampled_from(["windows", "process_creation", "a.b"]), texts)
    custom = draw(st.dictionaries(texts, data, max_size=2))
    known = {"product", "category", "service", "definition"}
    rest = tuple((key, value) for key, value in custom.items() if key not in known)
    return Logsource(draw(part), draw(part), draw(part), draw(st.one_of(st.none(), texts)), rest)


bodies = trees(leaves)


@st.composite
def detections(draw: st.DrawFn) -> tuple[Detection, ...]:
    """Return detections, their names at most once."""
    found = draw(st.dictionaries(names, bodies, max_size=3))
    return tuple(Detection(name, body, HERE) for name, body in found.items())


cases = st.builds(
    Case, texts, data, st.booleans(), st.one_of(st.none(), st.just("windows//security"), texts)
)
rules = st.builds(
    Rule,
    metadata(),
    logsources(),
    detections(),
    st.lists(conditions, min_size=1, max_size=2).map(tuple),
    st.one_of(st.none(), st.just("5m"), texts),
    st.lists(cases, max_size=2).map(tuple),
    span=st.just(HERE),
)
filters = st.builds(
    Filter,
    metadata(),
    logsources(),
    st.one_of(st.none(), st.lists(texts, max_size=3).map(tuple)),
    detections(),
    conditions,
    span=st.just(HERE),
)
bounds = st.builds(Aggregate, st.sampled_from(["gt", "gte", "lt", "lte", "eq", "neq"]), numbers)


@st.composite
def aliases(draw: st.DrawFn) -> tuple[tuple[str, str, str], ...]:
    """Return aliases, those of one name together."""
    found = draw(
        st.dictionaries(texts, st.dictionaries(texts, texts, min_size=1, max_size=2), max_size=2)
    )
    return tuple((a, rule, field) for a, pairs in found.items() for rule, field in pairs.items())


several = st.lists(texts, max_size=3).map(tuple)
correlations = st.builds(
    Correlation,
    metadata(),
    st.one_of(st.just("event_count"), texts),
    several,
    several,
    st.one_of(st.none(), st.just("5m"), texts),
    st.one_of(st.lists(bounds, max_size=2).map(tuple), conditions),
    several,
    st.one_of(st.none(), st.integers(0, 100).map(lambda n: Number(Decimal(n)))),
    aliases(),
    st.booleans(),
    span=st.just(HERE),
)


@st.composite
def lists(draw: st.DrawFn) -> tuple[NamedList, ...]:
    """Return named lists, their names at most once."""
    kind = st.one_of(plain_scalars, texts.map(FileName))
    found = draw(st.dictionaries(list_names, values(kind), max_size=2))
    return tuple(NamedList(name, each, HERE) for name, each in found.items())


documents = st.builds(
    Document,
    st.just(SOURCE),
    st.lists(st.one_of(rules, rules, filters, correlations), max_size=1).map(tuple),
    lists(),
)
