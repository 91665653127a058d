"""Log sources: how the events that a rule is for are recognised, and what they call its fields.

After lowering, before planning. In goes a rule's `Logsource`, out come `Route`s: a condition on
header fields and a renaming each. The table itself is data under `rules/logsources`. What
holds: a route's condition looks at header fields only, and a rule without routes never runs
unless the user declares what the events are (decision D5).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import assert_never

from ..ast import Logsource
from ..codes import CODES
from ..diagnostics import Diagnostic, Report
from ..ir import TRUE, All, Any, AtLeast, Const, FieldIs, IrRule, Node, Not, Test
from ..suggest import suggest
from .entry import Entry, Renames


@dataclass(frozen=True, slots=True)
class Route:
    """One way in which events come to a rule.

    Attributes:
        when: which events, by their header fields.
        rename: pairs of a rule's field and the event field that it is read from.
    """

    when: Node
    rename: Renames = ()


@lru_cache(maxsize=1)
def table() -> tuple[Entry, ...]:
    """Return the table of log sources, in the order of its files."""
    from .file import read_table  # noqa: PLC0415 - a stored program needs no YAML

    return read_table()


def routes(logsource: Logsource) -> tuple[Route, ...] | None:
    """Return the routes to a rule of this log source, or `None` where there are none."""
    return _routes(_folded(logsource), declared=False)


@lru_cache(maxsize=1024)
def _routes(key: "Key", *, declared: bool) -> tuple[Route, ...] | None:
    """Return the routes, merged where they rename alike.

    Args:
        key: product, category and service of a rule.
        declared: whether to use the entries that wait for the user's word, too.
    """
    usable = [pair for pair in _keyed() if pair[1].when and (declared or not pair[1].declared)]
    fitting = [entry for given, entry in usable if _fits(key, given)]
    kept = [entry for entry in fitting if not any(_covers(other, entry) for other in fitting)]
    merged: dict[Renames, list[Node]] = {}
    for entry in kept:
        conditions = merged.setdefault(entry.rename, [])
        conditions += [when for when in entry.when if when not in conditions]
    found = tuple(Route(_any(whens), rename) for rename, whens in merged.items())
    return found or None


Key = tuple[str | None, str | None, str | None]


def _folded(logsource: Logsource) -> Key:
    """Return product, category and service in the case in which they are compared (D4)."""
    parts = (logsource.product, logsource.category, logsource.service)
    product, category, service = (part.lower() if part else None for part in parts)
    return product, category, service


@lru_cache(maxsize=1)
def _keyed() -> tuple[tuple[Key, Entry], ...]:
    """Return the entries of the table, each behind the key of its log source."""
    return tuple((_folded(entry.logsource), entry) for entry in table())


def _fits(rule: Key, entry: Key) -> bool:
    """Return whether every attribute that a rule sets is the entry's."""
    product, category, service = rule
    return (
        product in (None, entry[0]) and category in (None, entry[1]) and service in (None, entry[2])
    )


def _covers(general: Entry, special: Entry) -> bool:
    """Return whether an entry stands for all events of another one of the same product."""
    wide, narrow = _folded(general.logsource), _folded(special.logsource)
    if wide == narrow or wide[0] is None:
        return False
    return all(a is None or a == b for a, b in zip(wide, narrow, strict=True))


def _any(nodes: Iterable[Node]) -> Node:
    """Return a node that holds if one of these does."""
    children = tuple(nodes)
    return children[0] if len(children) == 1 else Any(children)


def declared_routes(declared: Logsource, logsource: Logsource) -> tuple[Route, ...] | None:
    """Return the routes to a rule when the user says what the events are, or `None`.

    Every event comes to a rule that the declaration selects, under its own names; where a
    route of the table renames fields, its events come a second time under those names.
    """
    if not selects(declared, logsource):
        return None
    found = _routes(_folded(logsource), declared=True) or ()
    renaming = [route for route in found if route.rename]
    return (Route(TRUE), *renaming)


def selects(declared: Logsource, logsource: Logsource) -> bool:
    """Return whether a declared log source lets a rule see the events (D5).

    Each attribute that the rule sets must be the declared one, or not be declared.
    """
    pairs = zip(_folded(declared), _folded(logsource), strict=True)
    return all(wanted is None or given in {None, wanted} for given, wanted in pairs)


