"""Placeholders: `%name%` under `expand`, filled with the user's lists at compile time (D28).

`fill` takes rules in logical form and lists by name, and returns the rules with every
placeholder replaced; a rule with a name that no list has is left out, and the report says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from .diagnostics import Diagnostic, Label, Report, Severity
from .ir import (
    All,
    Any,
    AtLeast,
    Check,
    Const,
    Contains,
    Ends,
    Equals,
    IrRule,
    Matches,
    Node,
    Not,
    RuleSet,
    Starts,
    Test,
    tests,
)
from .lower import any_of, text_check
from .operands import PLACEHOLDER
from .values import Pattern, Placeholder, Regex

LIMIT = 100_000
"""How many texts one value may stand for once its placeholders are filled in."""

Lists = Mapping[str, Sequence[str]]


def fill(rules: RuleSet, lists: Lists, report: Report) -> RuleSet:
    """Return the rules with placeholders filled; those that cannot be are left out.

    Args:
        rules: rules in logical form.
        lists: name to texts, with Sigma's wildcards; several are alternatives.
        report: gets one T317 for each rule left out.
    """
    kept: list[IrRule] = []
    for rule in rules:
        fault = _fault(rule, lists) if rule.placeholders else None
        if fault is not None:
            report.add(fault)
        else:
            kept.append(_filled_rule(rule, lists) if rule.placeholders else rule)
    filled = rules.replaced(kept)
    filled.skipped += len(rules) - len(kept)
    return filled


def _fault(rule: IrRule, lists: Lists) -> Diagnostic | None:
    """Return why a rule cannot be filled, or `None`."""
    missing = [name for name in rule.placeholders if not lists.get(name)]
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        message = f"no values are given for the placeholder {names}"
    elif any(_count(test, lists) > LIMIT for test in tests(rule.condition)):
        message = f"the placeholders of one value stand for more than {LIMIT} texts"
    else:
        return None
    spans = [test.span for test in tests(rule.condition) if _names(test) and test.span]
    return Diagnostic(
        "T317",
        Severity.ERROR,
        message,
        tuple(Label(span) for span in spans[:1]),
        help="give the lists when compiling; the rule is left out",
        file=rule.info.path,
    )


def _names(test: Test) -> tuple[str, ...]:
    """Return the placeholders of a test."""
    match test.check:
        case Equals() | Contains() | Starts() | Ends():
            return test.check.pattern.placeholders
        case Matches(regex=regex):
            return regex.placeholders
        case _:
            return ()


def _count(test: Test, lists: Lists) -> int:
    """Return how many texts a test will stand for."""
    count = 1
    for name in _names(test):
        count *= len(lists[name])
    return count


def _filled_rule(rule: IrRule, lists: Lists) -> IrRule:
    """Return a rule with its placeholders filled."""
    return replace(
        rule,
        condition=_filled(rule.condition, lists),
        detections=tuple((name, _filled(node, lists)) for name, node in rule.detections),
        placeholders=(),
    )


def _filled(node: Node, lists: Lists) -> Node:
    """Return a node with its placeholders filled."""
    match node:
        case All(children=children):
            return All(tuple(_filled(child, lists) for child in children))
        case Any(children=children):
            return Any(tuple(_filled(child, lists) for child in children))
        case AtLeast(count=count, children=children):
            return AtLeast(count, tuple(_filled(child, lists) for child in children))
        case Not(child=child):
            return Not(_filled(child, lists))
        case Test():
            return _filled_test(node, lists) if _names(node) else node
        case Const():
            return node


def _filled_test(test: Test, lists: Lists) -> Node:
    """Return the alternatives that a test with placeholders stands for."""
    checks: list[Check] = []
    if isinstance(test.check, Matches):
        checks.append(Matches(_filled_regex(test.check.regex, lists)))
    elif isinstance(test.check, Equals | Contains | Starts | Ends):  # pragma: no branch - no other
        checks += _filled_pattern(test.check, lists)
    return any_of(replace(test, check=check) for check in dict.fromkeys(checks))


def _filled_pattern(check: Equals | Contains | Starts | Ends, lists: Lists) -> list[Check]:
    """Return a text check once for each choice of values."""
    left = isinstance(check, Contains | Ends)
    right = isinstance(check, Contains | Starts)
    choices = [
        [Pattern.parse(text).parts for text in lists[part.name]]
        if isinstance(part, Placeholder)
        else [(part,)]
        for part in check.pattern.parts
    ]
    return [
        text_check(
            Pattern.of(part for parts in chosen for part in parts).opened(left=left, right=right),
            cased=check.cased,
        )
        for chosen in product(*choices)
    ]


def _filled_regex(regex: Regex, lists: Lists) -> Regex:
    """Return a regular expression with the values put in as literal alternatives."""
    pieces = PLACEHOLDER.split(regex.pattern)
    for index in range(1, len(pieces), 2):
        values = "|".join(_quoted(text) for text in lists[pieces[index]])
        pieces[index] = f"(?:{values})"
    return replace(regex, pattern="".join(pieces), placeholders=())


def _quoted(text: str) -> str:
    """Return the regular expression for just this text."""
    return "".join("\\" + char if char in r"\.+*?()|[]{}^$" else char for char in text)
