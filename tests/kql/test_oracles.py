"""The oracles agree with the language's documentation, construct by construct."""

import duckdb_kql
import pytest

from tests.kql.duckdb_oracle import DuckDBOracle
from tests.kql.oracle import Oracle, UnsupportedError
from tests.kql.oracle.expressions import NOW
from tests.kql.oracle.text import fold_ascii
from tests.kql.probes import DUCKDB_DIFFERS, PROBES, RECORD, SCHEMA
from tocsin.verify import Gate

ROWS = {"P": [RECORD]}


@pytest.fixture(scope="module")
def duckdb() -> DuckDBOracle:
    oracle = DuckDBOracle(SCHEMA)
    oracle._load("P", [RECORD], None)
    return oracle


def duckdb_value(oracle: DuckDBOracle, query: str) -> object:
    result = duckdb_kql.kql(oracle._connection, query, query_now=NOW)
    return result.fetchall()[0][result.columns.index("R")]


@pytest.mark.parametrize("probe", PROBES)
def test_our_evaluator_gives_the_documented_value(gate: Gate, probe: str) -> None:
    answer = gate.ask(SCHEMA, f"P | extend R = {probe}")
    assert answer.findings == ()
    assert answer.tree is not None
    value = Oracle(SCHEMA).run(answer.tree, ROWS).rows[0]["R"]
    assert (value, type(value)) == (PROBES[probe], type(PROBES[probe]))


@pytest.mark.parametrize("probe", [p for p in PROBES if p not in DUCKDB_DIFFERS])
def test_duckdb_gives_the_documented_value(duckdb: DuckDBOracle, probe: str) -> None:
    assert duckdb_value(duckdb, f"P | extend R = {probe}") == PROBES[probe]


@pytest.mark.parametrize("probe", DUCKDB_DIFFERS)
def test_the_listed_defects_of_duckdb_are_still_there(duckdb: DuckDBOracle, probe: str) -> None:
    query = f"P | extend R = {probe}"
    try:
        value = duckdb_value(duckdb, query)
    except Exception as error:  # noqa: BLE001  (whatever it raises, it refuses)
        value = error
    assert value != PROBES[probe]


@pytest.mark.parametrize(
    "query",
    [
        "P | where path matches regex tostring(n)",
        "P | where bag contains 'x'",
        "P | where bag !has 'x'",
        "P | where tostring(yes) == 'true'",
        "P | where tostring(1.5) == '1.5'",
        "P | where todatetime('1/2/2026') > now()",
        "P | where ipv4_is_in_range('10.0.0.1/8', '10.0.0.0/8')",
        "P | join kind=inner (P) on n",
        "P | where parse_path(path).Filename == 'x'",
        "P | search 'x'",
    ],
)
def test_what_no_document_settles_is_refused(gate: Gate, query: str) -> None:
    answer = gate.ask(SCHEMA, query)
    assert answer.tree is not None
    with pytest.raises(UnsupportedError):
        Oracle(SCHEMA).select(answer.tree, ROWS)


def test_a_query_with_cased_letters_outside_ascii_depends_on_the_reading(gate: Gate) -> None:
    answer = gate.ask(SCHEMA, "P | where text has 'жук'")
    assert answer.tree is not None
    assert Oracle(SCHEMA).select(answer.tree, ROWS) == [0]
    assert Oracle(SCHEMA, fold_ascii).select(answer.tree, ROWS) == []


@pytest.mark.parametrize(
    ("query", "selected"),
    [
        ("P | where n == 5", [0]),
        ("let N = 5; P | where n == N | extend X = strcat(ip, 'x') | where X endswith '3x'", [0]),
        ("let L = dynamic(['a', '10.1.2.3']); P | where ip in (L)", [0]),
        ("let T = P | where n == 5; T | where ip has '3' | project ip", [0]),
        ("P | where n == 5 | union (P | where n == 6)", [0]),
        ("union (P | where n == 5), (P | where n != 4)", [0, 0]),
        ("P | where none != 5 | where none > 5", []),
    ],
)
def test_the_pipeline_selects_rows(gate: Gate, query: str, selected: list[int]) -> None:
    answer = gate.ask(SCHEMA, query)
    assert answer.findings == ()
    assert answer.tree is not None
    assert Oracle(SCHEMA).select(answer.tree, ROWS) == selected


def test_a_term_in_a_dynamic_value_must_be_there_in_both_readings(gate: Gate) -> None:
    rows = {"P": [{**RECORD, "bag": {"c": text}} for text in ("a -enc b", "a\n-enc", "a\nenc", "")]}
    for condition in ("bag has 'enc'", "bag has_any ('enc', 'x')", "bag has_all ('enc', 'c')"):
        answer = gate.ask(SCHEMA, f"P | where {condition}")
        assert answer.findings == ()
        assert answer.tree is not None
        assert Oracle(SCHEMA).select(answer.tree, rows) == [0, 1]


def test_summarize_counts_by_keys_and_time(gate: Gate) -> None:
    query = "P | summarize N = count(), V = dcount(path) by ip, bin(when, 1h) | where N >= 2"
    answer = gate.ask(SCHEMA, query)
    assert answer.tree is not None
    rows = Oracle(SCHEMA).run(answer.tree, {"P": [RECORD, RECORD, RECORD | {"ip": "x"}]}).rows
    assert [(row["ip"], row["N"], row["V"], row["when"].minute) for row in rows] == [
        ("10.1.2.3", 2, 1, 0)
    ]
