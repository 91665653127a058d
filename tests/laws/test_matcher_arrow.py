"""Rows of Arrow data are judged as the events that they stand for."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.ast import Logsource
from tocsin.dsl.ir import Contains, Equals, IrRule, RuleInfo, Test
from tocsin.dsl.logsource import routed, routes
from tocsin.dsl.values import Pattern
from tocsin.matcher import reference
from tocsin.matcher.matcher import Matcher
from tocsin.matcher.view import View

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


STAMP = dt.datetime(2024, 5, 1, 12, 34, 56, 789000)  # noqa: DTZ001 - the case without zone
SCALARS = [
    (pa.string(), utf8),
    (pa.string(), st.sampled_from(["a", "ab", "b1", "x" * 40])),
    (pa.large_string(), utf8),
    (pa.string_view(), utf8),
    (pa.int64(), st.integers(-2, 12)),
    (pa.uint8(), st.integers(0, 3)),
    (pa.float32(), st.floats(width=32)),
    (pa.float64(), st.sampled_from([0.0, -0.0, 1.5, float("nan"), 12.0])),
    (pa.bool_(), st.booleans()),
    (pa.timestamp("us"), st.sampled_from([STAMP, STAMP + dt.timedelta(microseconds=1)])),
]
SCALAR_NAMES = ("A", "B", "C.d", "E", "other", "A ", " A", " E")
LIMITS = [
    {},
    {"memo": False},
    {"memo_bytes": 1 << 11},
    {"memo_bytes": 1},
    {"memo_value": 2},
    {"set_bytes": 1, "verdict_bytes": 1},
]


@st.composite
def scalar_arrays(draw: st.DrawFn, rows: int) -> pa.Array:
    """Return a column of single values: as such, or by a dictionary, with holes of all kinds."""
    kind, values = draw(st.sampled_from(SCALARS))
    nullable = st.one_of(st.none(), values, values, values)
    if draw(st.booleans()):
        return pa.array(draw(st.lists(nullable, min_size=rows, max_size=rows)), type=kind)
    entries = pa.array(draw(st.lists(nullable, max_size=4)), type=kind)
    numbers = st.one_of(st.none(), st.integers(-1, len(entries)))
    indices = pa.array(draw(st.lists(numbers, min_size=rows, max_size=rows)), type=pa.int16())
    return pa.DictionaryArray.from_arrays(indices, entries, safe=False)


@st.composite
def scalar_batches(draw: st.DrawFn) -> list[tuple[pa.RecordBatch, list[dict[str, Any]]]]:
    """Return batches without nested columns, names repeated or not, and the events they are."""
    made = []
    for _ in range(draw(st.integers(1, 3))):
        rows = draw(st.integers(0, 12))
        names = draw(st.lists(st.sampled_from([*SCALAR_NAMES, "B", "B"]), min_size=1, max_size=6))
        arrays = [draw(scalar_arrays(rows)) for _ in names]
        events = [
            {name: _held(array, row) for name, array in zip(names, arrays, strict=True)}
            for row in range(rows)
        ]
        made.append((pa.RecordBatch.from_arrays(arrays, names=names), events))
    return made


def _held(array: pa.Array, row: int) -> object:
    """Return what a row holds; an index without an entry stands for nothing."""
    if pa.types.is_dictionary(array.type):
        entry = array.indices[row].as_py()
        if entry is None or not 0 <= entry < len(array.dictionary):
            return None
        array, row = array.dictionary, entry
    value = array[row].as_py()
    return str(value) if isinstance(value, dt.datetime) else value


@given(rule_sets, scalar_batches(), st.sampled_from(LIMITS))
def test_rows_of_single_values_are_judged_as_their_events_are(
    found: list[IrRule],
    batches: list[tuple[pa.RecordBatch, list[dict[str, Any]]]],
    limits: dict[str, Any],
) -> None:
    matcher = Matcher(found, "off", limits=limits)
    numbers = {id(rule): number for number, rule in enumerate(found)}
    for batch, events in [*batches, *batches]:
        wanted = [
            (row, number)
            for row, event in enumerate(events)
            for number, rule in enumerate(found)
            if reference.match(rule, event)
        ]
        matches = matcher.match_arrow(batch)
        assert [(row, numbers[id(match.definition)]) for row, match in matches] == wanted


HEADERS = st.sampled_from(
    [
        (1, "Microsoft-Windows-Sysmon/Operational"),
        (10, "Microsoft-Windows-Sysmon/Operational"),
        (11, "microsoft-windows-sysmon/operational"),
        (4688, "Security"),
        (4624, "Security"),
        (10, "Security"),
        (10, None),
        (None, "Security"),
    ]
)
SOURCES = st.sampled_from(
    [
        Logsource(product="windows", category="process_access"),
        Logsource(product="windows", category="process_creation"),
        Logsource(product="windows", category="file_event"),
        Logsource(product="windows", service="security"),
        Logsource(product="windows", service="sysmon"),
    ]
)


@given(
    st.lists(st.tuples(SOURCES, rules), min_size=1, max_size=4),
    st.lists(st.tuples(HEADERS, utf8, st.none() | utf8, st.none() | utf8), max_size=30),
    st.sets(st.integers(0, 4)),
    st.sampled_from(LIMITS),
)
def test_headers_that_change_from_row_to_row_are_followed(
    found: list[tuple[Logsource, IrRule]],
    given_rows: list[tuple[tuple[int | None, str | None], str, str | None, str | None]],
    packed: set[int],
    limits: dict[str, Any],
) -> None:
    routed_rules = [replace(rule, logsource=source) for source, rule in found]
    nodes = [routed(rule, routes(rule.logsource) or ()) for rule in routed_rules]
    kinds = [pa.int64(), pa.string(), pa.string(), pa.string(), pa.large_string()]
    values = [[*header, *texts] for header, *texts in given_rows]
    names = ["EventID", "Channel", "A", "B", "other"]
    events = [dict(zip(names, row, strict=True)) for row in values]
    arrays = [pa.array([row[at] for row in values], type=kind) for at, kind in enumerate(kinds)]
    arrays = [a.dictionary_encode() if at in packed else a for at, a in enumerate(arrays)]
    batch = pa.RecordBatch.from_arrays(arrays, names=names)
    matcher = Matcher(routed_rules, "auto", limits=limits)
    numbers = {id(rule): number for number, rule in enumerate(routed_rules)}
    wanted = [
        (row, number)
        for row, event in enumerate(events)
        for number, node in enumerate(nodes)
        if reference.holds(node, View(event))
    ]
    for _ in range(2):
        matches = matcher.match_arrow(batch)
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


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "dictionary"])
def test_sets_forgotten_within_a_batch_are_not_used_again(packed: bool) -> None:
    letters = "abcdefg"
    found = [rule_with(field, letter) for field in "AB" for letter in letters]
    words = ["".join(c for at, c in enumerate(letters) if bits >> at & 1) for bits in range(128)]
    pairs = [(words[row * 37 % 128], words[row // 128 * 51 % 128]) for row in range(128 * 40)]
    columns = [pa.array(list(column)) for column in zip(*pairs, strict=True)]
    if packed:
        columns = [column.dictionary_encode() for column in columns]
    wanted = [
        (row, at * len(letters) + number)
        for row, pair in enumerate(pairs)
        for at, text in enumerate(pair)
        for number, letter in enumerate(letters)
        if letter in text
    ]
    matcher = Matcher(found, "off", limits={"set_bytes": 1})
    numbers = {id(rule): number for number, rule in enumerate(found)}
    batch = pa.RecordBatch.from_arrays(columns, names=["A", "B"])
    assert [(row, numbers[id(m.definition)]) for row, m in matcher.match_arrow(batch)] == wanted


def test_of_names_that_differ_in_spaces_the_last_column_counts() -> None:
    matcher = Matcher([rule("Fg", "x")], "off")
    for names, wanted in ((["F g", " Fg"], [1]), (["Fg", "F g"], [0]), (["F g", "Fg"], [1])):
        batch = pa.RecordBatch.from_arrays([pa.array(["x", "y"]), pa.array(["y", "x"])], names)
        assert rows(matcher, batch) == wanted


def rule_with(field: str, text: str) -> IrRule:
    """Return a rule for a field that contains a text."""
    test = Test(field, Contains(Pattern.literal(text)))
    return IrRule(RuleInfo(f"{field}-{text}", "t"), Logsource(product="x"), test)
