"""Queries select exactly the rows that their rules mean, on every field map."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tocsin.dsl.diagnostics import Diagnostic
from tocsin.dsl.fieldmap import fieldmap_names
from tocsin.dsl.ir import IrRule
from tocsin.emit.kql import KqlOptions

from tests.kql.proof import UNREACHED, Proof, Prover
from tests.kql.report import FIELD_MAPS, Counted, is_endpoint, prove_all
from tocsin.loading import load, loads
from tocsin.verify import Gate

SAMPLE = 80
FIT = {"clean", "loss", "refused"}
ProverOf = Callable[..., Prover]


@pytest.fixture(scope="module")
def prover_of(gate: Gate) -> ProverOf:
    """Return provers by the name of their field map and their options, each made once."""
    made: dict[tuple[str, KqlOptions], Prover] = {}

    def prover(name: str, options: KqlOptions | None = None) -> Prover:
        key = (name, options or KqlOptions())
        if key not in made:
            made[key] = Prover(gate, *key)
        return made[key]

    return prover


@pytest.fixture(scope="module")
def corpus(corpus_dir: Path) -> list[IrRule]:
    return list(load(corpus_dir / "rules", on_error="skip"))


def wrong(proofs: list[Proof]) -> list[tuple[str, str, tuple[str, ...]]]:
    bad = [p for p in proofs if p.outcome not in FIT and not is_known(p)]
    return [(p.rule.info.path, p.outcome, p.details) for p in bad]


def is_known(proof: Proof) -> bool:
    return proof.outcome == "unreached" and Path(proof.rule.info.path).stem in UNREACHED


@pytest.mark.parametrize("name", FIELD_MAPS)
def test_a_sample_of_the_corpus_is_right_in_both_oracles(
    prover_of: ProverOf, corpus: list[IrRule], name: str
) -> None:
    proofs = [prover_of(name).prove(rule, duckdb=True) for rule in corpus[::SAMPLE]]
    assert wrong(proofs) == []
    assert sum(proof.duckdb is True for proof in proofs) > len(proofs) // 3


@pytest.mark.parametrize("name", FIELD_MAPS)
def test_a_sample_without_rewrites_is_right_too(
    prover_of: ProverOf, corpus: list[IrRule], name: str
) -> None:
    plain = prover_of(name, KqlOptions(plain=True))
    assert wrong([plain.prove(rule) for rule in corpus[7 :: 2 * SAMPLE]]) == []


@pytest.mark.parametrize("name", sorted({*fieldmap_names()} - {*FIELD_MAPS, "none"}))
def test_a_sample_on_the_maps_for_other_workspaces_is_right(
    prover_of: ProverOf, corpus: list[IrRule], name: str
) -> None:
    proofs = [prover_of(name).prove(rule) for rule in corpus[11 :: 2 * SAMPLE]]
    assert wrong(proofs) == []
    assert any(proof.outcome == "clean" for proof in proofs)


@pytest.mark.slow
def test_the_whole_corpus_is_right_and_mostly_clean(gate: Gate, corpus: list[IrRule]) -> None:
    counted = {each.name: each for each in prove_all(gate, corpus)}
    assert [wrong(each.proofs) for each in counted.values()] == [[]] * len(FIELD_MAPS)
    asim, defender = counted["sentinel-asim"], counted["defender-xdr"]
    endpoints = [is_endpoint(rule) for rule in corpus]
    assert clean_share(asim, asim.covered) >= 0.75
    assert clean_share(asim, [True] * len(corpus)) >= 0.50
    assert clean_share(defender, endpoints) >= 0.75
    in_some = [any(column) for column in zip(*map(are_clean, counted.values()), strict=True)]
    assert sum(in_some) / len(in_some) >= 0.90


def are_clean(counted: Counted) -> list[bool]:
    return [proof.outcome == "clean" for proof in counted.proofs]


def clean_share(counted: Counted, chosen: list[bool]) -> float:
    flags = [flag for flag, wanted in zip(are_clean(counted), chosen, strict=True) if wanted]
    return sum(flags) / len(flags)


RULE = """
title: A tool with a network target
logsource: {{product: windows, category: {category}}}
detection:
    selection: {selection}
    filter: {filter}
    condition: selection and not filter
