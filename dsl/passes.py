"""Passes over rules in logical form: `RuleSet` in, `RuleSet` out, same verdict on every event.

Each pass is a function from node to node. `PASSES` is the order; all are idempotent, and so
is the whole. The reference evaluator judges them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from operator import is_

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
from .lower import any_of, at_least

GROUP = 16
"""From how many whole-value texts of one field a list becomes one set."""


def optimise(rules: RuleSet) -> RuleSet:
    """Return the set with every pass applied to every rule."""
    return rules.replaced(optimise_rule(rule) for rule in rules)


def optimise_rule(rule: IrRule) -> IrRule:
    """Return the rule with every pass applied to its condition."""
    node = rule.condition
    settled: dict[Callable[[Node], Node], Node] = {}
    for transform in PASSES:
        if settled.get(transform) is not node:  # what a pass has made, it need not see again
            node = settled[transform] = transform(node)
    return rule if node is rule.condition else replace(rule, condition=node)


def _rebuilt(node: Node, transform: Callable[[Node], Node]) -> Node:
    """Return the node with its children transformed, or itself where that changes none."""
    match node:
        case Test() | Const():
            return node
        case Not(child=child):
            changed = transform(child)
            return node if changed is child else Not(changed)
        case All(children=children) | Any(children=children) | AtLeast(children=children):
            # No pass changes a test, and most children are tests.
            found = [child if isinstance(child, Test) else transform(child) for child in children]
            same = all(map(is_, found, children))
            return node if same else replace(node, children=tuple(found))


def simplify(node: Node) -> Node:
    """Merge nested nodes of one kind, drop double negation and repeats, fold constants.

    One walk from the leaves up: what it returns for the children is simple already, so what
    it makes of them is, too.
    """
    node = _rebuilt(node, simplify)
    match node:
        case All(children=children):
            return _joined(node, children, TRUE, FALSE)
        case Any(children=children):
            return _joined(node, children, FALSE, TRUE)
        case AtLeast():
            return _simple_at_least(node)
        case Not(child=Not(child=inner)):
            return inner
        case Not(child=Const(value=value)):
            return Const(not value)
        case _:
            return node


def _joined(node: All | Any, children: tuple[Node, ...], neutral: Const, deciding: Const) -> Node:
    """Return a conjunction or disjunction of simple children, made simple."""
    merged = _merged(children, type(node))
    kept = dict.fromkeys(merged)
    kept.pop(neutral, None)
    if deciding in kept or _contradict(kept):
        return deciding
    if len(kept) == 1:
        return next(iter(kept))
    if merged is children and len(kept) == len(children):
        return node
    return replace(node, children=tuple(kept)) if kept else neutral


def _merged(children: tuple[Node, ...], kind: type[All] | type[Any]) -> Iterable[Node]:
    """Return the children, and in place of those of the same kind their children."""
    if kind not in map(type, children):
        return children
    parts = [child.children if isinstance(child, kind) else (child,) for child in children]
    return chain.from_iterable(parts)


def _contradict(children: Mapping[Node, object]) -> bool:
    """Return whether some child and its opposite stand side by side."""
    asked: set[tuple[str | None, bool]] = set()
    for child in children:
        if isinstance(child, Test):
            if isinstance(child.check, Exists):
                asked.add((child.field, child.check.present))
        elif isinstance(child, Not) and child.child in children:
            return True
    return any((name, not present) in asked for name, present in asked)


def _simple_at_least(node: AtLeast) -> Node:
    """Take constants out of a count."""
    if not any(isinstance(child, Const) for child in node.children) and (
        1 < node.count < len(node.children)
    ):
        return node
    count = node.count - sum(child == TRUE for child in node.children)
    kept: list[Node] = [child for child in node.children if not isinstance(child, Const)]
    if count > len(kept):
        return FALSE
    return TRUE if count <= 0 else simplify(at_least(count, kept))


def group(node: Node) -> Node:
    """Gather long lists of whole-value texts of one field into one set."""
    node = _rebuilt(node, group)
    if not isinstance(node, Any) or len(node.children) < GROUP:
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
) -> Iterator[Node]:
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


PASSES: tuple[Callable[[Node], Node], ...] = (simplify, group, simplify)
"""The order in which the passes run; sets made by `group` may turn out equal."""

__all__ = ["PASSES", "optimise", "optimise_rule"]
