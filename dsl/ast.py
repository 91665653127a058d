"""The one tree in which Sigma YAML and the native language meet.

The readers make it, the checker judges it, the printers write it back. Nothing is filled in
and nothing is dropped; spans and source spellings do not take part in equality, so two texts
that say the same give equal trees. A Sigma map is an `And`, a list an `Or`; one of a single
member is that member itself.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import field
from typing import Literal

from .record import record
from .source import Source, Span
from .values import Data, Number, Pattern


@record
class RawText:
    """A text taken as it stands, without Sigma's escapes: under `re` and `cidr`."""

    text: str


@record
class ListName:
    """A reference to a named list of the same file (native only)."""

    name: str


@record
class FileName:
    """A list kept in a file beside the rule, a value a line (native only)."""

    path: str


Scalar = Pattern | RawText | Number | bool | None | ListName | FileName
"""What one value of an item is; `None` is Sigma's null."""


@record
class Value:
    """One value of an item with its place and the words it was written in."""

    scalar: Scalar
    span: Span = field(compare=False, repr=False)
    written: str = field(default="", compare=False, repr=False)


@record
class Modifier:
    """A modifier as written, such as `contains`; its meaning is in `modifiers`."""

    name: str
    span: Span = field(compare=False, repr=False)


@record
class Item:
    """A field, its modifiers and its values: one line of a detection.

    Attributes:
        field: the field's name as written; `None` searches the whole event (keywords).
        modifiers: in the order written.
        values: at least one; alternatives, or all of them under `all`. No value at all (an
            empty list in Sigma) is one null.
        span: the whole item.
        key: the field and its modifiers.
    """

    field: str | None
    modifiers: tuple[Modifier, ...]
    values: tuple[Value, ...]
    span: Span = dataclasses.field(compare=False, repr=False)
    key: Span = dataclasses.field(compare=False, repr=False)


@record
class And:
    """All of at least two children hold."""

    children: tuple["Node", ...]
    span: Span = field(compare=False, repr=False)


@record
class Or:
    """Any of at least two children holds."""

    children: tuple["Node", ...]
    span: Span = field(compare=False, repr=False)


@record
class Not:
    """The child does not hold."""

    child: "Node"
    span: Span = field(compare=False, repr=False)


@record
class Name:
    """A detection, named in a condition."""

    name: str
    span: Span = field(compare=False, repr=False)


@record
class Quantified:
    """`1 of sel*`, `all of them`, `2 of (a, b, c)`.

    Attributes:
        count: how many must hold, or `"all"`; `any of` is 1.
        names: detection names or patterns with `*`; empty where `them` was written.
        them: whether the word `them` was written: every detection.
    """

    count: int | Literal["all"]
    names: tuple[str, ...]
    them: bool
    span: Span = field(compare=False, repr=False)


Node = Item | And | Or | Not | Name | Quantified
"""A boolean node. Detections hold items, and, or, not; conditions hold any of them."""


@record
class Detection:
    """A named block of tests."""

    name: str
    body: Node
    span: Span = field(compare=False, repr=False)
    """The name, where it is defined."""


@record
class Logsource:
    """What events a rule is for; `custom` keeps keys that Sigma does not know."""

    category: str | None = None
    product: str | None = None
    service: str | None = None
    definition: str | None = None
    custom: tuple[tuple[str, Data], ...] = ()
    span: Span | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        """Return `product/category/service`, parts that are not set left empty."""
        parts = (self.product or "", self.category or "", self.service or "")
        return "/".join(parts).rstrip("/") or "/"


@record
class MetaEntry:
    """One top-level key of a document that is not its logic, with its data."""

    key: str
    data: Data
    span: Span = field(compare=False, repr=False)
    value_span: Span = field(compare=False, repr=False)


@record
class Case:
    """An event kept with a rule and what the rule must say of it."""

    name: str
    event: Data
    matches: bool
    logsource: str | None = None
    span: Span | None = field(default=None, compare=False, repr=False)


