"""Field maps and schemas by name or from a file: the reading that the core does not do."""

from pathlib import Path

from tocsin.dsl.decode import decode_source
from tocsin.dsl.diagnostics import Diagnostic, Report, Severity
from tocsin.dsl.fieldmap import FieldMap, fieldmap_names, load_fieldmap
from tocsin.dsl.fieldmap.file import read_fieldmap
from tocsin.dsl.schema import Schema, load_schema, schema_names
from tocsin.dsl.schema.file import read_schema
from tocsin.dsl.source import Source
from tocsin.errors import TargetError


def find_fieldmap(name: str) -> FieldMap:
    """Return a shipped field map by its name, or the one in a user's file.

    Raises:
        TargetError: there is neither, or the file is not a field map.
    """
    if name in fieldmap_names():
        return load_fieldmap(name)
    report = Report()
    source = _read(name, "field map", fieldmap_names(), report)
    fieldmap = None if source is None else read_fieldmap(source, Path(name).stem, report)
    if fieldmap is None:
        raise TargetError(report)
    return fieldmap


def find_schema(fieldmap: FieldMap, beside: str = "") -> Schema | None:
    """Return the schema that a field map names, or `None` where it names none.

    Args:
        fieldmap: the field map.
        beside: the field map's file; a schema in a file is looked for beside it.

    Raises:
        TargetError: it names one that is not there or cannot be read.
    """
    if not fieldmap.schema:
        return None
    if fieldmap.schema in schema_names():
        return load_schema(fieldmap.schema)
    report = Report()
    path = str(Path(beside).parent / fieldmap.schema)
    source = _read(path, "schema", schema_names(), report)
    schema = None if source is None else read_schema(source, fieldmap.schema, report)
    if schema is None:
        raise TargetError(report)
    return schema


def _read(path: str, what: str, names: tuple[str, ...], report: Report) -> Source | None:
    """Return the text of a user's file, or `None` after reporting why there is none."""
    try:
        return decode_source(path, Path(path).read_bytes(), report)
    except OSError:
        report.add(
            Diagnostic(
                "T412",
                Severity.ERROR,
                f"there is no {what} `{path}`",
                help=f"give a file, or one of {', '.join(names)}",
            )
        )
        return None
