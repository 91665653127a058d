"""Numbers of events: exact comparison of decimal text, of any size (D9)."""

import re
from decimal import Decimal

from ..dsl.ir import Order
from ..dsl.values import Number

_DECIMAL = re.compile(r"[+-]?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?", re.ASCII)
_EXPONENT_DIGITS = 9
"""Exponents with more digits are beyond every number that a rule can hold."""


def compare(text: str, order: Order, number: Number) -> bool:
    """Return whether a text is a plain decimal number in this order to the number."""
    value = decimal_of(text)
    if value is None:
        return False
    wanted = number.value
    match order:
        case Order.EQ:
            return value == wanted
        case Order.LT:
            return value < wanted
        case Order.LE:
            return value <= wanted
        case Order.GT:
            return value > wanted
        case Order.GE:
            return value >= wanted


def decimal_of(text: str) -> Decimal | None:
    """Return the number that a text is, or `None`.

    An exponent of more than nine digits stands for a number larger, or nearer to zero, than
    all others.
    """
    found = _DECIMAL.fullmatch(text)
    if found is None:
        return None
    whole, fraction, exponent = found.groups()
    digits = (exponent or "0").lstrip("+-").lstrip("0")
    if len(digits) <= _EXPONENT_DIGITS:
        return Decimal(text)
    if not (whole + (fraction or "")).strip("0"):
        return Decimal(0)
    sign = "-" if text.startswith("-") else ""
    if exponent.startswith("-"):
        return Decimal(sign + "1e-999999999999999999")
    return Decimal(sign + "Infinity")
