"""The form of field map files: what it can say, and what is said of what it cannot."""

from __future__ import annotations

import pytest
from tocsin.dsl import ir
from tocsin.dsl.ast import Logsource
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.fieldmap import FieldMap, fieldmap_names, load_fieldmap
from tocsin.dsl.fieldmap.file import build_fieldmap, read_fieldmap
from tocsin.dsl.fieldmap.places import (
    Coded,
    Computed,
    Constant,
    InColumn,
    Missing,
    Prefixed,
    RegistryData,
)
from tocsin.dsl.ir import All, Any, Contains, Equals, Exists, Node, OneOf, Starts, Test
from tocsin.dsl.schema import load_schema
from tocsin.dsl.source import Source
from tocsin.dsl.values import Pattern


def one(entry: str, rest: str = "") -> FieldMap:
    return build_fieldmap("x", f"{rest}\nsources:\n  - {{logsource: windows, {entry}}}\n")


def places(spec: str) -> tuple[object, ...]:
    return one(f"fields: {{F: {spec}}}").bindings[0].places("F")


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        ("C", InColumn("C")),
        ("12", InColumn("12")),
        ("{column: C}", InColumn("C")),
        ("{column: C, values: {true: [a, b]}}", Coded("C", (("true", ("a", "b")),))),
        ("{prefixed: {M=: C, N=: }}", Prefixed((("M=", "C"), ("N=", None)))),
        ("{name: C}", Prefixed((("\\", "C"),), whole=False)),
        ("{name: C, by: /}", Prefixed((("/", "C"),), whole=False)),
        ("{joined: [A, B]}", Computed("joined", ("A", "B"), separator="\\", empty="")),
        (
            "{joined: [A, B], by: ':', empty: , hives: true}",
            Computed("joined", ("A", "B"), separator=":", empty=None, hives=True),
        ),
        (
            "{joined: [A, B], empty: x, only: {C: [c, d]}}",
            Computed("joined", ("A", "B"), separator="\\", empty="x", only=("C", ("c", "d"))),
        ),
        ("{member: B}", Computed("member", ("B",), ("F",))),
        ("{member: B, path: a.b}", Computed("member", ("B",), ("a", "b"))),
        ("{member: B, path: [a.b], cut: x}", Computed("member", ("B",), ("a.b",), cut="x")),
        ("{json: J, path: a}", Computed("json", ("J",), ("a",))),
        ("{xml: X}", Computed("xml", ("X",), ("F",))),
        ("{hex: N}", Computed("hex", ("N",), ("F",))),
        ("{extract: C, pattern: '(a)'}", Computed("extract", ("C",), ("(a)",))),
        ("{constant: [1, x]}", Constant(("1", "x"))),
        ("{missing: why}", Missing("why")),
        ("", Missing()),
        ("{registry_data: [D, T]}", RegistryData("D", "T")),
    ],
)
def test_a_place_is_read(spec: str, place: object) -> None:
    assert places(spec) == (place,)


def test_a_field_may_have_several_places() -> None:
    assert places("[A, {constant: x}]") == (InColumn("A"), Constant(("x",)))


def test_fields_may_have_the_names_of_their_columns() -> None:
    binding = one('fields: {"=": A B, B: C}').bindings[0]
    assert binding.places("A") == (InColumn("A"),)
    assert binding.places("B") == (InColumn("C"),)
    assert binding.places("D") == ()


@pytest.mark.parametrize(
    ("others", "found"),
    [
        ("same", (InColumn("a.b"),)),
        ("{member: B}", (Computed("member", ("B",), ("a", "b")),)),
        ("{xml: X, except: [a.b]}", ()),
    ],
)
def test_other_fields_have_a_place(others: str, found: tuple[object, ...]) -> None:
    assert one(f"others: {others}").bindings[0].places("a.b") == found


def literal(text: str) -> Pattern:
    return Pattern.literal(text)


@pytest.mark.parametrize(
    ("where", "node"),
    [
        ("{C: x}", Test("C", Equals(literal("x"), cased=True))),
        ("{C: [x, 1]}", Test("C", OneOf(frozenset({"x", "1"}), cased=True))),
        (
            "{A: x, B: y}",
            All((Test("A", Equals(literal("x"), True)), Test("B", Equals(literal("y"), True)))),
        ),
        ("{C: {contains: x}}", Test("C", Contains(literal("x"), cased=True))),
        (
            "{C: {startswith: [x, y]}}",
            Any((Test("C", Starts(literal("x"), True)), Test("C", Starts(literal("y"), True)))),
        ),
        (
            "{C: {all: [x, y]}}",
            All((Test("C", Contains(literal("x"), True)), Test("C", Contains(literal("y"), True)))),
        ),
        ("{C: {exists: true}}", Test("C", Exists())),
        ("{C: {exists: false}}", Test("C", Exists(present=False))),
    ],
)
def test_a_filter_is_read(where: str, node: Node) -> None:
    assert one(f"where: {where}").bindings[0].where == node


