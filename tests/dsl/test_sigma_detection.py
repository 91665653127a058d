"""Detection blocks: what maps, lists and scalars mean, and what is refused."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from tocsin.dsl.ast import And, Document, Item, Modifier, Node, Or, RawText, Rule, Scalar, items
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.values import Number, Pattern, Wild

Read = Callable[[str], tuple[Document, Report]]


def body(read_detection: Read, block: str) -> Node:
    """Return the first detection of a block that has no fault."""
    document, report = read_detection(block + "\ncondition: sel")
    assert list(report) == []
    [rule] = document.entries
    assert isinstance(rule, Rule)
    return rule.detections[0].body


def plain(node: Node) -> object:
    """Return a body as text, lists and tuples."""
    match node:
        case And(children):
            return ("and", *map(plain, children))
        case Or(children):
            return ("or", *map(plain, children))
        case Item(name, modifiers, values):
            key = "|".join([name or "", *(m.name for m in modifiers)])
            return (key, [simple(value.scalar) for value in values])
        case _:
            return node


def simple(scalar: Scalar) -> object:
    """Return a value as plain data."""
    match scalar:
        case Pattern():
            return scalar.sigma()
        case Number(value):
            return value
        case _:
            return scalar


@pytest.mark.parametrize(
    ("block", "meaning"),
    [
        ("sel:\n  a: x", ("a", ["x"])),
        ("sel:\n  a: x\n  b: y", ("and", ("a", ["x"]), ("b", ["y"]))),
        ("sel:\n  - a: x\n  - b: y", ("or", ("a", ["x"]), ("b", ["y"]))),
        (
            "sel:\n  - a: x\n    b: y\n  - c: z",
            ("or", ("and", ("a", ["x"]), ("b", ["y"])), ("c", ["z"])),
        ),
        ("sel:\n  - a: x", ("a", ["x"])),
        ("sel:\n  a:\n    - z\n    - y", ("a", ["z", "y"])),
        ("sel:\n  - one\n  - two", ("", ["one", "two"])),
        ("sel: word", ("", ["word"])),
        ("sel: 'word'", ("", ["word"])),
        ("sel: ''", ("", [""])),
        ("sel: 4624", ("", [Decimal(4624)])),
        (
            "sel:\n  - one\n  - two\n  - a: x\n  - three",
            ("or", ("", ["one", "two"]), ("a", ["x"]), ("", ["three"])),
        ),
        ("sel:\n  '|all':\n    - one\n    - two", ("|all", ["one", "two"])),
        ("sel:\n  '|contains|all': one", ("|contains|all", ["one"])),
        ("sel:\n  a|contains|windash: x", ("a|contains|windash", ["x"])),
        ("sel:\n  a: []", ("a", [None])),
        ("sel:\n  a:", ("a", [None])),
        ("sel:\n  a: null", ("a", [None])),
        ("sel:\n  a: ''", ("a", [""])),
        ("sel:\n  a: [1, 'b', null, true, 1.5]", ("a", [1, "b", None, True, Decimal("1.5")])),
        ("sel:\n  a b.c-d: x", ("a b.c-d", ["x"])),
        ("sel:\n  4624: x\n  on: y", ("and", ("4624", ["x"]), ("on", ["y"]))),
        ("sel: &v\n  a: x\nother: *v", ("a", ["x"])),
        ("base: &v\n  a: x\nsel:\n  <<: *v\n  b: y", ("a", ["x"])),
    ],
)
def test_maps_lists_and_scalars_mean_what_sigma_says(
    read_detection: Read, block: str, meaning: object
) -> None:
    assert plain(body(read_detection, block)) == meaning


@pytest.mark.parametrize(
    ("key", "value", "scalar"),
    [
        ("a", r"c:\*\x", Pattern(("c:*\\x",))),
        ("a", "'x*?y'", Pattern(("x", Wild.STAR, Wild.ONE, "y"))),
        ("a", r"'\\\\host'", Pattern(("\\\\host",))),
        ("a", "'" + "x*" * 200 + "'", Pattern.parse("x*" * 200)),
        ("a|re", r"'\\w+.*\d?'", RawText(r"\\w+.*\d?")),
        ("a|re|i", r"'\*'", RawText(r"\*")),
        ("a|cidr", "10.0.0.0/8", RawText("10.0.0.0/8")),
        ("a|re", "4624", Number(Decimal(4624))),
        ("a|expand", "'%x%*'", Pattern(("%x%", Wild.STAR))),
        ("a", "0x1F", Number(Decimal(31))),
        ("a", "2024-01-02", Pattern(("2024-01-02",))),
        ("a", "!!str 12", Pattern(("12",))),
        ("a", "!!int '12'", Number(Decimal(12))),
        ("a", "yes", True),
        ("a", "'yes'", Pattern(("yes",))),
    ],
)
def test_values_are_typed_and_spelt(
    read_detection: Read, key: str, value: str, scalar: Scalar
) -> None:
    item = body(read_detection, f"sel:\n  {key}: {value}")
    assert isinstance(item, Item)
    assert item.values[0].scalar == scalar


@pytest.mark.parametrize(
    ("value", "written"), [("0x1F", "0x1F"), ("00000429", "00000429"), ("Yes", "Yes"), ("~", "~")]
)
def test_the_words_of_a_plain_value_are_kept(
    read_detection: Read, value: str, written: str
) -> None:
    item = body(read_detection, f"sel:\n  a: {value}")
    assert isinstance(item, Item)
    assert item.values[0].written == written


def test_merged_maps_come_first_and_own_keys_win(read_detection: Read) -> None:
    document, report = read_detection(
        "one: &one\n  a: x\n  b: y\ntwo: &two\n  b: z\n  c: w\n"
        "sel:\n  <<: [*one, *two]\n  c: own\n  d: v\ncondition: sel"
    )
    assert list(report) == []
    [rule] = document.entries
    assert isinstance(rule, Rule)
    merged = plain(rule.detections[2].body)
    assert merged == ("and", ("a", ["x"]), ("b", ["y"]), ("c", ["own"]), ("d", ["v"]))


@pytest.mark.parametrize(
    ("block", "code", "shown"),
    [
        ("sel:", "T215", "sel"),
        ("sel: {}", "T215", "{}"),
        ("sel: []", "T215", "[]"),
        ("sel:\n  - a: x\n  - {}", "T215", "{}"),
        ("sel:\n  - [a, b]", "T216", "[a, b]"),
        ("sel:\n  a: [x, [y]]", "T216", "[y]"),
        ("sel:\n  a:\n    b: x", "T218", "b: x"),
        ("sel:\n  a: [x, {b: y}]", "T218", "{b: y}"),
        ("sel:\n  a: x\n  a: y", "T008", "a"),
        ("sel:\n  a: x\nsel:\n  b: y", "T008", "sel"),
        ("sel:\n  [a, b]: x", "T010", "[a, b]"),
        ("sel:\n  <<: x\n  a: y", "T010", "x"),
        ("sel:\n  a: !what x", "T009", "!what x"),
        ("sel:\n  a: x\ntimeframe: [5m]", "T211", "[5m]"),
    ],
)
def test_what_has_no_meaning_is_refused_where_it_stands(
    read_detection: Read, block: str, code: str, shown: str
) -> None:
    document, report = read_detection(block + "\ncondition: sel")
    assert document.entries == ()
    assert [(d.code, d.labels[0].span.text) for d in report] == [(code, shown)]


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("sel:\n  a: x", "T213"),
        ("sel:\n  a: x\ncondition: []", "T213"),
        ("sel:\n  a: x\ncondition: {a: b}", "T211"),
        ("sel:\n  a: x\ncondition: [sel, [sel]]", "T211"),
        ("sel:\n  a: x\ncondition:", "T101"),
        ("condition: sel", "T214"),
        ("condition: sel\ntimeframe: 5m", "T214"),
    ],
)
def test_a_block_needs_a_condition_and_a_detection(
    read_detection: Read, block: str, code: str
) -> None:
    document, report = read_detection(block)
    assert document.entries == ()
    assert [d.code for d in report] == [code]


def test_all_faults_of_a_block_are_reported(read_detection: Read) -> None:
    _, report = read_detection("a: {}\nb:\n  c: {d: e}\ncondition: 'a and'")
    assert [d.code for d in report] == ["T101", "T215", "T218"]


def test_several_conditions_and_a_time_frame_are_kept(read_detection: Read) -> None:
    document, report = read_detection("sel:\n  a: x\ntimeframe: 5m\ncondition: [sel, not sel]")
    assert list(report) == []
    [rule] = document.entries
    assert isinstance(rule, Rule)
    assert len(rule.conditions) == 2
    assert rule.timeframe == "5m"
    assert [d.name for d in rule.detections] == ["sel"]


def test_modifiers_values_and_items_have_their_places(read_detection: Read) -> None:
    node = body(
        read_detection,
        "sel:\n  a|contains|all:\n    - 'it''s'\n    - |\n      two\n      lines\n"
        '  "b\\x7cre": x',
    )
    first, second = items(node)
    assert [m.span.text for m in first.modifiers] == ["contains", "all"]
    assert first.key.text == "a|contains|all"
    assert [v.span.text for v in first.values] == ["'it''s'", "|\n        two\n        lines"]
    assert first.span.text.startswith("a|contains|all:")
    assert first.span.text.endswith("lines")
    assert second.modifiers == (Modifier("re", second.key),)
    assert second.modifiers[0].span.text == "re"
    assert second.span.text == '"b\\x7cre": x'


def test_anchors_and_tags_do_not_belong_to_a_value(read_detection: Read) -> None:
    node = body(read_detection, "sel:\n  a: &x !!str 'v'\n  b: *x\n  c: [&y w]")
    assert [i.values[0].span.text for i in items(node)] == ["'v'", "'v'", "w"]
