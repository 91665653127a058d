"""The wheel, built from the source distribution, holds all of Tocsin and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from .checkout import FOLDERS, ROOT, extensions, files

SOURCES = {".c", ".cpp", ".h", ".hpp", ".pyx", ".pxi"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[PurePosixPath]:
    """Return the names in a wheel that was built from a source distribution of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    checkout = folder / "checkout"
    for path in files():
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, checkout / path)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), "."]
    environment = {name: value for name, value in os.environ.items() if "TOCSIN" not in name}
    built = subprocess.run(
        command, cwd=checkout, env=environment, capture_output=True, check=False, text=True
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (made,) = folder.glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        return [PurePosixPath(name) for name in archive.namelist()]


def in_wheel(path: Path) -> PurePosixPath:
    """Return the name that a file of the checkout has in the wheel."""
    posix = PurePosixPath(path.as_posix())
    return posix if posix.parts[0] == "tocsin" else "tocsin" / posix


def belongs(path: Path) -> bool:
    """Return whether a file has to be in the wheel: it lies in a package and is no C++ source."""
    packaged = all((ROOT / parent / "__init__.py").exists() for parent in list(path.parents)[:-1])
    inside = path.parts[0] == "rules" or packaged
    return path.parts[0] in FOLDERS and inside and path.suffix not in SOURCES


def test_the_wheel_holds_one_top_level_name(wheel: list[PurePosixPath]) -> None:
    top = {path.parts[0] for path in wheel if not path.parts[0].endswith(".dist-info")}
    assert top == {"tocsin"}


def test_the_wheel_holds_every_module_and_data_file(wheel: list[PurePosixPath]) -> None:
    missing = [str(path) for path in files() if belongs(path) and in_wheel(path) not in wheel]
    assert not missing, "not in the wheel; see package-data in pyproject.toml:\n" + "\n".join(
        missing
    )


def test_the_wheel_holds_every_compiled_module(wheel: list[PurePosixPath]) -> None:
    compiled = {
        str(path).split(".", maxsplit=1)[0] for path in wheel if path.suffix in {".so", ".pyd"}
    }
    assert compiled == {name.replace(".", "/") for name in extensions()}


def test_the_wheel_holds_no_tests_and_no_sources(wheel: list[PurePosixPath]) -> None:
    strange = [
        path
        for path in wheel
        if path.suffix in SOURCES or {"tests", "bench", "docs"} & set(path.parts)
    ]
    assert not strange
