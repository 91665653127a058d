"""Reports as people and programs read them."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.codes import CODES
from tocsin.dsl.diagnostics import FILE_LIMIT, Diagnostic, Fix, Label, Report, Severity
from tocsin.dsl.render import explain_code, render_json, render_line, render_sarif, render_text
from tocsin.dsl.render.display import width
from tocsin.dsl.render.excerpt import LINE_WIDTH
from tocsin.dsl.source import Source

ANSI = re.compile(r"\x1b\[[0-9;]*m")
TEXT = "\n" * 5 + "  selection:\n" + "\n" * 7 + "  condition: selction and not filter\n"
SOURCE = Source("rules/starter/lsass.yml", TEXT)


def label(word: str, message: str = "", source: Source = SOURCE) -> Label:
    """Return a label at the first place of a word."""
    start = source.text.index(word)
    return Label(source.span(start, start + len(word)), message)


UNKNOWN = Diagnostic(
    "T204",
    Severity.ERROR,
    "the condition names an unknown detection `selction`",
    (
        label("selction", "no detection is called this"),
        label("selection", "a detection with a similar name"),
    ),
    "write `selection`",
    fixes=(Fix(label("selction").span, "selection", "replace it by `selection`"),),
)

RENDERED = """\
error[T204]: the condition names an unknown detection `selction`
  --> rules/starter/lsass.yml:14:14
   |
 6 |   selection:
   |   --------- a detection with a similar name
