"""No bytes make a reader raise anything but what it documents."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .seeds import PIECES, seeds
from .targets import TARGETS


@st.composite
def damaged(draw: st.DrawFn, name: str) -> bytes:
    """Return a good input with parts cut out, repeated, or replaced by something nasty."""
    data = draw(st.sampled_from(seeds(name)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        middle = draw(st.sampled_from([b"", data[start:end] * 3, *PIECES]))
        data = data[:start] + middle + data[end:]
    return data


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=60)
@given(chosen=st.data())
def test_no_bytes_are_too_much_for_a_reader(name: str, chosen: st.DataObject) -> None:
    TARGETS[name](chosen.draw(st.binary(max_size=200)))


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=100)
@given(chosen=st.data())
def test_no_damage_to_a_good_input_is_too_much_for_a_reader(
    name: str, chosen: st.DataObject
) -> None:
    TARGETS[name](chosen.draw(damaged(name)))
