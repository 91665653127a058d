"""Whether values may be the fields of a class, as far as its declaration says.

Beside `stored.py`, where parts of rules are made of what somebody's bytes say. In go a class and
values for some of its fields, out comes yes or no. What holds: a part made of values that may be
its fields is one that a reader of rules could have made; parts within parts were looked at when
they were made themselves. Plain data are not looked into: nothing is computed with them.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from ..dsl.values import DataMap, Network, Number, Regex

Fits = Callable[[object], bool]

_BITS = {4: 32, 6: 128}


def may_be(kind: type[Any], names: Sequence[str], values: Sequence[object]) -> bool:
    """Return whether values may be the fields of a class that have these names."""
    fits = _FIELDS.get(kind)
    if fits is None:
        fits = _FIELDS[kind] = {name: _fits(hint) for name, hint in get_type_hints(kind).items()}
    for name, value in zip(names, values, strict=True):
        if not fits[name](value):
            return False
    sound = _SOUND.get(kind)
    return sound is None or sound(*values)


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


def _is_plain(value: object) -> bool:  # noqa: ARG001 - whatever it is
    """Return that any value may stand where plain data do."""
    return True


def _is_number(value: Decimal) -> bool:
    """Return whether it is one that can be written."""
    return value.is_finite()


def _is_network(version: int, address: int, prefix: int) -> bool:
    """Return whether there is such a network."""
    bits = _BITS.get(version, -1)
    return 0 <= prefix <= bits and 0 <= address < 1 << bits


def _is_regex(*values: Any) -> bool:  # noqa: ANN401 - of the types of its fields
    """Return whether it is an expression that can be searched for."""
    from ..dsl.regex import RegexError, parse_regex  # noqa: PLC0415 - few rules are read in full

    regex = Regex(*values)
    try:
        parse_regex(regex.pattern, regex.flags)
    except RegexError:
        return False
    return True


_SOUND: Mapping[type[Any], Callable[..., bool]] = {
    Number: _is_number,
    Network: _is_network,
    Regex: _is_regex,
}
"""What else must hold, where the types of the fields do not say it all."""
