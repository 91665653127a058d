"""The proof of one rule on one field map: what its query selects is what the rule means.

In goes a rule; out comes a `Proof`: whether the query binds, passes our own checks, and selects
exactly the rows that the reference says, by two ways of saying it: the bound condition over
the row's columns, and the rule as written over the event that the row stands for.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from tocsin.dsl.diagnostics import Diagnostic
from tocsin.dsl.fieldmap import Bound, fields_of, load_fieldmap
from tocsin.dsl.fieldmap.derive import all_of
from tocsin.dsl.fieldmap.rowevent import row_event
from tocsin.dsl.ir import IrRule, Node
from tocsin.dsl.schema import Schema, Table, load_schema
from tocsin.emit.kql import Kql, KqlOptions
from tocsin.emit.target import Emission
from tocsin.matcher.reference import match

from tests.kql.duckdb_oracle import DuckDBOracle
from tests.kql.oracle import Oracle, UnsupportedError
from tests.kql.oracle.text import fold_ascii
from tests.kql.rows import rows_for
from tests.kql.rows.columns import ColumnJudge, empty_is_missing
from tests.kql.rows.tables import Row, RowMaker
from tocsin.verify import Finding, Gate, check_tree

SHOWN = 3
NO_FOLDER = "asks for an image without a folder, and the table has full paths"
UNREACHED = {
    "proc_creation_win_xwizard_runwizard_com_object_exec": "asks for one text and for another",
    "azure_guest_to_member": "asks for two texts of what is one column here",
    "win_system_eventlog_cleared": "leaves out the logs that this table's rows are of",
    "file_event_win_dcom_iertutil_dll_hijack": NO_FOLDER,
    "file_event_win_wmiprvse_wbemcomn_dll_hijack": NO_FOLDER,
    "proc_creation_win_remote_access_tools_teamviewer_incoming_connection": NO_FOLDER,
    "proc_creation_win_susp_image_missing": NO_FOLDER,
}
"""Rules of the corpus whose queries select no row that a product can write, and why."""


@dataclass(frozen=True)
class Proof:
    """What came of one rule on one field map.

    Attributes:
        rule: the rule.
        outcome: `clean`, `loss`, `refused`, `rejected` (by the binder or our checks), `differs`
            (rows), `unreached` (no row that it selects was found) or `unsupported`.
        codes: the codes of losses, of the refusal, or of findings.
        text: the query.
        rows: how many rows it was run on.
        hits: how many it should select.
        details: what differs, for people.
        duckdb: whether the second oracle agreed, or None where it could not say.
    """

    rule: IrRule
    outcome: str
    codes: tuple[str, ...] = ()
    text: str = ""
    rows: int = 0
    hits: int = 0
    details: tuple[str, ...] = ()
    duckdb: bool | None = None


class Prover:
    """Proves rules on one field map."""

    def __init__(self, gate: Gate, fieldmap: str, options: KqlOptions | None = None) -> None:
        """Load the field map and its schema."""
        self.gate = gate
        self.fieldmap = load_fieldmap(fieldmap)
        self.schema: Schema = load_schema(self.fieldmap.schema)
        self.target = Kql(self.fieldmap, self.schema, options)
        self.oracle = Oracle(self.schema)
        self.ascii_oracle = Oracle(self.schema, fold_ascii)
        self._duckdb: DuckDBOracle | None = None

    def emit(self, rule: IrRule) -> Emission | Diagnostic:
        """Return the query for a rule, or why there is none."""
        bound = self.fieldmap.bind(rule)
        return bound if isinstance(bound, Diagnostic) else self.target.emit(bound)

    def prove(self, rule: IrRule, *, duckdb: bool = False) -> Proof:
        """Return the proof for a rule."""
        emission = self.emit(rule)
        if isinstance(emission, Diagnostic):
            return Proof(rule, "refused", (emission.code,), details=(emission.message,))
        if emission.error is not None:
            error = emission.error
            return Proof(rule, "refused", (error.code,), details=(error.message,))
        return self.examine(rule, emission, duckdb=duckdb)

    def examine(self, rule: IrRule, emission: Emission, *, duckdb: bool = False) -> Proof:
        """Return the proof for a query that is said to be a rule's."""
        answer = self.gate.ask(self.schema, emission.text)
        findings: list[Finding] = list(answer.findings)
        if answer.tree is not None:
            findings += check_tree(emission.text, answer.tree)
        if findings or answer.tree is None:
            return Proof(
                rule,
                "rejected",
                tuple(dict.fromkeys(f.code for f in findings)),
                emission.text,
                details=tuple(f.message for f in findings[:SHOWN]),
            )
        if emission.bound is None:
            raise ValueError(rule.info.path)
        run = _Run(self, rule, emission, emission.bound, answer.tree)
        proof = run.prove()
        if duckdb and proof.outcome in {"clean", "loss"}:
            proof = replace(proof, duckdb=run.duckdb())
            if proof.duckdb is False:
                proof = replace(proof, outcome="differs", details=("in duckdb-kql", *run.shown))
        return proof

    @property
    def duckdb(self) -> DuckDBOracle:
        """The second oracle."""
        if self._duckdb is None:
            self._duckdb = DuckDBOracle(self.schema)
        return self._duckdb