FAULTS = [
    ("[1]", "it holds a mapping with the key `sources`, a list"),
    ("sources: {a: b}", "it holds a mapping with the key `sources`, a list"),
    ("sauces: []", "the file has the unknown key `sauces`"),
    ("sources: [1]", "every entry of `sources` is a mapping with the key `logsource`"),
    ("sources: [{table: T}]", "every entry of `sources` is a mapping with the key `logsource`"),
    ("sources: [{logsource: a, x: 1}]", "the entry for `a` has the unknown key `x`"),
    ("sources: [{logsource: a, use: g}]", "the entry for `a` uses the unknown group `g`"),
    ("sources: [{logsource: {a: b}}]", "`{'a': 'b'}` stands where a text is needed"),
    ("sources: [{logsource: a, where: x}]", "`where` is a mapping from columns to values"),
    ("sources: [{logsource: a, where: {C: {x: y}}}]", "`where` knows no `x`"),
    (
        "sources: [{logsource: a, others: x}]",
        "the entry for `a`: `others` is `same` or names a column under member, json or xml",
    ),
    (
        "sources: [{logsource: a, others: {x: y}}]",
        "the entry for `a`: `others` is `same` or names a column under member, json or xml",
    ),
    (
        "sources: [{logsource: a, variants: [{when: {a: 1, b: 2}}]}]",
        "the entry for `a`: a variant has `when` with one field, and `fields`",
    ),
    ("sources: [{logsource: a, fields: x}]", "`fields` is a mapping from fields to columns"),
    (
        "sources: [{logsource: a, fields: {F: {x: y}}}]",
        "the field `F` names none of column, prefixed, name, joined, member, json, xml, hex,",
    ),
    (
        "sources: [{logsource: a, fields: {F: {column: C, x: y}}}]",
        "the field `F` has the unknown key `x`",
    ),
    (
        "sources: [{logsource: a, fields: {F: {column: C, values: x}}}]",
        "the field `F`: `values` is a mapping from texts to column texts",
    ),
    (
        "sources: [{logsource: a, fields: {F: {prefixed: x}}}]",
        "the field `F`: `prefixed` is a mapping from texts to columns",
    ),
    (
        "sources: [{logsource: a, fields: {F: {joined: [A]}}}]",
        "the field `F`: `joined` names two columns",
    ),
    (
        "sources: [{logsource: a, fields: {F: {joined: [A, B], only: x}}}]",
        "the field `F`: `only` is one column with its texts",
    ),
    (
        "sources: [{logsource: a, fields: {F: {registry_data: A}}}]",
        "the field `F`: `registry_data` names two columns",
    ),
    (
        "sources: [{logsource: a, fields: {F: {extract: C, pattern: a}}}]",
        "the field `F`: `pattern` has no group to take",
    ),
    (
        "sources: [{logsource: a, fields: {F: {extract: C, pattern: '('}}}]",
        "the field `F`: `pattern` is no expression",
    ),
    ("extends: nothing", "it extends `nothing`, which is none of "),
    ("a: [", "while parsing"),
]


@pytest.mark.parametrize(("text", "fault"), FAULTS)
def test_a_file_in_another_form_is_told_what_is_wrong(text: str, fault: str) -> None:
    report = Report()
    assert read_fieldmap(Source("m.yml", text), "m", report) is None
    (found,) = report
    assert found.code == "T411"
    assert found.path == "m.yml"
    assert fault in found.message
    with pytest.raises(ValueError, match=r"."):
        build_fieldmap("m", text)


def test_a_map_may_extend_another_and_goes_before_it() -> None:
    report = Report()
    text = (
        "extends: defender-xdr\nnames: {T: {P: N}}\n"
        "sources: [{logsource: windows/process_creation, table: T}]"
    )
    found = read_fieldmap(Source("m.yml", text), "m", report)
    assert found is not None
    assert found.schema == "defender-xdr"
    assert found.names["T"] == {"P": "N"}
    windows = found.find(Logsource("process_creation", "windows"))
    linux = found.find(Logsource("process_creation", "linux"))
    assert windows is not None
    assert linux is not None
    assert (windows.table, linux.table) == ("T", "DeviceProcessEvents")
    only = found.candidates(Logsource("process_creation", "windows"))
    assert [binding.table for binding in only] == ["T"]
    whole = build_fieldmap("m", "extends: none\nsources: [{logsource: /, table: T}]")
    assert [binding.table for binding in whole.bindings] == ["T"]


