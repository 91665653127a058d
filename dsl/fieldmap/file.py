r"""The YAML form of a field map: read here, and nowhere else.

In goes the text of a field map file, out comes a `FieldMap`, or diagnostics that say what is
wrong with which entry. In short:

    schema: defender-xdr
    groups:
      actor: {Image: InitiatingProcessFolderPath}
    sources:
      - logsource: [windows/file_event, linux/file_event]
        table: DeviceFileEvents
        where: {ActionType: FileCreated}
        use: actor
        fields: {TargetFilename: FolderPath}

`docs/fieldmaps.md` describes every key. A file may also be a processing pipeline of pySigma;
`pipeline` turns it into this form.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

import yaml

from ..ast import Logsource
from ..diagnostics import Diagnostic, Report, Severity
from ..ir import Check, Contains, Ends, Equals, Exists, Node, OneOf, Starts, Test
from ..schema.file import LOADER
from ..source import Source
from ..values import Pattern
from . import FieldMap
from .binding import Binding, Variant
from .places import (
    Coded,
    Computed,
    ComputedKind,
    Constant,
    InColumn,
    Missing,
    Others,
    Place,
    Prefixed,
    RegistryData,
)
from .simplify import all_of, any_of

TOP_KEYS = frozenset({"name", "schema", "about", "groups", "sources", "names", "extends"})
SOURCE_KEYS = frozenset(
    {"logsource", "table", "where", "use", "fields", "others", "words", "variants", "inexact"}
)
SAME = "="
"""The key under which the fields stand whose columns have their names."""
CHECKS = {"contains": Contains, "startswith": Starts, "endswith": Ends}
PLACE_KEYS: Mapping[str, frozenset[str]] = {
    "column": frozenset({"column", "values"}),
    "prefixed": frozenset({"prefixed"}),
    "name": frozenset({"name", "by"}),
    "joined": frozenset({"joined", "by", "empty", "hives", "only"}),
    "member": frozenset({"member", "path", "cut"}),
    "json": frozenset({"json", "path", "cut"}),
    "xml": frozenset({"xml", "path"}),
    "hex": frozenset({"hex"}),
    "extract": frozenset({"extract", "pattern"}),
    "registry_data": frozenset({"registry_data"}),
    "constant": frozenset({"constant"}),
    "missing": frozenset({"missing"}),
}


class Malformed(Exception):  # noqa: N818 - it says what is so, not what went wrong
    """What is wrong with a field map file, in a sentence."""


def build_fieldmap(name: str, text: str) -> FieldMap:
    """Return the field map that a well-formed text describes.

    Raises:
        ValueError: the text is not well-formed; the message says why.
    """
    try:
        return _fieldmap(name, yaml.load(text, Loader=LOADER))  # noqa: S506 - a safe loader
    except (Malformed, yaml.YAMLError) as error:
        raise ValueError(str(error)) from error


def read_fieldmap(source: Source, name: str, report: Report) -> FieldMap | None:
    """Return the field map in a user's file, or `None` with the fault in the report."""
    try:
        data = yaml.load(source.text, Loader=LOADER)  # noqa: S506 - a safe loader
        return _fieldmap(name, data)
    except (Malformed, yaml.YAMLError) as error:
        report.add(malformed(source, str(error)))
        return None


def malformed(source: Source, fault: str) -> Diagnostic:
    """The file is not a field map."""
    return Diagnostic(
        "T411",
        Severity.ERROR,
        f"this is not a field map: {fault}",
        help="docs/fieldmaps.md describes the form",
        file=source.name,
    )


def _fieldmap(name: str, data: object) -> FieldMap:
    from .pipeline import is_pipeline, pipeline_data  # noqa: PLC0415 - it needs this module

    if is_pipeline(data):
        data = pipeline_data(cast("Mapping[str, Any]", data))
    if not isinstance(data, dict) or not isinstance(data.get("sources", []), list):
        raise Malformed("it holds a mapping with the key `sources`, a list")
    _known(data, TOP_KEYS, "the file")
    base = _base(data)
    groups = {**{k: _fields(v) for k, v in (data.get("groups") or {}).items()}}
    bindings = tuple(_binding(entry, groups) for entry in data.get("sources") or [])
    return FieldMap(
        name=str(data.get("name", name)),
        schema=str(data.get("schema", base.schema)),
        bindings=bindings + tuple(_left(base.bindings, bindings)),
        about=str(data.get("about", "")),
        names={**base.names, **(data.get("names") or {})},
    )


