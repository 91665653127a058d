"""From a bound rule to the lines of a query: the order of its steps.

The rows of the log source come first, then the tests that need only columns of the table, then
the computed columns, then the rest. A rule that can hold for no row of the table is refused
here.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from ...dsl.diagnostics import Diagnostic, Severity
from ...dsl.fieldmap.binding import Bound
from ...dsl.fieldmap.texttest import passes
from ...dsl.ir import Matches, Node
from ...dsl.schema import Table
from ...dsl.values import Regex
from ..target import Inexpressible
from ..text import ONE_LINE, Style, render
from ..tree import And, Fixed, Leaf, Not, Or, Raw, Tree, conjunction, leaves
from . import rewrites as kql_rewrites
from .caseless import heed_case
from .columns import expression
from .context import Context
from .gather import gather
from .literals import column_name
from .parameters import arguments
from .shorten import shorten

if TYPE_CHECKING:
    from . import Kql

PLAIN = Style(
    negate=lambda text, inner: f"(not({text}))" if inner else f"not({text})", width=ONE_LINE
)
COMPACT = Style(negate=lambda text, _inner: f"not{text}", width=ONE_LINE)
PRETTY = Style(negate=lambda text, _inner: f"not{text}")
LIMIT = 10_000
"""How many characters the query of a Sentinel rule may have."""


def write(target: "Kql", bound: Bound) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return the query for a bound rule, and what gets lost in it.

    Raises:
        Inexpressible: the rule cannot be expressed, or can hold for no row.
    """
    where = _condition(target, bound.binding.where, bound)
    condition = _condition(target, bound.rule.condition, bound)
    if isinstance(condition, Fixed) and not condition.value:
        raise Inexpressible(
            f"no row of `{bound.binding.table}` can pass it",
            "a value does not fit the type of its column",
            "T602",
        )
    context = _context(target, bound)
    head = _head(target, bound, _arguments(target, where, condition, context))
    if target.options.plain:
        text = _text(target, bound, head, (where, condition), PLAIN)
        return _fitting(text), _losses(bound, context)
    steps = kql_rewrites.apply(condition, context)
    text = _text(target, bound, head, (where, steps), PRETTY)
    if len(text) > LIMIT:
        steps = shorten(condition)
        text = _text(target, bound, head, (where, steps), COMPACT)
    return _fitting(text), _losses(bound, context)


def _losses(bound: Bound, context: Context) -> tuple[Diagnostic, ...]:
    """Return what the query loses: keywords in a dynamic column are searched in its JSON."""
    words = [column for column in bound.binding.words if context.is_dynamic(column)]
    if not bound.keywords or not words:
        return ()
    return (
        Diagnostic(
            "T604",
            Severity.WARNING,
            f"keywords are searched in the JSON text of `{words[0]}`, names included",
            help="name the fields that hold the words",
            file=bound.rule.info.path,
        ),
    )


def _fitting(text: str) -> str:
    """Return a query that is not too long for a rule.

    Raises:
        Inexpressible: it is too long.
    """
    if len(text) > LIMIT:
        raise Inexpressible(
            f"its query has {len(text):,} characters, and a rule may have {LIMIT:,}",
            "keep its list in a watchlist, or split the rule",
            "T603",
        )
    return text


def _text(
    target: "Kql", bound: Bound, head: list[str], trees: tuple[Tree, Tree], style: Style
) -> str:
    """Return the lines of a query: its head, the log source's rows, the rule's condition."""
    where, steps = trees
    return "\n".join([*head, *_where(where, style), *_steps(target, steps, bound, style)])


def _head(target: "Kql", bound: Bound, arguments: list[str]) -> list[str]:
    """Return the lines for the table and the time."""
    name = column_name(target.table(bound) or "T")
    head = f"{name}({', '.join(arguments)})" if arguments else name
    return [head, *(f"| where {line}" for line in _time(target, bound))]


def _context(target: "Kql", bound: Bound) -> Context:
    table = bound.binding.table
    names = target.fieldmap.names.get(table, {})
    return Context(target.schema_table(table), names, target.options.without)


def _arguments(target: "Kql", where: Tree, condition: Tree, context: Context) -> list[str]:
    """Return the function's arguments; a plain query has none."""
    if target.options.plain:
        return []
    exact = heed_case(condition, context)
    return arguments(where, exact, context, target.options.lookback)


def _condition(target: "Kql", node: Node, bound: Bound) -> Tree:
    return gather(target.tree(node, bound))


def _time(target: "Kql", bound: Bound) -> Iterator[str]:
    if target.options.lookback:
        table = target.schema_table(bound.binding.table)
        column = "TimeGenerated" if table is None else table.time
        yield f"{column_name(column)} > ago({target.options.lookback})"


def _where(tree: Tree, style: Style) -> list[str]:
    """Return the lines that let the rows of a condition through."""
    tree = guarded(tree)
    if tree == Fixed(value=True):
        return []
    parts = tree.children if isinstance(tree, And) and style is not PLAIN else (tree,)
    return [f"| where {render(part, style, 1)}" for part in parts]


def _steps(target: "Kql", tree: Tree, bound: Bound, style: Style) -> list[str]:
    """Return the lines for the rule's condition and the computed columns before it."""
    table = target.schema_table(bound.binding.table)
    places = {computed_name(c.name, table): c.place for c in bound.computed.values()}
    early: list[Tree] = []
    late: list[Tree] = []
    for part in tree.children if isinstance(tree, And) else (tree,):
        computed = any(name in places for leaf in leaves(part) for name in leaf.columns)
        (late if computed or style is PLAIN else early).append(part)
    used = {name for leaf in leaves(tree) for name in leaf.columns}
    extends = [
        f"| extend {column_name(name)} = {expression(place)}"
        for name, place in places.items()
        if name in used
    ]
    return [*_where(conjunction(early), style), *extends, *_where(conjunction(late), style)]


def computed_name(name: str, table: Table | None) -> str:
    """Return the name of a computed column, which must be none of the table's own."""
    while table is not None and table.column(name) is not None:
        name += "_"
    return name


def guarded(tree: Tree, *, below_not: bool = False) -> Tree:
    """Return the tree with every test under a negation that may be null read as false then."""
    match tree:
        case Not(child=child):
            return Not(guarded(child, below_not=True))
        case And(children=children):
            return And(tuple(guarded(child, below_not=below_not) for child in children))
        case Or(children=children):
            return Or(tuple(guarded(child, below_not=below_not) for child in children))
        case Leaf() if below_not and tree.nullable:
            return Raw(f"coalesce({tree.text}, false)", reads=tree.columns)
        case _:
            return tree


@lru_cache(maxsize=4096)
def finds_nothing(regex: Regex) -> bool:
    """Return whether an expression is found in the empty text."""
    return passes(Matches(regex), "")


__all__ = ["LIMIT", "computed_name", "finds_nothing", "write"]
