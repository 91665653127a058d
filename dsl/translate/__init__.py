"""Native constructs as Sigma has them: the document that `print_sigma` can write.

In goes a document, out comes one without named lists, path predicates, sets of networks,
predicates in conditions, and detections that Sigma's maps and lists cannot hold. What has no
equal form is reported and its entry left out, never silently changed. A document that came
from Sigma comes out equal.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import comb

from ..ast import (
    And,
    Correlation,
    Detection,
    Document,
    Entry,
    Filter,
    Item,
    Name,
    Node,
    Not,
    Or,
    Quantified,
    Rule,
)
from ..diagnostics import Diagnostic, Label, Report, Severity
from ..sigma.shape import RESERVED, fits, is_map
from ..source import Span
from .items import ListReader, Loss, Values, no_files, rewrite_item

COMBINATIONS = 64
"""How many groups of detections `2 of (…)` may be spelled out as."""

_IDENTIFIER = re.compile(r"[\w-]+")
_KEYWORDS = frozenset({"and", "or", "not", "of", "them", "AND", "OR", "NOT"})
_DOCUMENT_KEYS = frozenset({"logsource", "detection", "correlation", "filter"})


def to_sigma(document: Document, report: Report, read_list: ListReader = no_files) -> Document:
    """Return the document in terms of Sigma, less the entries that have no equal form.

    Args:
        document: what to translate.
        report: gets an error for each entry that is left out.
        read_list: how to get at list files.
    """
    values = Values({named.name: named.values for named in document.lists}, read_list)
    entries: list[Entry] = []
    for entry in document.entries:
        try:
            entries.append(_translate(entry, values))
        except Loss as loss:
            report.add(_diagnostic(loss, entry))
    return Document(document.source, tuple(entries), (), document.broken)


def _diagnostic(loss: Loss, entry: Entry) -> Diagnostic:
    """Return the error for an entry that has no equal form in Sigma."""
    label = Label(loss.span or entry.span)
    return Diagnostic("T681", Severity.ERROR, loss.message, (label,), loss.help)


def _translate(entry: Entry, values: Values) -> Entry:
    """Return an entry in terms of Sigma."""
    taken = next((each for each in entry.meta if each.key in _DOCUMENT_KEYS), None)
    if taken is not None:
        raise Loss(f"the key `{taken.key}` means something else in Sigma", taken.span)
    match entry:
        case Rule():
            split = _Splitter(entry.detections, entry.conditions, values)
            conditions = tuple(split.condition(node) for node in entry.conditions)
            return replace(entry, detections=tuple(split.detections), conditions=conditions)
        case Filter():
            split = _Splitter(entry.detections, (entry.condition,), values)
            condition = split.condition(entry.condition)
            return replace(entry, detections=tuple(split.detections), condition=condition)
        case Correlation():
            if not isinstance(entry.condition, tuple) and _has_items(entry.condition):
                raise Loss("the condition of a correlation names rules only", entry.condition.span)
            return entry


def _has_items(node: Node) -> bool:
    """Return whether there is a predicate below a node."""
    match node:
        case And(children=children) | Or(children=children):
            return any(_has_items(child) for child in children)
        case Not(child=child):
            return _has_items(child)
        case Item():
            return True
        case Name() | Quantified():
            return False


def _needs_names(node: Node) -> bool:
    """Return whether there is something below a condition that gets a name of its own."""
    match node:
        case And(children=children) | Or(children=children):
            return any(_needs_names(child) for child in children)
        case Not(child=child):
            return _needs_names(child)
        case Name(name=name):
            return _IDENTIFIER.fullmatch(name) is None
        case _:
            return isinstance(node, Item)


@dataclass
class _Splitter:
    """Detections and conditions of one entry on their way to Sigma.

    Attributes:
        source: the detections as written.
        conditions: the conditions as written.
        detections: what becomes of them, with those that were split off.
        instead: conditions that stand for detections that Sigma cannot hold.
    """

    source: Sequence[Detection]
    conditions: Sequence[Node]
    values: Values
    detections: list[Detection] = field(default_factory=list)
    instead: dict[str, Node] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Rewrite the detections."""
        self._taken = {each.name for each in self.source}
        for each in self.source:
            self._add(each)
        self._adds_names = bool(self.instead) or any(map(_needs_names, self.conditions))

    def _add(self, detection: Detection) -> None:
        """Take over a detection, split where it must be."""
        body = self._rewrite(detection.body)
        usable = detection.name not in RESERVED | _KEYWORDS
        if usable and fits(body):
            self.detections.append(replace(detection, body=body))
            return
        body = flat(body)
        if usable and fits(body):
            self.detections.append(replace(detection, body=body))
        else:
            self.instead[detection.name] = self._split(body, detection.name)

    def _rewrite(self, node: Node) -> Node:
        """Return a node with its items in terms of Sigma."""
        match node:
            case Item():
                return rewrite_item(node, self.values)
            case And(children=children) | Or(children=children):
                rewritten = tuple(self._rewrite(child) for child in children)
                return node if rewritten == children else replace(node, children=rewritten)
            case Not(child=child):
                rewritten_child = self._rewrite(child)
                return node if rewritten_child == child else replace(node, child=rewritten_child)
            case Name() | Quantified():
                return node

    def _split(self, node: Node, base: str) -> Node:
        """Return a condition for a body, its parts as detections of their own."""
        if fits(node):
            return self._named(node, base)
        match node:
            case And(children=children):
                parts = [self._split(part, base) for part in _maps(children, node.span)]
                return _join(And, parts, node.span)
            case Or(children=children):
                parts = [self._split(part, base) for part in _lists(children, node.span)]
                return _join(Or, parts, node.span)
            case Not(child=child):
                return Not(self._split(child, base), node.span)
            case _:
                return node

    def _named(self, body: Node, base: str) -> Name:
        """Make a detection of a body, under a name that no pattern takes in."""
        known = next((each for each in self.detections if each.body == body), None)
        if known is not None and known.name.startswith("_"):
            return Name(known.name, body.span)
        stem = "_" + re.sub(r"[^\w-]+", "_", base).strip("_")
        number = 1
        while f"{stem}_{number}" in self._taken:
            number += 1
        name = f"{stem}_{number}"
        self._taken.add(name)
        self.detections.append(Detection(name, body, body.span))
        return Name(name, body.span)

    def condition(self, node: Node) -> Node:
        """Return a condition in terms of Sigma."""
        match node:
            case Name(name=name):
                return self._member(name, node.span)
            case Quantified():
                return self._quantified(node)
            case Item():
                return self._split(flat(self._rewrite(node)), "when")
            case And(children=children) | Or(children=children):
                parts = tuple(self.condition(child) for child in children)
                return node if parts == children else replace(node, children=parts)
            case Not(child=child):
                part = self.condition(child)
                return node if part == child else replace(node, child=part)

    def _member(self, name: str, span: Span) -> Node:
        """Return what stands for a detection in a condition."""
        if name in self.instead:
            return self.instead[name]
        if _IDENTIFIER.fullmatch(name):
            return Name(name, span)
        body = next((each.body for each in self.detections if each.name == name), None)
        return Name(name, span) if body is None else self._named(body, name)

    def _quantified(self, node: Quantified) -> Node:
        """Return a quantifier as Sigma has it, spelled out where it must be.

        A pattern that begins with `_` would take in names that are added here.
        """
        found = dict.fromkeys(n for p in node.names or ("*",) for n in select(self.source, p))
        hidden = self._adds_names and any(name.startswith("_") for name in node.names)
        if len(node.names) <= 1 and not hidden and not self.instead.keys() & found:
            return node
        members = [self._member(name, node.span) for name in found]
        if not members:
            raise Loss("the quantifier speaks of no detection", node.span)
        if node.count == "all":
            return _join(And, members, node.span)
        if comb(len(members), node.count) > COMBINATIONS:
            raise Loss("this quantifier would be too long without its list", node.span)
        groups = [_join(And, list(g), node.span) for g in combinations(members, node.count)]
        if not groups:
            raise Loss("the quantifier asks for more detections than there are", node.span)
        return _join(Or, groups, node.span)