def routed(rule: IrRule, found: tuple[Route, ...]) -> Node:
    """Return the condition of a rule as it stands for all events of all sources."""
    return _any(
        rule.condition if route.when == TRUE else All((route.when, renamed(rule.condition, route)))
        for route in found
    )


def renamed(node: Node, route: Route) -> Node:
    """Return a condition with the fields under the names that a route's events have."""
    return _rename(node, dict(route.rename)) if route.rename else node


def _rename(node: Node, names: dict[str, str]) -> Node:
    """Return the node with fields renamed."""
    match node:
        case Test():
            return _rename_test(node, names)
        case All(children=children):
            return All(tuple([_rename(child, names) for child in children]))
        case Any(children=children):
            return Any(tuple([_rename(child, names) for child in children]))
        case AtLeast(count=count, children=children):
            return AtLeast(count, tuple([_rename(child, names) for child in children]))
        case Not(child=child):
            return Not(_rename(child, names))
        case Const():
            return node
        case _:
            assert_never(node)


def _rename_test(test: Test, names: dict[str, str]) -> Test:
    """Return the test with its fields renamed, or itself where that changes nothing."""
    field, check = test.field, test.check
    if field is not None:
        field = names.get(field, field)
    if isinstance(check, FieldIs):
        check = FieldIs(check.relation, names.get(check.other, check.other), cased=check.cased)
    same = field == test.field and check is test.check
    return test if same else Test(field, check, test.span)


def report_unrouted(rules: Iterable[IrRule], report: Report) -> int:
    """Say which log sources keep rules from seeing any event; return how many rules."""
    counts = Counter(str(rule.logsource) for rule in rules if routes(rule.logsource) is None)
    if counts:
        total = sum(counts.values())
        listed = ", ".join(f"{source} ({count})" for source, count in counts.most_common(_LISTED))
        report.add(
            Diagnostic(
                "T809",
                CODES["T809"].severity,
                f"{total} {'rule sees' if total == 1 else 'rules see'} no events unless their"
                " log source is declared",
                help="say what the events are with `--logsource`",
                notes=(f"log sources: {listed}{', …' if len(counts) > _LISTED else ''}",),
            )
        )
    return sum(counts.values())


_LISTED = 8


@lru_cache(maxsize=1)
def known() -> Node:
    """Return the condition that an event of any log source of the table satisfies."""
    whens = dict.fromkeys(when for entry in table() if not entry.declared for when in entry.when)
    return Any(tuple(whens))


def recognisers() -> tuple[tuple[Logsource, Node], ...]:
    """Return log sources with the conditions of their events, the most particular ones first."""
    usable = [entry for entry in table() if entry.when and not entry.declared]
    pairs = [(entry.logsource, _any(entry.when)) for entry in usable]
    return tuple(sorted(pairs, key=lambda pair: _folded(pair[0]).count(None)))


def parse_logsource(text: str, report: Report) -> Logsource | None:
    """Read `PRODUCT/CATEGORY/SERVICE`, whose parts may be empty; `None` if it is not that."""
    parts = [part.strip() for part in text.split("/")]
    if len(parts) > _PARTS or not any(parts):
        report.add(
            Diagnostic(
                "T401",
                CODES["T401"].severity,
                f"`{text}` is not a log source",
                help="write PRODUCT/CATEGORY/SERVICE; parts may be empty, such as `linux//auditd`",
            )
        )
        return None
    product, category, service = (part or None for part in (*parts, "", "")[:_PARTS])
    declared = Logsource(category=category, product=product, service=service)
    _report_unknown(declared, report)
    return declared


_PARTS = 3


def _report_unknown(declared: Logsource, report: Report) -> None:
    """Say which part of a declared log source no entry of the table has."""
    names = ("product", "category", "service")
    for position, (name, part) in enumerate(zip(names, _folded(declared), strict=True)):
        listed = {_folded(entry.logsource)[position] for entry in table()} - {None}
        if part is None or part in listed:
            continue
        similar = suggest(part, sorted(word for word in listed if word))
        report.add(
            Diagnostic(
                "T402",
                CODES["T402"].severity,
                f"no known log source has the {name} `{part}`",
                help=f"did you mean `{similar}`?" if similar else "rules that name it will run",
            )
        )
