"""Starting: what is not needed is not imported, and every public name is there when asked for."""

import subprocess
import sys

import pytest

import tocsin

SLOW = {"yaml", "lark", "email", "rich.progress", "tocsin.loading", "tocsin.matcher.planner"}
"""What only those need who read rules, or draw a bar."""


@pytest.mark.parametrize("name", ["tocsin", "tocsin.cli.scan"])
def test_who_has_compiled_rules_does_not_wait_for_what_compiles_them(name: str) -> None:
    code = f"import sys, {name}; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "tocsin" in found.stdout.split()
    assert not SLOW & set(found.stdout.split())


@pytest.mark.parametrize("name", tocsin.__all__)
def test_public_names_are_imported_when_they_are_asked_for(name: str) -> None:
    code = f"import tocsin; assert {name!r} in dir(tocsin); print(tocsin.{name}.__name__)"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.strip() in {name, f"tocsin.{name}"}


def test_other_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        tocsin.nothing  # type: ignore[attr-defined]  # noqa: B018
