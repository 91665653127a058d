"""Native to Sigma: what Sigma lacks is rewritten, and what has no equal form is said."""

from dataclasses import replace

import pytest
from tocsin.dsl.ast import Name, NamedList, Rule, items
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.printer import print_sigma
from tocsin.dsl.sigma import read_sigma
from tocsin.dsl.source import Source, Span
from tocsin.dsl.translate import to_sigma

from .native_text import read, rule_text


def translated(text: str, lines: list[str] | None = None) -> str:
    """Return the detection block of a native text in Sigma, which reads back equal."""
    document, report = read(text)
    assert list(map(str, report)) == []

    def read_list(_path: str, _span: Span) -> list[str] | None:
        return lines

    found = to_sigma(document, report, read_list)
    printed = print_sigma(found, report)
    assert list(map(str, report)) == []
    assert read_sigma(Source("r", printed), report) == found
    assert list(map(str, report.errors)) == []
    return printed.partition("detection:\n")[2]


def block(*lines: str) -> str:
    """Return lines as they stand in a detection block."""
    return "".join(f"    {line}\n" for line in lines)


def one(predicate: str) -> str:
    """Return a rule with one detection."""
    return rule_text(f"a = {predicate}", "when a")


@pytest.mark.parametrize(
    ("predicate", "lines"),
    [
        (
            'F ext any ("exe", "scr")',
            ["a:", "    F|endswith:", "        - '.exe'", "        - '.scr'"],
        ),
        ('F cased ext "exe"', ["a:", "    F|cased|endswith: '.exe'"]),
        (
            'F named "bash"',
            [
                "a:",
                "    - F: 'bash'",
                "    - F|endswith:",
                "          - '/bash'",
                "          - '\\bash'",
            ],
        ),
        (
            'F in cidr(loopback, "10.0.0.0/8")',
            [
                "a:",
                "    F|cidr:",
                "        - '127.0.0.0/8'",
                "        - '::1/128'",
                "        - '10.0.0.0/8'",
            ],
        ),
        ("F in 1..5", ["a:", "    F|gte: 1", "    F|lte: 5"]),
        ("F == 1 and (G == 2 and H == 3)", ["a:", "    F: 1", "    G: 2", "    H: 3"]),
        ("F == 1 or (G == 2 or H == 3)", ["a:", "    - F: 1", "    - G: 2", "    - H: 3"]),
        ('F contains 5 as "five"', ["a:", "    F|contains: 'five'"]),
        ('F contains 34 as "0x22"', ["a:", "    F|contains: 0x22"]),
        ("F|contains: /raw/", ["a:", "    F|contains: 'raw'"]),
        ('F|re: like "a*"', ["a:", "    F|re: 'a*'"]),
        ("F|cidr: 5", ["a:", "    F|cidr: 5"]),
    ],
)
def test_a_predicate_becomes_what_sigma_has(predicate: str, lines: list[str]) -> None:
    assert translated(one(predicate)) == block(*lines, "condition: a")


def test_paths_become_regular_expressions() -> None:
    assert "    F|re|i: '^" in translated(one('F under "/etc/cron.d"'))
    assert "    F|re: '^" in translated(one('F cased path "/etc/**"'))
    assert "        F|re|i|all:\n" in translated(one('F under all ("/a", "/b")'))


def test_all_names_are_asked_one_by_one() -> None:
    found = translated(one('F named all ("x", "y")'))
    assert found.endswith("condition: _a_1 and _a_2\n")


def test_a_negated_path_is_a_negated_detection() -> None:
    found = translated(one('F|ext|neq: "exe"'))
    assert found == block("_a_1:", "    F|endswith: '.exe'", "condition: not _a_1")


def test_lists_are_spelled_out() -> None:
    text = 'list x = "a", y\nlist y = like "b*", 3\n' + one("F in x and G matches any x")
    assert translated(text) == block(
        "a:",
        "    F:",
        "        - 'a'",
        "        - 'b*'",
        "        - 3",
        "    G|re:",
        "        - 'a'",
        "        - 'b*'",
        "        - 3",
        "condition: a",
    )


def test_list_files_are_spelled_out_where_they_are_at_hand() -> None:
    found = translated(one('F endswith any file "f"'), ["\\a*.exe", "b"])
    assert "- '\\a\\*.exe'\n            - 'b'\n" in found


def test_detections_that_do_not_fit_are_split() -> None:
    text = rule_text(
        "a = A == 1 and not (B == 2 or C == 3) and A == 4",
        "b = (D == 5 and not E == 6) or F == 7 or G == 8",
        "c = H == 9",
        "when a and not b and c",
    )
    assert translated(text) == block(
        "_a_1:",
        "    A: 1",
        "_a_2:",
        "    A: 4",
        "_a_3:",
        "    - B: 2",
        "    - C: 3",
        "_b_1:",
        "    - F: 7",
        "    - G: 8",
        "_b_2:",
        "    D: 5",
        "_b_3:",
        "    E: 6",
        "c:",
        "    H: 9",
        "condition: (_a_1 and _a_2 and not _a_3) and not (_b_1 or (_b_2 and not _b_3)) and c",
    )


