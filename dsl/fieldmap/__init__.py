"""Field maps: from the names that rules use to the tables and columns of a target.

In goes a rule in logical form and a `FieldMap`; out comes a `Bound` rule: the same condition
over columns, the table, and the filter that picks the rows of the rule's log source. Only
fields, their texts and added filters change. What a table lacks makes its tests false and is
reported, never dropped in silence (codes T421 to T425). Field maps are YAML files, read by
`file`; the pieces that they consist of are in `places`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources

from ... import rules as content
from ..ast import Logsource
from ..diagnostics import Diagnostic, Report
from ..ir import FALSE, FieldIs, IrRule, RuleSet, tests
from .bind import Binder, chosen
from .binding import Binding, Bound
from .messages import no_events, no_table
from .places import Computed
from .simplify import all_of

__all__ = [
    "Binding",
    "Bound",
    "FieldMap",
    "field_name",
    "fieldmap_names",
    "fieldmap_text",
    "fields_of",
    "load_fieldmap",
]


@dataclass(frozen=True, slots=True)
class FieldMap:
    """A field map.

    Attributes:
        name: what it is called.
        schema: the name of the schema that has its tables, or empty.
        bindings: in the order of the file.
        about: what it is for, in a sentence.
        names: pairs of a column with a path and the column with that path's last name.
    """

    name: str
    schema: str = ""
    bindings: tuple[Binding, ...] = ()
    about: str = ""
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    _found: dict[str, "tuple[Binding, ...]"] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def find(self, logsource: Logsource) -> Binding | None:
        """Return the binding that agrees with a log source in most attributes, or `None`."""
        return next(iter(self.candidates(logsource)), None)

    def candidates(self, logsource: Logsource) -> tuple[Binding, ...]:
        """Return the bindings that agree with a log source in most attributes, in order."""
        key = str(logsource).lower()
        if key not in self._found:
            served = [(binding.serves(logsource), binding) for binding in self.bindings]
            best = max((score for score, _ in served), default=-1)
            self._found[key] = tuple(b for score, b in served if score == best and best >= 0)
        return self._found[key]

    def bind(self, rule: IrRule) -> Bound | Diagnostic:
        """Return the rule over columns, or the reason why it cannot be had.

        Of several tables for a log source the first counts that serves the rule without
        loss, else the first that serves it at all.
        """
        found: list[Bound | Diagnostic] = []
        for binding in self.candidates(rule.logsource):
            bound = Binder(rule, chosen(binding, rule.condition)).bind()
            if _serves(bound) and isinstance(bound, Bound) and not bound.losses:
                return bound
            found.append(bound)
        if not found:
            return no_table(rule, self.name)
        best = next(filter(_serves, found), found[0])
        if isinstance(best, Bound) and not _serves(best) and rule.condition != FALSE:
            return no_events(rule, [b.table for b in self.candidates(rule.logsource)])
        return best

    def apply(self, rules: RuleSet, report: Report) -> RuleSet:
        """Return the rules over columns; those that cannot be had are reported and left out."""
        kept: list[IrRule] = []
        for rule in rules:
            bound = self.bind(rule)
            if isinstance(bound, Diagnostic):
                report.add(bound)
                continue
            report.extend(bound.losses)
            where = bound.binding.where
            kept.append(replace(bound.rule, condition=all_of([where, bound.rule.condition])))
        return rules.replaced(kept)

    def rename(self, rules: RuleSet, report: Report) -> RuleSet:
        """Return the rules for events whose fields have the names of columns.

        Members of a column become dotted names, joined columns joined fields. A rule whose
        log source the field map does not know stays as it is.
        """
        kept: list[IrRule] = []
        for rule in rules:
            binding = self.find(rule.logsource)
            if binding is None:
                kept.append(rule)
                continue
            bound = Binder(rule, chosen(binding, rule.condition), field_name).bind()
            if isinstance(bound, Diagnostic):
                report.add(bound)
            else:
                report.extend(bound.losses)
                kept.append(bound.rule)
        return rules.replaced(kept)


def _serves(bound: Bound | Diagnostic) -> bool:
    """Return whether a table serves a rule: it can hold for a row."""
    return isinstance(bound, Bound) and bound.rule.condition != FALSE


def field_name(place: Computed) -> str:
    """Return the name of the field that holds what a computed column would."""
    if place.kind in ("member", "json"):
        return ".".join((place.columns[0], *place.path))
    if place.kind == "joined":
        return "\\".join(place.columns)
    return place.columns[0] if place.kind == "hex" else ".".join(place.path[-1:])


def fields_of(rule: IrRule) -> tuple[str, ...]:
    """Return the names of the fields that a rule asks for, in order of mention."""
    found: dict[str, None] = {}
    for test in tests(rule.condition):
        if test.field is not None:
            found[test.field] = None
        if isinstance(test.check, FieldIs):
            found[test.check.other] = None
    return tuple(found)


def fieldmap_names() -> tuple[str, ...]:
    """Return the names of the shipped field maps, sorted."""
    folder = resources.files(content) / "fieldmaps"
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(n.removesuffix(".yml") for n in names if n.endswith(".yml")))


@cache
def load_fieldmap(name: str) -> FieldMap:
    """Return a shipped field map; read once a process.

    Raises:
        KeyError: no field map of that name is shipped.
    """
    if name not in fieldmap_names():
        raise KeyError(name)
    from .file import build_fieldmap  # noqa: PLC0415 - it needs the types above

    return build_fieldmap(name, fieldmap_text(name))


def fieldmap_text(name: str) -> str:
    """Return the text of a shipped field map."""
    return (resources.files(content) / "fieldmaps" / f"{name}.yml").read_text(encoding="utf-8")
