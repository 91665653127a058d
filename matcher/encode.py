"""Writes the checks on one field in the normal form that the value classifier reads.

In go checks of the logical IR that ask about one value, out come bytes: the same checks, each
with its kind, in order. `native/classifier.h` validates them and builds its tables. What asks
about more than one value (`FieldIs`, `Exists`, `IsNull`) is not for the classifier.

    "TCL1", number of checks, then for each: kind, flags, size of the rest, the rest
"""

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache

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
    Part,
    Starts,
    TextCheck,
    TimePart,
    Truth,
)
from ..dsl.regex import parse_regex
from ..dsl.values import Network, Pattern, Placeholder, Regex, Wild
from .automaton import program_bytes
from .clues import clues_of, size_bounds, spans_whole
from .gates import gates_of

MAGIC = b"TCL1"
_GLOB, _REGEX, _NUMBER, _NETWORK, _TRUTH, _ONE_OF, _TIME_PART = range(1, 8)
_CASELESS = 1
_LITERAL, _RUN = 0, 1
_ATOMS = {Wild.STAR: b"\1", Wild.ONE: b"\2", Wild.DASH: b"\3"}
_ORDERS = {Order.EQ: 0, Order.LT: 1, Order.LE: 2, Order.GT: 3, Order.GE: 4}
_PARTS = {part: number for number, part in enumerate(Part)}
_NO_LIMIT = 0xFFFFFFFF


def encode_checks(checks: Sequence[Check]) -> bytes:
    """Return the normal form of the checks of one field; a check's number is its position.

    Raises:
        ValueError: a check is not about one value, or holds an unfilled placeholder.
    """
    return b"".join((MAGIC, struct.pack("<I", len(checks)), *map(_record, checks)))


def _record(check: Check) -> bytes:
    """Return one check."""
    match check:
        case Equals(pattern=pattern, cased=cased):
            return _glob(pattern, cased=cased)
        case Contains(cased=cased) | Starts(cased=cased) | Ends(cased=cased):
            return _glob(_opened(check), cased=cased)
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
    return struct.pack("<BBHI", kind, 0 if cased else _CASELESS, 0, len(payload)) + payload


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


def _opened(check: TextCheck) -> Pattern:
    """Return the pattern with stars where the check leaves an end open."""
    left = (Wild.STAR,) if isinstance(check, Contains | Ends) else ()
    right = (Wild.STAR,) if isinstance(check, Contains | Starts) else ()
    return Pattern.of((*left, *check.pattern.parts, *right))


def _glob(pattern: Pattern, *, cased: bool) -> bytes:
    """Return a pattern that stands for whole values."""
    return _row(_GLOB, b"".join(_atoms(pattern)), cased=cased)


def _atoms(pattern: Pattern) -> Iterable[bytes]:
    """Go through the parts of a pattern."""
    for part in pattern.parts:
        if isinstance(part, str):
            yield bytes([_LITERAL]) + _sized(part)
        elif isinstance(part, Placeholder):
            message = f"the placeholder %{part.name}% is not filled in"
            raise ValueError(message)  # noqa: TRY004 - a fault of the rule, not of the caller's types
        else:
            yield _ATOMS[part]


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
