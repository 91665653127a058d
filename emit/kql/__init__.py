"""KQL for Microsoft Sentinel and Defender.

In goes a rule over the columns of a table, out comes a query that selects the rows that stand
for the events which the rule matches, no others. Tests are made in `tests`, literals in
`literals`, expressions of other dialects in `regex`, computed columns in `columns`;
`rewrites` makes the tree faster without changing its rows. With `plain` there are no
rewrites.
"""

from dataclasses import dataclass
from decimal import Decimal

from ...dsl import ir
from ...dsl.diagnostics import Diagnostic
from ...dsl.fieldmap import FieldMap
from ...dsl.fieldmap.binding import Bound
from ...dsl.fieldmap.texttest import number_of
from ...dsl.ir import Order, Part, Relation
from ...dsl.networks import network_text
from ...dsl.schema import Schema, Table
from ...dsl.values import Network, Pattern, Wild
from ..dead import cause_of_death, dead
from ..target import Emission, Inexpressible, Operand, Target
from ..tree import NO, Raw, Tree, conjunction, disjunction, negation
from . import query as kql_query
from .literals import column_name, text_literal
from .regex import service_regex
from .tests import Called, compare, empty, filled, one_of, pattern_test, text_test, wrapped

WHOLE = frozenset({"int", "long"})
NUMERIC = WHOLE | {"real", "decimal"}
MAPPED = 96
"""By how many bits an IPv4 network moves where it stands in an IPv6 address."""
_RELATIONS = {
    Relation.EQUALS: ("=~", "=="),
    Relation.STARTS: ("startswith", "startswith_cs"),
    Relation.ENDS: ("endswith", "endswith_cs"),
    Relation.CONTAINS: ("contains", "contains_cs"),
}
_PARTS = {
    Part.MINUTE: 'datetime_part("minute", {})',
    Part.HOUR: "hourofday({})",
    Part.DAY: "dayofmonth({})",
    Part.WEEKDAY: "iff(dayofweek({0}) == 0d, 7, toint(dayofweek({0}) / 1d))",
    Part.WEEK: "week_of_year({})",
    Part.MONTH: "monthofyear({})",
    Part.YEAR: "getyear({})",
}


@dataclass(frozen=True, slots=True)
class KqlOptions:
    """How queries are written.

    Attributes:
        plain: no rewrites; the workspace's own functions instead of the built-in ones.
        without: names of rewrites to leave out.
        lookback: a time span such as `1h`: only rows that young; empty for all.
    """

    plain: bool = False
    without: frozenset[str] = frozenset()
    lookback: str = ""


