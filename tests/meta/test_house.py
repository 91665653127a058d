"""House rules that no linter knows: sizes, words, and settings that have to agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .checkout import FOLDERS, ROOT, code, files, settings

MOST_LINES = 500
TEXT = {".cfg", ".in", ".md", ".py", ".pyi", ".pyx", ".pxd", ".lark", ".toml", ".yaml", ".yml"}
THIS = Path("tests/meta/test_house.py")
MACHINE_PATHS = re.compile(r"/work/(?:main|shared)\b|/tmp/d/|/root/\.pyenv|/opt/(?:wheels|pypi)\b")
HOSTS = re.compile(r"files\.pythonhosted\.org|\bpypi\.org|registry\.npmjs\.org", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK|NotImplementedError)\b")


@pytest.mark.parametrize("limit", [MOST_LINES])
def test_no_code_file_is_longer_than_the_budget(limit: int) -> None:
    sizes = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in code()}
    long = [f"{path}: {lines}" for path, lines in sizes.items() if lines > limit]
    assert not long, f"over {limit} lines:\n" + "\n".join(long)


@pytest.mark.parametrize(
    "words", [MACHINE_PATHS, HOSTS, UNFINISHED], ids=["paths", "hosts", "todo"]
)
def test_no_text_names_a_machine_or_is_left_unfinished(words: re.Pattern[str]) -> None:
    wrong = [
        f"{path}:{number}: {found[0]}"
        for path in files()
        if (path.suffix in TEXT or not path.suffix) and path != THIS
        for number, line in enumerate((ROOT / path).read_text("utf-8").splitlines(), 1)
        if (found := words.search(line))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("folder", [*FOLDERS, "tests", "bench", "docs"])
def test_every_folder_has_a_map(folder: str) -> None:
    text = (ROOT / folder / "__init__.py").read_text("utf-8")
    assert text.startswith('"""'), f"{folder}/__init__.py opens with a docstring: the folder's map"


def test_the_build_requirements_are_named_alike_twice() -> None:
    wanted = settings()["build-system"]["requires"]
    assert settings()["dependency-groups"]["build"] == wanted


def test_every_core_folder_has_its_import_name() -> None:
    mapped = settings()["tool"]["setuptools"]["package-dir"]
    names = {folder: "tocsin" if folder == "tocsin" else f"tocsin.{folder}" for folder in FOLDERS}
    assert mapped == {name: folder for folder, name in names.items()}
