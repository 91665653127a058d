"""Lowering: `CheckedRule` in, `IrRule` out; nothing can fail here.

Names, modifiers and quantifiers become the six node kinds of `ir`. Case, wildcards and
regular expressions stay data; encodings are spelled out, because they change the text.
"""

from collections.abc import Iterable

from . import paths
from .ast import And, Document, Item, Name, Not, Or, Quantified, Rule, text_of
from .ast import Node as AstNode
from .check import CheckedItem, CheckedRule
from .ir import (
    FALSE,
    TRUE,
    All,
    Any,
    AtLeast,
    Check,
    Compare,
    Contains,
    Ends,
    Equals,
    Exists,
    FieldIs,
    InNet,
    IrRule,
    IsNull,
    Matches,
    Node,
    OneOf,
    Order,
    Relation,
    RuleInfo,
    Starts,
    Test,
    TimePart,
    Truth,
    tests,
)
from .ir import Not as IrNot
from .modifiers import Base, Chain
from .operands import Operand, OtherField, PathText
from .values import ANY_RUN, Network, Number, Pattern, Regex


def lower_rule(checked: CheckedRule, document: Document) -> IrRule:
    """Return the rule in logical form.

    Args:
        checked: a rule without errors.
        document: the document that it stands in; its source names the rule's path.
    """
    rule = checked.rule
    named = {d.name: lower_node(checked, d.body, {}) for d in rule.detections}
    condition = any_of(lower_node(checked, node, named) for node in rule.conditions)
    return IrRule(
        info=rule_info(rule, document.source.name),
        logsource=rule.logsource,
        condition=condition,
        detections=tuple(named.items()),
        placeholders=_placeholders(condition) if _expands(checked) else (),
        cases=rule.cases,
        syntax=rule,
    )


def rule_info(rule: Rule, path: str) -> RuleInfo:
    """Return what a rule is called, from its metadata."""
    meta = tuple([(entry.key, entry.data) for entry in rule.meta])
    data = dict(reversed(meta))  # of a key that stands twice the first counts
    name = text_of(data.get("name"))
    tags = data.get("tags")
    return RuleInfo(
        id=text_of(data.get("id")) or name or None,
        title=text_of(data.get("title")),
        level=text_of(data.get("level")).lower(),
        status=text_of(data.get("status")).lower(),
        name=name,
        tags=tuple([text_of(tag) for tag in tags]) if isinstance(tags, tuple) else (),
        path=path,
        meta=meta,
    )


def lower_node(checked: CheckedRule, node: AstNode, named: dict[str, Node]) -> Node:
    """Return the logical form of a node; `named` holds that of the detections."""
    match node:
        case Item():
            return lower_item(node, checked.items[id(node)])
        case And(children=children):
            return all_of(lower_node(checked, child, named) for child in children)
        case Or(children=children):
            return any_of(lower_node(checked, child, named) for child in children)
        case Not(child=child):
            return IrNot(lower_node(checked, child, named))
        case Name(name=name):
            return named[name]
        case Quantified(count=count):
            return at_least(count, [named[name] for name in checked.selected[id(node)]])


def at_least(count: int | str, children: list[Node]) -> Node:
    """Return the node that holds when so many of the children do, or all of them."""
    if count == "all" or count == len(children):
        return all_of(children)
    if not isinstance(count, int) or count > len(children):
        return FALSE
    if count <= 0:
        return TRUE
    return any_of(children) if count == 1 else AtLeast(count, tuple(children))


def all_of(children: Iterable[Node]) -> Node:
    """Return the conjunction; of a single child, the child."""
    nodes = tuple(children)
    return nodes[0] if len(nodes) == 1 else All(nodes)


def any_of(children: Iterable[Node]) -> Node:
    """Return the disjunction; of a single child, the child."""
    nodes = tuple(children)
    return nodes[0] if len(nodes) == 1 else Any(nodes)


def lower_item(item: Item, bound: CheckedItem) -> Node:
    """Return the logical form of an item."""
    chain = bound.chain
    groups = [
        _lower_operand(item, chain, group[0])
        if len(group) == 1
        else any_of(_lower_operand(item, chain, operand) for operand in group)
        for group in bound.groups
    ]
    if bound.texts:
        groups.append(_lower_texts(item, chain, bound.texts))
    node = all_of(groups) if chain.every else any_of(groups)
    return IrNot(node) if chain.negated else node


def _lower_texts(item: Item, chain: Chain, texts: frozenset[str]) -> Node:
    """Return the test for the texts of list files."""
    if item.field is None:
        patterns = (Pattern.literal(text) for text in sorted(texts))
        return any_of(Test(None, Contains(p, chain.cased), item.span) for p in patterns)
    return Test(item.field, OneOf(texts, chain.cased), item.span)


def _lower_operand(item: Item, chain: Chain, operand: Operand) -> Node:
    """Return the test for one operand of an item."""
    if isinstance(operand, PathText) and item.field is not None:
        return paths.lower_path(
            chain.path.value, operand.text, cased=chain.cased, field=item.field, span=item.span
        )
    return Test(item.field, _check_of(item, chain, operand), item.span)


def _check_of(item: Item, chain: Chain, operand: Operand) -> Check:
    """Return what the values of the field must pass."""
    match operand:
        case Pattern():
            shaped = operand if item.field is not None else _searched(chain, operand)
            return text_check(shaped, cased=chain.cased)
        case Regex():
            return Matches(operand)
        case Network():
            return InNet(operand)
        case bool():
            return Exists(operand) if chain.base is Base.EXISTS else Truth(operand)
        case Number():
            if chain.base is Base.TIME:
                return TimePart(chain.part, chain.order, operand)
            return Compare(chain.order if chain.base is Base.NUMBER else Order.EQ, operand)
        case OtherField(name=name):
            return FieldIs(_relation(chain), name, chain.cased)
        case PathText() | None:
            return IsNull()


def _searched(chain: Chain, pattern: Pattern) -> Pattern:
    """Return the pattern of a keyword, open at both ends unless a modifier shapes it (D12)."""
    if chain.shaped:
        return pattern
    return pattern.opened(left=True, right=True)


def _relation(chain: Chain) -> Relation:
    """Return how the two fields of a `fieldref` relate."""
    if chain.open_left and chain.open_right:
        return Relation.CONTAINS
    if chain.open_right:
        return Relation.STARTS
    return Relation.ENDS if chain.open_left else Relation.EQUALS


def text_check(pattern: Pattern, *, cased: bool) -> Check:
    """Return the text check for a pattern: stars at its ends become the kind of check."""
    parts = pattern.parts
    left = bool(parts) and parts[0] is ANY_RUN
    right = bool(parts) and parts[-1] is ANY_RUN
    if not (left or right):
        return Equals(pattern, cased)
    if len(parts) == 1:
        return Contains(Pattern(), cased)
    inner = Pattern(parts[left : len(parts) - right])
    if left and right:
        return Contains(inner, cased)
    if right:
        return Starts(inner, cased)
    return Ends(inner, cased)


def _expands(checked: CheckedRule) -> bool:
    """Return whether a rule may hold placeholders."""
    return any(bound.chain.expand for bound in checked.items.values())


def _placeholders(node: Node) -> tuple[str, ...]:
    """Return the placeholders that a condition still holds, each once."""
    names: dict[str, None] = {}
    for test in tests(node):
        match test.check:
            case Equals() | Contains() | Starts() | Ends():
                names.update(dict.fromkeys(test.check.pattern.placeholders))
            case Matches(regex=regex):
                names.update(dict.fromkeys(regex.placeholders))
            case _:
                pass
    return tuple(names)
