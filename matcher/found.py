"""What the matcher reports: a match, a rule on an event.

In go a rule and its event; out comes a `Match`, which holds on to the event, or to the line of
JSON or the row that it is, which is read when it is asked for.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ..dsl.ir import IrRule, RuleInfo
from ._arrow import Batch
from ._lines import Held, Lines
from .stored import StoredRules
from .view import JsonFloat

if TYPE_CHECKING:
    from .explain import Explanation


class Match(Held):
    """One rule on one event.

    Attributes:
        number: the place of the rule among those of its matcher, from 0.
    """

    __slots__ = ()

    @property
    def rule(self) -> RuleInfo:
        """What is known of the rule: id, title, level, tags, path."""
        return info_of(self._rules, self.number)

    @property
    def definition(self) -> IrRule:
        """The rule in logical form."""
        return self._rules[self.number]

    @property
    def rule_id(self) -> str | None:
        """The rule's id, else its name, else `None`."""
        return self.rule.id

    @property
    def title(self) -> str:
        """The rule's title."""
        return self.rule.title

    @property
    def level(self) -> str:
        """The rule's level, or empty."""
        return self.rule.level

    @property
    def event(self) -> Mapping[str, Any]:
        """The event."""
        source = self._source
        if isinstance(source, bytes):
            return decode_line(source)
        event: Mapping[str, Any] = source if isinstance(source, Mapping) else source()
        return event

    @property
    def line(self) -> bytes | None:
        """The event as it stands in the file, if that is JSON in one line."""
        return self._source if isinstance(self._source, bytes) else None

    def explain(self) -> "Explanation":
        """Return which detections and tests held, with the values that they saw."""
        from .explain import explain_match  # noqa: PLC0415 - few matches are explained

        return explain_match(self.definition, self.event)

    def __repr__(self) -> str:
        """Show the rule."""
        return f"Match({self.rule_id or self.title!r})"


class JudgedRows:
    """What was found in a batch of Arrow data; one without matches is let go.

    Attributes:
        rows: how many rows it has.
    """

    def __init__(self, rules: Sequence[IrRule], batch: Batch, found: Lines) -> None:
        """Hold what was found."""
        self.rows = len(batch)
        self._rules = rules
        self._batch = batch if len(found) else None
        self._found = found

    def __iter__(self) -> Iterator[tuple[int, Match]]:
        """Go through the matches, each with the number of its row in the batch."""
        if self._batch is not None:
            for row, rule in self._found:
                yield row, Match(self._rules, rule, partial(self._batch.row, row))


def info_of(rules: Sequence[IrRule], number: int) -> RuleInfo:
    """Return what is known of a rule; one that is stored need not be read for it."""
    return rules.info_of(number) if isinstance(rules, StoredRules) else rules[number].info


def decode_line(line: bytes) -> dict[str, Any]:
    """Return the event of a line that has been judged, numbers as written."""
    event: dict[str, Any] = _DECODER.decode(str(line, "utf-8"))
    return event


_LONG = 4000
"""Python does not read integers of many more digits."""


def _integer(token: str) -> int | JsonFloat:
    """Read an integer; one that would lose its spelling is kept with it."""
    return JsonFloat(token) if token == "-0" or len(token) > _LONG else int(token)


_DECODER = json.JSONDecoder(parse_float=JsonFloat, parse_int=_integer)
