"""An entry of the table of log sources: what it says of one of them."""

from dataclasses import dataclass

from .. import ir
from ..ast import Logsource

Renames = tuple[tuple[str, str], ...]
"""Pairs of a rule's field and the event field that it is read from."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A log source and how its events are recognised.

    Attributes:
        logsource: its product, category and service.
        when: alternatives, each a condition on header fields; none if its events have no mark.
        rename: pairs of a rule's field and the event field that it is read from.
        declared: why the user must say that events are of this source, or empty.
    """

    logsource: Logsource
    when: tuple[ir.Node, ...] = ()
    rename: Renames = ()
    declared: str = ""
