"""All the rows for one rule: every branch, near misses, and changes of each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest

from tocsin.dsl.ir import FieldIs, Node, Test

from .branches import Branch, Literal, branches
from .mutations import changes
from .tables import Row, RowMaker
from .values import MOST_CANDIDATES, OTHER, SHARED, passing

MOST_ROWS = 96
MOST_FLIPS = 6
HITS_PER_BRANCH = 3
Values = dict[str, str]
Judge = Callable[[Node, Row], bool]


@dataclass(frozen=True)
class Generated:
    """The rows made, and how many of them were meant to be selected and are."""

    rows: list[Row]
    hits: int


def rows_for(condition: Node, maker: RowMaker, judge: Judge, words: str) -> Generated:
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

    def __init__(self, condition: Node, maker: RowMaker, judge: Judge, words: str) -> None:
        self.condition = condition
        self.maker = maker
        self.judge = judge
        self.words = words

    def run(self) -> Generated:
        hits: list[Values] = []
        near: list[Values] = []
        for branch in branches(self.condition):
            hits += islice(self.values(branch), HITS_PER_BRANCH)
            near += self.flipped(branch)
        rows = [self.maker.row(values) for values in hits]
        rows += [self.maker.row(values) for values in near]
        rows += [self.maker.row({}), self.maker.row(self.others(hits))]
        changed = [self.changed(values) for values in [*hits[:8], *near[:2]]]
        rows += islice(_interleaved(changed), max(0, MOST_ROWS - len(rows)))
        rows = rows[: MOST_ROWS * 2]
        found = sum(self.judge(self.condition, row) for row in rows)
        return Generated(rows, found)

    def values(self, branch: Branch) -> Iterator[Values]:
        """Yield values that make all tests of a branch what they must be, if they can be found."""
        groups = self.grouped(branch)
        for style in range(MOST_CANDIDATES):
            values: Values = {}
            for column, literals in groups.items():
                self.choose(values, column, literals, style)
            row = self.maker.row(values)
            if all(self.judge(test, row) == wanted for test, wanted in branch):
                yield values

    def grouped(self, branch: Branch) -> dict[str, list[Literal]]:
        groups: dict[str, list[Literal]] = {}
        for test, wanted in branch:
            groups.setdefault(test.field or self.words, []).append((test, wanted))
        return groups

    def choose(self, values: Values, column: str, literals: list[Literal], style: int) -> None:
        """Set a column to the candidate of a style that suits its tests best."""
        wanted = [test.check for test, holds in literals if holds]
        if not wanted:
            avoided = [test for test, _ in literals]
            values.setdefault(column, self.avoiding(column, avoided, style))
            return
        candidates = [c for c in passing(wanted) if self.suits(column, c, literals)]
        candidates = candidates or list(passing(wanted))
        if candidates:
            values[column] = candidates[style % len(candidates)]
        for check in wanted:
            if isinstance(check, FieldIs):
                values.setdefault(check.other, SHARED)

    def avoiding(self, column: str, tests: list[Test], style: int) -> str:
        """Return a text on which none of the tests passes: nothing, or something else."""
        text = OTHER if style % 2 else ""
        return text if self.suits(column, text, [(test, False) for test in tests]) else OTHER

    def suits(self, column: str, text: str, literals: list[Literal]) -> bool:
        """Tell whether a text makes all the tests on its column what they must be."""
        row = self.maker.row({column: text})
        return all(self.judge(test, row) == wanted for test, wanted in literals)

    def flipped(self, branch: Branch) -> Iterator[Values]:
        """Yield values for the branch with one of its tests the other way."""
        step = max(1, len(branch) // MOST_FLIPS)
        for index in range(0, len(branch), step):
            test, wanted = branch[index]
            flipped = (*branch[:index], (test, not wanted), *branch[index + 1 :])
            yield from islice(self.values(flipped), 1)

    def others(self, hits: list[Values]) -> Values:
        return dict.fromkeys((column for values in hits for column in values), OTHER)

    def changed(self, values: Values) -> Iterator[Row]:
        """Yield rows with one value changed, walking through the columns side by side."""
        groups = self.checks()
        for column, text in values.items():
            for other in changes(text, groups.get(column, [])):
                if other != text:
                    yield self.maker.row({**values, column: other})

    def checks(self) -> dict[str, list]:  # type: ignore[type-arg]
        found: dict[str, list] = {}  # type: ignore[type-arg]
        for branch in branches(self.condition):
            for test, _ in branch:
                found.setdefault(test.field or self.words, []).append(test.check)
        return found


def _interleaved(sources: list[Iterator[Row]]) -> Iterator[Row]:
    nothing = object()
    for group in zip_longest(*sources, fillvalue=nothing):
        yield from (row for row in group if isinstance(row, dict))
