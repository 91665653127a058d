"""A client of `gate.js`: Microsoft's Kusto parser and binder as a process beside ours.

In goes a schema, once, then one query after another; out comes an `Answer` each: what the
binder says, the tree it built, the columns of the result. One process answers thousands of
queries; it takes about two seconds to start.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Self

from tocsin.dsl.schema import Parameter, Schema, Table

PACKAGE = "@kusto/language-service-next"
FOLDER_VARIABLE = "TOCSIN_KUSTO"
STACK = "--stack-size=7000"
ADVICE = (
    f"install it with `npm install {PACKAGE}` and run Tocsin in that folder, "
    f"or name the folder in {FOLDER_VARIABLE}"
)


class GateMissingError(Exception):
    """Node or Microsoft's package is not there; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a query.

    Attributes:
        code: the binder's own code such as `KS142`, or a word for a check of ours.
        severity: `Error`, `Warning` or `Suggestion`.
        message: what is wrong.
        start: where in the query's text, in UTF-16 units from 0.
        length: how long that place is.
    """

    code: str
    severity: str
    message: str
    start: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the parser and binder make of a query.

    Attributes:
        findings: what is wrong; empty where the query binds.
        tree: the tree as `tree.py` describes it, or None where none was asked for.
        columns: name and type of each column of the result.
        lints: what Microsoft's own style checks say, where they were asked for.
    """

    findings: tuple[Finding, ...]
    tree: list[Any] | None
    columns: tuple[tuple[str, str], ...]
    lints: tuple[Finding, ...]

    @property
    def binds(self) -> bool:
        """Whether the query is accepted: nothing worse than a suggestion."""
        return all(f.severity != "Error" for f in self.findings)


class Gate:
    """The process; use it in a `with` statement, or call `close`."""

    def __init__(self, folder: Path | None = None) -> None:
        """Start Node.

        Args:
            folder: a folder that holds `node_modules` with Microsoft's package.

        Raises:
            GateMissingError: Node or the package is not there.
        """
        node = shutil.which("node")
        if node is None:
            message = (
                f"Node is not installed; it runs Microsoft's parser: install it, then {ADVICE}"
            )
            raise GateMissingError(message)
        environment = {**os.environ, "NODE_PATH": str(find_modules(folder).resolve())}
        script = resources.files("tocsin.verify") / "gate.js"
        with resources.as_file(script) as path:
            self._process = subprocess.Popen(  # noqa: S603  (Node on our own script)
                [node, STACK, str(path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
                encoding="utf-8",
            )
            self._declared: set[str] = set()
            self._ask({"schema": "", "tables": {}})

    def __enter__(self) -> Self:
        """Return the gate."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop Node."""
        self.close()

    def close(self) -> None:
        """Stop Node."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def declare(self, schema: Schema) -> None:
        """Make a schema known; queries name it."""
        if schema.name in self._declared:
            return
        named = [*schema.tables, *schema.aliases]
        tables = [table for name in named if (table := schema.table(name))]
        self._ask(
            {
                "schema": schema.name,
                "tables": {t.name: column_list(t) for t in tables if t.kind == "table"},
                "functions": {
                    t.name: [parameter_list(t), column_list(t)]
                    for t in tables
                    if t.kind == "function"
                },
            }
        )
        self._declared.add(schema.name)

    def ask(self, schema: Schema, text: str, *, tree: bool = True, lint: bool = False) -> Answer:
        """Return what the parser and binder make of a query against a schema."""
        self.declare(schema)
        answer = self._ask({"use": schema.name, "text": text, "tree": tree, "lint": lint})
        return Answer(
            findings=tuple(Finding(*d) for d in answer["diagnostics"]),
            tree=answer.get("tree"),
            columns=tuple((name, kind) for name, kind in answer.get("columns", ())),
            lints=tuple(Finding(*d) for d in answer.get("lint", ())),
        )

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise GateMissingError(ADVICE)
        stdin.write(json.dumps(request) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            message = f"Microsoft's parser stopped; is the package there? {ADVICE}"
            raise GateMissingError(message)
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            message = f"Microsoft's parser failed: {answer['error']}"
            raise GateMissingError(message)
        return answer


def find_modules(folder: Path | None = None) -> Path:
    """Return the `node_modules` folder that holds Microsoft's package.

    Raises:
        GateMissingError: none of the places has it.
    """
    for place in _places(folder):
        if (place / PACKAGE).is_dir():
            return place
    message = f"the npm package {PACKAGE} is not installed; {ADVICE}"
    raise GateMissingError(message)


def _places(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder / "node_modules"
        return
    if FOLDER_VARIABLE in os.environ:
        yield Path(os.environ[FOLDER_VARIABLE]) / "node_modules"
    yield from map(Path, filter(None, os.environ.get("NODE_PATH", "").split(os.pathsep)))
    here = Path.cwd()
    for parent in (here, *here.parents):
        yield parent / "node_modules"


def column_list(table: Table) -> str:
    """Return a table's columns as the binder reads them: `(a:string, ['b-c']:int)`."""
    columns = (f"{quote_name(c.name)}:{c.type}" for c in table.columns.values())
    return f"({', '.join(columns)})"


def parameter_list(table: Table) -> str:
    """Return a function's parameters as the binder reads them, each with a default."""
    return f"({', '.join(f'{p.name}:{p.type}={_default(p)}' for p in table.parameters)})"


def _default(parameter: Parameter) -> str:
    match parameter.type:
        case "dynamic":
            return "dynamic([])"
        case "string":
            return "'*'"
        case other:
            return f"{other}(null)"


def quote_name(name: str) -> str:
    """Return a column's name, in brackets unless it is an identifier."""
    return name if name.isidentifier() else f"['{name}']"
