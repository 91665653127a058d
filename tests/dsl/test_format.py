"""The layout of native texts: one way to write each thing, comments kept, nothing changed."""

import pytest
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.format import format_native
from tocsin.dsl.native import read_native
from tocsin.dsl.source import Source


def laid_out(text: str) -> str:
    """Return a text in its layout; doing it again changes nothing, and the meaning stays."""
    report = Report()
    found = format_native(Source("r", text), report)
    assert list(map(str, report)) == []
    assert found is not None
    assert format_native(Source("r", found), report) == found
    before, after = (read_native(Source("r", each), report) for each in (text, found))
    assert before == after
    return found


def test_statements_stand_in_columns_and_in_a_fixed_order() -> None:
    text = """rule "r" { test "t" {"A":1}->match when   a
    a=A==1 source windows/ level high tags x,y }"""
    assert laid_out(text) == (
        'rule "r" {\n'
        "  level  high\n"
        "  tags   x, y\n"
        "  source windows\n"
        "\n"
        "  a = A == 1\n"
        "\n"
        "  when a\n"
        "\n"
        '  test "t" {"A": 1} -> match\n'
        "}\n"
    )


def test_what_does_not_fit_on_a_line_is_broken() -> None:
    names = ", ".join(f'"program-{n}.exe"' for n in range(8))
    group = "(B == 1 or not (C == 2 and D == 3))"
    text = f"rule {{ source windows/ a = I endswith any ({names}) and {group} when a }}"
    found = laid_out(text)
    assert max(map(len, found.splitlines())) <= 100
    assert '    I endswith any (\n      "program-0.exe",\n' in found
    assert "    and (B == 1 or not (C == 2 and D == 3))\n" in found


def test_broken_groups_are_indented() -> None:
    long = "x" * 60
    text = (
        f'rule {{ source windows/ when not (A == "{long}" or (B == "{long}" and not C is null '
        f'and not D == "{long}")) }}'
    )
    assert laid_out(text) == (
        "rule {\n"
        "  source windows\n"
        "\n"
        "  when\n"
        "    not (\n"
        f'      A == "{long}"\n'
        "      or (\n"
        f'        B == "{long}"\n'
        "        and C is not null\n"
        f'        and not D == "{long}"\n'
        "      )\n"
        "    )\n"
        "}\n"
    )


def test_long_tests_are_filled_into_lines() -> None:
    pairs = ", ".join(f'"Field{n}": "value {n}"' for n in range(6))
    found = laid_out(
        f'rule {{ source a/ when x test "t" {{{pairs}, "L": [1, 2], "E": []}} -> match }}'
    )
    assert '  test "t" {\n    "Field0": "value 0", "Field1": "value 1",' in found
    assert '"L": [1, 2], "E": []\n  } -> match\n' in found


def test_data_that_is_too_long_even_alone_is_broken_inside() -> None:
    inner = ", ".join(f'"number {n}"' for n in range(12))
    found = laid_out(
        f'rule {{ source a/ when x x: {{"k": [{inner}], "l": {{"m": "{"y" * 90}"}}}} }}'
    )
    assert '  x: {\n    "k": [\n      "number 0", "number 1",' in found
    assert max(map(len, found.splitlines())) <= 110


