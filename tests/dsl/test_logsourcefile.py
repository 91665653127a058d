"""The YAML form of the table of log sources."""

from decimal import Decimal

import pytest
from tocsin.dsl.ast import Logsource
from tocsin.dsl.ir import All, Any, Compare, Ends, Equals, Exists, Not, Order, Starts, Test
from tocsin.dsl.logsource.entry import Entry
from tocsin.dsl.logsource.file import read_entries, read_table
from tocsin.dsl.values import Number, Pattern


def only(text: str) -> Entry:
    """Return the one entry of a file."""
    (entry,) = read_entries(text)
    return entry


def test_the_product_of_the_file_is_that_of_its_entries() -> None:
    entry = only("product: zeek\nsources:\n  - {service: dns, when: {_path: dns}}\n")
    assert entry.logsource == Logsource(product="zeek", service="dns")
    assert entry.when == (Test("_path", Equals(Pattern.literal("dns"))),)


def test_fields_of_a_map_must_all_fit_and_values_of_a_list_are_alternatives() -> None:
    entry = only("sources:\n  - {service: s, when: {A: x, B: [1, 2]}}\n")
    one, two = (Compare(Order.EQ, Number(Decimal(value))) for value in (1, 2))
    wanted = Any((Test("B", one), Test("B", two)))
    assert entry.when == (All((Test("A", Equals(Pattern.literal("x"))), wanted)),)


def test_a_list_of_maps_holds_alternatives() -> None:
    entry = only("sources:\n  - {service: s, when: [{A: x}, {B: x}]}\n")
    assert [test.field for test in entry.when if isinstance(test, Test)] == ["A", "B"]


def test_forms_ask_for_presence_beginnings_ends_and_others() -> None:
    text = "{A: {exists: true}, B: {starts: x}, C: {ends: y}, D: {not: z}}"
    entry = only(f"sources:\n  - {{service: s, when: {text}}}\n")
    other = Not(Test("D", Equals(Pattern.literal("z"))))
    assert entry.when == (
        All(
            (
                Test("A", Exists()),
                Test("B", Starts(Pattern.literal("x"))),
                Test("C", Ends(Pattern.literal("y"))),
                All((Test("D", Exists()), other)),
            )
        ),
    )


@pytest.mark.parametrize(
    "entry",
    [
        "{service: s, wen: {A: x}}",
        "{service: s}",
        "{service: s, when: {A: {resembles: x}}}",
    ],
)
def test_a_fault_in_the_table_is_an_error(entry: str) -> None:
    with pytest.raises(ValueError, match="log source"):
        list(read_entries(f"sources:\n  - {entry}\n"))


def test_an_entry_may_have_conditions_and_wait_for_the_user() -> None:
    entry = only("sources:\n  - {service: s, when: {A: x}, declared: because}\n")
    assert (len(entry.when), entry.declared) == (1, "because")


def test_the_table_has_every_file() -> None:
    products = {entry.logsource.product for entry in read_table()}
    assert {"windows", "linux", "macos", "aws", "zeek", "opencanary"} <= products
