"""All the rows for one rule: every branch, near misses, and changes of each."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice, zip_longest
from random import Random
from typing import TypeVar

from tocsin.dsl.fieldmap.texttest import passes
from tocsin.dsl.ir import Check, Exists, FieldIs, IsNull, Node

from .branches import Branch, Literal, branches, random_branch
from .columns import ColumnJudge
from .mutations import changes
from .tables import Row, RowMaker
from .values import OTHER, SHARED, passing

MOST_ROWS = 96
MOST_BRANCHES = 20
FEW_BRANCHES = 6
MOST_CHANGED = 6
STYLES = 5
FEW_CHANCES = 4
MOST_CHANCES = 400
Values = dict[str, str]
T = TypeVar("T")


def rows_for(condition: Node, maker: RowMaker, judge: ColumnJudge, words: str) -> list[Row]:
    """Return rows for a condition over columns.

    Args:
        condition: the rule's condition and the table's filter, over columns.
        maker: makes rows of the table.
        judge: tells whether a condition holds for a row; for the choice of values only.
        words: a column for tests that are about any column.
    """
    return _Generator(condition, maker, judge, words).run()


class _Generator:
    """The rows of one rule."""

    def __init__(self, condition: Node, maker: RowMaker, judge: ColumnJudge, words: str) -> None:
        self.maker = maker
        self.judge = judge
        self.words = words
        self.condition = condition
        self.branches = branches(condition, most=MOST_BRANCHES)
        self.found: dict[tuple[tuple[int, bool], ...], list[str]] = {}

    def run(self) -> list[Row]:
        each = 2 if len(self.branches) <= FEW_BRANCHES else 1
        hits: list[Values] = []
        near: list[Values] = []
        for branch in self.branches:
            hits += islice(self.values(branch), each)
            near += islice(self.flipped(branch), 2 * each)
        hits += self.by_chance(MOST_CHANCES if not hits else FEW_CHANCES)
        rows = [self.maker.row(values) for values in (*hits, *near)]
        rows += [self.maker.row({}), self.maker.row(self.others(hits))]
        checks = self.checks()
        changed = [self.changed(v, checks) for v in (*_spread(hits), *_spread(near, 2))]
        columns = {column for values in (*hits, *near) for column in values}
        return list(islice(self.distinct(chain(rows, _interleaved(changed)), columns), MOST_ROWS))

    def distinct(self, rows: Iterable[Row], columns: set[str]) -> Iterator[Row]:
        """Yield each row once, as far as the columns in question tell."""
        named = {c for n in self.maker.computed.values() for c in n.place.columns} | columns
        used = sorted(named & self.maker.table.columns.keys())
        seen = set()
        for row in rows:
            key = repr([row[column] for column in used])
            if key not in seen:
                seen.add(key)
                yield row

    def by_chance(self, tries: int) -> list[Values]:
        """Return values for combinations of alternatives that the branches do not walk through."""
        chance = Random(0)
        found: list[Values] = []
        for _ in range(tries):
            branch = random_branch(self.condition, chance)
            if branch is not None and len(found) < FEW_CHANCES:
                found += islice(self.values(branch), 1)
        return found

    def values(self, branch: Branch) -> Iterator[Values]:
        """Yield values that make all tests of a branch what they must be, where found."""
        groups = self.grouped(branch)
        chosen = {column: self.candidates(column, group) for column, group in groups.items()}
        for style in range(STYLES):
            values = {c: texts[style % len(texts)] for c, texts in chosen.items() if texts}
            for test, wanted in branch:
                if wanted and isinstance(test.check, FieldIs):
                    values.setdefault(test.check.other, SHARED)
            view = self.judge.view(self.maker.row(values))
            if all(self.judge.judge(test, view) == wanted for test, wanted in branch):
                yield values

    def grouped(self, branch: Branch) -> dict[str, list[Literal]]:
        groups: dict[str, list[Literal]] = {}
        for test, wanted in branch:
            groups.setdefault(test.field or self.words, []).append((test, wanted))
        return groups

    def candidates(self, column: str, literals: list[Literal]) -> list[str]:
        """Return texts for a column, those that suit all its tests if there are any."""
        key = tuple((id(test), holds) for test, holds in literals)
        if key not in self.found:
            self.found[key] = self.search(column, literals)
        return self.found[key]

    def search(self, column: str, literals: list[Literal]) -> list[str]:
        """Look for the candidates."""
        wanted = [test.check for test, holds in literals if holds]
        found = list(passing(wanted)) if wanted else ["", OTHER, f"The {column}\\of its own"]
        checks = [(test.check, holds) for test, holds in literals]
        suited = [text for text in found if all(_suits(c, text, holds) for c, holds in checks)]
        return suited or found

    def flipped(self, branch: Branch) -> Iterator[Values]:
        """Yield values for the branch with one of its tests the other way."""
        for index, (test, wanted) in enumerate(branch):
            flipped = (*branch[:index], (test, not wanted), *branch[index + 1 :])
            yield from islice(self.values(flipped), 1)

    def others(self, hits: list[Values]) -> Values:
        return dict.fromkeys((column for values in hits for column in values), OTHER)

    def changed(self, values: Values, checks: dict[str, list[Check]]) -> Iterator[Row]:
        """Yield rows with one value changed, walking through the columns side by side."""
        sources = [_changed(column, old, checks.get(column, [])) for column, old in values.items()]
        for column, text in _interleaved(sources):
            yield self.maker.row({**values, column: text})

    def checks(self) -> dict[str, list[Check]]:
        found: dict[str, list[Check]] = {}
        for test, _ in {literal for branch in self.branches for literal in branch}:
            found.setdefault(test.field or self.words, []).append(test.check)
        return found


def _changed(column: str, old: str, checks: list[Check]) -> Iterator[tuple[str, str]]:
    for text in changes(old, checks):
        if text != old:
            yield column, text


def _suits(check: Check, text: str, wanted: bool) -> bool:
    """Tell whether a text makes a check what it must be, as far as one text can tell."""
    match check:
        case FieldIs():
            return True
        case IsNull():
            return wanted != bool(text)
        case Exists(present=present):
            return wanted == (bool(text) == present)
    return (bool(text) and passes(check, text)) == wanted


def _spread(values: list[Values], most: int = MOST_CHANGED) -> list[Values]:
    """Return so many of the values, evenly spread."""
    return values[:: max(1, -(-len(values) // most))]


def _interleaved(sources: Iterable[Iterator[T]]) -> Iterator[T]:
    """Yield the first item of each source, then the second of each, and so on."""
    for group in zip_longest(*sources):
        yield from (item for item in group if item is not None)