def test_one_way_is_written_for_each_thing() -> None:
    pairs = {
        'A == any ("x", "y")': 'A in ("x", "y")',
        'A in "x"': 'A == "x"',
        'A != any ("x", "y")': 'A not in ("x", "y")',
        'A like "plain"': 'A == "plain"',
        'A == like "a*"': 'A like "a*"',
        'A in (like "a*", "b")': 'A like any ("a*", "b")',
        'A contains ("x")': 'A contains "x"',
        'A contains all ("x")': 'A contains all ("x")',
        'A == ""': "A is empty",
        "A == null": "A is null",
        "not A is null": "A is not null",
        "A|exists: true": "exists A",
        "A >= 1 and A <= 5": "A in 1..5",
        'A|contains|all: ("x", "y")': 'A contains all ("x", "y")',
        'A|re|i: "x/y"': r"A matches /x\/y/i",
        r'A|re: "x\/y"': r'A|re: "x\/y"',
        'A == cidr("10.0.0.0/8")': 'A in cidr("10.0.0.0/8")',
        'A|cidr: "private"': "A in cidr(private)",
        'A|utf16le|base64: "x"': 'A == base64(utf16le("x"))',
        'A|wide|base64: "x"': 'A == base64(wide("x"))',
        "1 of a*": "any of a*",
        "all of them": "all of them",
        'A|expand: "%x%"': 'A expand "%x%"',
        'A|expand|contains: "%x%"': 'A contains expand("%x%")',
        'A like any ("a*", 1)': 'A like any ("a*", 1)',
        "A == field (B, `c d`)": "A == field (B, `c d`)",
        "(A == 1)": "A == 1",
        "A == 1 and B == 2 or C == 3": "(A == 1 and B == 2) or C == 3",
        'A == all ("x", "y")': 'A == all ("x", "y")',
        'A == e"plain"': 'A == "plain"',
        "any|all: 1": "any contains all (1)",
        'any|fieldref: "x"': 'any|fieldref: "x"',
        "A contains any names": "A contains any names",
        "A == all names": "A == all names",
        "A|lt: (1, 2)": "A < any (1, 2)",
        "A|cidr|all: (private)": "A|cidr|all: private",
        'A|fieldref: like "x*"': 'A|fieldref: like "x*"',
        "A|re: 12": "A|re: 12",
        "A|re|i: names": "A|re|i: names",
        "A|re|x: /a/": "A|re|x: /a/",
        "A|re: names": "A matches any names",
        "any|hour: 3": "any|hour: 3",
        'A|gte: 1 and A|lte: "5"': 'A >= 1 and A <= "5"',
        "A|gte: 1 and A|lte: (5, 6)": "A >= 1 and A <= any (5, 6)",
        "A|week|day|gte: 1 and A|week|day|lte: 2": "A|week|day|gte: 1 and A|week|day|lte: 2",
    }
    for written, expected in pairs.items():
        found = laid_out(f"rule {{ source a/ when {written} }}")
        assert f"  when {expected}\n" in found


def test_numbers_keep_their_words_only_where_they_count_as_text() -> None:
    found = laid_out('rule { source a/ when A contains 34 as "0x22" and B == 34 as "0x22" }')
    assert 'A contains 34 as "0x22" and B == 34' in found
    found = laid_out('rule { source a/ when A cased == true as "True" and any contains 1.50 }')
    assert 'A cased == true as "True" and any contains 1.50' in found
    assert "A == 1E+50" in laid_out("rule { source a/ when A == 1e50 }")


def test_lists_stand_together_and_long_ones_are_broken() -> None:
    values = ", ".join(f'"value number {n}"' for n in range(8))
    found = laid_out(
        "\n".join(
            (
                'list a = 1, 2\nlist b = "x"',
                f"list c = {values}",
                "rule { source a/ when x }",
                "list `rule` = null",
            )
        )
    )
    assert found.startswith('list a = 1, 2\nlist b = "x"\n\nlist c =\n  "value number 0",\n')
    assert found.endswith("}\n\nlist `rule` = null\n")


def test_correlations_and_filters_have_a_layout() -> None:
    text = """correlation "c" { aliases: {"u":{"a":"U"}} type t by A,B rules x generate true
    percentile 5 field F within 5m id y when >=10,<20 }
    filter { rules "any" d = A == 1 when not d }
    correlation { type t when a and b } filter { rules: ["any"] when x }"""
    assert laid_out(text) == (
        'correlation "c" {\n'
        "  id y\n"
        "\n"
        "  type       t\n"
        "  rules      x\n"
        "  by         A, B\n"
        "  field      F\n"
        "  within     5m\n"
        "  percentile 5\n"
        '  aliases:   {"u": {"a": "U"}}\n'
        "  generate   true\n"
        "\n"
        "  when >= 10, < 20\n"
        "}\n"
        "\n"
        "filter {\n"
        "  d = A == 1\n"
        "\n"
        "  when not d\n"
        "}\n"
        "\n"
        "correlation {\n"
        "  type t\n"
        "\n"
        "  when a and b\n"
        "}\n"
        "\n"
        "filter {\n"
        '  rules: ["any"]\n'
        "\n"
        "  when x\n"
        "}\n"
    )


