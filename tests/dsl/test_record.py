"""Records are frozen dataclasses to all that look at them, and quick to make."""

import copy
import pickle
from dataclasses import FrozenInstanceError, fields, replace

import pytest
from tocsin.dsl.record import record_maker
from tocsin.dsl.source import Source, Span


class Shape:
    """What both kinds are made of."""

    name: str
    size: int = 1


def made(*, checked: bool) -> type[Shape]:
    """Return a record of either kind."""

    @record_maker(checked=checked)
    class Box:
        name: str
        size: int = 1

    return Box  # type: ignore[return-value]  # it has the fields of a shape


@pytest.mark.parametrize("checked", [True, False])
def test_a_record_has_equality_hash_and_slots(checked: bool) -> None:
    box = made(checked=checked)
    one, other = box("a"), box("a", 1)  # type: ignore[call-arg]  # made by the decorator
    assert one == other
    assert hash(one) == hash(other)
    assert one != box("b")  # type: ignore[call-arg]  # the same
    assert not hasattr(one, "__dict__")
    assert box.__match_args__ == ("name", "size")  # type: ignore[attr-defined]  # the same


def test_only_the_checked_kind_refuses_a_change() -> None:
    with pytest.raises(FrozenInstanceError):
        made(checked=True)("a").size = 2  # type: ignore[call-arg]  # made by the decorator
    made(checked=False)("a").size = 2  # type: ignore[call-arg]  # the same


def test_records_are_copied_replaced_and_pickled() -> None:
    span = Source("f", "text").span(1, 2)
    assert [field.name for field in fields(span)] == ["source", "start", "end"]
    assert replace(span, end=3) == Span(span.source, 1, 3)
    assert copy.deepcopy(span) == pickle.loads(pickle.dumps(span)) == span  # noqa: S301 - our own