def _base(data: Mapping[str, Any]) -> FieldMap:
    """Return the shipped field map that a file extends, or an empty one."""
    from . import fieldmap_names, load_fieldmap  # noqa: PLC0415 - it loads this module

    name = data.get("extends")
    if name is None:
        return FieldMap("")
    if name not in fieldmap_names():
        raise Malformed(f"it extends `{name}`, which is none of {', '.join(fieldmap_names())}")
    return load_fieldmap(str(name))


def _left(base: Iterable[Binding], own: Iterable[Binding]) -> Iterator[Binding]:
    """Go through the bindings of an extended map, without the log sources of the file's own."""
    taken = {logsource for binding in own for logsource in binding.logsources}
    for binding in base:
        left = tuple(each for each in binding.logsources if each not in taken)
        if left:
            yield replace(binding, logsources=left)


def _known(data: Mapping[str, Any], keys: frozenset[str], what: str) -> None:
    unknown = sorted(str(key) for key in data if key not in keys)
    if unknown:
        raise Malformed(f"{what} has the unknown key `{unknown[0]}`")


def _binding(entry: object, groups: Mapping[str, dict[str, tuple[Place, ...]]]) -> Binding:
    if not isinstance(entry, dict) or "logsource" not in entry:
        raise Malformed("every entry of `sources` is a mapping with the key `logsource`")
    what = f"the entry for `{entry['logsource']}`"
    _known(entry, SOURCE_KEYS, what)
    fields: dict[str, tuple[Place, ...]] = {}
    for group in _texts(entry.get("use")):
        if group not in groups:
            raise Malformed(f"{what} uses the unknown group `{group}`")
        fields.update(groups[group])
    fields.update(_fields(entry.get("fields") or {}))
    return Binding(
        logsources=tuple(_logsource(text) for text in _texts(entry["logsource"])),
        table=str(entry.get("table", "")),
        where=_where(entry.get("where") or {}),
        fields=fields,
        others=_others(entry.get("others"), what),
        words=tuple(_texts(entry.get("words"))),
        variants=tuple(_variant(v, what) for v in entry.get("variants") or []),
        inexact=str(entry.get("inexact", "")),
    )


def _logsource(text: str) -> Logsource:
    """Read `product/category/service`; parts may be empty or left out at the end."""
    product, category, service = [*text.split("/"), "", ""][:3]
    return Logsource(category=category or None, product=product or None, service=service or None)


def _texts(data: object) -> list[str]:
    if data is None:
        return []
    if isinstance(data, list):
        return [_text(each) for each in data]
    return [_text(data)]


def _text(data: object) -> str:
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, dict | list) or data is None:
        raise Malformed(f"`{data}` stands where a text is needed")
    return str(data)


def _where(data: object) -> Node:
    """Read a filter: columns and their values; a list is any of them."""
    if not isinstance(data, dict):
        raise Malformed("`where` is a mapping from columns to values")
    return all_of(_condition(str(column), value) for column, value in data.items())


def _condition(column: str, value: object) -> Node:
    if isinstance(value, dict):
        return all_of(_shaped(column, str(k), texts) for k, texts in value.items())
    texts = _texts(value)
    if len(texts) == 1:
        return Test(column, Equals(Pattern.literal(texts[0]), cased=True))
    return Test(column, OneOf(frozenset(texts), cased=True))


def _shaped(column: str, word: str, value: object) -> Node:
    """Read `contains: x`, `contains: [x, y]` (any of them), `all: [x, y]`, `exists: true`."""
    if word == "exists":
        return Test(column, Exists()) if value else Test(column, Exists(present=False))
    if word == "all":
        return all_of(Test(column, Contains(Pattern.literal(t), cased=True)) for t in _texts(value))
    make = CHECKS.get(word)
    if make is None:
        raise Malformed(f"`where` knows no `{word}`")
    checks = (cast("Check", make(Pattern.literal(t), cased=True)) for t in _texts(value))
    return any_of(Test(column, check) for check in checks)


def _others(data: object, what: str) -> Others | None:
    """Read where unnamed fields are: `same`, or `{member: EventData}`."""
    if data is None:
        return None
    if data == "same":
        return Others("member", "")
    if isinstance(data, dict):
        exclude = frozenset(_texts(data.get("except")))
        kinds: tuple[ComputedKind, ...] = ("member", "json", "xml")
        for kind in kinds:
            if kind in data:
                return Others(kind, str(data[kind]), exclude)
    raise Malformed(f"{what}: `others` is `same` or names a column under member, json or xml")


def _variant(data: object, what: str) -> Variant:
    if not isinstance(data, dict) or len(data.get("when") or {}) != 1:
        raise Malformed(f"{what}: a variant has `when` with one field, and `fields`")
    ((name, value),) = data["when"].items()
    return Variant(str(name), frozenset(_texts(value)), _fields(data.get("fields") or {}))


