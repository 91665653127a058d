"""Passes over rules in logical form: `RuleSet` in, `RuleSet` out, same verdict on every event.

Each pass is a function from node to node. `PASSES` is the order; all are idempotent, and so
is the whole. The reference evaluator judges them.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from .folding import fold
from .ir import (
    FALSE,
    TRUE,
    All,
    Any,
    AtLeast,
    Const,
    Equals,
    Exists,
    IrRule,
    Node,
    Not,
    OneOf,
    RuleSet,
    Test,
)
from .lower import all_of, any_of, at_least

GROUP = 16
"""From how many whole-value texts of one field a list becomes one set."""


def optimise(rules: RuleSet) -> RuleSet:
    """Return the set with every pass applied to every rule."""
    return rules.replaced(optimise_rule(rule) for rule in rules)


def optimise_rule(rule: IrRule) -> IrRule:
    """Return the rule with every pass applied to its condition."""
    node = rule.condition
    for transform in PASSES:
        node = transform(node)
    return replace(rule, condition=node)


def _rebuilt(node: Node, transform: Callable[[Node], Node]) -> Node:
    """Return the node with its children transformed, bottom up."""
    match node:
        case All(children=children):
            return All(tuple(transform(child) for child in children))
        case Any(children=children):
            return Any(tuple(transform(child) for child in children))
        case AtLeast(count=count, children=children):
            return AtLeast(count, tuple(transform(child) for child in children))
        case Not(child=child):
            return Not(transform(child))
        case Test() | Const():
            return node


def flatten(node: Node) -> Node:
    """Merge nested conjunctions and disjunctions; drop double negation."""
    node = _rebuilt(node, flatten)
    match node:
        case All(children=children):
            return all_of(_merged(children, All))
        case Any(children=children):
            return any_of(_merged(children, Any))
        case Not(child=Not(child=inner)):
            return inner
        case _:
            return node


def _merged(children: Iterable[Node], kind: type[All] | type[Any]) -> Iterable[Node]:
    """Go through the children, and through the children of those of the same kind."""
    for child in children:
        if isinstance(child, kind):
            yield from child.children
        else:
            yield child


def fold_constants(node: Node) -> Node:
    """Work out what does not depend on the event."""
    node = _rebuilt(node, fold_constants)
    match node:
        case All(children=children):
            return _absorb(children, TRUE, FALSE, all_of)
        case Any(children=children):
            return _absorb(children, FALSE, TRUE, any_of)
        case AtLeast():
            return _fold_at_least(node)
        case Not(child=Const(value=value)):
            return Const(not value)
        case _:
            return node


def _absorb(
    children: Iterable[Node],
    neutral: Const,
    deciding: Const,
    join: Callable[[Iterable[Node]], Node],
) -> Node:
    """Drop the children that change nothing; one that decides is the result."""
    kept = [child for child in children if child != neutral]
    if deciding in kept or _contradict(kept):
        return deciding
    return join(kept) if kept else neutral


def _contradict(children: list[Node]) -> bool:
    """Return whether some child and its negation stand side by side."""
    plain = {child for child in children if not isinstance(child, Not)}
    if any(isinstance(child, Not) and child.child in plain for child in children):
        return True
    opposites = [
        (test.field, test.check.present)
        for test in children
        if isinstance(test, Test) and isinstance(test.check, Exists)
    ]
    return any((name, not present) in opposites for name, present in opposites)


def _fold_at_least(node: AtLeast) -> Node:
    """Take constants out of a count."""
    count = node.count - sum(child == TRUE for child in node.children)
    kept = [child for child in node.children if not isinstance(child, Const)]
    if count > len(kept):
        return FALSE
    return TRUE if count <= 0 else at_least(count, kept)


def dedupe(node: Node) -> Node:
    """Drop children that stand there already."""
    node = _rebuilt(node, dedupe)
    match node:
        case All(children=children):
            return all_of(dict.fromkeys(children))
        case Any(children=children):
            return any_of(dict.fromkeys(children))
        case _:
            return node


def group(node: Node) -> Node:
    """Gather long lists of whole-value texts of one field into one set."""
    node = _rebuilt(node, group)
    if not isinstance(node, Any):
        return node
    texts: dict[tuple[str, bool], list[str]] = {}
    for child in node.children:
        key = _group_key(child)
        if key is not None:
            texts.setdefault(key[0], []).extend(key[1])
    gathered = {key for key, found in texts.items() if len(found) >= GROUP}
    if not gathered:
        return node
    return any_of(_grouped(node.children, texts, gathered))


def _group_key(node: Node) -> tuple[tuple[str, bool], list[str]] | None:
    """Return field, case and texts of a test that may join a set, else `None`."""
    if not isinstance(node, Test) or node.field is None:
        return None
    match node.check:
        case Equals(pattern=pattern, cased=cased) if pattern.text is not None:
            return (node.field, cased), [pattern.text]
        case OneOf(texts=texts, cased=cased):
            return (node.field, cased), sorted(texts)
        case _:
            return None


def _grouped(
    children: Iterable[Node],
    texts: dict[tuple[str, bool], list[str]],
    gathered: set[tuple[str, bool]],
) -> Iterable[Node]:
    """Go through the children with one set in the place of the first of its texts."""
    done: set[tuple[str, bool]] = set()
    for child in children:
        key = _group_key(child)
        if key is None or key[0] not in gathered:
            yield child
        elif key[0] not in done and isinstance(child, Test):
            done.add(key[0])
            name, cased = key[0]
            found = texts[key[0]] if cased else [fold(text) for text in texts[key[0]]]
            yield Test(name, OneOf(frozenset(found), cased), child.span)


PASSES: tuple[Callable[[Node], Node], ...] = (flatten, fold_constants, dedupe, flatten, group)
"""The order in which the passes run."""

__all__ = ["PASSES", "optimise", "optimise_rule"]
