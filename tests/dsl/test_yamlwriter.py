"""YAML in Sigma's layout: every text reads back as itself."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.values import DataMap, freeze, thaw
from tocsin.dsl.yamltext import writer as yamlwriter


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("plain words", "plain words"),
        ("C:\\Windows", "C:\\Windows"),
        ("2021-10-16", "2021-10-16"),
        ("https://example.org/a#b", "https://example.org/a#b"),
        ("", "''"),
        ("yes", "'yes'"),
        ("12", "'12'"),
        ("0o17", "'0o17'"),
        ("key: value", "'key: value'"),
        ("a #b", "'a #b'"),
        ("ends:", "'ends:'"),
        ("it's -", "it's -"),
        ("'quoted'", "'''quoted'''"),
        ("*star", "'*star'"),
        ("a\tb", '"a\\tb"'),
        ("\x00\x85\u2028\U000e0001", '"\\x00\\x85\\u2028\\U000e0001"'),
    ],
)
def test_a_text_is_quoted_only_where_it_must(text: str, spelled: str) -> None:
    assert yamlwriter.text(text).head == spelled
    assert yaml.load(f"a: {spelled}", Loader=yaml.BaseLoader) == {"a": text}  # noqa: S506


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb", ["k: |-", "    a", "    b"]),
        ("a\nb\n", ["k: |", "    a", "    b"]),
        ("a\n\n  b\n\n\n", ["k: |+", "    a", "", "      b", "", ""]),
        (" a\nb", ['k: " a\\nb"']),
        ("a\r\nb", ['k: "a\\r\\nb"']),
        ("\n", ['k: "\\n"']),
    ],
)
def test_lines_stand_behind_a_bar_where_they_can(text: str, lines: list[str]) -> None:
    found = yamlwriter.write(yamlwriter.data(DataMap((("k", text),))))
    assert found == lines
    assert yaml.safe_load("\n".join(found) + "\n") == {"k": text}


def test_lists_and_maps_have_the_usual_layout() -> None:
    data = freeze({"a": [1, {"b": None, "c": [True]}, [], {}], "d": {}, "e": [], "f": 1e20})
    assert yamlwriter.write(yamlwriter.data(data)) == [
        "a:",
        "    - 1",
        "    - b: null",
        "      c:",
        "          - true",
        "    - []",
        "    - {}",
        "d: {}",
        "e: []",
        "f: 1.0e+20",
    ]


@pytest.mark.parametrize(
    ("key", "spelled"), [("a", "a"), ("null", "'null'"), ("a\nb", '"a\\nb"'), ("a|b", "a|b")]
)
def test_a_key_stands_on_one_line(key: str, spelled: str) -> None:
    assert yamlwriter.key(key) == spelled


texts = st.text(st.characters(exclude_categories=["Cs"]))
data = st.recursive(
    st.one_of(texts, st.integers(), st.booleans(), st.none(), st.floats(-1e9, 1e9)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)


@given(data)
def test_what_is_written_reads_back_the_same(value: object) -> None:
    found = "\n".join(yamlwriter.write(yamlwriter.data(freeze({"k": value})))) + "\n"
    assert yaml.safe_load(found) == thaw(freeze({"k": value}))
