"""KQL's tests: what a leaf of the tree can be, and how a check on a column becomes one.

Rows differ from events in one way: a text that is missing is the empty text. `isempty` stands
for both, and a test that the empty text would pass asks for a text that is not empty.
"""

from collections.abc import Iterable
from dataclasses import replace

from ...dsl.record import record
from ...dsl.values import Pattern, Wild
from ..target import Operand
from ..text import ONE_LINE, listed
from ..tree import NO, Leaf, Raw, Tree, conjunction, disjunction
from .literals import Scalar, literal, literals
from .regex import pattern_regex

LISTS = frozenset({"in", "in~", "!in", "!in~", "has_any", "has_all"})
"""The operators with a list on their right."""
ORDERS = frozenset({"<", "<=", ">", ">="})
CASED = {
    "=~": "==",
    "in~": "in",
    "contains": "contains_cs",
    "startswith": "startswith_cs",
    "endswith": "endswith_cs",
}
"""The operators that heed case, by those that do not."""


@record
class Compared(Leaf):
    """A column, an operator and one value or, for the operators of `LISTS`, several.

    Attributes:
        column: what is on the left.
        operator: the operator as KQL has it.
        values: what is on the right.
        inside: texts that every text holds that an expression matches.
    """

    column: Operand
    operator: str
    values: tuple[Scalar, ...]
    inside: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The test as KQL has it, on one line."""
        return self.lines(0, ONE_LINE)

    def lines(self, depth: int, width: int) -> str:
        """Return the test; a long list on several lines."""
        if self.operator not in LISTS:
            return f"{self.column.text} {self.operator} {literal(self.values[0])}"
        return f"{self.column.text} {self.operator} ({listed(literals(self.values), depth, width)})"

    @property
    def value(self) -> Scalar:
        """The only value, or the first."""
        return self.values[0]

    @property
    def nullable(self) -> bool:
        """Whether the test may be neither true nor false: an order on what may be null."""
        return self.operator in ORDERS

    @property
    def columns(self) -> tuple[str, ...]:
        """The name of the column."""
        return (self.column.name,)


@record
class Called(Leaf):
    """A function of a column: `isempty(Column)`.

    Attributes:
        function: the function's name.
        column: its first argument.
        arguments: the others, in KQL.
        may_be_null: whether the answer may be null.
    """

    function: str
    column: Operand
    arguments: tuple[str, ...] = ()
    may_be_null: bool = False

    @property
    def text(self) -> str:
        """The call as KQL has it."""
        return f"{self.function}({', '.join((self.column.text, *self.arguments))})"

    @property
    def nullable(self) -> bool:
        """Whether the test may be neither true nor false."""
        return self.may_be_null

    @property
    def columns(self) -> tuple[str, ...]:
        """The name of the column."""
        return (self.column.name,)


def compare(column: Operand, operator: str, *values: Scalar) -> Compared:
    """Return a comparison of a column."""
    return Compared(column, operator, values)


def empty(column: Operand) -> Tree:
    """Return the test that a column has no value."""
    return Called("isempty" if column.type == "string" else "isnull", column)


def filled(column: Operand) -> Tree:
    """Return the test that a column has a value."""
    return Called("isnotempty" if column.type == "string" else "isnotnull", column)


def wrapped(column: Operand, function: str) -> Operand:
    """Return a function of a column as an operand of type string."""
    return replace(column, type="string", text=f"{function}({column.text})", names="")


def folds_beyond_ascii(text: str) -> bool:
    """Return whether a text holds letters beyond ASCII that have two cases.

    Whether the operators that ignore case know such letters is not settled; on a column in lower
    case both readings agree.
    """
    return not text.isascii() and any(
        not c.isascii() and (c.lower() != c or c.upper() != c) for c in text
    )


def text_test(column: Operand, operator: str, text: str, *, cased: bool) -> Tree:
    """Return a test of a text column by the operator that ignores case, or its cased sibling."""
    if cased:
        return compare(column, CASED[operator], text)
    if folds_beyond_ascii(text):
        return compare(wrapped(column, "tolower"), CASED[operator], text.lower())
    return compare(column, operator, text)


def one_of(column: Operand, texts: Iterable[str], *, cased: bool) -> Tree:
    """Return the test that a text column is one of these texts."""
    found = sorted(texts)
    blank = [empty(column)] if "" in found else []
    folded = [] if cased else [t for t in found if folds_beyond_ascii(t)]
    plain = [t for t in found if t and t not in folded]
    tests = blank
    if plain:
        tests.append(Compared(column, "in" if cased else "in~", tuple(plain)))
    if folded:
        lowered = tuple(sorted({t.lower() for t in folded}))
        tests.append(Compared(wrapped(column, "tolower"), "in", lowered))
    return disjunction(tests) if tests else NO


def pattern_test(column: Operand, kind: str, pattern: Pattern, *, cased: bool) -> Tree:
    """Return the test of a text column against a pattern.

    Args:
        column: a column of type string.
        kind: `equals`, `contains`, `starts` or `ends`.
        pattern: what to look for.
        cased: whether case counts.
    """
    kind, pattern = _open_ends(kind, pattern)
    text = pattern.text
    if text is not None:
        if not text:
            return empty(column) if kind == "equals" else filled(column)
        return text_test(column, _OPERATORS[kind], text, cased=cased)
    split = _two_ends(pattern) if kind == "equals" else None
    if split is not None:
        return _between(column, *split, cased=cased)
    before, after = _ANCHORS[kind]
    expression = pattern_regex(pattern, before, after, cased=cased)
    runs = sorted((p for p in pattern.parts if isinstance(p, str)), key=len, reverse=True)
    return Compared(column, "matches regex", (expression,), tuple(runs))


def _open_ends(kind: str, pattern: Pattern) -> tuple[str, Pattern]:
    """Return kind and pattern with the stars at the pattern's ends taken into the kind."""
    parts = pattern.parts
    before = kind in ("contains", "ends") or parts[:1] == (Wild.STAR,)
    after = kind in ("contains", "starts") or parts[-1:] == (Wild.STAR,)
    start = int(parts[:1] == (Wild.STAR,))
    end = len(parts) - int(parts[-1:] == (Wild.STAR,))
    return _KINDS[before, after], Pattern(parts[start : max(start, end)])


_KINDS = {
    (False, False): "equals",
    (True, True): "contains",
    (False, True): "starts",
    (True, False): "ends",
}
_OPERATORS = {"equals": "=~", "contains": "contains", "starts": "startswith", "ends": "endswith"}
_ANCHORS = {"equals": ("^", "$"), "contains": ("", ""), "starts": ("^", ""), "ends": ("", "$")}
ENDS_OF_THREE = 3


def _two_ends(pattern: Pattern) -> tuple[str, str] | None:
    """Return the two ends of a pattern with one star between them."""
    parts = pattern.parts
    if len(parts) != ENDS_OF_THREE or parts[1] is not Wild.STAR:
        return None
    first, last = parts[0], parts[2]
    return (first, last) if isinstance(first, str) and isinstance(last, str) else None


def _between(column: Operand, first: str, last: str, *, cased: bool) -> Tree:
    """Return the test for a text that starts and ends so, the ends not overlapping."""
    length = len(first) + len(last)
    return conjunction(
        [
            text_test(column, "startswith", first, cased=cased),
            text_test(column, "endswith", last, cased=cased),
            Raw(f"strlen({column.text}) >= {length}", reads=(column.name,)),
        ]
    )
