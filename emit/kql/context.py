"""What a rewrite may know besides the tree."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...dsl.schema import Table


@dataclass(frozen=True, slots=True)
class Context:
    """The table that a query reads, and what is asked of the query.

    Attributes:
        table: what the schema says of the table, or `None`.
        names: the columns with only the last name of a path, by the column with the path.
        without: the names of rewrites to leave out.
    """

    table: Table | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()

    def is_text(self, column: str) -> bool:
        """Return whether the table has a column of this name with texts in it."""
        return self._type(column) == "string"

    def is_dynamic(self, column: str) -> bool:
        """Return whether the table has a column of this name with members in it."""
        return self._type(column) == "dynamic"

    def _type(self, column: str) -> str:
        found = None if self.table is None else self.table.column(column)
        return "" if found is None else found.type