def select(detections: Sequence[Detection], pattern: str) -> list[str]:
    """Return the names that a name or pattern speaks of; `_` hides a name from other patterns."""
    names = [detection.name for detection in detections]
    if "*" not in pattern:
        return [name for name in names if name == pattern]
    expression = re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)
    hidden = pattern.startswith("_")
    return [n for n in names if expression.fullmatch(n) and (hidden or not n.startswith("_"))]


def flat(node: Node) -> Node:
    """Return the same logic without `and` directly below `and`, nor `or` below `or`."""
    match node:
        case And(children=children):
            return replace(node, children=tuple(_flattened(And, children)))
        case Or(children=children):
            return replace(node, children=tuple(_flattened(Or, children)))
        case Not(child=child):
            return replace(node, child=flat(child))
        case _:
            return node


def _flattened(kind: type[And | Or], children: Iterable[Node]) -> Iterator[Node]:
    """Go through children, those of the same kind opened up."""
    for child in map(flat, children):
        if isinstance(child, And | Or) and isinstance(child, kind):
            yield from child.children
        else:
            yield child


def _maps(children: Sequence[Node], span: Span) -> list[Node]:
    """Gather the items among what must all hold into maps; the rest stays apart."""
    maps: list[list[Item]] = []
    others: list[Node] = []
    for child in children:
        if not isinstance(child, Item):
            others.append(child)
            continue
        room = next((each for each in maps if is_map([*each, child])), None)
        if room is None:
            maps.append([child])
        else:
            room.append(child)
    return [*(_join(And, list(each), span) for each in maps), *others]


def _lists(children: Sequence[Node], span: Span) -> list[Node]:
    """Gather the alternatives that fit into one list; the rest stays apart."""
    fitting: list[Node] = [child for child in children if fits(child)]
    others = [child for child in children if not fits(child)]
    return [_join(Or, fitting, span), *others] if fitting else others


def _join(kind: type[And | Or], nodes: Sequence[Node], span: Span) -> Node:
    """Return several nodes as one; a single one is itself."""
    return nodes[0] if len(nodes) == 1 else kind(tuple(nodes), span)
