"""Parts of rules made of values that are what their classes declare, and of no others.

Beside `stored.py`, where rules are made of what somebody's bytes say. In go a class and values for
its fields, out comes a part that a reader of rules could have made, or an error. Parts within
parts were made in the same way before. Plain data are not looked into: nothing is computed with
them.
"""

from collections.abc import Callable, Mapping, Sequence
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from ..dsl.values import DataMap, Network, Number, Regex

Fits = Callable[[object], bool]

_BITS = {4: 32, 6: 128}
_MOST_DIGITS = 1 << 17
"""More than any reader takes; a power of ten beyond it would fill the memory once it is written."""


def make(kind: type[Any], names: Sequence[str], values: Sequence[object], *first: object) -> object:
    """Return a part of a rule.

    Args:
        kind: its class.
        names: the names of the fields whose values are looked at.
        values: their values.
        first: what stands before them, and is sound.

    Raises:
        ValueError: a value is not what its field is declared to be, or the part makes no sense.
    """
    fits = _FIELDS.get(kind)
    if fits is None:
        fits = _FIELDS[kind] = {name: _fits(hint) for name, hint in get_type_hints(kind).items()}
    for name, value in zip(names, values, strict=True):
        if not fits[name](value):
            raise ValueError(name)
    part = kind(*first, *values)
    if not _is_sound(part):
        raise ValueError(kind.__name__)
    return part


_FIELDS: dict[type[Any], Mapping[str, Fits]] = {}
"""What says whether a value may be a field, by class and name; made when it is first asked for."""


def _fits(hint: Any) -> Fits:  # noqa: ANN401 - whatever stands behind a colon
    """Return what says whether a value is of a declared type."""
    origin, inner = get_origin(hint), get_args(hint)
    if DataMap in inner:
        return _is_plain
    if origin is tuple:
        return _members(inner)
    if origin is frozenset:
        member = _fits(inner[0])
        return lambda value: isinstance(value, frozenset) and all(map(member, value))
    kinds = inner if origin is UnionType else (hint,)
    return lambda value: isinstance(value, kinds)


def _members(hints: Sequence[Any]) -> Fits:
    """Return what says whether a value is a tuple with members of declared types."""
    members = [_fits(hint) for hint in hints if hint is not Ellipsis]
    if hints[-1] is Ellipsis:
        [member] = members
        return lambda value: isinstance(value, tuple) and all(map(member, value))
    asked = [(at, member) for at, member in enumerate(members) if member is not _is_plain]

    def are_members(value: object) -> bool:
        if not isinstance(value, tuple) or len(value) != len(members):
            return False
        for at, fits in asked:  # noqa: SIM110 - for each part of each rule; twice as fast
            if not fits(value[at]):
                return False
        return True

    return are_members


def _is_plain(_: object) -> bool:
    """Return that any value may stand where plain data do."""
    return True


def _is_sound(part: object) -> bool:
    """Return whether a part makes sense, where the types of its fields do not say so.

    Raises:
        ValueError: it is no expression.
    """
    match part:
        case Number(value=value):
            return value.is_finite() and abs(value.adjusted()) <= _MOST_DIGITS
        case Network(version=version, address=address, prefix=prefix):
            bits = _BITS.get(version, -1)
            return 0 <= prefix <= bits and 0 <= address < 1 << bits
        case Regex(pattern=pattern):
            from ..dsl.regex import parse_regex  # noqa: PLC0415 - few rules are read in full

            parse_regex(pattern, part.flags)
    return True
