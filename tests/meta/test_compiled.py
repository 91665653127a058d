"""Compiled modules are up to date, and their stubs say what they are."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .checkout import ROOT, extensions

GENERATED_BY_CYTHON = r"""
.*\.__reduce_cython__
.*\.__setstate_cython__
.*\.__pyx_capi__
.*\.__test__
"""


@pytest.mark.parametrize("name", extensions())
def test_a_compiled_module_is_newer_than_its_sources(name: str) -> None:
    found = importlib.util.find_spec(name)
    assert found is not None, f"{name} is not compiled: run `make build`"
    assert found.origin is not None
    assert Path(found.origin).suffix in {".so", ".pyd"}, f"{name} is not compiled"
    row = extensions()[name]
    declarations = Path(row.source).with_suffix(".pxd")
    sources = [row.source, *row.extra, *row.headers, *[declarations]]
    built = Path(found.origin).stat().st_mtime
    newer = [s for s in sources if (ROOT / s).exists() and (ROOT / s).stat().st_mtime > built]
    assert not newer, f"{newer} changed since {name} was compiled: run `make build`"


@pytest.mark.parametrize("name", extensions())
def test_a_stub_says_what_its_compiled_module_is(name: str, tmp_path: Path) -> None:
    stub = (ROOT / extensions()[name].source).with_suffix(".pyi")
    assert stub.exists(), f"{stub.relative_to(ROOT)} is missing"
    allowed = tmp_path / "allowed.txt"
    allowed.write_text(GENERATED_BY_CYTHON, "utf-8")
    command = [sys.executable, "-m", "mypy.stubtest", name, "--ignore-unused-allowlist"]
    checked = subprocess.run(
        [*command, "--allowlist", str(allowed), "--mypy-config-file", str(ROOT / "pyproject.toml")],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(ROOT / "build" / "names")},
        capture_output=True,
        check=False,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