@record
class Rule:
    """A detection rule as written.

    Attributes:
        meta: every other top-level key in the order written, `title` and unknown keys too.
        timeframe: the old `timeframe` of a detection block, kept but not a detection (D16).
        conditions: at least one; any of them suffices.
    """

    meta: tuple[MetaEntry, ...]
    logsource: Logsource
    detections: tuple[Detection, ...]
    conditions: tuple[Node, ...]
    timeframe: str | None = None
    cases: tuple[Case, ...] = ()
    span: Span = field(compare=False, repr=False, kw_only=True)

    def get(self, key: str) -> Data:
        """Return the data of a metadata key, or `None`."""
        return next((entry.data for entry in self.meta if entry.key == key), None)

    @property
    def title(self) -> str:
        """The title, or empty."""
        return text_of(self.get("title"))


@record
class Aggregate:
    """A comparison that closes a correlation: operator and threshold."""

    operator: str
    threshold: Number


@record
class Correlation:
    """A correlation rule as written.

    Attributes:
        kind: `event_count`, `value_count`, `temporal`, `temporal_ordered`, `value_sum`, ….
        rules: ids or names of the rules it refers to.
        group_by: field names or aliases.
        timespan: as written, such as `5m`.
        condition: comparisons that must all hold, or a condition over rule names.
        fields: the field or fields that a value kind counts or sums.
        percentile: the rank of `value_percentile`.
        aliases: alias, rule, field.
        generate: whether the rules referred to report on their own too.
    """

    meta: tuple[MetaEntry, ...]
    kind: str
    rules: tuple[str, ...]
    group_by: tuple[str, ...]
    timespan: str | None
    condition: tuple[Aggregate, ...] | Node
    fields: tuple[str, ...] = ()
    percentile: Number | None = None
    aliases: tuple[tuple[str, str, str], ...] = ()
    generate: bool = False
    span: Span = field(compare=False, repr=False, kw_only=True)

    def get(self, key: str) -> Data:
        """Return the data of a metadata key, or `None`."""
        return next((entry.data for entry in self.meta if entry.key == key), None)


@record
class Filter:
    """A filter document as written: detections that narrow other rules.

    Attributes:
        rules: ids or names, or `None` for any rule.
    """

    meta: tuple[MetaEntry, ...]
    logsource: Logsource
    rules: tuple[str, ...] | None
    detections: tuple[Detection, ...]
    condition: Node
    span: Span = field(compare=False, repr=False, kw_only=True)

    def get(self, key: str) -> Data:
        """Return the data of a metadata key, or `None`."""
        return next((entry.data for entry in self.meta if entry.key == key), None)


Entry = Rule | Correlation | Filter


@record
class NamedList:
    """A list of values with a name (native only)."""

    name: str
    values: tuple[Value, ...]
    span: Span = field(compare=False, repr=False)


@record
class Document:
    """All that one text holds: entries in order, and the named lists they may use.

    Attributes:
        broken: how many entries could not be read; each has an error in the report.
        syntax: which of the two the text is written in.
    """

    source: Source = field(compare=False, repr=False)
    entries: tuple[Entry, ...]
    lists: tuple[NamedList, ...] = ()
    broken: int = field(default=0, compare=False)
    syntax: Literal["sigma", "tocsin"] = field(default="sigma", compare=False)


def items(node: Node) -> Iterator[Item]:
    """Go through the items below a node, in the order written."""
    match node:
        case Item():
            yield node
        case And(children=children) | Or(children=children):
            for child in children:
                yield from items(child)
        case Not(child=child):
            yield from items(child)
        case Name() | Quantified():
            return


def text_of(data: Data) -> str:
    """Return metadata as text: nothing for null, source words for scalars."""
    if isinstance(data, str):
        return data
    return "" if data is None else str(data)
