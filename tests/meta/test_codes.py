"""The registry of diagnostic codes: nothing is said without it, nothing in it is idle."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from tocsin.dsl.codes import CODES, Code
from tocsin.dsl.constant import report_constant
from tocsin.dsl.placeholders import fill

import tocsin

from .checkout import FOLDERS, ROOT, code
from .examples import PASSED_OVER

QUOTED = re.compile(r"""["'](T\d{3})["']""")
REGISTRY = "dsl/codes"
MODULES = "files syntax structure values fields correlation emission matching events style"

LOGSOURCE = "logsource:\n  category: process_creation\n  product: windows\n"
HEADER = f"title: Example\n{LOGSOURCE}"
DETECTION = "detection:\n  selection:\n    Image: a.exe\n  condition: selection\n"
ELSEWHERE = ("T4", "T6")  # said of field maps, and of rules that are converted or translated


def spoken() -> dict[str, list[str]]:
    """Return the codes that stand in the code outside the registry, with their files."""
    found: dict[str, list[str]] = {}
    for path in code():
        if path.parts[0] in FOLDERS and path.parent.as_posix() != REGISTRY:
            for name in QUOTED.findall((ROOT / path).read_text("utf-8")):
                found.setdefault(name, []).append(path.as_posix())
    return found


def whole(example: str) -> tuple[str, Literal["sigma", "tocsin"]] | None:
    """Return the file that an example is a part of, and its syntax; nothing if it is no rule."""
    if re.match(r"(?:rule|list) ", example):
        return example, "tocsin"
    if re.match(r"'?[A-Z|][\w.|]*'?:\s", example):  # one line of a detection
        item = example.replace("\n", "\n    ")
        return f"{HEADER}detection:\n  selection:\n    {item}\n  condition: selection", "sigma"
    if example.startswith("detection:"):
        return HEADER + example, "sigma"
    if re.search(r"^(?:detection|correlation|filter):", example, re.MULTILINE):
        return example, "sigma"
    if re.match(r"[a-z]+:\s", example):  # metadata
        title = "" if example.startswith("title:") else "title: Example\n"
        source = "" if "logsource:" in example else LOGSOURCE
        return f"{title}{source}{example}\n{DETECTION}", "sigma"
    return None


def loaded(example: str) -> tocsin.RuleSet:
    """Return the rules of an example, with what reading them reports."""
    file = whole(example)
    assert file is not None, "the good example has the form of the bad one"
    return tocsin.loads(file[0], syntax=file[1], on_error="skip")


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


@pytest.mark.parametrize(
    "entry",
    [e for e in CODES.values() if whole(e.bad) and not e.code.startswith(ELSEWHERE)],
    ids=lambda entry: str(entry.code),
)
def test_a_bad_example_has_the_fault_and_the_good_one_has_not(entry: Code) -> None:
    rules = loaded(entry.bad)
    report_constant(rules, rules.report)
    fill(rules, {}, rules.report)
    assert entry.code in {found.code for found in rules.report}
    mended = {found.code for found in loaded(entry.good).report}
    assert entry.code not in mended
    assert not {code for code in mended if not code.startswith(PASSED_OVER)}
