"""The proof's tables: `python -m tests.kql.report [--every N] [--duckdb N] [--write]`.

Every rule of the public corpus is put through the proof on each field map. What comes out is
printed, and with `--write` stands in `docs/kql.md` between its two marks. A full run with the
second oracle on every tenth query takes about ten minutes on one core.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tocsin.dsl.codes import CODES
from tocsin.dsl.ir import IrRule

from tests.conftest import ROOT, unpacked
from tests.kql.conftest import FOLDER
from tests.kql.probes import DUCKDB_DIFFERS, PROBES
from tests.kql.proof import UNREACHED, Proof, Prover
from tocsin.loading import load
from tocsin.verify import Gate

FIELD_MAPS = ("sentinel-asim", "defender-xdr", "sentinel")
PEER = {
    "sentinel-asim": ("sentinel_asim", 1_331, 23, "407 of 1,246", 814),
    "defender-xdr": ("microsoft_xdr", 1_928, 16, "395 of 1,870", 1_391),
    "sentinel": ("azure_monitor", 1_044, 69, "671 of 697", 32),
}
PEER_UNION = 1_465
PEER_RULES = 3_141
"""What was measured of pySigma-backend-kusto 1.0.1 on the same corpus: pipeline, converted,
rejected by the binder, rules whose rows differ, clean."""

BEGIN, END = "<!-- proof: begin -->", "<!-- proof: end -->"
OUTCOMES = ("clean", "loss", "refused", "rejected", "differs", "unreached", "unsupported")
ENDPOINTS = {"windows", "linux", "macos"}
SHOWN_DETAILS = 20


@dataclass(frozen=True)
class Counted:
    """The proofs on one field map.

    Attributes:
        name: the field map's name.
        proofs: one a rule, in the corpus's order.
        covered: for each rule, whether the field map has a table for its log source.
    """

    name: str
    proofs: list[Proof]
    covered: list[bool]

    def count(self, outcome: str) -> int:
        """Return how many rules came out so."""
        return sum(proof.outcome == outcome for proof in self.proofs)

    def share(self, rules: Iterable[bool]) -> str:
        """Return the clean ones among some of the rules, as a share."""
        chosen = [p for p, wanted in zip(self.proofs, rules, strict=True) if wanted]
        return percent(sum(p.outcome == "clean" for p in chosen), len(chosen))


def percent(part: int, whole: int) -> str:
    """Return a share with its numbers."""
    return f"{part:,} of {whole:,} ({100 * part / whole:.1f} %)" if whole else "-"


def prove_all(
    gate: Gate, rules: Sequence[IrRule], names: Sequence[str] = FIELD_MAPS, duckdb: int = 0
) -> list[Counted]:
    """Return the proofs of all rules on each field map.

    Args:
        gate: Microsoft's parser.
        rules: the rules.
        names: the field maps.
        duckdb: run the second oracle on every rule whose place is a multiple; 0: on none.
    """
    found = []
    for prover in [Prover(gate, name) for name in names]:
        name = prover.fieldmap.name
        sys.stderr.write(f"{name} ...\n")
        proofs = [
            prover.prove(rule, duckdb=bool(duckdb) and index % duckdb == 0)
            for index, rule in enumerate(rules)
        ]
        covered = [prover.fieldmap.find(rule.logsource) is not None for rule in rules]
        found.append(Counted(name, proofs, covered))
    return found


def is_endpoint(rule: IrRule) -> bool:
    """Tell whether a rule is about what happens on a computer: it has a category there."""
    return rule.logsource.product in ENDPOINTS and bool(rule.logsource.category)


def tables(counted: Sequence[Counted]) -> str:
    """Return all tables as Markdown."""
    parts = [*_main_table(counted), "", *_peer_table(counted), "", *_reasons(counted), ""]
    parts += [*_unreached(counted), "", *_second_oracle(counted), "", *_probes()]
    return "\n".join(parts) + "\n"


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _main_table(counted: Sequence[Counted]) -> Iterator[str]:
    yield _row("", *(f"`{c.name}`" for c in counted))
    yield _row("---", *("--:" for _ in counted))
    yield _row("rules of the corpus", *(f"{len(c.proofs):,}" for c in counted))
    yield _row("log source has a table", *(f"{sum(c.covered):,}" for c in counted))
    for outcome, words in (
        ("clean", "clean: bound, rows equal, nothing lost"),
        ("loss", "with a declared loss, rows as declared"),
        ("refused", "refused with a reason"),
        ("rejected", "rejected by the binder or our checks"),
        ("differs", "rows differ"),
        ("unreached", "no row found that it selects"),
        ("unsupported", "outside the evaluator"),
    ):
        yield _row(words, *(f"{c.count(outcome):,}" for c in counted))
    yield _row("clean, of all rules", *(c.share([True] * len(c.proofs)) for c in counted))
    yield _row("clean, of rules with a table", *(c.share(c.covered) for c in counted))
    ends = [is_endpoint(p.rule) for p in counted[0].proofs]
    yield _row("clean, of endpoint rules", *(c.share(ends) for c in counted))
    yield _row("rows run", *(f"{sum(p.rows for p in c.proofs):,}" for c in counted))
    yield _row("of them to be selected", *(f"{sum(p.hits for p in c.proofs):,}" for c in counted))


def _union(counted: Sequence[Counted]) -> int:
    columns = zip(*(c.proofs for c in counted), strict=True)
    return sum(any(p.outcome == "clean" for p in proofs) for proofs in columns)


def _peer_table(counted: Sequence[Counted]) -> Iterator[str]:
    yield "Beside pySigma-backend-kusto 1.0.1 on the same corpus:"
    yield ""
    yield _row(
        "field map", "its pipeline", "clean", "its clean", "rejected", "its", "differ", "its"
    )
    yield _row("---", "---", "--:", "--:", "--:", "--:", "--:", "--:")
    for c in counted:
        if c.name not in PEER:
            continue
        pipeline, _, rejected, differ, clean = PEER[c.name]
        mine = c.share([True] * len(c.proofs))
        peer = percent(clean, PEER_RULES)
        numbers = (c.count("rejected"), rejected, c.count("differs"), differ)
        yield _row(f"`{c.name}`", f"`{pipeline}`", mine, peer, *numbers)
    union = percent(_union(counted), len(counted[0].proofs))
    yield _row("any of them", "", union, percent(PEER_UNION, PEER_RULES), "", "", "", "")


def _reasons(counted: Sequence[Counted]) -> Iterator[str]:
    yield "Why rules are not clean, by the first code of each (`tocsin explain CODE`):"
    yield ""
    yield _row("code", "what", *(f"`{c.name}`" for c in counted))
    yield _row("---", "---", *("--:" for _ in counted))
    counts = [
        Counter((p.outcome, (p.codes or ("-",))[0]) for p in c.proofs if p.outcome != "clean")
        for c in counted
    ]
    for outcome, code in sorted({key for count in counts for key in count}):
        title = CODES[code].title if code in CODES else code
        numbers = (f"{count[outcome, code]:,}" for count in counts)
        yield _row(code, f"{outcome}: {title}", *numbers)


def _unreached(counted: Sequence[Counted]) -> Iterator[str]:
    yield "Queries for which no row was found that they select:"
    yield ""
    yield _row("rule", "field map", "why")
    yield _row("---", "---", "---")
    for c in counted:
        for proof in c.proofs:
            if proof.outcome == "unreached":
                name = Path(proof.rule.info.path).stem
                yield _row(f"`{name}`", f"`{c.name}`", UNREACHED.get(name, "not known"))


def _second_oracle(counted: Sequence[Counted]) -> Iterator[str]:
    yield "The second oracle, `duckdb-kql` on DuckDB, on a sample of the same queries and rows:"
    yield ""
    yield _row("field map", "queries compared", "agree", "differ")
    yield _row("---", "--:", "--:", "--:")
    for c in counted:
        verdicts = Counter(proof.duckdb for proof in c.proofs)
        compared = verdicts[True] + verdicts[False]
        yield _row(f"`{c.name}`", f"{compared:,}", f"{verdicts[True]:,}", f"{verdicts[False]:,}")


def _probes() -> Iterator[str]:
    yield (
        f"Of {len(PROBES)} probes of single constructs, our evaluator answers all as documented; "
        f"`duckdb-kql` answers {len(PROBES) - len(DUCKDB_DIFFERS)}. The others:"
    )
    yield ""
    yield _row("probe", "why")
    yield _row("---", "---")
    for probe, reason in DUCKDB_DIFFERS.items():
        yield _row(f"`` {probe} ``", reason)


def write(text: str) -> None:
    """Put the tables between the marks of `docs/kql.md`."""
    page = ROOT / "docs" / "kql.md"
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", "utf-8")


def _details(counted: Sequence[Counted]) -> Iterator[str]:
    for c in counted:
        wrong = [p for p in c.proofs if p.outcome not in {"clean", "loss", "refused"}]
        for proof in wrong[:SHOWN_DETAILS]:
            yield f"{c.name} {proof.outcome} {proof.rule.info.path} {proof.codes}"
            yield from (f"    {detail[:300]}" for detail in proof.details)


def _saved(counted: Sequence[Counted]) -> str:
    lines = [
        {
            "fieldmap": c.name,
            "path": proof.rule.info.path,
            "outcome": proof.outcome,
            "codes": proof.codes,
            "rows": proof.rows,
            "hits": proof.hits,
            "duckdb": proof.duckdb,
            "details": proof.details,
            "text": proof.text,
        }
        for c in counted
        for proof in c.proofs
    ]
    return "\n".join(map(json.dumps, lines))


def main() -> None:
    """Run the proof and show its tables."""
    parser = argparse.ArgumentParser(description="Prove the corpus on the field maps.")
    parser.add_argument("--every", type=int, default=1, help="prove only every Nth rule")
    parser.add_argument("--duckdb", type=int, default=10, help="second oracle on every Nth rule")
    parser.add_argument("--map", action="append", help="only these field maps")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/kql.md")
    parser.add_argument("--save", type=Path, help="write one JSON line a proof")
    arguments = parser.parse_args()
    corpus = unpacked(ROOT.parent / "shared" / "data") / "sigma-rules" / "rules"
    rules = list(load(corpus, on_error="skip"))[:: arguments.every]
    with Gate(FOLDER) as gate:
        counted = prove_all(gate, rules, arguments.map or FIELD_MAPS, arguments.duckdb)
    text = tables(counted)
    print(text)  # noqa: T201  (a command)
    print("\n".join(_details(counted)))  # noqa: T201  (a command)
    if arguments.save:
        arguments.save.write_text(_saved(counted), "utf-8")
    if arguments.write:
        write(text)


if __name__ == "__main__":
    main()