"""


def rule_of(
    category: str, selection: str, filter_: str = "{Image|endswith: '\\none.exe'}"
) -> IrRule:
    text = RULE.format(category=category, selection=selection, filter=filter_)
    return loads(text)[0]


WRONG_QUERIES = {
    "no filter on the action": (
        rule_of("file_delete", "{TargetFilename|endswith: '.log'}"),
        "defender-xdr",
        ('| where ActionType == "FileDeleted"\n', ""),
    ),
    "a part of a word taken for a word": (
        rule_of("process_creation", "{CommandLine|contains: secret}"),
        "defender-xdr",
        ("contains", "has"),
    ),
    "a start taken for a part": (
        rule_of("process_creation", "{CommandLine|startswith: 'cmd /c'}"),
        "defender-xdr",
        ("startswith", "contains"),
    ),
    "case regarded": (
        rule_of("process_creation", "{CommandLine|contains: secret}"),
        "sentinel-asim",
        ("contains", "contains_cs"),
    ),
    "a dropped filter": (
        rule_of("process_creation", "{CommandLine|contains: secret}"),
        "sentinel-asim",
        ("| where not(TargetProcessName endswith", "| where (1 == 1 or TargetProcessName endswith"),
    ),
    "null under a negation": (
        rule_of(
            "network_connection",
            "{DestinationPort: 4444}",
            "{DestinationIp|cidr: ['10.0.0.0/8', '172.16.0.0/12']}",
        ),
        "defender-xdr",
        ("coalesce(", "iff(true, "),
    ),
    "a value of the other column": (
        rule_of("registry_set", "{TargetObject|endswith: '\\Run\\Evil'}"),
        "defender-xdr",
        ("RegistryValueName", "RegistryValueData"),
    ),
    "a number one off": (
        rule_of("network_connection", "{DestinationPort: 4444}"),
        "sentinel-asim",
        ("4444", "4445"),
    ),
}


@pytest.mark.parametrize("case", WRONG_QUERIES)
def test_the_proof_finds_a_wrong_query(prover_of: ProverOf, case: str) -> None:
    rule, name, (old, new) = WRONG_QUERIES[case]
    prover = prover_of(name)
    emission = prover.emit(rule)
    assert not isinstance(emission, Diagnostic)
    assert prover.examine(rule, emission).outcome == "clean"
    assert old in emission.text, emission.text
    spoilt = replace(emission, text=emission.text.replace(old, new))
    assert prover.examine(rule, spoilt).outcome == "differs", spoilt.text


def test_the_seed_selects_the_same_rows_plain_and_better(
    prover_of: ProverOf, corpus_dir: Path
) -> None:
    name = "rules/linux/network_connection/net_connection_lnx_back_connect_shell_dev.yml"
    (rule,) = load(corpus_dir / name)
    plain = prover_of("sentinel-asim", KqlOptions(plain=True)).prove(rule, duckdb=True)
    better = prover_of("sentinel-asim").prove(rule, duckdb=True)
    assert [(p.outcome, p.duckdb, p.rows, p.hits) for p in (plain, better)] == [
        ("clean", True, plain.rows, plain.hits)
    ] * 2
    assert plain.hits > 5


@pytest.mark.parametrize("name", FIELD_MAPS)
def test_the_starter_rules_are_right(prover_of: ProverOf, root: Path, name: str) -> None:
    rules = load(root / "rules" / "starter")
    proofs = [prover_of(name).prove(rule, duckdb=True) for rule in rules]
    assert wrong(proofs) == []
    assert any(proof.outcome == "clean" for proof in proofs)
