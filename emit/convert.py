"""Converting a rule set: bind, emit, put into a form; one `Emission` a rule, in their order.

Rules that cannot be had are in the result too, with the reason. The umbrella finds field maps and
schemas in files; here they are given.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..dsl.ast import Correlation, text_of
from ..dsl.diagnostics import Diagnostic, Report, Severity
from ..dsl.fieldmap import FieldMap
from ..dsl.ir import IrRule, RuleSet
from ..dsl.schema import Schema
from .forms import FORMS, LOOKBACKS, Detection, FormOptions, gather_detection
from .forms.defender import lacking
from .kql import Kql, KqlOptions
from .target import Emission, Target

TARGETS = ("kql",)
"""The names of the targets."""


def make_target(
    fieldmap: FieldMap,
    schema: Schema | None,
    form: str = "query",
    options: KqlOptions | None = None,
) -> Target:
    """Return the target KQL for a field map, as a form needs it."""
    chosen = options or KqlOptions()
    if form in LOOKBACKS and not chosen.lookback:
        chosen = replace(chosen, lookback=LOOKBACKS[form])
    return Kql(fieldmap, schema, chosen)


def convert_rules(
    rules: RuleSet,
    fieldmap: FieldMap,
    schema: Schema | None,
    form: str = "query",
    options: KqlOptions | None = None,
    form_options: FormOptions | None = None,
) -> list[Emission]:
    """Return what became of every rule.

    Args:
        rules: the rules.
        fieldmap: which tables and columns hold their events.
        schema: the tables' columns, or `None`: then all columns are texts.
        form: `query`, or a form of `forms`.
        options: how queries are written.
        form_options: what a document says besides the rule.
    """
    found = queries(rules, fieldmap, schema, form, options)
    chosen = form_options or FormOptions()
    return [in_form(each, form, schema, chosen) for each in found]


def queries(
    rules: RuleSet,
    fieldmap: FieldMap,
    schema: Schema | None,
    form: str = "query",
    options: KqlOptions | None = None,
) -> list[Emission]:
    """Return the queries of all rules as the form needs them, not yet in the form."""
    target = make_target(fieldmap, schema, form, options)
    found = [convert_rule(rule, fieldmap, target) for rule in rules]
    return found + [_not_a_query(correlation) for correlation in rules.correlations]


def convert_rule(rule: IrRule, fieldmap: FieldMap, target: Target) -> Emission:
    """Return the query for a rule, or why there is none."""
    bound = fieldmap.bind(rule)
    if isinstance(bound, Diagnostic):
        table = fieldmap.find(rule.logsource)
        name = "" if table is None else table.table
        return Emission(rule.info.id, rule.info.path, table=name, error=bound)
    return target.emit(bound)


def in_form(emission: Emission, form: str, schema: Schema | None, options: FormOptions) -> Emission:
    """Return an emission with the document for its query, or refused if it does not fit."""
    if form == "query":
        return emission
    detection = detection_of(emission, schema, options)
    if detection is None:
        return emission
    fault = lacking(detection) if form == "defender" else ""
    if fault:
        return replace(emission, text="", error=unfit(emission, form, fault))
    return replace(emission, text=FORMS[form]([detection]))


def detection_of(
    emission: Emission, schema: Schema | None, options: FormOptions
) -> Detection | None:
    """Return what documents say of an emission with a query as its text."""
    if emission.bound is None or not emission.ok:
        return None
    return gather_detection(emission.bound, emission.text, schema, options)


def one_document(
    emissions: Iterable[Emission], form: str, schema: Schema | None, options: FormOptions
) -> str:
    """Return one document for all queries that fit the form."""
    found = (detection_of(emission, schema, options) for emission in emissions)
    fitting: Sequence[Detection] = [
        each for each in found if each and not (form == "defender" and lacking(each))
    ]
    return FORMS[form](fitting)


def unfit(emission: Emission, form: str, fault: str) -> Diagnostic:
    """The query does not fit the form."""
    return Diagnostic(
        "T606",
        Severity.ERROR,
        f"`{emission.table}` has {fault}, which the form `{form}` needs",
        help="use another form, or a field map with tables of Defender",
        file=emission.rule_path,
    )


def _not_a_query(correlation: Correlation) -> Emission:
    """Return the refusal of a correlation."""
    path = correlation.span.source.name
    name = text_of(correlation.get("id")) or text_of(correlation.get("name")) or None
    fault = Diagnostic(
        "T607",
        Severity.ERROR,
        f"the correlation `{text_of(correlation.get('title'))}` is not converted",
        help="convert the rules that it refers to, and count their results in the service",
        file=path,
    )
    return Emission(name, path, error=fault)


def find_dead(rules: RuleSet, fieldmap: FieldMap, schema: Schema | None, report: Report) -> None:
    """Report the rules that can never fire on the tables of a field map."""
    target = make_target(fieldmap, schema)
    for rule in rules:
        emission = convert_rule(rule, fieldmap, target)
        if emission.error is not None and emission.error.code in ("T422", "T427", "T602", "T605"):
            report.add(never_fires(emission.error, rule.info.path))


def never_fires(error: Diagnostic, path: str) -> Diagnostic:
    """Report that a rule can never fire."""
    return Diagnostic(
        "T605",
        Severity.WARNING,
        f"the rule can never fire on this target: {error.message}",
        error.labels,
        error.help,
        error.notes,
        file=path,
    )