class Kql(Target):
    """Writes queries for the tables of one field map."""

    name = "KQL"

    def __init__(
        self, fieldmap: FieldMap, schema: Schema | None, options: KqlOptions | None = None
    ) -> None:
        self.fieldmap = fieldmap
        self.schema = schema
        self.options = options or KqlOptions()
        self._operands: dict[tuple[str, str], Operand] = {}
        self._tables: dict[str, Table | None] = {}

    def emit(self, bound: Bound) -> Emission:
        """Return the query for a bound rule; a rule that no row can pass is refused."""
        cause = cause_of_death(bound, self.schema)
        if cause is None:
            return super().emit(bound)
        info = bound.rule.info
        error = dead(*cause, info.path)
        return Emission(info.id, info.path, "", self.table(bound), (), error, bound)

    def query(self, bound: Bound) -> tuple[str, tuple[Diagnostic, ...]]:
        """Return the query for a bound rule."""
        return kql_query.write(self, bound)

    def table(self, bound: Bound) -> str:
        """Return the table; in plain queries, the workspace's own copy of a function."""
        name = bound.binding.table
        if self.options.plain and self.schema is not None:
            return next((a for a, t in self.schema.aliases.items() if t == name), name)
        return name

    def schema_table(self, name: str) -> Table | None:
        """Return what the schema says of a table, or `None`."""
        if name not in self._tables:
            self._tables[name] = None if self.schema is None else self.schema.table(name)
        return self._tables[name]

    def operand(self, column: str, bound: Bound) -> Operand:
        """Return a column of the table, or a computed one, as an operand."""
        named = bound.computed.get(column)
        if named is not None:
            name = kql_query.computed_name(column, self.schema_table(bound.binding.table))
            return Operand(name, named.type, column_name(name), named.place)
        key = (bound.binding.table, column)
        found = self._operands.get(key)
        if found is None:
            found = self._operands[key] = self._column(*key)
        return found

    def _column(self, table: str, name: str) -> Operand:
        known = self.schema_table(table)
        column = None if known is None else known.column(name)
        if known is not None and column is None:
            nearest = known.nearest_column(name)
            hint = f"the nearest name is `{nearest}`" if nearest else "see the table's schema"
            raise Inexpressible(f"`{table}` has no column `{name}`", hint, "T426")
        kind = "string" if column is None else column.type
        names = self.fieldmap.names.get(table, {}).get(name, "")
        return Operand(name, kind, column_name(name), names=names)

    # -- text ---------------------------------------------------------------------------

    def emit_equals(self, column: Operand, check: ir.Equals) -> Tree:
        """Return the test that the whole value is a pattern."""
        text = check.pattern.text
        if column.type != "string" and text is not None:
            return self._equals_typed(column, text, cased=check.cased)
        return self._pattern(column, "equals", check.pattern, cased=check.cased)

    def emit_contains(self, column: Operand, check: ir.Contains) -> Tree:
        """Return the test that the value contains a pattern."""
        return self._pattern(column, "contains", check.pattern, cased=check.cased)

    def emit_starts(self, column: Operand, check: ir.Starts) -> Tree:
        """Return the test that the value starts with a pattern."""
        return self._pattern(column, "starts", check.pattern, cased=check.cased)

    def emit_ends(self, column: Operand, check: ir.Ends) -> Tree:
        """Return the test that the value ends with a pattern."""
        return self._pattern(column, "ends", check.pattern, cased=check.cased)

    def emit_one_of(self, column: Operand, check: ir.OneOf) -> Tree:
        """Return the test that the value is one of many texts."""
        if column.type == "string":
            return one_of(column, check.texts, cased=check.cased)
        texts = sorted(check.texts)
        tests = (self._equals_typed(column, text, cased=check.cased) for text in texts)
        return disjunction(tests)

    def emit_matches(self, column: Operand, check: ir.Matches) -> Tree:
        """Return the test that an expression is found in the value."""
        column = _as_text(column)
        found = compare(column, "matches regex", service_regex(check.regex))
        if kql_query.finds_nothing(check.regex):
            return conjunction([filled(column), found])
        return found

    def _pattern(self, column: Operand, kind: str, pattern: Pattern, *, cased: bool) -> Tree:
        if kind != "equals" and pattern.parts in ((), (Wild.STAR,)):
            return filled(column)
        return pattern_test(_as_text(column), kind, pattern, cased=cased)

    def _equals_typed(self, column: Operand, text: str, *, cased: bool) -> Tree:
        """Return the test that a column that holds no text holds what this text says."""
        if not text:
            return empty(column)
        if column.type in NUMERIC:
            number = number_of(text)
            plain = number is not None and (str(number) == text or column.type not in WHOLE)
            return compare(column, "==", _plain(number)) if plain and number is not None else NO
        if column.type == "bool":
            said = text if cased else text.lower()
            return compare(column, "==", said == "true") if said in ("true", "false") else NO
        return text_test(_as_text(column), "=~", text, cased=cased)

    # -- numbers, truth, presence -------------------------------------------------------

    def emit_compare(self, column: Operand, check: ir.Compare) -> Tree:
        """Return the test that the value stands in an order to a number."""
        number = _plain(check.number.value)
        if column.type in NUMERIC:
            return compare(column, check.order.value, number)
        if column.type in ("bool", "datetime", "timespan"):
            return NO
        column = _as_text(column)
        if check.order is Order.EQ:
            return compare(column, "==", f"{number}")
        order = f"todouble({column.text}) {check.order.value} {number}"
        return conjunction(
            [
                compare(column, "matches regex", _NUMBER_REGEX),
                Raw(order, may_be_null=True, reads=(column.name,)),
            ]
        )

    def emit_truth(self, column: Operand, check: ir.Truth) -> Tree:
        """Return the test that the value is true, or false."""
        if column.type == "bool":
            return compare(column, "==", check.value)
        if column.type in NUMERIC | {"datetime", "timespan"}:
            return NO
        return compare(_as_text(column), "=~", "true" if check.value else "false")

    def emit_exists(self, column: Operand, check: ir.Exists) -> Tree:
        """Return the test that there is a value, or none."""
        column = _of_text(column)
        return filled(column) if check.present else empty(column)

    def emit_is_null(self, column: Operand, _check: ir.IsNull) -> Tree:
        """Return the test that there is no value."""
        return empty(_of_text(column))

    # -- addresses, times, other fields -------------------------------------------------

    def emit_in_net(self, column: Operand, check: ir.InNet) -> Tree:
        """Return the test that the value is an address in a network.

        An IPv4 address may stand as an IPv6 one, so an IPv4 network is asked for as both.
        """
        column = _as_text(column)
        network = check.network
        text = network_text(network)
        if network.version == 6:
            found = _in_ipv6(column, text)
            if _holds_mapped(network):
                return conjunction([found, negation(_in_ipv6(column, "::ffff:0:0/96"))])
            return found
        as_ipv4 = Called("ipv4_is_in_range", column, (text_literal(text),), may_be_null=True)
        return disjunction([as_ipv4, _in_ipv6(column, _mapped(network))])

    def emit_time_part(self, column: Operand, check: ir.TimePart) -> Tree:
        """Return the test that part of a time stamp stands in an order to a number."""
        time = column.text if column.type == "datetime" else f"todatetime({column.text})"
        part = _PARTS[check.part].format(time)
        words = f"{part} {check.order.value} {check.number}"
        return Raw(words, may_be_null=True, reads=(column.name,))

    def emit_field_is(self, column: Operand, check: ir.FieldIs, other: Operand) -> Tree:
        """Return the test that two columns stand in a relation, both being filled."""
        column, other = _as_text(column), _as_text(other)
        operator = _RELATIONS[check.relation][check.cased]
        words = f"{column.text} {operator} {other.text}"
        relation = Raw(words, reads=(column.name, other.name))
        return conjunction([filled(column), filled(other), relation])


_NUMBER_REGEX = r"^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"


def _as_text(column: Operand) -> Operand:
    """Return a column as one of type string."""
    return column if column.type == "string" else wrapped(column, "tostring")


def _of_text(column: Operand) -> Operand:
    """Return a dynamic column as text, so that an empty one counts as missing."""
    return _as_text(column) if column.type == "dynamic" else column


def _plain(number: Decimal | None) -> Decimal | int:
    """Return a number without an exponent, whole where it is whole."""
    value = Decimal(0) if number is None else number
    return int(value) if value == value.to_integral_value() else value


def _holds_mapped(network: Network) -> bool:
    """Return whether an IPv6 network holds the addresses that stand for IPv4 ones."""
    return network.address == 0 and network.prefix < MAPPED - 15


def _in_ipv6(column: Operand, network: str) -> Tree:
    return Called("ipv6_is_in_range", column, (text_literal(network),), may_be_null=True)


def _mapped(network: Network) -> str:
    """Return an IPv4 network as the network of the IPv6 addresses that stand for its own."""
    octets = ".".join(str(network.address >> shift & 255) for shift in (24, 16, 8, 0))
    return f"::ffff:{octets}/{network.prefix + MAPPED}"