class _Run:
    """One query on the rows made for it."""

    def __init__(
        self, prover: Prover, rule: IrRule, emission: Emission, bound: Bound, tree: list[Any]
    ) -> None:
        self.prover = prover
        self.rule = rule
        self.emission = emission
        self.bound = bound
        self.tree = tree
        self.condition: Node = all_of([bound.binding.where, bound.rule.condition])
        self.judge = ColumnJudge(self.condition, bound.computed)
        self.table = _table(prover.schema, emission.table)
        names = prover.fieldmap.names.get(bound.binding.table, {})
        separator = "/" if rule.logsource.product in {"linux", "macos"} else "\\"
        maker = RowMaker(self.table, bound.computed, names, separator)
        words = bound.binding.words[0] if bound.binding.words else ""
        self.rows = rows_for(self.condition, maker, self.judge, words)
        self.expected = [self.judge(self.condition, row) for row in self.rows]
        self.shown: tuple[str, ...] = ()

    def prove(self) -> Proof:
        """Compare the query's rows with both ways of the reference."""
        losses = tuple(dict.fromkeys(loss.code for loss in self.emission.losses))
        proof = Proof(
            self.rule,
            "loss" if losses else "clean",
            losses,
            self.emission.text,
            len(self.rows),
            sum(self.expected),
        )
        try:
            details = list(self.differences())
        except UnsupportedError as error:
            return replace(proof, outcome="unsupported", details=(str(error),))
        if details:
            return replace(proof, outcome="differs", details=tuple(details[:SHOWN]))
        if not any(self.expected):
            return replace(proof, outcome="unreached")
        return proof

    def differences(self) -> Iterable[str]:
        """Yield a line for each row on which two of the verdicts differ."""
        yield from self.compare("query", self.select(self.prover.oracle))
        if not self.emission.text.isascii():
            yield from self.compare("query, ASCII case", self.select(self.prover.ascii_oracle))
        if not self.emission.losses:
            yield from self.compare("event", self.by_event())

    def select(self, oracle: Oracle) -> list[bool]:
        """Return for each row whether the query selects it."""
        selected = set(oracle.select(self.tree, {self.emission.table: self.rows}))
        return [index in selected for index in range(len(self.rows))]

    def by_event(self) -> list[bool]:
        """Return for each row whether the rule as written holds for the event it stands for."""
        binding, where = self.bound.binding, self.bound.binding.where
        rule = replace(self.rule, condition=empty_is_missing(self.rule.condition))
        fields = fields_of(self.rule)
        return [
            self.judge(where, row) and match(rule, row_event(binding, row, fields))
            for row in self.rows
        ]

    def compare(self, what: str, verdicts: list[bool]) -> Iterable[str]:
        """Yield a line for each row on which verdicts differ from the bound condition's."""
        for row, wanted, found in zip(self.rows, self.expected, verdicts, strict=True):
            if wanted != found:
                yield f"{what} says {found}, condition {wanted}: {filled(row)}"

    def duckdb(self) -> bool | None:
        """Return whether the second oracle selects the same rows, None where it cannot say."""
        try:
            oracle = self.prover.duckdb
            found = oracle.select(self.emission.text, self.tree, {self.emission.table: self.rows})
        except UnsupportedError:
            return None
        chosen = set(found)
        verdicts = [index in chosen for index in range(len(self.rows))]
        self.shown = tuple(self.compare("query", verdicts))[:SHOWN]
        return not self.shown


def _table(schema: Schema, name: str) -> Table:
    table = schema.table(name)
    if table is None:
        raise KeyError(name)
    return table


def filled(row: Row) -> dict[str, Any]:
    """Return what a row holds."""
    return {name: value for name, value in row.items() if value not in (None, "")}


@dataclass
class Tally:
    """Proofs counted."""

    proofs: list[Proof] = field(default_factory=list)

    def outcomes(self) -> Counter[str]:
        """Return how often each outcome came."""
        return Counter(proof.outcome for proof in self.proofs)

    def codes(self, outcome: str) -> Counter[str]:
        """Return how often each code came with an outcome."""
        return Counter(
            code for proof in self.proofs if proof.outcome == outcome for code in proof.codes[:1]
        )
