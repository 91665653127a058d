"""Writes the checks on one field in the normal form that the value classifier reads.

In go checks of the logical IR that ask about one value, out come bytes: the same checks, each
with its kind, in order. `native/classifier.h` validates them and builds its tables. What asks
about more than one value (`FieldIs`, `Exists`, `IsNull`) is not for the classifier.

    "TCL1", number of checks, then for each: kind, flags, size of the rest, the rest
"""

import struct
from collections.abc import Sequence
from functools import lru_cache

from ..dsl import ir
from ..dsl.ir import (
    Check,
    Compare,
    Contains,
    Ends,
    Equals,
    InNet,
    Matches,
    OneOf,
    Order,
    Starts,
    TimePart,
    Truth,
)
from ..dsl.regex import parse_regex
from ..dsl.values import Network, Part, Pattern, Placeholder, Regex, Wild
from .automaton import program_bytes
from .clues import clues_of, size_bounds, spans_whole
from .gates import gates_of

MAGIC = b"TCL1"
_GLOB, _REGEX, _NUMBER, _NETWORK, _TRUTH, _ONE_OF, _TIME_PART = range(1, 8)
_CASELESS = 1
_HEAD = struct.Struct("<BBHI")
_LITERAL = struct.Struct("<BI")
_RUN = b"\1"
_WILDS = {Wild.STAR: _RUN, Wild.ONE: b"\2", Wild.DASH: b"\3"}
_ORDERS = {Order.EQ: 0, Order.LT: 1, Order.LE: 2, Order.GT: 3, Order.GE: 4}
_PARTS = {part: number for number, part in enumerate(ir.Part)}
_NO_LIMIT = 0xFFFFFFFF


def encode_checks(checks: Sequence[Check]) -> bytes:
    """Return the normal form of the checks of one field; a check's number is its position.

    Raises:
        ValueError: a check is not about one value, or holds an unfilled placeholder.
    """
    return b"".join((MAGIC, struct.pack("<I", len(checks)), *map(encode_check, checks)))


def encode_check(check: Check) -> bytes:
    """Return one check in normal form.

    Raises:
        ValueError: as for `encode_checks`.
    """
    match check:
        case Contains(pattern=pattern, cased=cased):
            return _row(_GLOB, _RUN + _atoms(pattern) + _RUN, cased=cased)
        case Ends(pattern=pattern, cased=cased):
            return _row(_GLOB, _RUN + _atoms(pattern), cased=cased)
        case Starts(pattern=pattern, cased=cased):
            return _row(_GLOB, _atoms(pattern) + _RUN, cased=cased)
        case Equals(pattern=pattern, cased=cased):
            return _row(_GLOB, _atoms(pattern), cased=cased)
        case _:
            return _other(check)


def _other(check: Check) -> bytes:
    """Return a check that is no pattern."""
    match check:
        case OneOf(texts=texts, cased=cased):
            return _row(_ONE_OF, _list(texts), cased=cased)
        case Matches(regex=regex):
            return _row(_REGEX, _regex(regex))
        case InNet(network=network):
            return _row(_NETWORK, _network(network))
        case Compare(order=order, number=number):
            return _row(_NUMBER, bytes([_ORDERS[order]]) + str(number.value).encode())
        case Truth(value=value):
            return _row(_TRUTH, bytes([value]))
        case TimePart(part=part, order=order, number=number):
            head = bytes([_PARTS[part], _ORDERS[order]])
            return _row(_TIME_PART, head + str(number.value).encode())
        case _:
            message = f"{type(check).__name__} is not about one value"
            raise ValueError(message)


def _row(kind: int, payload: bytes, *, cased: bool = False) -> bytes:
    """Return a check from its kind and what belongs to it."""
    return _HEAD.pack(kind, 0 if cased else _CASELESS, 0, len(payload)) + payload


def _list(texts: frozenset[str]) -> bytes:
    """Return texts: how many, the size of each, all of them in a row."""
    encoded = list(map(_utf8, sorted(texts)))
    sizes = struct.pack(f"<{len(encoded)}I", *map(len, encoded))
    return b"".join((struct.pack("<I", len(encoded)), sizes, *encoded))


def _sized(text: str) -> bytes:
    """Return a text behind its size."""
    data = _utf8(text)
    return struct.pack("<I", len(data)) + data


def _utf8(text: str) -> bytes:
    """Return a text as UTF-8, a lone surrogate as the replacement character."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _atoms(pattern: Pattern) -> bytes:
    """Return the parts of a pattern."""
    return b"".join(map(_atom, pattern.parts))


def _atom(part: Part) -> bytes:
    """Return a literal, a wildcard or the class of dashes."""
    if isinstance(part, str):
        data = _utf8(part)
        return _LITERAL.pack(0, len(data)) + data
    if isinstance(part, Placeholder):
        message = f"the placeholder %{part.name}% is not filled in"
        raise ValueError(message)  # noqa: TRY004 - a fault of the rule, not of the caller's types
    return _WILDS[part]


def _network(network: Network) -> bytes:
    """Return a network."""
    address = network.address.to_bytes(4 if network.version == 4 else 16, "big")
    return bytes([network.version, network.prefix]) + address


@lru_cache(maxsize=4096)
def _regex(regex: Regex) -> bytes:
    """Return an expression: bounds of size, clues, gates, program."""
    tree = parse_regex(regex.pattern, regex.flags)
    least, most = size_bounds(tree)
    if most is None or not spans_whole(tree):
        most = _NO_LIMIT
    clues, gates = clues_of(tree), gates_of(tree)
    return b"".join(
        (
            struct.pack("<IIB", min(least, _NO_LIMIT), min(most, _NO_LIMIT), len(clues)),
            *(
                struct.pack("<BH", clue.place.value, len(clue.texts))
                + b"".join(map(_sized, sorted(clue.texts)))
                for clue in clues
            ),
            bytes([len(gates)]),
            *(
                struct.pack("<BBI", gate.kind.value, gate.wide, gate.least) + gate.rows()
                for gate in gates
            ),
            program_bytes(tree),
        )
    )
