"""The pipeline as a few calls: load, fill, map, compile, convert.

`tocsin/__init__.py` lists what of it is public. Everything between the calls is the business
of the stages; everything outside them is input and output.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from tocsin.collecting import paused
from tocsin.dsl import placeholders as placeholder_lists
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.ir import RuleSet
from tocsin.dsl.passes import optimise
from tocsin.errors import RuleError
from tocsin.matcher.matcher import Matcher

if TYPE_CHECKING:
    from tocsin.emit.target import Emission

Routing = Literal["auto", "off"]
Lists = Mapping[str, Sequence[str | int]]


def fill(rules: RuleSet, placeholders: Lists) -> RuleSet:
    """Return the rules with the `%name%` of `expand` filled in.

    Args:
        rules: loaded rules.
        placeholders: name to values; several values are alternatives.

    Raises:
        RuleError: a rule needs a list that is not given.
    """
    report = Report()
    filled = placeholder_lists.fill(rules, _texts(placeholders), report)
    if report.has_errors:
        raise RuleError(report)
    return filled


def compile(  # noqa: A001 - the word of the field
    rules: RuleSet,
    fieldmap: str | None = None,
    routing: Routing = "auto",
    placeholders: Lists | None = None,
) -> Matcher:
    """Return a matcher for the rules.

    Args:
        rules: loaded rules.
        fieldmap: the name or file of a field map, for events that call their fields otherwise.
        routing: `"auto"`: a rule sees only events of its log source; `"off"`: all events.
        placeholders: name to values, for `expand`; a rule that needs others is left out.

    Returns:
        The matcher; its `.report` says which rules were left out, and why.

    Raises:
        TargetError: the field map is not there or cannot be read.
    """
    report = Report()
    usable = placeholder_lists.fill(rules, _texts(placeholders or {}), report)
    if fieldmap is not None:
        from tocsin.fieldmaps import find_fieldmap

        usable = find_fieldmap(fieldmap).rename(usable, report)
    with paused():
        return Matcher(optimise(usable), routing=routing, report=report)


def convert(
    rules: RuleSet, target: str, fieldmap: str | None = None, form: str = "query"
) -> list["Emission"]:
    """Return the rules as queries of another system.

    Args:
        rules: loaded rules.
        target: such as `"kql"`.
        fieldmap: the name or file of a field map; what a target takes by default if not given.
        form: `"query"`, or a form ready to deploy.

    Raises:
        TargetError: the target, the field map or the form is not there.
    """
    from tocsin.converting import convert as convert_rules

    return convert_rules(rules, target, fieldmap, form)


def _texts(placeholders: Lists) -> dict[str, list[str]]:
    """Return the values of every list as texts; a single text is a list of one."""
    return {
        name: [values] if isinstance(values, str) else [str(value) for value in values]
        for name, values in placeholders.items()
    }
