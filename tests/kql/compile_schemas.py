"""Compiles `rules/schemas/*.yml` from public facts: `python -m tests.kql.compile_schemas`.

In go two tables of public facts (the columns of Microsoft's tables; the fields of the ASIM
schemas) from the test data's `schemas` folder, and `curation.yml` beside this file, which
chooses tables and adds what the facts lack: vocabularies, contents, filter parameters,
entities. Out come the schema files in Tocsin's own form. Run it again after a change of
either; `tests/kql/test_schemas.py` fails when the files are older than their inputs say.
"""

import csv
import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
TYPES = ("string", "int", "long", "real", "bool", "datetime", "dynamic")
SPELLINGS = {
    "boolean": "bool",
    "double": "real",
    "bigint": "long",
    "guid": "string",
    "": "string",
}
FACTS = "oshezaf/sentinelninja, Tools/Solutions Analyzer, 2026-08-14: "
Columns = dict[str, str]


class Facts:
    """The public facts, by table and by ASIM schema."""

    def __init__(self, folder: Path) -> None:
        """Read both tables."""
        self.tables: dict[str, Columns] = {}
        for row in _rows(folder / "la_table_schemas.csv.gz"):
            kind = _type(row["column_type"])
            self.tables.setdefault(row["table_name"], {})[row["column_name"]] = kind
        self.asim: dict[str, list[dict[str, str]]] = {}
        for row in _rows(folder / "asim_fields.csv.gz"):
            self.asim.setdefault(row["schema"], []).append(row)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _type(spelling: str) -> str:
    name = SPELLINGS.get(spelling.lower(), spelling.lower())
    return name if name in TYPES else "string"


def compile_all(facts: Facts) -> dict[str, str]:
    """Return the text of each schema file by the schema's name."""
    curation = yaml.safe_load((HERE / "curation.yml").read_text(encoding="utf-8"))
    result = {"sentinel-asim": _asim(facts, curation)}
    for name in ("defender-xdr", "sentinel"):
        result[name] = _tables(facts, curation, curation[name])
    return result


def _asim(facts: Facts, curation: dict[str, Any]) -> str:
    part = curation["asim"]
    tables: dict[str, dict[str, Any]] = {}
    aliases: dict[str, str] = {}
    for name, entry in part["tables"].items():
        rows = facts.asim[entry["schema"]]
        table = _head(curation, part, entry, _asim_columns(rows, part, entry, curation["drop"]))
        table["kind"] = "function"
        table["source"] = f"{FACTS}asim_fields, schema {entry['schema']}; Azure/Azure-Sentinel"
        table["values"] = _asim_values(rows, part, entry)
        tables[name] = table
        aliases |= dict.fromkeys(entry["also"], name)
    return _text(part["about"], tables, aliases)


def _asim_columns(
    rows: list[dict[str, str]], part: dict[str, Any], entry: dict[str, Any], drop: list[str]
) -> Columns:
    dropped = re.compile("|".join(part["drop_patterns"]))
    kinds = {row["field_name"]: _type(row["physical_type"]) for row in rows}
    kinds = {n: k for n, k in kinds.items() if n not in drop and not dropped.fullmatch(n)}
    return kinds | _extra(part) | _extra(entry)


def _asim_values(
    rows: list[dict[str, str]], part: dict[str, Any], entry: dict[str, Any]
) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for row in rows:
        words = f"{row['allowed_values']}|{row['tester_allowed_values']}".split("|")
        known = list(dict.fromkeys(w for w in words if w and w != "-"))
        if known and row["field_name"] in part["closed"]:
            values[row["field_name"]] = part["values"].get(row["field_name"], known)
    if "event_type" in entry:
        values["EventType"] = entry["event_type"]
    return values


def _tables(facts: Facts, curation: dict[str, Any], part: dict[str, Any]) -> str:
    tables = {}
    for name, entry in part["tables"].items():
        columns = _typed(entry) or dict(facts.tables[name]) | _extra(part) | _extra(entry)
        columns = {n: k for n, k in columns.items() if n not in curation["drop"]}
        table = _head(curation, part, entry, columns)
        table["time"] = part["time"]
        table["source"] = entry.get("source", f"{FACTS}la_table_schemas")
        table["values"] = part.get("values", {}).get(name, {})
        if "connector" in part:
            table["connectors"] = {part["connector"]: name}
        tables[name] = table
    return _text(part["about"], tables, {})


def _extra(entry: dict[str, Any]) -> Columns:
    return {name: kind for kind, names in entry.get("extra", {}).items() for name in names}


def _typed(entry: dict[str, Any]) -> Columns:
    typed = entry.get("typed", {})
    return {name: kind for kind, names in typed.items() for name in names.split()}


def _head(
    curation: dict[str, Any], part: dict[str, Any], entry: dict[str, Any], columns: Columns
) -> dict[str, Any]:
    notes = {n: t for n, t in part.get("notes", {}).items() if n in columns}
    notes |= dict.fromkeys(_extra(entry), entry.get("extra_note", "")) | entry.get("notes", {})
    entities = entry.get("entities", part.get("entities", {}))
    return {
        "about": entry["about"],
        "columns": columns,
        "holds": _holds(curation["holds"], columns),
        "notes": {name: text for name, text in notes.items() if text},
        "parameters": entry.get("parameters", {}),
        "entities": {
            kind: names for kind, names in entities.items() if set(names.values()) <= set(columns)
        },
        "connectors": entry.get("connectors", {}),
    }


def _holds(patterns: list[list[str]], columns: Columns) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for name, kind in sorted(columns.items()):
        match = next((c for c, p in patterns if re.fullmatch(p, name)), None)
        if match and (kind == "string" or match == "port"):
            found.setdefault(match, []).append(name)
    return {content: " ".join(names) for content, names in found.items()}


ORDER = (
    *("kind", "about", "source", "time"),
    *TYPES,
    *("values", "holds", "notes", "parameters", "entities", "connectors"),
)


def _text(about: str, tables: dict[str, dict[str, Any]], aliases: dict[str, str]) -> str:
    shaped = {}
    for name, table in tables.items():
        columns: Columns = table.pop("columns")
        for kind in TYPES:
            table[kind] = " ".join(sorted(n for n, k in columns.items() if k == kind))
        shaped[name] = {key: table[key] for key in ORDER if table.get(key)}
    data = {"tables": shaped, "aliases": aliases} if aliases else {"tables": shaped}
    body = yaml.safe_dump(
        yaml.safe_load(yaml.safe_dump(data, sort_keys=False)), sort_keys=False, width=96
    )
    return f"# {about}.\n# Compiled by tests/kql/compile_schemas.py; see README.md here.\n{body}"


def main() -> None:
    """Write the schema files."""
    root = HERE.parent.parent
    facts = Facts(root.parent / "shared" / "data" / "schemas")
    for name, text in compile_all(facts).items():
        (root / "rules" / "schemas" / f"{name}.yml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
