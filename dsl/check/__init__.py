"""Checking: `Rule` in, `CheckedRule` out, with every fault of the rule reported.

The tree stays untouched; side tables, keyed by node identity, bind every item to its chain
and operands and every quantifier to detections. A rule with an error stops here, and its
neighbours go on.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from ..ast import (
    And,
    Document,
    FileName,
    Item,
    ListName,
    Name,
    Node,
    Not,
    Or,
    Quantified,
    Rule,
    Value,
    items,
)
from ..diagnostics import Report
from ..modifiers import Base, Chain, ChainFault, read_chain
from ..networks import NAMES
from ..operands import Operand, ValueFault, is_coerced, read_value
from ..record import record
from ..source import Span
from ..values import Pattern
from . import messages as say

ListReader = Callable[[str, Span], Sequence[str] | None]
"""Reads a list file named in a rule: its lines, or `None` after reporting why not."""

VALUES = 5_000_000
"""How many values one item may have."""


@record
class CheckedItem:
    """An item bound to its meaning.

    Attributes:
        chain: what its modifiers ask for.
        groups: for each value, the operands that it stands for, which are alternatives.
        texts: further values of whole-value equality, from list files.
    """

    chain: Chain
    groups: tuple[tuple[Operand, ...], ...]
    texts: frozenset[str] = frozenset()


@record
class CheckedRule:
    """A rule without errors and what its names stand for.

    Attributes:
        rule: the tree, as read.
        items: the meaning of every item, by `id()` of the item.
        selected: the detections that every quantifier speaks of, by `id()` of the node.
    """

    rule: Rule
    items: Mapping[int, CheckedItem]
    selected: Mapping[int, tuple[str, ...]]


def _no_files(_path: str, _span: Span) -> Sequence[str] | None:
    """Read no list file."""
    return None


@dataclass(slots=True)
class _Checker:
    """The state of checking one rule."""

    rule: Rule
    report: Report
    lists: Mapping[str, tuple[Value, ...]]
    read_list: ListReader
    faulty: bool = False
    items: dict[int, CheckedItem] = field(default_factory=dict)
    selected: dict[int, tuple[str, ...]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)


def check_rule(
    rule: Rule, document: Document, report: Report, read_list: ListReader = _no_files
) -> CheckedRule | None:
    """Return the rule with its names and values bound, or `None` when it has errors.

    Args:
        rule: one entry of the document.
        document: where its named lists stand.
        report: gets every fault and every warning.
        read_list: how to get at list files.
    """
    lists = {named.name: named.values for named in document.lists}
    checker = _Checker(rule, report, lists, read_list)
    for detection in rule.detections:
        _check_items(checker, detection.body)
    for condition in rule.conditions:
        _check_condition(checker, condition)
    if checker.faulty:
        return None
    _check_unused(checker)
    return CheckedRule(rule, checker.items, checker.selected)


def _check_items(checker: _Checker, node: Node) -> None:
    """Bind every item below a node."""
    for item in items(node):
        bound = _check_item(checker, item)
        if bound is None:
            checker.faulty = True
        else:
            checker.items[id(item)] = bound


def _check_item(checker: _Checker, item: Item) -> CheckedItem | None:
    """Bind one item, or report what is wrong with it."""
    chain = read_chain(item.modifiers)
    if isinstance(chain, ChainFault):
        checker.report.add(say.chain_fault(item, chain))
        return None
    if item.field is None and chain.base not in (Base.TEXT, Base.REGEX):
        checker.report.add(say.field_needed(item, chain))
        return None
    quick = _quick_groups(item, chain)
    if quick is not None:
        return CheckedItem(chain, quick)
    return _check_values(checker, item, chain)


def _quick_groups(item: Item, chain: Chain) -> tuple[tuple[Operand, ...], ...] | None:
    """Return the groups of an item of nothing but patterns, the usual one, else `None`."""
    if item.field is None or not chain.is_plain_text:
        return None
    left, right = chain.open_left, chain.open_right
    groups: list[tuple[Operand, ...]] = []
    for value in item.values:
        scalar = value.scalar
        if type(scalar) is not Pattern:
            return None
        groups.append((scalar.opened(left=left, right=right),))
    return tuple(groups)


def _check_values(checker: _Checker, item: Item, chain: Chain) -> CheckedItem | None:
    """Bind the values of an item, or report what is wrong with them."""
    values = _listed(checker, item.values)
    if values is None:
        return None
    plain, lines = values
    texts: frozenset[str] = frozenset()
    if _is_plain(chain):
        texts = frozenset(line.written for line in lines)
    else:
        plain += lines
    groups = [_check_value(checker, item, chain, value) for value in plain]
    found = tuple(group for group in groups if group is not None)
    return CheckedItem(chain, found, texts) if len(found) == len(groups) else None


def _is_plain(chain: Chain) -> bool:
    """Return whether whole values are compared, so that the lines of a file may be one set."""
    changed = chain.shaped or chain.steps or chain.every or chain.expand
    return chain.base is Base.TEXT and not changed


def _listed(checker: _Checker, values: Iterable[Value]) -> tuple[list[Value], list[Value]] | None:
    """Return values with their lists spelled out, and apart from them the lines of files."""
    plain: list[Value] = []
    lines: list[Value] = []
    waiting = list(values)[::-1]
    while waiting:
        value = waiting.pop()
        match value.scalar:
            case ListName(name=name):
                known = checker.lists.get(name)
                if known is None:
                    checker.report.add(say.unknown_list(value, name, (*checker.lists, *NAMES)))
                    return None
                waiting += [Value(v.scalar, value.span, v.written) for v in reversed(known)]
            case FileName(path=path):
                found = checker.read_list(path, value.span)
                if found is None:
                    checker.report.add(say.no_list_file(value, path))
                    return None
                lines += [Value(Pattern.literal(line), value.span, line) for line in found]
            case _:
                plain.append(value)
    return plain, lines


def _check_value(
    checker: _Checker, item: Item, chain: Chain, value: Value
) -> tuple[Operand, ...] | None:
    """Bind one value, or report what is wrong with it."""
    if item.field is None and chain.base is Base.TEXT:
        chain = _keyword(chain)
    operands = read_value(chain, value)
    if isinstance(operands, ValueFault):
        checker.report.add(say.value_fault(item, chain, value, operands))
        return None
    if item.field is not None and is_coerced(chain, value):
        checker.report.add(say.counts_as_text(item, value))
    return operands


def _keyword(chain: Chain) -> Chain:
    """Return the chain of a value without a field: contained, unless it says otherwise (D12)."""
    if chain.shaped:
        return chain
    return Chain(
        steps=chain.steps,
        open_left=True,
        open_right=True,
        shaped=True,
        cased=chain.cased,
        every=chain.every,
        negated=chain.negated,
        expand=chain.expand,
    )


def _check_condition(checker: _Checker, node: Node) -> None:
    """Bind the names and quantifiers of a condition."""
    match node:
        case And(children=children) | Or(children=children):
            for child in children:
                _check_condition(checker, child)
        case Not(child=child):
            _check_condition(checker, child)
        case Item():
            _check_items(checker, node)
        case Name():
            _check_name(checker, node)
        case Quantified():
            _check_quantified(checker, node)


def _check_name(checker: _Checker, node: Name) -> None:
    """Bind a detection's name."""
    if any(detection.name == node.name for detection in checker.rule.detections):
        checker.used.add(node.name)
        return
    checker.faulty = True
    checker.report.add(say.unknown_detection(checker.rule, node))


