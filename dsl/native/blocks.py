"""The statements of one entry, put together: what a rule, a correlation or a filter needs.

Some keys are not metadata but parts of the entry (`source`, `rules`, `within`, …); in
backticks they are metadata again. Faults go to `Block.fault`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from ..ast import (
    Aggregate,
    And,
    Case,
    Correlation,
    Detection,
    Filter,
    Item,
    Logsource,
    MetaEntry,
    Name,
    Node,
    Not,
    Or,
    Quantified,
    Rule,
)
from ..diagnostics import Diagnostic
from ..source import Span
from ..suggest import suggest
from ..values import Data, DataMap, Number
from . import messages
from .values import Word

SOURCE_KEYS = ("source", "definition")
RULE_KEYS = frozenset({*SOURCE_KEYS, "timeframe"})
FILTER_KEYS = frozenset({*SOURCE_KEYS, "rules"})
CORRELATION_KEYS = frozenset(
    {"type", "rules", "by", "within", "field", "percentile", "generate", "aliases"}
)
"""Keys that are parts of an entry, by its kind."""

ANY_RULE = "any"
_LOGSOURCE_PARTS = ("product", "category", "service", "definition")


@dataclass(frozen=True, slots=True)
class Meta:
    """A key of an entry with its data."""

    key: Word
    data: Data
    span: Span


@dataclass(frozen=True, slots=True)
class When:
    """A condition, or the bounds of a correlation."""

    condition: Node | tuple[Aggregate, ...]
    span: Span


Statement = Meta | Detection | When | Case


@dataclass(frozen=True, slots=True)
class Block:
    """An entry before it is put together.

    Attributes:
        kind: `rule`, `correlation` or `filter`.
        place: the words that name it.
        span: all of it.
        fault: takes what is wrong with it.
    """

    kind: str
    place: Span
    span: Span
    title: Word | None
    statements: list[Statement]
    fault: Callable[[Diagnostic], None]


def make_rule(block: Block) -> Rule:
    """Return the rule of a block."""
    meta, parts = _metadata(block, RULE_KEYS)
    whens = [each for each in block.statements if isinstance(each, When)]
    conditions: list[Node] = []
    for when in whens:
        if isinstance(when.condition, tuple):
            block.fault(messages.out_of_place(when.span, "bounds", block.kind))
        else:
            conditions.append(when.condition)
    _require(block, "source", "source windows/process_creation", present="source" in parts)
    _require(block, "when", "when selection", present=bool(whens))
    return Rule(
        meta,
        _logsource(block, parts),
        _detections(block),
        tuple(conditions),
        _text(block, parts.get("timeframe")),
        tuple(each for each in block.statements if isinstance(each, Case)),
        span=block.span,
    )


def make_filter(block: Block) -> Filter:
    """Return the filter of a block."""
    meta, parts = _metadata(block, FILTER_KEYS)
    _refuse(block, Case)
    whens = [each for each in block.statements if isinstance(each, When)]
    _require(block, "when", "when not selection", present=bool(whens))
    conditions = [when.condition for when in whens if not isinstance(when.condition, tuple)]
    for when in whens[1:] if len(conditions) == len(whens) else whens:
        block.fault(messages.out_of_place(when.span, "second `when` or bounds", block.kind))
    rules = parts.get("rules")
    anything = rules is None or rules.data == ANY_RULE
    return Filter(
        meta,
        _logsource(block, parts),
        None if anything else _texts(block, rules),
        _detections(block),
        conditions[0] if conditions else Quantified("all", (), them=True, span=block.place),
        span=block.span,
    )


def make_correlation(block: Block) -> Correlation:
    """Return the correlation of a block."""
    meta, parts = _metadata(block, CORRELATION_KEYS)
    _refuse(block, Case)
    _refuse(block, Detection)
    whens = [each for each in block.statements if isinstance(each, When)]
    for when in whens[1:]:
        block.fault(messages.out_of_place(when.span, "second `when`", block.kind))
    _require(block, "type", "type event_count", present="type" in parts)
    return Correlation(
        meta,
        _text(block, parts.get("type")) or "",
        _texts(block, parts.get("rules")),
        _texts(block, parts.get("by")),
        _text(block, parts.get("within")),
        whens[0].condition if whens else (),
        _texts(block, parts.get("field")),
        _number(block, parts.get("percentile")),
        _aliases(block, parts.get("aliases")),
        _flag(block, parts.get("generate")),
        span=block.span,
    )


def _metadata(block: Block, keys: frozenset[str]) -> tuple[tuple[MetaEntry, ...], dict[str, Meta]]:
    """Part the keys of an entry into metadata and parts, and report those that stand twice."""
    entries: dict[str, MetaEntry] = {}
    parts: dict[str, Meta] = {}
    if block.title is not None:
        span = block.title.span
        entries["title"] = MetaEntry("title", block.title.text, span, span)
    for meta in block.statements:
        if not isinstance(meta, Meta):
            continue
        key = meta.key
        if key.text in keys and not key.quoted:
            if key.text in parts:
                first = parts[key.text].key.span
                block.fault(messages.said_twice(key.span, f"`{key.text}`", first))
            parts[key.text] = meta
        else:
            if key.text in entries:
                first = entries[key.text].span
                block.fault(messages.said_twice(key.span, f"`{key.text}`", first))
            entries[key.text] = MetaEntry(key.text, meta.data, key.span, meta.span)
    return tuple(entries.values()), parts


def _detections(block: Block) -> tuple[Detection, ...]:
    """Return the detections of an entry, and report names that stand twice."""
    found: dict[str, Detection] = {}
    for detection in block.statements:
        if not isinstance(detection, Detection):
            continue
        if detection.name in found:
            what = f"the detection `{detection.name}`"
            block.fault(messages.said_twice(detection.span, what, found[detection.name].span))
        found[detection.name] = detection
    return tuple(found.values())


def _require(block: Block, what: str, example: str, *, present: bool) -> None:
    """Report a statement that is missing, with the key that was perhaps meant for it."""
    if present:
        return
    keys = {each.key.text: each.key.span for each in block.statements if isinstance(each, Meta)}
    near = next((key for key in keys if suggest(key, (what,))), None)
    similar = keys[near] if near is not None else None
    block.fault(messages.missing(block.place, f"{block.kind}", what, example, similar))


def _refuse(block: Block, kind: type[Case | Detection]) -> None:
    """Report statements that this kind of entry does not have."""
    word = "tests" if kind is Case else "detections"
    for statement in block.statements:
        if isinstance(statement, kind) and statement.span is not None:
            block.fault(messages.out_of_place(statement.span, word, block.kind))


def _logsource(block: Block, parts: dict[str, Meta]) -> Logsource:
    """Return the log source that `source` and `definition` give."""
    source, definition = parts.get("source"), parts.get("definition")
    prose = _text(block, definition)
    if source is None:
        return Logsource(definition=prose)
    if isinstance(source.data, DataMap):
        return _exact_logsource(block, source, prose)
    names = source.span.text.split("/") if not isinstance(source.data, str) else []
    names = source.data.split("/") if isinstance(source.data, str) else names
    if isinstance(source.data, tuple) or len(names) > 3:
        block.fault(messages.bad_data(source.span, "source", "`product/category/service`"))
        return Logsource()
    product, category, service = (name or None for name in (*names, "", "")[:3])
    return Logsource(category, product, service, prose, span=source.span)


def _exact_logsource(block: Block, source: Meta, prose: str | None) -> Logsource:
    """Return a log source that is given as plain data."""
    assert isinstance(source.data, DataMap)  # noqa: S101 - the caller looked
    known: dict[str, str | None] = {}
    custom: list[tuple[str, Data]] = []
    for key, data in source.data.entries:
        if key not in _LOGSOURCE_PARTS:
            custom.append((key, data))
        elif data is None or isinstance(data, str):
            known[key] = data
        else:
            block.fault(messages.bad_data(source.span, key, "a text"))
    known.setdefault("definition", prose)
    return Logsource(**known, custom=tuple(custom), span=source.span)


def _text(block: Block, meta: Meta | None) -> str | None:
    """Return the text of a part, as written where it looks like a number."""
    if meta is None or meta.data is None:
        return None
    if isinstance(meta.data, str):
        return meta.data
    if isinstance(meta.data, tuple | DataMap):
        block.fault(messages.bad_data(meta.span, meta.key.text, "one text"))
        return None
    return meta.span.text


def _texts(block: Block, meta: Meta | None) -> tuple[str, ...]:
    """Return the texts of a part."""
    if meta is None:
        return ()
    data = meta.data if isinstance(meta.data, tuple) else (meta.data,)
    texts = tuple(each for each in data if isinstance(each, str))
    if len(texts) < len(data):
        block.fault(messages.bad_data(meta.span, meta.key.text, "texts; put numbers in quotes"))
    return texts


def _number(block: Block, meta: Meta | None) -> Number | None:
    """Return the number of a part."""
    if meta is None:
        return None
    if isinstance(meta.data, int | float) and not isinstance(meta.data, bool):
        return Number(Decimal(meta.span.text))
    block.fault(messages.bad_data(meta.span, meta.key.text, "a number"))
    return None


def _flag(block: Block, meta: Meta | None) -> bool:
    """Return whether a part is `true`."""
    if meta is None or isinstance(meta.data, bool):
        return meta is not None and meta.data is True
    block.fault(messages.bad_data(meta.span, meta.key.text, "`true` or `false`"))
    return False


def _aliases(block: Block, meta: Meta | None) -> tuple[tuple[str, str, str], ...]:
    """Return the aliases of a correlation: alias, rule, field."""
    if meta is None:
        return ()
    found: list[tuple[str, str, str]] = []
    whole = isinstance(meta.data, DataMap)
    for alias, rules in meta.data.entries if isinstance(meta.data, DataMap) else ():
        pairs = rules.entries if isinstance(rules, DataMap) else ()
        found += [(alias, rule, field) for rule, field in pairs if isinstance(field, str)]
        whole = whole and bool(pairs) and all(isinstance(field, str) for _, field in pairs)
    if not whole:
        needed = '`{"alias": {"rule": "Field"}}`'
        block.fault(messages.bad_data(meta.span, meta.key.text, needed))
    return tuple(found)


def not_items(node: Node) -> Iterator[Name | Quantified]:
    """Go through the names and quantifiers below a node, without recursion."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        match current:
            case And(children=children) | Or(children=children):
                waiting += children
            case Not(child=child):
                waiting.append(child)
            case Item():
                pass
            case Name() | Quantified():
                yield current
            case _:
                assert_never(current)
