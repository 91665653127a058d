"""The YAML form of the table of log sources: read here, and nowhere else.

In go the files of `rules/logsources`, out come `Entry`s. The form is described in the README
beside them; a fault in it is a bug of Tocsin, not of its user, and raises `ValueError`.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from importlib import resources
from typing import Any

import yaml

from ... import rules as content
from .. import ir
from ..ast import Logsource
from ..values import Number, Pattern
from .entry import Entry

LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C loader where PyYAML was built with it; it is ten times as fast."""

KEYS = {"product", "category", "service", "when", "rename", "declared"}


def read_table() -> tuple[Entry, ...]:
    """Return the entries of all files, in the order of the file names."""
    folder = resources.files(content) / "logsources"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yml")), key=_name)
    return tuple(
        entry for file in files for entry in read_entries(file.read_text(encoding="utf-8"))
    )


def _name(file: Any) -> str:  # noqa: ANN401 - importlib's own type differs between versions
    """Return the name of a file."""
    return str(file.name)


def read_entries(text: str) -> Iterator[Entry]:
    """Go through the entries of the text of one file.

    Raises:
        ValueError: an entry has a key, or a condition a form, that is not known.
    """
    document = yaml.load(text, LOADER)  # noqa: S506 - both loaders are safe ones
    for item in document["sources"]:
        if unknown := set(item) - KEYS:
            raise ValueError(f"unknown key in the table of log sources: {sorted(unknown)}")
        if "when" not in item and "declared" not in item:
            raise ValueError(f"a log source needs `when` or `declared`: {item}")
        yield _entry(item, document.get("product"))


def _entry(item: Mapping[str, Any], product: str | None) -> Entry:
    """Return one entry."""
    logsource = Logsource(
        category=item.get("category"),
        product=item.get("product", product),
        service=item.get("service"),
    )
    whens = item.get("when", [])
    return Entry(
        logsource,
        tuple(_condition(when) for when in ([whens] if isinstance(whens, dict) else whens)),
        tuple(item.get("rename", {}).items()),
        item.get("declared", ""),
    )


def _condition(when: Mapping[str, Any]) -> ir.Node:
    """Return the condition that all fields of a map fit."""
    tests = tuple(_field(name, wanted) for name, wanted in when.items())
    return tests[0] if len(tests) == 1 else ir.All(tests)


def _field(name: str, wanted: Any) -> ir.Node:  # noqa: ANN401 - as YAML has it
    """Return the condition that one field fits."""
    if isinstance(wanted, list):
        return ir.Any(tuple(_field(name, value) for value in wanted))
    if isinstance(wanted, dict):
        ((form, text),) = wanted.items()
        return _form(name, form, text)
    if isinstance(wanted, int):
        return ir.Test(name, ir.Compare(ir.Order.EQ, Number(Decimal(wanted))))
    return ir.Test(name, ir.Equals(Pattern.literal(wanted)))


def _form(name: str, form: str, text: Any) -> ir.Node:  # noqa: ANN401 - as YAML has it
    """Return the condition of one of the forms that are spelled as a map."""
    match form:
        case "exists":
            return ir.Test(name, ir.Exists(present=bool(text)))
        case "starts":
            return ir.Test(name, ir.Starts(Pattern.literal(text)))
        case "ends":
            return ir.Test(name, ir.Ends(Pattern.literal(text)))
        case "not":
            other = ir.Not(ir.Test(name, ir.Equals(Pattern.literal(text))))
            return ir.All((ir.Test(name, ir.Exists()), other))
        case _:
            raise ValueError(f"unknown form in the table of log sources: {form}")
