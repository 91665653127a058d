"""What the other modules here ask about the checkout: its files and its build settings."""

from __future__ import annotations

import importlib.util
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CORE = ("dsl", "emit", "grammar", "matcher", "rules")
FOLDERS = (*CORE, "tocsin")
CODE = {".py", ".pyi", ".pyx", ".pxd", ".pxi", ".lark", ".h", ".hpp"}


@cache
def files() -> tuple[Path, ...]:
    """Return every file that belongs to the project, relative to the checkout.

    Git is asked, so that what tools leave lying about does not count; an unpacked source
    distribution has no such files and is taken as it is.
    """
    if (ROOT / ".git").exists():
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
        found = [Path(name) for name in listed.stdout.split("\0") if name]
    else:
        found = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
    return tuple(sorted(path for path in found if (ROOT / path).is_file()))


def code() -> tuple[Path, ...]:
    """Return the files that hold code, tests and benchmarks included."""
    return tuple(path for path in files() if path.suffix in CODE)


@cache
def settings() -> dict[str, Any]:
    """Return ``pyproject.toml``."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@cache
def extensions() -> dict[str, Any]:
    """Return the table of compiled modules in ``setup.py``: import name to its row."""
    spec = importlib.util.spec_from_file_location("tocsin_setup", ROOT / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    table: dict[str, Any] = module.EXTENSIONS
    return table