def test_predicates_in_conditions_get_names() -> None:
    text = rule_text("a = A == 1", "when a and B == 2 and not (B == 2 or any of (a))")
    assert translated(text) == block(
        "a:",
        "    A: 1",
        "_when_1:",
        "    B: 2",
        "condition: a and _when_1 and not (_when_1 or 1 of a)",
    )


def test_names_that_sigma_cannot_say_are_changed() -> None:
    text = rule_text(
        "a.b = A == 1", "condition = B == 2", "`a b` = C == 3", "when a.b and condition and `a b`"
    )
    found = translated(text)
    assert found.endswith("condition: _a_b_1 and _condition_1 and _a_b_2\n")


def test_quantifiers_over_split_detections_are_spelled_out() -> None:
    text = rule_text(
        "x_a = not A == 1",
        "x_b = B == 2",
        "x_c = C == 3",
        "_x_d = D == 4",
        "when any of x_*",
        "when all of x_*",
        "when 2 of (x_a, x_b, x_c)",
        "when any of x_b*",
        "when all of them",
        "when any of _x*",
    )
    found = translated(text)
    assert found.endswith(
        block(
            "condition:",
            "    - not _x_a_1 or x_b or x_c",
            "    - not _x_a_1 and x_b and x_c",
            "    - (not _x_a_1 and x_b) or (not _x_a_1 and x_c) or (x_b and x_c)",
            "    - 1 of x_b*",
            "    - not _x_a_1 and x_b and x_c",
            "    - _x_d",
        )
    )


def test_new_names_do_not_collide() -> None:
    text = rule_text("_a_1 = A == 1", "a = not B == 2", "when _a_1 and a")
    assert translated(text).endswith("condition: _a_1 and not _a_2\n")


def test_filters_and_correlations_are_translated() -> None:
    document, report = read(
        "filter { source a/ rules x d = not A == 1 when d }\n"
        "correlation { type temporal rules a, b within 5m when a and not (a or any of them) }"
    )
    found = to_sigma(document, report)
    assert len(found.entries) == 2
    assert "condition: not _d_1" in print_sigma(found, report)
    assert list(report) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (one("weekday(F) == 3"), "day of the week"),
        (one('F in file "x"'), "list file `x` cannot be read"),
        (one("F in nobody"), "no list is called `nobody`"),
        (one("`a|b` == 1"), "cannot name the field `a|b`"),
        (one("`` == 1"), "cannot name the field ``"),
        (one('F under "relative"'), "`under` cannot take this value"),
        (one('F named like "a*"'), "`named` cannot take this value"),
        (rule_text("`detection` x", "when A == 1"), "`detection` means something else"),
        (rule_text("a = A == 1", "when any of (b, c)"), "speaks of no detection"),
        (rule_text("a = not A == 1", "when 3 of a*"), "more detections than there are"),
        (rule_text(*(f"a{n} = not A == {n}" for n in range(12)), "when 6 of them"), "too long"),
        ("correlation { type temporal when a and F == 1 }", "names rules only"),
        ("correlation { type temporal when not F == 1 }", "names rules only"),
    ],
)
def test_what_has_no_equal_form_is_reported_and_left_out(text: str, message: str) -> None:
    document, _ = read(text + "\n" + one("A == 1"))
    report = Report()
    found = to_sigma(document, report)
    assert [diagnostic.code for diagnostic in report] == ["T681"]
    assert message in report[0].message
    assert len(found.entries) == 1


def test_an_empty_list_file_is_no_null() -> None:
    document, _ = read(one('F in file "x"'))
    report = Report()
    to_sigma(document, report, lambda _path, _span: [])
    assert report[0].message == "the list is empty"


def test_lists_in_a_circle_are_refused() -> None:
    document, _ = read('list x = "a"\n' + one("F in x"))
    (rule,) = document.entries
    assert isinstance(rule, Rule)
    (item,) = items(rule.detections[0].body)
    circle = replace(document, lists=(NamedList("x", item.values, item.span),))
    report = Report()
    to_sigma(circle, report)
    assert report[0].message == "no list is called `x`"


def test_a_faulty_chain_of_modifiers_is_left_to_the_check() -> None:
    document, report = read(one('F|nosuch: "x"'))
    assert to_sigma(document, report).entries == document.entries
    assert list(report) == []


def test_items_that_fit_together_stay_together() -> None:
    found = translated(rule_text("a = A == 1 and B == 2 and not C == 3", "when a and not not a"))
    assert found.startswith(block("_a_1:", "    A: 1", "    B: 2", "_a_2:", "    C: 3"))


def test_a_name_below_not_is_changed_too() -> None:
    text = rule_text("`a b` = A == 1", "_c = C == 2", "when not `a b` and any of _*")
    assert translated(text).endswith("condition: not _a_b_1 and _c\n")


def test_names_in_a_detection_are_left_alone() -> None:
    document, report = read(one("A == 1"))
    (rule,) = document.entries
    assert isinstance(rule, Rule)
    name = Name("other", rule.span)
    strange = replace(rule, detections=(replace(rule.detections[0], body=name),))
    (found,) = to_sigma(replace(document, entries=(strange,)), report).entries
    assert isinstance(found, Rule)
    assert found.conditions == (name,)