…
14 |   condition: selction and not filter
   |              ^^^^^^^^ no detection is called this
   |
   = help: write `selection`
   = see: tocsin explain T204"""


def one(text: str, start: int, end: int) -> list[str]:
    """Return the lines of the excerpt of a warning about a stretch of a text."""
    source = Source("f", text)
    found = Diagnostic("X001", Severity.WARNING, "m", (Label(source.span(start, end)),))
    return render_text(Report([found])).split("\n")[2:]


def test_a_diagnostic_looks_as_those_of_compilers_do() -> None:
    assert render_text(Report([UNKNOWN])) == RENDERED


def test_colour_changes_nothing_but_colour() -> None:
    coloured = render_text(Report([UNKNOWN]), colour=True)
    assert coloured != RENDERED
    assert ANSI.sub("", coloured) == RENDERED
    assert "\x1b[1;31merror[T204]\x1b[0m" in coloured


def test_diagnostics_stand_apart_and_the_dropped_ones_are_counted() -> None:
    report = Report([UNKNOWN] * (FILE_LIMIT + 2))
    blocks = render_text(report).split("\n\n")
    assert len(blocks) == FILE_LIMIT + 1
    assert blocks[-1] == "… and 2 more diagnostics about rules/starter/lsass.yml"
    assert json.loads(render_json(report))["dropped"] == {"rules/starter/lsass.yml": 2}


def test_an_empty_report_is_an_empty_text() -> None:
    assert render_text(Report()) == ""
    assert render_line(Report()) == ""
    assert json.loads(render_json(Report())) == {"diagnostics": [], "dropped": {}}


def test_places_in_another_file_are_shown_below() -> None:
    other = Source("map.yml", "fields:\n  User: x\n")
    found = Diagnostic(
        "X001", Severity.NOTE, "m", (label("filter"), label("User", "mapped here", other))
    )
    assert render_text(Report([found])).split("\n") == [
        "note[X001]: m",
        "  --> rules/starter/lsass.yml:14:31",
        "   |",
        "14 |   condition: selction and not filter",
        "   |                               ^^^^^^",
        "  ::: map.yml:2:3",
        "   |",
        " 2 |   User: x",
        "   |   ---- mapped here",
    ]


def test_several_marks_on_one_line_have_rows_of_their_own() -> None:
    found = Diagnostic("X001", Severity.ERROR, "m", (label("and"), label("not", "here")))
    assert render_text(Report([found])).split("\n")[3:] == [
        "14 |   condition: selction and not filter",
        "   |                       ^^^",
        "   |                           --- here",
    ]


def test_neighbouring_lines_have_no_gap() -> None:
    source = Source("f", "a: b\nc: d\n")
    labels = (label("d", source=source), label("b", source=source))
    found = Diagnostic("X001", Severity.ERROR, "m", labels)
    assert render_text(Report([found])).split("\n")[3:] == [
        "1 | a: b",
        "  |    -",
        "2 | c: d",
        "  |    ^",
    ]


def test_help_of_several_lines_and_notes_are_kept() -> None:
    found = Diagnostic("T204", Severity.ERROR, "m", (), "write\n  a: b", ("a note",), file="f.yml")
    assert render_text(Report([found])).split("\n") == [
        "error[T204]: m",
        " --> f.yml",
        "  = note: a note",
        "  = help: write",
        "        a: b",
        "  = see: tocsin explain T204",
    ]


@pytest.mark.parametrize(
    ("text", "start", "end", "line", "mark"),
    [
        ("key: value", 5, 10, "key: value", "     ^^^^^"),
        ("\tkey: v", 1, 4, "    key: v", "    ^^^"),
        ("日本: x", 0, 2, "日本: x", "^^^^"),
        ("日本: x", 4, 5, "日本: x", "      ^"),
        ("e\u0301a", 2, 3, "e\u0301a", " ^"),
        ("a", 1, 1, "a", " ^"),
        ("a\nb", 0, 3, "a", "^"),
        ("a\r\nb", 2, 3, "a", " ^"),
        ("a\u202eb", 2, 3, "a\ufffdb", "  ^"),
        ("\x1b[1m", 1, 2, "␛[1m", " ^"),
        ("a\x7fb", 1, 2, "a␡b", " ^"),
        ("", 0, 0, None, "^"),
    ],
)
def test_carets_stand_under_their_words_by_width(
    text: str, start: int, end: int, line: str | None, mark: str
) -> None:
    expected = ["  |", "1 |" if line is None else f"1 | {line}", f"  | {mark}"]
    assert one(text, start, end) == expected


def test_a_long_line_is_cut_round_its_mark() -> None:
    _, line, mark = one("x" * 500 + "HERE" + "y" * 500, 500, 504)
    assert line.startswith("1 | …x")
    assert line.endswith("y…")
    assert len(line) == len("1 | ") + LINE_WIDTH + 2
    assert mark.index("^") == line.index("HERE")
    assert mark.count("^") == len("HERE")


def test_a_long_line_is_cut_at_one_end_only() -> None:
    _, line, mark = one("HERE" + "y" * 500, 0, 4)
    assert line.startswith("1 | HERE")
    assert mark == "  | ^^^^"
    _, line, mark = one("y" * 500 + "HERE", 500, 504)
    assert line.endswith("HERE")
    assert mark.index("^") == line.index("HERE")


def test_a_long_line_of_wide_characters_is_cut_by_width() -> None:
    _, line, _ = one("日" * 200, 100, 101)
    assert LINE_WIDTH - 2 <= width(line.removeprefix("1 | ").strip("…")) <= LINE_WIDTH


def test_marks_outside_the_window_stand_at_its_edge() -> None:
    source = Source("f", "a" + "x" * 500 + "HERE" + "y" * 500 + "b")
    places = (source.span(501, 505), source.span(0, 1), source.span(1005, 1006))
    found = Diagnostic("X001", Severity.ERROR, "m", tuple(map(Label, places)))
    lines = render_text(Report([found])).split("\n")
    assert lines[4] == "  |  -"
    assert lines[5].index("^") == lines[3].index("HERE")
    assert len(lines[6]) <= len(lines[3])


@given(
    st.text(max_size=150) | st.text("ab日\t\u0301\x1b", max_size=150),
    st.integers(0, 150),
    st.integers(0, 20),
)
def test_any_line_is_shown_safely_with_its_mark_below(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    lines = one(text, start, min(len(text), start + length))
    assert len(lines) == 3
    for line in lines:
        assert not re.search("[\x00-\x1f\x7f-\x9f]", line)
        assert width(line) <= LINE_WIDTH + 10


def test_messages_cannot_write_to_the_terminal() -> None:
    found = Diagnostic(
        "X001", Severity.ERROR, "bad \x1b[2J\nname", help="\x1b]0;x\nb", file="\x1bf"
    )
    text = render_text(Report([found]))
    assert "\x1b" not in text
    assert text.split("\n")[0] == "error[X001]: bad ␛[2J␊name"
    assert "\x1b" not in render_line(Report([found]))


def test_one_line_each_for_editors() -> None:
    found = Diagnostic("T011", Severity.ERROR, "gone", file="a.yml")
    bare = Diagnostic("T999", Severity.NOTE, "odd")
    assert render_line(Report([UNKNOWN, found, bare])).split("\n") == [
        "rules/starter/lsass.yml:14:14: T204 the condition names an unknown detection `selction`",
        "a.yml: T011 gone",
        "T999 odd",
    ]


def test_json_holds_all_that_is_known() -> None:
    [found] = json.loads(render_json(Report([UNKNOWN])))["diagnostics"]
    assert found["code"] == "T204"
    assert found["severity"] == "error"
    assert (found["path"], found["line"], found["column"]) == ("rules/starter/lsass.yml", 14, 14)
    first = found["labels"][0]
    assert (first["line"], first["column"], first["end_line"], first["end_column"]) == (
        14,
        14,
        14,
        22,
    )
    assert first["message"] == "no detection is called this"
    assert found["fixes"][0]["replacement"] == "selection"
    assert found["fixes"][0]["safe"] is True


def test_sarif_has_the_shape_of_the_standard() -> None:
    gone = Diagnostic("T011", Severity.NOTE, "gone", notes=("why",), file="a b\\é.yml")
    odd = Diagnostic("T999", Severity.WARNING, "odd")
    log = json.loads(render_sarif(Report([UNKNOWN, gone, odd])))
    bare = Diagnostic("T204", Severity.ERROR, "m", (label("not"), label("and")))
    [plain] = json.loads(render_sarif(Report([bare])))["runs"][0]["results"]
    assert "message" not in plain["relatedLocations"][0]
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["T011", "T204", "T999"]
    assert rules[1]["name"] == "UnknownDetection"
    assert rules[1]["defaultConfiguration"] == {"level": "error"}
    first, second, third = run["results"]
    assert [(r["ruleId"], r["ruleIndex"], r["level"]) for r in run["results"]] == [
        ("T204", 1, "error"),
        ("T011", 0, "note"),
        ("T999", 2, "warning"),
    ]
    assert first["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 14,
        "startColumn": 14,
        "endLine": 14,
        "endColumn": 22,
    }
    assert first["relatedLocations"][0]["message"] == {"text": "a detection with a similar name"}
    assert first["message"]["text"].endswith("Help: write `selection`")
    [change] = first["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "selection"}
    [place] = second["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/%C3%A9.yml"
    assert second["message"]["text"] == "gone\nwhy"
    assert third["locations"] == []


def test_a_code_is_explained_with_both_examples() -> None:
    text = explain_code("T204")
    assert text.startswith("T204 unknown detection (error)\n\n")
    assert "Instead of\n\n    detection:" in text
    assert "write\n\n    detection:" in text


def test_every_code_can_be_explained() -> None:
    for code, entry in CODES.items():
        text = explain_code(code)
        assert entry.title in text
        assert text.endswith(tuple(".)")) or entry.good
    with pytest.raises(KeyError):
        explain_code("T000")