def _check_quantified(checker: _Checker, node: Quantified) -> None:
    """Bind a quantifier to the detections that it speaks of."""
    selected: list[str] = []
    for pattern in node.names or ("*",):
        found = select(checker.rule, pattern)
        if not found:
            checker.faulty = True
            checker.report.add(say.selects_nothing(checker.rule, node, pattern))
        selected += [name for name in found if name not in selected]
    if isinstance(node.count, int) and selected and node.count > len(selected):
        checker.report.add(say.count_out_of_reach(node, len(selected)))
    checker.used.update(selected)
    checker.selected[id(node)] = tuple(selected)


def select(rule: Rule, pattern: str) -> list[str]:
    """Return the detections that a name or pattern speaks of.

    Names that begin with `_` are passed over unless the pattern begins with it, too.
    """
    names = [detection.name for detection in rule.detections]
    if "*" not in pattern:
        return [name for name in names if name == pattern]
    escaped = pattern.replace("[", "[[]").replace("?", "[?]")
    hidden = pattern.startswith("_")
    return [n for n in names if fnmatchcase(n, escaped) and (hidden or not n.startswith("_"))]


def _check_unused(checker: _Checker) -> None:
    """Warn of detections that no condition speaks of."""
    for detection in checker.rule.detections:
        if detection.name not in checker.used:
            checker.report.add(say.unused_detection(detection))
