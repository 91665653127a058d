"""Rows of Arrow data are judged as the events that they stand for."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.ast import Logsource
from tocsin.dsl.ir import Contains, Equals, IrRule, RuleInfo, Test
from tocsin.dsl.values import Pattern
from tocsin.matcher import reference
from tocsin.matcher.matcher import Matcher

from tests.laws.strategies import FIELDS, rules, texts
from tocsin.errors import EventError

NAMES = (*FIELDS, "other", "A b")
rule_sets = st.lists(rules, min_size=1, max_size=4)
utf8 = texts.map(lambda text: text.encode("utf-8", "replace").decode())
text_types = st.sampled_from(
    [
        pa.string(),
        pa.large_string(),
        pa.string_view(),
        pa.dictionary(pa.int8(), pa.string()),
        pa.dictionary(pa.uint32(), pa.large_string()),
    ]
)
columns = st.one_of(
    st.tuples(text_types, st.just(utf8)),
    st.tuples(text_types, st.just(utf8)),
    st.tuples(st.just(pa.int64()), st.just(st.integers(-(2**63), 2**63 - 1))),
    st.tuples(st.just(pa.uint64()), st.just(st.integers(0, 2**64 - 1))),
    st.tuples(st.sampled_from([pa.int8(), pa.int16(), pa.int32()]), st.just(st.integers(-5, 40))),
    st.tuples(st.just(pa.float64()), st.just(st.floats())),
    st.tuples(st.just(pa.float32()), st.just(st.floats(width=32))),
    st.tuples(st.just(pa.bool_()), st.just(st.booleans())),
    st.tuples(st.just(pa.list_(pa.string())), st.just(st.lists(utf8, max_size=3))),
    st.tuples(
        st.just(pa.struct([("d", pa.string()), ("#text", pa.int64())])),
        st.just(st.fixed_dictionaries({"d": utf8, "#text": st.integers(0, 3)})),
    ),
    st.tuples(
        st.just(pa.large_list(pa.struct([("d", pa.string()), ("x", pa.null())]))),
        st.just(st.lists(st.fixed_dictionaries({"d": utf8, "x": st.none()}), max_size=2)),
    ),
)


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    """Return a table with columns that the rules ask for, in one or more batches."""
    rows = draw(st.integers(0, 6))
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4))
    made = []
    for _ in names:
        kind, values = draw(columns)
        nullable = st.one_of(st.none(), values, values)
        made.append(pa.array(draw(st.lists(nullable, min_size=rows, max_size=rows)), type=kind))
    table = pa.table(made, names=names)
    if draw(st.booleans()):
        table = table.slice(draw(st.integers(0, rows)))
    return pa.concat_tables([table, table]) if draw(st.booleans()) else table


@given(rule_sets, tables())
def test_a_row_is_judged_as_its_event_is(found: list[IrRule], table: pa.Table) -> None:
    matcher = Matcher(found, "off")
    numbers = {id(rule): number for number, rule in enumerate(found)}
    wanted = [
        (row, number)
        for row, event in enumerate(table.to_pylist())
        for number, rule in enumerate(found)
        if reference.match(rule, event)
    ]
    for _ in range(2):
        matches = matcher.match_arrow(table)
        assert [(row, numbers[id(match.definition)]) for row, match in matches] == wanted


def rule(field: str | None, text: str) -> IrRule:
    """Return a rule for a field with a value, or for a text anywhere."""
    pattern = Pattern.literal(text)
    check = Contains(pattern) if field is None else Equals(pattern)
    return IrRule(RuleInfo("r", "t"), Logsource(product="x"), Test(field, check))


def rows(matcher: Matcher, table: object) -> list[int]:
    """Return the rows that match."""
    return [row for row, _ in matcher.match_arrow(table)]


UTC = dt.UTC
STAMP = dt.datetime(2024, 5, 1, 12, 34, 56, 789000)  # noqa: DTZ001 - the case without zone


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (pa.array([None, STAMP], pa.timestamp("ms")), "2024-05-01 12:34:56.789000"),
        (pa.array([None, STAMP.replace(tzinfo=UTC)]), "2024-05-01 12:34:56.789000+00:00"),
        (pa.array([None, 1714566896], pa.timestamp("s")), "2024-05-01 12:34:56"),
        (pa.array([None, -1], pa.timestamp("us")), "1969-12-31 23:59:59.999999"),
        (pa.array([None, 1], pa.timestamp("ns")), "1970-01-01 00:00:00.000000001"),
        (pa.array([None, STAMP.date()]), "2024-05-01"),
        (pa.array([None, dt.date(1, 1, 1)], pa.date64()), "0001-01-01"),
        (pa.array([None, 2**64 - 1], pa.uint64()), "18446744073709551615"),
        (pa.array([None, True]), "true"),
        (pa.array([None, 1e16]), "1e+16"),
        (pa.array([None, 1e-5]), "1e-05"),
        (pa.array([None, 123456.5]), "123456.5"),
    ],
    ids=str,
)
def test_what_is_no_text_has_the_text_that_python_gives_it(array: pa.Array, text: str) -> None:
    assert rows(Matcher([rule("F", text)], "off"), pa.table({"F": array})) == [1]


def test_a_type_that_is_not_known_is_refused_by_name() -> None:
    table = pa.table({"F": pa.array([dt.timedelta(1)])})
    with pytest.raises(EventError, match="the column `F` is of a type"):
        list(Matcher([rule("F", "x")], "off").match_arrow(table))


def test_what_has_no_arrow_data_is_refused() -> None:
    with pytest.raises(EventError, match="no Arrow data"):
        list(Matcher([rule("F", "x")], "off").match_arrow([1]))


def test_a_record_batch_and_a_reader_are_taken_too() -> None:
    matcher = Matcher([rule("F", "x")], "off")
    batch = pa.record_batch({"F": ["x", "y", "X"]})
    assert rows(matcher, batch) == [0, 2]
    reader = pa.RecordBatchReader.from_batches(batch.schema, iter([batch, batch]))
    assert rows(matcher, reader) == [0, 2, 3, 5]


def test_a_producer_that_fails_is_reported() -> None:
    def failing() -> Iterator[pa.RecordBatch]:
        yield pa.record_batch({"F": ["x"]})
        raise OSError("gone")

    reader = pa.RecordBatchReader.from_batches(pa.schema([("F", pa.string())]), failing())
    with pytest.raises(EventError, match=r"Arrow data: .*gone"):
        list(Matcher([rule("F", "x")], "off").match_arrow(reader))


def test_a_match_gives_back_its_row() -> None:
    table = pa.table(
        {"F": ["y", "x"], "n": [1, 2], "s": [None, {"a": [1.5, None]}], "b": [True, False]}
    )
    [(row, match)] = Matcher([rule("F", "x")], "off").match_arrow(table)
    assert (row, match.event) == (1, {"F": "x", "n": 2, "s": {"a": [1.5, None]}, "b": False})


@pytest.mark.parametrize("name", ["polars", "duckdb"])
def test_other_libraries_hand_over_their_data(name: str) -> None:
    library: Any = pytest.importorskip(name)
    if name == "polars":
        table = library.DataFrame({"F": ["x", "a text of more than twelve bytes", "x"]})
    else:
        table = library.sql("select unnest(['x', 'a text of more than twelve bytes', 'x']) as F")
    matcher = Matcher([rule("F", "x"), rule(None, "than twelve")], "off")
    assert rows(matcher, table) == [0, 1, 2]


def test_bytes_that_are_not_utf8_are_read_with_replacements() -> None:
    table = pa.table({"F": pa.array([b"\xff\xe2\x84", b"ok"], pa.binary())})
    assert rows(Matcher([rule("F", "\ufffd\ufffd\ufffd")], "off"), table) == [0]