COMMENTED = """# Licence

# about the list
list shells =  # all of them
  "bash",  # the usual
  # rare
  "ksh",

# about the rule
rule "r" {  # header
  id     x  # the id
  # about the status
  status test
  tags   a, b  # one
  source windows  # src

  # about a
  a =  # plain
    A == "x"  # grouped
    and (
      B contains "y"  # why
      # or else
      or C in (  # numbers
        1,
        2,  # two
      )
    )
  b = B == "z"  # zed

  # apart
  c = not C == 1

  # about the condition
  when  # first
    a
    and not b  # second

  # about the test
  test "t" {"A": 1} -> match  # yes
  # last
}  # end

# after all
"""


def test_comments_stay_where_they_are() -> None:
    assert laid_out(COMMENTED) == COMMENTED


def test_comments_inside_a_statement_move_to_it() -> None:
    text = """rule { # a
      tags x, # b
        # c
        y
      source windows/
      when A == 1 # d
        and B == 2 # e
      test "t" {"A": # f
        1, "B": 2} -> match # g
      definition "d" # h
    } # i
    """
    found = laid_out(text)
    for mark in "abcdefghi":
        assert f"# {mark}\n" in found


@pytest.mark.parametrize(
    "condition",
    [
        "  when not empty  # behind",
        "  when not a  # behind",
        "  when F is not empty  # behind",
        "  when\n    a  # first\n    or F is not empty  # second\n    or not empty  # third",
        "  when  # of the statement\n    not a  # of the part",
        "  when\n    # above\n    a\n    and b",
    ],
)
def test_comments_of_conditions_stay_with_their_parts(condition: str) -> None:
    text = f'rule "x" {{\n  level  low\n  source linux\n\n  a = F is null\n\n{condition}\n}}\n'
    assert laid_out(text) == text


def test_a_comment_before_everything_and_in_nothing_is_kept() -> None:
    assert laid_out("# only this\n") == "# only this\n"
    assert laid_out("") == ""
    assert laid_out("list a = 1 # here\n# there") == "list a = 1  # here\n\n# there\n"


def test_a_correlation_keeps_its_comments() -> None:
    text = "correlation {\n  # kind\n  type t  # k\n\n  when a  # c\n}\n"
    found = laid_out(text)
    assert found.count("#") == 3


@pytest.mark.parametrize("text", ["rule {", 'rule "r" { source a/ }', "x"])
def test_a_broken_text_has_no_layout(text: str) -> None:
    report = Report()
    assert format_native(Source("r", text), report) is None
    assert report.has_errors


def test_infinities_are_numbers_too_large_for_json() -> None:
    found = laid_out('rule { source a/ when x x: [1e999, -1e999, "Infinity"] }')
    assert 'x:     [1e999, -1e999, "Infinity"]' in found


def test_a_long_event_of_one_text_stays_on_one_line() -> None:
    event = "x" * 100
    assert f'  test "t" "{event}" -> match\n' in laid_out(
        f'rule {{ source a/ when x test "t" "{event}" -> match }}'
    )


def test_log_sources_have_a_short_and_an_exact_form() -> None:
    text = """rule { source: {"product": "a b", "definition": "one", "k": 1} when x }
    rule { source a definition "short" when x }
    rule { source a definition
      | one
      | two
      when x }"""
    found = laid_out(text)
    assert '  source: {"product": "a b", "definition": "one", "k": 1}\n' in found
    assert "  source     a\n  definition short\n" in found
    assert "  source a\n  definition\n    | one\n    | two\n" in found


def test_two_comments_behind_one_thing_move_above_it() -> None:
    text = "rule {\n  source a\n  x: [1, # one\n    2] # two\n  when y\n}\n"
    assert "\n  # one\n  # two\n  x      1, 2\n" in laid_out(text)


def test_a_comment_before_the_first_anchor_of_its_line_is_kept() -> None:
    assert "# odd" in laid_out("list # odd\n a = 1")


def test_sets_of_networks_in_a_list_stay_names() -> None:
    assert laid_out('list a = private, "10.0.0.0/8"') == 'list a = private, "10.0.0.0/8"\n'
