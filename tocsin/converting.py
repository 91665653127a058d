"""From rules to queries: `convert`, and `find_dead` for `tocsin check --target`.

Targets, field maps and forms are given by name here; `emit` does the work.
"""

from dataclasses import dataclass, replace

from tocsin.dsl.diagnostics import Diagnostic, Report, Severity
from tocsin.dsl.fieldmap import FieldMap, fieldmap_names
from tocsin.dsl.ir import RuleSet
from tocsin.dsl.schema import Schema
from tocsin.emit import convert as emission
from tocsin.emit.forms import FORM_NAMES, FormOptions
from tocsin.emit.kql import KqlOptions
from tocsin.emit.target import Emission
from tocsin.errors import TargetError
from tocsin.fieldmaps import find_fieldmap, find_schema

DEFAULTS = {"kql": "sentinel-asim"}
"""The targets, and the field map of each where none is named."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a conversion needs: the field map, its schema, the form."""

    fieldmap: FieldMap
    schema: Schema | None
    form: str = "query"


def choose(
    target: str, fieldmap: str | None = None, form: str = "query", table: str = ""
) -> Chosen:
    """Return what the names stand for.

    Args:
        target: `kql`, or the name of a field map, which means KQL with it.
        fieldmap: the name or file of a field map.
        form: `query`, or one that is ready to deploy.
        table: the table to query where the field map names none.

    Raises:
        TargetError: a name stands for nothing, or a file cannot be read.
    """
    if form not in FORM_NAMES:
        raise TargetError(unknown("form", form, FORM_NAMES))
    if target not in DEFAULTS and target not in fieldmap_names():
        raise TargetError(unknown("target", target, (*DEFAULTS, *fieldmap_names())))
    name = fieldmap or DEFAULTS.get(target, target)
    found = find_fieldmap(name)
    schema = find_schema(found, name)
    return Chosen(on_table(found, table), schema, form)


def on_table(fieldmap: FieldMap, table: str) -> FieldMap:
    """Return the field map with a table where it names none."""
    if not table:
        return fieldmap
    bindings = tuple(
        binding if binding.table else replace(binding, table=table) for binding in fieldmap.bindings
    )
    return replace(fieldmap, bindings=bindings)


def convert(
    rules: RuleSet,
    target: str,
    fieldmap: str | None = None,
    form: str = "query",
    *,
    options: KqlOptions | None = None,
    form_options: FormOptions | None = None,
) -> list[Emission]:
    """Return the rules as queries of another system, one emission each, in their order.

    Args:
        rules: loaded rules.
        target: `kql`, or the name of a field map, which means KQL with it.
        fieldmap: the name or file of a field map; what the target takes if not given.
        form: `query`, `analytics`, `arm`, `bicep`, `hunting` or `defender`.
        options: how queries are written.
        form_options: what a document says besides the rule.

    Raises:
        TargetError: the target, the field map or the form is not there.
    """
    chosen = choose(target, fieldmap, form)
    return emission.convert_rules(
        rules, chosen.fieldmap, chosen.schema, form, options, form_options
    )


def find_dead(rules: RuleSet, target: str, fieldmap: str | None, report: Report) -> None:
    """Add a warning for each rule that can never fire on a target to a report.

    Raises:
        TargetError: the target or the field map is not there.
    """
    chosen = choose(target, fieldmap)
    emission.find_dead(rules, chosen.fieldmap, chosen.schema, report)


def unknown(what: str, name: str, names: tuple[str, ...]) -> Diagnostic:
    """A name on the command line, or in a call, stands for nothing."""
    return Diagnostic(
        "T608",
        Severity.ERROR,
        f"there is no {what} `{name}`",
        help=f"it is one of {', '.join(names)}",
    )
