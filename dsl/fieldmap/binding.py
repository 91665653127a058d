"""What a field map says of one log source, and a rule that it was applied to.

`fieldmap` holds the `Binding`s, `bind` makes `Bound` rules with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..ast import Logsource
from ..diagnostics import Diagnostic
from ..ir import TRUE, IrRule, Node
from .places import Computed, InColumn, NamedColumn, Others, Place


@dataclass(frozen=True, slots=True)
class Variant:
    """Other places for some fields where a rule requires a certain value of another.

    Attributes:
        field: the field that the rule must test.
        texts: the values, of which the rule must require one.
        fields: the places to use instead.
    """

    field: str
    texts: frozenset[str]
    fields: Mapping[str, tuple[Place, ...]]


@dataclass(frozen=True, slots=True)
class Binding:
    """What a field map says of one log source.

    Attributes:
        logsources: the log sources it is for.
        table: the table's name, empty where fields stay as they are and no table is known.
        where: the condition over columns that picks this log source's rows of the table.
        fields: the places of each field; no place at all is a field that cannot be mapped.
        others: where fields without an entry are, or `None`: they cannot be mapped.
        words: the columns in which keywords are searched.
        variants: places that depend on another test of the rule.
        inexact: why rows of the table are not quite events of the log source, or empty.
    """

    logsources: tuple[Logsource, ...]
    table: str
    where: Node = TRUE
    fields: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    others: Others | None = None
    words: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    inexact: str = ""

    def places(self, name: str) -> tuple[Place, ...]:
        """Return the places of a field; none where the table does not have it."""
        found = self.fields.get(name)
        if found is not None:
            return found
        if self.others is None or name in self.others.exclude:
            return ()
        if not self.others.column:
            return (InColumn(name),)
        return (Computed(self.others.kind, (self.others.column,), tuple(name.split("."))),)

    def serves(self, logsource: Logsource) -> int:
        """Return how well it serves a log source: the attributes agreed on, or -1."""
        return max((_agreement(own, logsource) for own in self.logsources), default=-1)


def _agreement(own: Logsource, asked: Logsource) -> int:
    count = 0
    for mine, theirs in (
        (own.product, asked.product),
        (own.category, asked.category),
        (own.service, asked.service),
    ):
        if mine is None:
            continue
        if theirs is None or mine.lower() != theirs.lower():
            return -1
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class Bound:
    """A rule over the columns of a table.

    Attributes:
        rule: the rule; its fields are columns, the computed ones among them.
        binding: the part of the field map that was used.
        computed: the computed columns that the rule needs, by name.
        losses: what the table lacks of the rule.
        keywords: whether the rule searches the columns of `Binding.words`.
    """

    rule: IrRule
    binding: Binding
    computed: Mapping[str, NamedColumn] = field(default_factory=dict)
    losses: tuple[Diagnostic, ...] = ()
    keywords: bool = False
