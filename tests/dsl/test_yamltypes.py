"""Plain scalars are typed as PyYAML's safe loader types them (decision D1)."""

import math
from decimal import Decimal

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from tocsin.dsl.values import Number
from tocsin.dsl.yamltext.types import NUMBER_LENGTH, WORDS, Numeral, differs, type_plain

SCALARS = st.one_of(
    st.sampled_from(sorted(WORDS)),
    st.text("0123456789+-._:eExXobabfTZ ", max_size=14),
    st.from_regex(
        r"[-+]?(0x|0b|0o|0)?[0-9_]{1,5}(\.[0-9]{0,3})?([eE][-+]?[0-9]{1,2})?", fullmatch=True
    ),
    st.from_regex(r"[-+]?[1-9][0-9]?(:[0-5]?[0-9]){1,3}(\.[0-9]{0,2})?", fullmatch=True),
    st.dates().map(str),
)


def plain_tag(text: str) -> str | None:
    """Return the tag that PyYAML gives a text as a plain scalar, or None if it is none."""
    try:
        node = yaml.compose(f"- {text}", Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return None
    [member] = node.value if isinstance(node, yaml.SequenceNode) else [node]
    if not isinstance(member, yaml.ScalarNode) or member.style or member.value != text:
        return None
    return member.tag.removeprefix("tag:yaml.org,2002:")


@given(SCALARS)
@example("0_")
@example("0x_")
@example("-0b11")
@example("010")
@example("00000429")
@example("190:20:30.15")
@example("1_000")
@example("-.5")
@example(".5")
@example("5.")
@example("1e5")
@example("1.5e+3")
@example("+12")
@example("0")
def test_type_plain_agrees_with_the_safe_loader(text: str) -> None:
    tag = plain_tag(text)
    if tag is None:
        return
    typed = type_plain(text)
    if tag not in {"bool", "null", "int", "float"}:
        assert typed == text
        return
    try:
        expected = yaml.load(f"- {text}", Loader=yaml.CSafeLoader)[0]
    except ValueError:  # `0x_` has no digits
        assert typed == text
        return
    if isinstance(typed, Numeral):
        assert typed.whole is (tag == "int")
        assert math.isclose(float(typed.number.value), expected, rel_tol=1e-12)
        if tag == "int":
            assert int(typed.number.value) == expected
    elif tag == "float":
        assert typed == text  # infinities and numbers that no float holds
        assert not math.isfinite(expected)
    else:
        assert typed is expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0x10", "16"),
        ("010", "8"),
        ("-010", "-8"),
        ("0b101", "5"),
        ("1:30", "90"),
        ("-1:30.5", "-90.5"),
        ("1_000.5", "1000.5"),
        ("123456789012345678901234567890.125", "123456789012345678901234567890.125"),
    ],
)
def test_numbers_are_exact(text: str, number: str) -> None:
    typed = type_plain(text)
    assert isinstance(typed, Numeral)
    assert typed.number == Number(Decimal(number))


@pytest.mark.parametrize(
    "text",
    ["00000429", "2024-01-02", ".inf", ".nan", "1" * (NUMBER_LENGTH + 1), "1.0e+999", "1.2.3"],
)
def test_what_is_no_plain_number_stays_text(text: str) -> None:
    assert type_plain(text) == text


@pytest.mark.parametrize(
    ("text", "difference"),
    [
        ("yes", "boolean"),
        ("Off", "boolean"),
        ("true", None),
        ("010", "number"),
        ("00000429", "number"),
        ("0o10", "number"),
        ("0b11", "number"),
        ("1_000", "number"),
        ("1:30", "number"),
        ("1e5", "number"),
        ("1.5e3", "number"),
        ("-.5", "number"),
        ("0x10", None),
        ("10", None),
        ("1.5", None),
        ("1e999999", None),
        ("1" * (NUMBER_LENGTH + 1), None),
        ("2024-01-02", "date"),
        ("2024-1-2 10:00:00", "date"),
        ("10.0.0.1", None),
        ("a.exe", None),
        ("", None),
    ],
)
def test_differs_tells_where_the_versions_of_yaml_disagree(
    text: str, difference: str | None
) -> None:
    assert differs(text) == difference
