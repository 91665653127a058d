"""What a plain YAML scalar is: the typing rules of YAML 1.1, as PyYAML's safe loader has them.

In goes the text of an unquoted scalar, out comes a boolean, a null, an exact number, or the
text itself. Dates, infinities and numbers of absurd size stay text. `differs` says where the
two versions of YAML disagree about a scalar (decision D1).
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from ..values import Number

NUMBER_LENGTH = 400
"""Longer numbers, and those with more digits before or after the point, stay text."""

WORDS: dict[str, bool | None] = {
    spelling: value
    for word, value in (
        ("yes", True),
        ("true", True),
        ("on", True),
        ("no", False),
        ("false", False),
        ("off", False),
        ("null", None),
    )
    for spelling in (word, word.capitalize(), word.upper())
} | {"~": None, "": None}
"""The plain scalars that are booleans and nulls in YAML 1.1."""

ONLY_OLD_BOOLEANS = {word for word in WORDS if word.lower() in {"yes", "no", "on", "off"}}

NUMERIC_START = frozenset("+-.0123456789")

_INTEGER = re.compile(
    r"""(?P<sign>[-+]?)(?:
        0b(?P<binary>[01_]+)
      | 0x(?P<hexadecimal>[0-9a-fA-F_]+)
      | 0(?P<octal>[0-7_]+)
      | (?P<sixty>[1-9][0-9_]*(?::[0-5]?[0-9])+)
      | (?P<decimal>0|[1-9][0-9_]*)
    )""",
    re.VERBOSE,
)
_FRACTION = re.compile(
    r"""
        (?P<plain>[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)? | \.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)
      | (?P<sign>[-+]?)(?P<sixty>[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)
    """,
    re.VERBOSE,
)
_NEW_NUMBER = re.compile(
    r"""
        [-+]?[0-9]+ | 0o[0-7]+ | 0x[0-9a-fA-F]+
      | [-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?
    """,
    re.VERBOSE,
)
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d | \d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?"
    r"(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?",
    re.VERBOSE | re.ASCII,
)
_BASES = (("binary", 2), ("octal", 8), ("hexadecimal", 16))


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in YAML, and whether it was written as an integer."""

    number: Number
    whole: bool


Typed = str | bool | None | Numeral


def type_plain(text: str) -> Typed:
    """Return what a plain scalar is in YAML 1.1."""
    if text[:1] in NUMERIC_START:
        return _type_number(text)
    return WORDS.get(text, text)


@lru_cache(maxsize=4096)
def _type_number(text: str) -> str | Numeral:
    """Return the number that a text is, or the text."""
    if len(text) > NUMBER_LENGTH:
        return text
    whole = _INTEGER.fullmatch(text)
    found = whole or _FRACTION.fullmatch(text)
    if found is None:
        return text
    value = _read_integer(found) if whole else _read_fraction(found)
    if value is None or abs(value.adjusted()) > NUMBER_LENGTH:
        return text
    return Numeral(Number(value), whole is not None)


def _read_integer(found: re.Match[str]) -> Decimal | None:
    """Return the integer, or `None` where underscores are all there is of it."""
    for name, base in _BASES:
        if found[name] is not None:
            digits = found[name].replace("_", "") or ("0" if name == "octal" else "")
            return Decimal(int(found["sign"] + digits, base)) if digits else None
    if found["sixty"]:
        return _read_sixty(found["sign"], found["sixty"])
    return Decimal(found["sign"] + found["decimal"].replace("_", ""))


def _read_fraction(found: re.Match[str]) -> Decimal:
    """Return the number with a decimal point."""
    if found["sixty"]:
        return _read_sixty(found["sign"], found["sixty"])
    return Decimal(found["plain"].replace("_", ""))


def _read_sixty(sign: str, text: str) -> Decimal:
    """Return a number in base sixty, such as `1:30` for 90."""
    digits, _, fraction = text.replace("_", "").partition(".")
    total = 0
    for part in digits.split(":"):
        total = total * 60 + int(part)
    return Decimal(f"{sign}{total}.{fraction}")


Difference = Literal["boolean", "number", "date"]


def differs(text: str) -> Difference | None:
    """Return as what YAML 1.1 and 1.2 read a plain scalar differently, or `None`.

    A date is an object of its own in 1.1 and text in 1.2.
    """
    if text in ONLY_OLD_BOOLEANS:
        return "boolean"
    if not text or text[0] not in NUMERIC_START:
        return None
    if _DATE.fullmatch(text):
        return "date"
    old = _type_number(text)
    new = _read_new(text)
    return "number" if (old.number.value if isinstance(old, Numeral) else None) != new else None


def _read_new(text: str) -> Decimal | None:
    """Return the number that a plain scalar is in YAML 1.2, or `None` for text."""
    if len(text) > NUMBER_LENGTH or not _NEW_NUMBER.fullmatch(text):
        return None
    if text[:2] in {"0o", "0x"}:
        return Decimal(int(text[2:], 8 if text[1] == "o" else 16))
    value = Decimal(text)
    return None if abs(value.adjusted()) > NUMBER_LENGTH else value
