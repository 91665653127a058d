"""Imports point one way: ``grammar, rules ← dsl ← {matcher, emit} ← tocsin``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from .checkout import CORE, FOLDERS, ROOT, code

MAY_IMPORT = {
    "grammar": set[str](),
    "rules": set[str](),
    "dsl": {"grammar", "rules"},
    "emit": {"grammar", "rules", "dsl"},
    "matcher": {"grammar", "rules", "dsl"},
    "tocsin": set(CORE),
}
TERMINAL_AND_FILES = {"click", "rich", "logging", "shutil", "socket", "subprocess", "tempfile"}
SPEAKING_CALLS = {"breakpoint", "input", "open", "print"}
CIMPORT = re.compile(r"^\s*(?:from\s+([.\w]+)\s+c?import|c?import\s+([\w.]+))", re.MULTILINE)


class Import(NamedTuple):
    """One import, with its name as written: leading dots for a relative one."""

    file: Path
    line: int
    name: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.name}"

    @property
    def folder(self) -> str | None:
        """The folder of ours that is imported, or ``None`` for anything else."""
        package = [
            "tocsin",
            *(part for part in self.file.parent.parts if part != "tocsin"),
        ]
        bare = self.name.lstrip(".")
        dots = len(self.name) - len(bare)
        base = package[: len(package) - dots + 1] if dots else []
        full = [*base, *filter(None, bare.split("."))]
        if full[:1] != ["tocsin"]:
            return full[0] if full[0] in CORE else None
        return full[1] if len(full) > 1 and full[1] in CORE else "tocsin"


def imports(file: Path) -> Iterator[Import]:
    """Yield the imports of one file, ``cimport`` included; of a package, the names taken too."""
    text = (ROOT / file).read_text("utf-8")
    if file.suffix not in {".py", ".pyi"}:
        for found in CIMPORT.finditer(text):
            line = text.count("\n", 0, found.start(1 if found[1] else 2)) + 1
            yield Import(file, line, found[1] or found[2])
        return
    for node in ast.walk(ast.parse(text, str(file))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(file, node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            name = "." * node.level + (node.module or "")
            yield Import(file, node.lineno, name)
            for alias in node.names:
                joint = "" if name.endswith(".") else "."
                yield Import(file, node.lineno, f"{name}{joint}{alias.name}")


def modules(*folders: str) -> list[Path]:
    """Return the code files under some folders."""
    return [
        path
        for path in code()
        if path.parts[0] in folders
        and path.suffix in {".py", ".pyi", ".pyx", ".pxd"}
        and (ROOT / path.parent / "__init__.py").exists()  # else it is a script
    ]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_imports_only_what_lies_below_it(folder: str) -> None:
    allowed = MAY_IMPORT[folder] | {folder}
    wrong = [
        str(found)
        for file in modules(folder)
        for found in imports(file)
        if found.folder is not None
        and found.folder not in allowed
        # `from .. import dsl` names the umbrella on the way to a folder
        and not (found.folder == "tocsin" and set(found.name) == {"."})
    ]
    assert not wrong, "\n".join(wrong)


def test_core_folders_import_each_other_relatively() -> None:
    wrong = [
        str(found)
        for file in modules(*CORE)
        for found in imports(file)
        if found.name.split(".")[0] in {"tocsin", *CORE}
        # a compiled module finds declarations by their full name alone
        and file.suffix not in {".pyx", ".pxd"}
    ]
    assert not wrong, "\n".join(wrong)


def test_the_umbrella_and_the_tests_import_the_core_by_full_name() -> None:
    wrong = [
        str(found)
        for file in modules("tocsin", "tests", "bench")
        for found in imports(file)
        if found.name.split(".")[0] in CORE
        or (file.parts[0] == "tocsin" and found.name.startswith(".") and found.folder in CORE)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_core_opens_no_file_and_writes_to_no_terminal() -> None:
    wrong = [
        str(found)
        for file in modules(*CORE)
        for found in imports(file)
        if found.name.split(".")[0] in TERMINAL_AND_FILES
    ]
    for file in modules(*CORE):
        if file.suffix == ".py":
            wrong += [f"{file}:{line} calls {name}" for line, name in speaking_calls(file)]
    assert not wrong, "\n".join(wrong)


def speaking_calls(file: Path) -> Iterator[tuple[int, str]]:
    """Yield line and name of each call of a built-in that reads or writes by itself."""
    for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in SPEAKING_CALLS:
                yield node.lineno, name


@pytest.mark.parametrize(
    ("file", "name", "folder"),
    [
        ("dsl/sigma.py", "..grammar", "grammar"),
        ("dsl/sigma.py", ".ast", "dsl"),
        ("dsl/sigma.py", "..matcher.plan", "matcher"),
        ("emit/kql/text.py", "...dsl.ir", "dsl"),
        ("emit/kql/text.py", "..target", "emit"),
        ("tocsin/api.py", "tocsin.dsl.ir", "dsl"),
        ("tocsin/cli/scan.py", "..api", "tocsin"),
        ("tocsin/cli/scan.py", "..dsl", "dsl"),
        ("matcher/x.py", "lark", None),
        ("matcher/x.py", "ast", None),
        ("matcher/x.py", "tocsin", "tocsin"),
    ],
)
def test_an_import_is_traced_to_its_folder(file: str, name: str, folder: str | None) -> None:
    assert Import(Path(file), 1, name).folder == folder