PIPELINE = """
name: mine
transformations:
  - {type: field_name_mapping, mapping: {Image: process.path}}
  - type: field_name_mapping
    mapping: {Image: image, User: user}
    rule_conditions: [{type: logsource, category: process_creation, product: windows}]
  - type: field_name_prefix
    prefix: win.
    rule_conditions: [{type: logsource, category: process_creation, product: windows}]
  - type: add_condition
    conditions: {kind: start}
    rule_conditions: [{type: logsource, category: process_creation, product: windows}]
  - type: set_state
    key: query_table
    val: Processes
    rule_conditions: [{type: logsource, category: process_creation, product: windows}]
  - {type: set_custom_attribute, attribute: other, value: x}
"""


def test_a_pipeline_that_maps_fields_is_a_field_map() -> None:
    found = build_fieldmap("p", PIPELINE)
    assert found.name == "mine"
    windows = found.find(Logsource("process_creation", "windows"))
    assert windows is not None
    assert windows.table == "Processes"
    assert windows.where == Test("kind", Equals(literal("start"), cased=True))
    assert windows.places("Image") == (InColumn("win.image"),)
    assert windows.places("Else") == (InColumn("Else"),)
    other = found.find(Logsource("process_creation", "linux"))
    assert other is not None
    assert other.places("Image") == (InColumn("process.path"),)


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ("[{type: replace_string}]", "`replace_string`"),
        ("[nonsense]", "`nonsense`"),
        (
            "[{type: add_condition, rule_conditions: [{type: contains_field}]}]",
            "a rule condition that is not a log source",
        ),
    ],
)
def test_a_pipeline_that_does_more_is_refused(steps: str, fault: str) -> None:
    with pytest.raises(ValueError, match=r".") as error:
        build_fieldmap("p", f"transformations: {steps}")
    assert fault in str(error.value)


@pytest.mark.parametrize("name", [n for n in fieldmap_names() if n != "none"])
def test_a_shipped_map_names_columns_that_are_there(name: str) -> None:
    fieldmap = load_fieldmap(name)
    schema = load_schema(fieldmap.schema)
    for binding in fieldmap.bindings:
        table = schema.table(binding.table)
        assert table is not None, binding.table
        found = [*binding.words, *(t.field for t in ir.tests(binding.where) if t.field)]
        fields = dict(binding.fields)
        for variant in binding.variants:
            fields.update({f"{variant.field}={k}": v for k, v in variant.fields.items()})
        for all_places in fields.values():
            found.extend(c for place in all_places for c in columns_of(place))
        if binding.others is not None:
            found.append(binding.others.column)
        assert [column for column in found if table.column(column) is None] == [], binding.table


@pytest.mark.parametrize("name", [n for n in fieldmap_names() if n != "none"])
def test_a_shipped_map_uses_words_that_columns_have(name: str) -> None:
    fieldmap = load_fieldmap(name)
    schema = load_schema(fieldmap.schema)
    for binding in fieldmap.bindings:
        table = schema.table(binding.table)
        assert table is not None
        for column, words in words_of(binding.where, binding.fields):
            known = table.columns[column].values
            assert not known or set(words) <= set(known), (binding.table, column)


def columns_of(place: object) -> list[str]:
    match place:
        case InColumn(column=column) | Coded(column=column):
            return [column]
        case Prefixed(parts=parts):
            return [column for _, column in parts if column is not None]
        case Computed(columns=columns):
            return list(columns)
        case RegistryData(data=data, type=kind):
            return [data, kind]
        case _:
            return []


def words_of(where: Node, fields: object) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for test in ir.tests(where):
        match test:
            case Test(field=str(field), check=OneOf(texts=texts)):
                found.append((field, sorted(texts)))
            case Test(field=str(field), check=Equals(pattern=pattern)):
                found.append((field, [pattern.text or ""]))
            case _:
                pass
    assert isinstance(fields, dict)
    coded = (p for found_at in fields.values() for p in found_at if isinstance(p, Coded))
    found.extend((p.column, [t for _, texts in p.codes for t in texts]) for p in coded)
    return found
