"""Rewrite: what another test says already is left out.

Among alternatives a test that implies another one adds nothing; among tests that must all hold, a
test that another one implies adds nothing. Implication is judged on one column by the texts: what
contains `abc` contains `b`.
"""

from collections.abc import Iterator, Sequence

from ..tree import And, Or, Tree, conjunction, disjunction, rebuilt
from .context import Context
from .tests import Compared

MOST = 400
"""Up to how many tests on a column are compared with each other."""
SAYS = {
    "=~": ("contains", "startswith", "endswith"),
    "contains": ("contains",),
    "startswith": ("contains", "startswith"),
    "endswith": ("contains", "endswith"),
}
"""Which kinds of test a test can imply."""

Group = dict[tuple[str, str], int]
"""The first place of each operator and lower-case text of one column."""


def drop_implied(tree: Tree, context: Context) -> Tree:
    """Return the tree without tests that others make needless."""
    tree = rebuilt(tree, lambda child: drop_implied(child, context))
    match tree:
        case Or(children=children):
            needless = {one for one, _other in _implications(children)}
            return disjunction(c for i, c in enumerate(children) if i not in needless)
        case And(children=children):
            needless = {other for _one, other in _implications(children)}
            return conjunction(c for i, c in enumerate(children) if i not in needless)
        case _:
            return tree


def _implications(children: Sequence[Tree]) -> Iterator[tuple[int, int]]:
    """Go through pairs of places where the first test implies the second."""
    groups: dict[str, Group] = {}
    for index, child in enumerate(children):
        if isinstance(child, Compared) and child.operator in SAYS:
            text = str(child.value)
            if text.isascii():
                group = groups.setdefault(child.column.text, {})
                known = group.setdefault((child.operator, text.lower()), index)
                if known != index:
                    yield index, index
    for group in groups.values():
        if 1 < len(group) <= MOST:
            yield from _of_column(group)


def _of_column(group: Group) -> Iterator[tuple[int, int]]:
    texts: dict[str, list[str]] = {}
    for operator, text in group:
        texts.setdefault(operator, []).append(text)
    for (operator, whole), place in group.items():
        for kind in SAYS[operator]:
            for part in _parts(kind, whole, texts.get(kind, ())):
                if (kind, part) != (operator, whole):
                    yield place, group[kind, part]


def _parts(kind: str, whole: str, texts: Sequence[str]) -> list[str]:
    """Return the texts that a whole contains, starts with, or ends with."""
    if kind == "contains":
        return [part for part in texts if part in whole]
    if kind == "startswith":
        return [part for part in texts if whole.startswith(part)]
    return [part for part in texts if whole.endswith(part)]
