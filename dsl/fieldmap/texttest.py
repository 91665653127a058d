"""Whether one text passes a check: for the few texts that are known before any event is.

Vocabularies and constants of field maps are judged with it, and the values of a column's
closed vocabulary. It agrees with the reference on texts; checks that need more than one value
(`FieldIs`, `Exists`, `IsNull`) are none of its business.
"""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from ipaddress import ip_address

import re2

from ..ir import (
    Check,
    Compare,
    Contains,
    Ends,
    Equals,
    Exists,
    InNet,
    Matches,
    OneOf,
    Order,
    Starts,
    Truth,
)
from ..values import DASHES, Pattern, Placeholder, Wild

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_WILD = {Wild.STAR: ".*", Wild.ONE: ".", Wild.DASH: f"[{re.escape(DASHES)}]"}


def passes(check: Check, text: str) -> bool:
    """Return whether a present text passes the check."""
    match check:
        case Equals(pattern=pattern, cased=cased):
            return _expression(pattern, r"\A", r"\Z", cased=cased).search(text) is not None
        case Contains(pattern=pattern, cased=cased):
            return _expression(pattern, "", "", cased=cased).search(text) is not None
        case Starts(pattern=pattern, cased=cased):
            return _expression(pattern, r"\A", "", cased=cased).search(text) is not None
        case Ends(pattern=pattern, cased=cased):
            return _expression(pattern, "", r"\Z", cased=cased).search(text) is not None
        case OneOf(texts=texts, cased=cased):
            return text in texts if cased else text.lower() in {t.lower() for t in texts}
        case _:
            return _passes_other(check, text)


def _passes_other(check: Check, text: str) -> bool:
    match check:
        case Matches(regex=regex):
            flags = f"(?{regex.flags})" if regex.flags else ""
            return re2.search(flags + regex.pattern, text) is not None
        case Compare(order=order, number=number):
            value = number_of(text)
            return value is not None and holds(value, order, number.value)
        case Truth(value=value):
            return text.lower() == ("true" if value else "false")
        case InNet(network=network):
            return _in_network(text, network.version, network.address, network.prefix)
        case Exists(present=present):
            return present
        case _:
            return False


def number_of(text: str) -> Decimal | None:
    """Return the number that a text is in plain decimal form, or `None` (D9)."""
    if NUMBER.fullmatch(text) is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def holds(left: Decimal, order: Order, right: Decimal) -> bool:
    """Return whether two numbers stand in an order."""
    match order:
        case Order.EQ:
            return left == right
        case Order.LT:
            return left < right
        case Order.LE:
            return left <= right
        case Order.GT:
            return left > right
        case Order.GE:
            return left >= right


def _in_network(text: str, version: int, address: int, prefix: int) -> bool:
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    bits = 32 if version == 4 else 128
    return found.version == version and int(found) >> (bits - prefix) == address >> (bits - prefix)


@lru_cache(maxsize=4096)
def _expression(pattern: Pattern, before: str, after: str, *, cased: bool) -> re.Pattern[str]:
    flags = re.DOTALL | (0 if cased else re.IGNORECASE)
    return re.compile(f"{before}(?:{pattern_expression(pattern)}){after}", flags)


def pattern_expression(pattern: Pattern) -> str:
    """Return the pattern as a regular expression in which the dot matches everything."""
    out: list[str] = []
    for part in pattern.parts:
        if isinstance(part, str):
            out.append(re.escape(part))
        elif isinstance(part, Placeholder):
            out.append(re.escape(f"%{part.name}%"))
        else:
            out.append(_WILD[part])
    return "".join(out)
