"""Operands, lowering, passes and dumps: the corners that rules seldom reach."""

from decimal import Decimal
from pathlib import Path

import pytest
from tocsin.dsl import ast, ir, placeholders
from tocsin.dsl.diagnostics import Report, Severity
from tocsin.dsl.dump import dump_rules, dump_tree
from tocsin.dsl.encodings import base64_offsets
from tocsin.dsl.lower import at_least
from tocsin.dsl.modifiers import Base, Chain, PathTest, read_chain
from tocsin.dsl.operands import ValueFault, read_value
from tocsin.dsl.passes import GROUP, group, simplify
from tocsin.dsl.schema import load_schema
from tocsin.dsl.schema.file import build_schema
from tocsin.dsl.source import Source
from tocsin.dsl.values import DataMap, Number, Pattern, Wild, freeze

import tocsin
from tests.matcher.verdicts import is_refused, rule_of, verdict

SPAN = Source("x", "x").span(0, 1)


def value(scalar: ast.Scalar) -> ast.Value:
    return ast.Value(scalar, SPAN)


def equal(text: str) -> ir.Test:
    return ir.Test("F", ir.Equals(Pattern.literal(text)))


def test_a_count_of_nothing_always_holds_and_too_large_a_one_never() -> None:
    nodes: list[ir.Node] = [equal("a"), equal("b"), equal("c")]
    assert at_least(0, nodes) == ir.TRUE
    assert at_least(4, nodes) == ir.FALSE
    assert at_least(1, nodes) == ir.Any(tuple(nodes))
    assert at_least(3, nodes) == at_least("all", nodes) == ir.All(tuple(nodes))


def test_a_number_without_source_text_is_spelled_as_usual() -> None:
    shaped = Chain(shaped=True, open_right=True)
    assert read_value(shaped, value(Number(Decimal(5)))) == (Pattern.parse("5*"),)
    assert read_value(shaped, value(True)) == (Pattern.parse("true*"),)
    assert read_value(Chain(base=Base.NETWORK), value(Number(Decimal(5)))) != ()
    raw = ast.RawText("a*")
    assert read_value(shaped, value(raw)) == (Pattern((f"{raw.text}", Wild.STAR)),)


def test_a_path_takes_neither_null_nor_wildcards() -> None:
    chain = Chain(base=Base.PATH, path=PathTest.NAMED)
    for scalar in (None, Pattern.parse("a*")):
        assert isinstance(read_value(chain, value(scalar)), ValueFault)


def test_dashes_and_encodings_leave_wildcards_alone() -> None:
    assert verdict("F|windash|contains: ' -a*b'", {"F": "x /a--b"})
    assert verdict("F|wide: 'a*b'", {"F": "a\0---b\0"})
    assert verdict("F|windash|wide|contains: ' -a'", {"F": " \0/\0a\0"})
    assert is_refused("F|fieldref: ''")


def test_placeholders_leave_wildcards_alone() -> None:
    assert verdict("F|expand: '%a%*b'", {"F": "x--b"}, a=["x"])


def test_the_offsets_of_nothing_are_none() -> None:
    assert base64_offsets(b"") == ()


