"""Microsoft's binder, and our checks beside it, find what is wrong with a query."""

from pathlib import Path

import pytest
from tocsin.dsl.schema import load_schema, schema_names

from tests.kql.probes import SCHEMA
from tocsin.verify import Gate, GateMissingError, check_tree
from tocsin.verify.gate import find_modules


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("P | where zz == 4", "KS142"),
        ("Q | where n == 4", "KS204"),
        ("P | where nope(n)", "KS211"),
        ("P | where path", "KS141"),
        ("P | where n =~ 'x'", "KS106"),
        ("P | where path == 'a", "KS001"),
        ("P | where " + " or ".join(f"n == {i}" for i in range(600)), "KS245"),
    ],
)
def test_the_binder_rejects(gate: Gate, query: str, code: str) -> None:
    answer = gate.ask(SCHEMA, query, tree=False)
    assert not answer.binds
    assert code in [finding.code for finding in answer.findings]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("P | where n == '4'", "types"),
        ("P | where big in ('4', '5')", "types"),
        ("P | where path == 4", "types"),
        ("P | where path != true", "types"),
        ("P | where 'cs-uri' contains 'x'", "constant"),
        ("P | where path matches regex '(?!x)y'", "regex"),
        (r"P | where path matches regex @'(a)\1'", "regex"),
        ("P | where path matches regex '(a'", "regex"),
        ("P | where ipv4_is_in_range(ip, '10.0.0.0/33')", "network"),
        ("P | where ipv4_is_in_any_range(ip, dynamic(['fe80::/10']))", "network"),
        ("P | where isnull(path)", "null"),
        ("P | where path has '" + "x" * 10_000 + "'", "length"),
    ],
)
def test_our_checks_find_what_the_binder_lets_pass(gate: Gate, query: str, code: str) -> None:
    answer = gate.ask(SCHEMA, query)
    assert answer.binds
    assert answer.tree is not None
    assert code in [finding.code for finding in check_tree(query, answer.tree)]


@pytest.mark.parametrize(
    "query",
    [
        "P | where n == 4 and big in (4, 5) and ['cs-uri'] contains 'x' and yes == true",
        "P | where path matches regex @'(?i)^a\\\\b(?:c|d)$' and bag.x == 4",
        "P | where ipv6_is_in_range(ip, 'fe80::/10') or ipv4_is_in_range(ip, '10.0.0.0/8')",
        "P | where isnull(n) and isempty(path)",
        r"P | where path matches regex @'(?-u:\b)cmd(?:\.|(?-u:\b))'",
    ],
)
def test_a_sound_query_passes_every_check(gate: Gate, query: str) -> None:
    answer = gate.ask(SCHEMA, query)
    assert answer.findings == ()
    assert answer.tree is not None
    assert check_tree(query, answer.tree) == []


def test_two_thousand_terms_in_a_balanced_tree_bind(gate: Gate) -> None:
    terms = [f"n == {i}" for i in range(2_000)]
    while len(terms) > 1:
        terms = [f"({' or '.join(terms[i : i + 2])})" for i in range(0, len(terms), 2)]
    assert gate.ask(SCHEMA, f"P | where {terms[0]}").binds


@pytest.mark.parametrize("name", schema_names())
def test_every_table_of_a_schema_binds(gate: Gate, name: str) -> None:
    schema = load_schema(name)
    tables = [schema.table(name) for name in (*schema.tables, *schema.aliases)]
    for table in filter(None, tables):
        answer = gate.ask(schema, f"{table.name} | where isnotnull({table.time})")
        assert answer.findings == (), table.name


def test_the_filters_of_a_function_are_known_by_name(gate: Gate) -> None:
    schema = load_schema("sentinel-asim")
    good = "_Im_Dns(domain_has_any=dynamic(['x.y']), starttime=ago(1h)) | where DnsQuery has 'x'"
    assert gate.ask(schema, good).findings == ()
    bad = gate.ask(schema, "_Im_Dns(nothing=dynamic(['x.y']))")
    assert [finding.code for finding in bad.findings] == ["KS196"]


def test_style_advice_is_given_when_asked_for(gate: Gate) -> None:
    answer = gate.ask(SCHEMA, "P | where path contains 'abc'", lint=True)
    assert [finding.code for finding in answer.lints] == ["KS500"]


def test_a_folder_without_the_package_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(GateMissingError, match="npm install"):
        find_modules(tmp_path)