def _fields(data: object) -> dict[str, tuple[Place, ...]]:
    if not isinstance(data, dict):
        raise Malformed("`fields` is a mapping from fields to columns")
    found = {str(k): tuple(_places(str(k), v)) for k, v in data.items() if k != SAME}
    return {**{name: (InColumn(name),) for name in str(data.get(SAME, "")).split()}, **found}


def _places(name: str, data: object) -> Iterator[Place]:
    if isinstance(data, list):
        for each in data:
            yield from _places(name, each)
    elif data is None:
        yield Missing()
    elif isinstance(data, dict):
        yield _place(name, data)
    else:
        yield InColumn(_text(data))


def _place(name: str, data: Mapping[str, Any]) -> Place:
    for kind, keys in PLACE_KEYS.items():
        if kind in data:
            _known(data, keys, f"the field `{name}`")
            return _PLACES[kind](name, data)
    raise Malformed(f"the field `{name}` names none of {', '.join(PLACE_KEYS)}")


def _coded(name: str, data: Mapping[str, Any]) -> Place:
    values = data.get("values")
    if values is None:
        return InColumn(_text(data["column"]))
    if not isinstance(values, dict):
        raise Malformed(f"the field `{name}`: `values` is a mapping from texts to column texts")
    codes = tuple((_text(said), tuple(_texts(held))) for said, held in values.items())
    return Coded(_text(data["column"]), codes)


def _prefixed(name: str, data: Mapping[str, Any]) -> Place:
    parts = data["prefixed"]
    if not isinstance(parts, dict):
        raise Malformed(f"the field `{name}`: `prefixed` is a mapping from texts to columns")
    return Prefixed(tuple((str(k), None if v is None else _text(v)) for k, v in parts.items()))


def _named(_name: str, data: Mapping[str, Any]) -> Place:
    return Prefixed(((str(data.get("by", "\\")), _text(data["name"])),), whole=False)


def _joined(name: str, data: Mapping[str, Any]) -> Place:
    columns = tuple(_texts(data["joined"]))
    if len(columns) != 2:
        raise Malformed(f"the field `{name}`: `joined` names two columns")
    empty = data.get("empty", "")
    return Computed(
        "joined",
        columns,
        separator=str(data.get("by", "\\")),
        empty=None if empty is None else str(empty),
        hives=bool(data.get("hives", False)),
        only=_only(name, data.get("only")),
    )


def _only(name: str, data: object) -> tuple[str, tuple[str, ...]] | None:
    """Read in which rows an empty column has a text: `{Column: [texts]}`."""
    if data is None:
        return None
    if not isinstance(data, dict) or len(data) != 1:
        raise Malformed(f"the field `{name}`: `only` is one column with its texts")
    ((column, texts),) = data.items()
    return str(column), tuple(_texts(texts))


def _member(name: str, data: Mapping[str, Any]) -> Place:
    kind = next(k for k in ("member", "json", "xml", "hex") if k in data)
    path = data.get("path", name)
    steps = tuple(_texts(path)) if isinstance(path, list) else tuple(str(path).split("."))
    cut = str(data.get("cut", ""))
    return Computed(cast("ComputedKind", kind), (_text(data[kind]),), steps, cut=cut)


def _constant(_name: str, data: Mapping[str, Any]) -> Place:
    return Constant(tuple(_texts(data["constant"])))


def _missing(_name: str, data: Mapping[str, Any]) -> Place:
    return Missing(str(data["missing"]))


def _extract(name: str, data: Mapping[str, Any]) -> Place:
    pattern = str(data.get("pattern", ""))
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise Malformed(f"the field `{name}`: `pattern` is no expression: {error}") from error
    if not groups:
        raise Malformed(f"the field `{name}`: `pattern` has no group to take")
    return Computed("extract", (_text(data["extract"]),), (pattern,))


def _registry_data(name: str, data: Mapping[str, Any]) -> Place:
    columns = _texts(data["registry_data"])
    if len(columns) != 2:
        raise Malformed(f"the field `{name}`: `registry_data` names two columns")
    return RegistryData(columns[0], columns[1])


_PLACES = {
    "column": _coded,
    "prefixed": _prefixed,
    "name": _named,
    "joined": _joined,
    "member": _member,
    "json": _member,
    "xml": _member,
    "hex": _member,
    "extract": _extract,
    "registry_data": _registry_data,
    "constant": _constant,
    "missing": _missing,
}

__all__ = ["Malformed", "build_fieldmap", "malformed", "read_fieldmap"]