def test_keywords_of_a_list_file_are_contained(tmp_path: object) -> None:
    text = 'rule "r" {\n  level low\n  source linux\n  when any contains any file "w.txt"\n}\n'
    report = Report()
    folder = str(tmp_path)
    with open(f"{folder}/r.tocsin", "w", encoding="utf-8") as file:  # noqa: PTH123 - as users do
        file.write(text)
    with open(f"{folder}/w.txt", "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write("# words\none\n\ntwo\n")
    (rule,) = tocsin.load(f"{folder}/r.tocsin")
    assert tocsin.reference.match(rule, {"A": "xx two xx"})
    assert not tocsin.reference.match(rule, {"A": "# words"})
    assert len(report) == 0


def test_long_lists_become_one_set_and_other_tests_stay() -> None:
    texts = [equal(f"t{number}") for number in range(GROUP)]
    more = ir.Test("F", ir.OneOf(frozenset({"x", "T1"})))
    other = ir.Test("F", ir.Exists())
    keyword = ir.Test(None, ir.Contains(Pattern.literal("k")))
    gathered = group(ir.Any((*texts, more, other, keyword)))
    assert isinstance(gathered, ir.Any)
    first, *rest = gathered.children
    assert isinstance(first, ir.Test)
    assert first.check == ir.OneOf(frozenset({f"t{number}" for number in range(GROUP)} | {"x"}))
    assert rest == [other, keyword]
    mixed = ir.Any(tuple(ir.Test(f"F{n}", ir.Equals(Pattern.literal("a"))) for n in range(20)))
    assert group(mixed) is mixed
    several = ir.Any(
        tuple(ir.Test("F", ir.Compare(ir.Order.EQ, Number(Decimal(n)))) for n in range(20))
    )
    assert group(several) is several


def test_counts_lose_their_constants_and_groups_their_repeats() -> None:
    a, b, c = equal("a"), equal("b"), equal("c")
    assert simplify(ir.AtLeast(2, (ir.TRUE, a, b, c))) == ir.Any((a, b, c))
    assert simplify(ir.AtLeast(2, (ir.FALSE, a, b))) == ir.All((a, b))
    assert simplify(ir.AtLeast(2, (ir.FALSE, a, ir.FALSE))) == ir.FALSE
    assert simplify(ir.AtLeast(2, (ir.TRUE, ir.TRUE, a))) == ir.TRUE
    assert simplify(ir.Any((ir.Any((a, b)), c, c))) == ir.Any((a, b, c))


def test_filling_leaves_what_has_no_placeholder() -> None:
    (rule,) = tocsin.loads(rule_of("F|expand: '%a%'\nG|exists: true", "sel or not sel"))
    spliced = ir.IrRule(
        rule.info, rule.logsource, ir.All((rule.condition, ir.TRUE)), placeholders=("a",)
    )
    report = Report()
    filled = placeholders.fill(ir.RuleSet([spliced]), {"a": ["x"]}, report)
    assert not report
    assert tocsin.reference.match(filled[0], {"F": "x", "G": 1})


def test_dumps_show_data_sets_and_several_rules() -> None:
    rules = tocsin.loads(rule_of("F: a") + "---\nid: i\n" + rule_of("F: b"))
    assert dump_rules(rules).count('rule "t"') == 2
    data = freeze({"a": [1, "x", {"b": None}]})
    assert isinstance(data, DataMap)
    entry = ast.MetaEntry("k", data, SPAN, SPAN)
    assert '{"a": [1, "x", {"b": none}]}' in dump_tree(entry)
    chain = read_chain((ast.Modifier("re", SPAN), ast.Modifier("i", SPAN)))
    assert '{"ignore_case"}' in dump_tree(chain)


def test_a_severity_reads_as_its_word() -> None:
    assert (str(Severity.ERROR), Severity.NOTE.word) == ("error", "note")
    assert Severity.NOTE < Severity.WARNING < Severity.ERROR
    assert len({Severity.NOTE, "note"}) == 1


def test_items_are_found_below_every_node() -> None:
    (rule,) = tocsin.loads(rule_of("F: a", "not sel or sel and 1 of sel*"))
    assert rule.syntax is not None
    assert list(ast.items(rule.syntax.conditions[0])) == []
    item = rule.syntax.detections[0].body
    assert list(ast.items(ast.Not(ast.Or((item, item), SPAN), SPAN))) == [item, item]


def test_shaped_keywords_are_taken_as_shaped() -> None:
    assert verdict("'|endswith':\n  - abc", {"A": "xabc"})
    assert not verdict("'|endswith':\n  - abc", {"A": "abcx"})
    assert verdict("'|contains':\n  - abc", {"A": "xabcx"})


def test_a_field_is_compared_with_the_lines_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "r.tocsin"
    file.write_text(
        'rule "r" {\n  level low\n  source linux\n  when F in file "w.txt"\n}\n', "utf-8"
    )
    (tmp_path / "w.txt").write_text("one\ntwo\n", "utf-8")
    (rule,) = tocsin.load(file)
    assert tocsin.reference.match(rule, {"F": "TWO"})
    assert not tocsin.reference.match(rule, {"F": "two "})


def test_placeholders_are_filled_below_a_count() -> None:
    parts = "  s_1: {F|expand: '%a%'}\n  s_2: {G|exists: true}\n  s_3: {H: 1}\n"
    text = rule_of("X: 1", "2 of s_*").replace("  sel:\n    X: 1\n", parts)
    (rule,) = tocsin.fill(tocsin.loads(text), {"a": ["x"]})
    assert tocsin.reference.match(rule, {"F": "x", "G": 1})
    assert not tocsin.reference.match(rule, {"F": "y", "G": 1})


def test_a_list_of_networks_may_hold_plain_texts() -> None:
    text = (
        'list n = "10.0.0.0/8"\nrule "r" {\n  level low\n  source linux\n  when F in cidr(n)\n}\n'
    )
    (rule,) = tocsin.loads(text, syntax="tocsin")
    assert tocsin.reference.match(rule, {"F": "10.1.2.3"})


def test_a_fault_in_an_escaped_expression_is_shown_at_the_whole_value() -> None:
    rules = tocsin.loads(rule_of('F|re: "a\\x28?=b"'), on_error="skip")
    (fault,) = (d for d in rules.report if d.code == "T311")
    assert fault.labels[0].span.text == '"a\\x28?=b"'
    assert fault.line == 6


def test_a_schema_that_is_not_well_formed_lists_its_faults() -> None:
    with pytest.raises(ValueError, match="key `tables`"):
        build_schema("x", "a: 1")
    with pytest.raises(ValueError, match="table `T` is not a mapping"):
        build_schema("x", "tables: {T: 5}")


def test_a_table_knows_its_parameters_and_the_columns_of_words() -> None:
    table = load_schema("sentinel-asim").tables["_Im_NetworkSession"]
    assert table.parameter("starttime") is not None
    assert table.parameter("nothing") is None
    assert all(column.type in {"string", "dynamic"} for column in table.text_columns)
