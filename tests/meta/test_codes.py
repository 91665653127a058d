"""The registry of diagnostic codes: nothing is said without it, nothing in it is idle."""

from __future__ import annotations

import re

import pytest
from tocsin.dsl.codes import CODES, Code

from .checkout import FOLDERS, ROOT, code

QUOTED = re.compile(r"""["'](T\d{3})["']""")
REGISTRY = "dsl/codes"
MODULES = "files syntax structure values fields correlation emission matching events style"


def spoken() -> dict[str, list[str]]:
    """Return the codes that stand in the code outside the registry, with their files."""
    found: dict[str, list[str]] = {}
    for path in code():
        if path.parts[0] in FOLDERS and path.parent.as_posix() != REGISTRY:
            for name in QUOTED.findall((ROOT / path).read_text("utf-8")):
                found.setdefault(name, []).append(path.as_posix())
    return found


def test_every_code_that_is_said_is_explained() -> None:
    unknown = {name: files for name, files in spoken().items() if name not in CODES}
    assert not unknown, f"no entry in {REGISTRY}: {unknown}"


def test_every_code_that_is_explained_is_said() -> None:
    idle = sorted(CODES.keys() - spoken().keys())
    assert not idle, f"nothing says {idle}"


@pytest.mark.parametrize("entry", CODES.values(), ids=lambda entry: str(entry.code))
def test_an_explanation_can_be_acted_upon(entry: Code) -> None:
    assert re.fullmatch(r"T\d{3}", entry.code)
    assert entry.title
    assert not entry.title.endswith("."), "a title is no sentence"
    assert entry.explanation.rstrip().endswith((".", ")")), "an explanation is sentences"
    assert bool(entry.bad) == bool(entry.good), "a bad example has its good one"


@pytest.mark.parametrize(("hundred", "module"), list(enumerate(MODULES.split())))
def test_a_code_stands_in_the_module_of_its_hundred(hundred: int, module: str) -> None:
    text = (ROOT / REGISTRY / f"{module}.py").read_text("utf-8")
    foreign = [name for name in QUOTED.findall(text) if name[1] != str(hundred)]
    assert not foreign, f"{module}.py holds {foreign}"


def test_no_code_stands_twice() -> None:
    folder = ROOT / REGISTRY
    names = [
        n
        for p in folder.glob("*.py")
        for n in re.findall(r'^ {8}"(T\d{3})",$', p.read_text("utf-8"), re.MULTILINE)
    ]
    assert sorted(names) == sorted(CODES)
