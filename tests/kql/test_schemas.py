"""The shipped schemas say what the public facts say, and their form is checked when read."""

from pathlib import Path

import pytest
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.schema import load_schema, nearest, schema_names
from tocsin.dsl.schema.file import build_schema, read_schema
from tocsin.dsl.source import Source

from tests.kql.compile_schemas import Facts, compile_all

GOOD = """
tables:
  T:
    string: A B
    datetime: TimeGenerated
    values: {A: [x, y]}
    holds: {path: B}
  f:
    kind: function
    string: A
    datetime: TimeGenerated
    parameters: {a_has_any: dynamic has_any A}
aliases: {g: f}
"""


def test_the_shipped_files_are_what_their_compiler_makes(data_dir: Path, root: Path) -> None:
    for name, text in compile_all(Facts(data_dir / "schemas")).items():
        held = (root / "rules" / "schemas" / f"{name}.yml").read_text("utf-8")
        assert held == text, f"run python -m tests.kql.compile_schemas ({name})"


@pytest.mark.parametrize("name", schema_names())
def test_every_table_has_its_time_and_some_text(name: str) -> None:
    for table in load_schema(name).tables.values():
        column = table.column(table.time)
        assert column is not None, table.name
        assert column.type == "datetime", table.name
        assert any(c.is_text for c in table.columns.values()), table.name
        assert table.source, table.name


@pytest.mark.parametrize("name", schema_names())
def test_entities_and_filters_speak_of_columns_that_exist(name: str) -> None:
    for table in load_schema(name).tables.values():
        for entity in table.entities:
            assert all(column in table.columns for _, column in entity.identifiers)
        for parameter in table.parameters:
            assert all(column in table.columns for column in parameter.columns)


def test_paths_and_names_are_told_apart() -> None:
    table = load_schema("defender-xdr").table("DeviceProcessEvents")
    assert table is not None
    assert {name: table.columns[name].holds for name in ("FolderPath", "FileName", "SHA256")} == {
        "FolderPath": "path",
        "FileName": "name",
        "SHA256": "hash",
    }


def test_a_table_is_found_under_its_other_name() -> None:
    schema = load_schema("sentinel-asim")
    table = schema.table("imNetworkSession")
    assert table is not None
    assert (table.name, table.kind) == ("imNetworkSession", "function")


def test_names_are_looked_up_with_their_case_and_suggested_without() -> None:
    schema = load_schema("sentinel")
    assert schema.table("securityevent") is None
    assert schema.nearest_table("securityevent") == "SecurityEvent"
    table = schema.table("SecurityEvent")
    assert table is not None
    assert table.column("EventId") is None
    assert table.nearest_column("EventId") == "EventID"
    assert nearest("Qwertz", ["EventID"]) is None


def test_an_unknown_schema_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        load_schema("splunk")


def test_the_written_form_is_read() -> None:
    schema = build_schema("mine", GOOD)
    table, function = schema.table("T"), schema.table("g")
    assert table is not None
    assert function is not None
    assert [(c.name, c.type, c.values, c.holds) for c in table.columns.values()] == [
        ("A", "string", ("x", "y"), ""),
        ("B", "string", (), "path"),
        ("TimeGenerated", "datetime", (), ""),
    ]
    parameter = function.parameter("a_has_any")
    assert parameter is not None
    assert (parameter.filter, parameter.columns) == ("has_any", ("A",))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("string: A B", "text: A B"), "unknown key `text`"),
        (("datetime: TimeGenerated", "string: Z"), "no time column `TimeGenerated`"),
        (("values: {A:", "values: {C:"), "mentions `C`"),
        (("holds: {path:", "holds: {paths:"), "unknown content `paths`"),
        (("dynamic has_any A", "dynamic like A"), "not `type filter columns`"),
        (("aliases: {g: f}", "aliases: {g: h}"), "`g` stands for `h`"),
        (("tables:", "table:"), "the key `tables`"),
        (("tables:", "tables: ["), "not valid YAML"),
    ],
)
def test_a_fault_in_a_schema_file_is_reported(change: tuple[str, str], message: str) -> None:
    report = Report()
    text = GOOD.replace(*change, 1)
    assert read_schema(Source("mine.yml", text), "mine", report) is None
    assert any(message in diagnostic.message for diagnostic in report)
    assert {(diagnostic.code, diagnostic.path) for diagnostic in report} == {("T410", "mine.yml")}
