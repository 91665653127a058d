"""Scalar functions of KQL, on one row's arguments at a time.

Each takes plain values, None for null, and returns one. A string is never null: where a
function of a null is a text, it is the empty one.
"""

import base64
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from . import networks
from .dynamics import dynamic_text, parse_json
from .errors import UnsupportedError
from .text import lower, upper

Value = Any
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  (KQL's times have no zone; all are UTC)


def to_text(value: Value) -> str:
    """Return `tostring` of a scalar."""
    if isinstance(value, bool):
        raise UnsupportedError("tostring of a bool is not settled")
    if isinstance(value, float) and not value.is_integer():
        raise UnsupportedError("tostring of a fraction is not settled")
    if isinstance(value, float):
        return str(int(value))
    if isinstance(value, datetime | timedelta):
        raise UnsupportedError("tostring of a time is not settled")
    return dynamic_text(value)


_INTEGER = re.compile(r"\s*[+-]?\d+\s*")
_REAL = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*")


def to_long(value: Value) -> int | None:
    """Return `tolong`: null for what is no whole number."""
    match value:
        case None:
            return None
        case bool() | int():
            return int(value)
        case float():
            return int(value)
        case str() if _INTEGER.fullmatch(value):
            return int(value)
        case str() if _REAL.fullmatch(value):
            return int(float(value))
        case _:
            return None


def to_real(value: Value) -> float | None:
    """Return `toreal`: null for what is no number."""
    match value:
        case None:
            return None
        case bool() | int() | float():
            return float(value)
        case str() if _REAL.fullmatch(value):
            return float(value)
        case _:
            return None


def to_bool(value: Value) -> bool | None:
    """Return `tobool`: null for what is no boolean."""
    match value:
        case bool() | None:
            return value
        case int():
            return value != 0
        case str() if value.lower() in {"true", "false"}:
            return value.lower() == "true"
        case str() if _INTEGER.fullmatch(value):
            return int(value) != 0
        case _:
            return None


def to_datetime(value: Value) -> datetime | None:
    """Return `todatetime` for ISO texts; other spellings are refused."""
    if value is None or isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        return None
    text = value.strip().replace("Z", "+00:00")
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        if re.match(r"\d+[/.-]", value):
            raise UnsupportedError(f"the time {value} has an open spelling") from None
        return None
    offset = parsed.utcoffset() or timedelta(0)
    return parsed.replace(tzinfo=None) - offset


def is_empty(value: Value) -> bool:
    """Return `isempty`: the empty text, or null."""
    return value is None or value == ""


def split(text: str, delimiter: str, index: int | None = None) -> list[str]:
    """Return `split`: a list of texts, or a list of the one asked for."""
    parts = text.split(delimiter) if delimiter else list(text)
    if index is None:
        return parts
    return [parts[index]] if -len(parts) <= index < len(parts) else []


def substring(text: str, start: int, length: int | None = None) -> str:
    """Return `substring`; a negative start is refused."""
    if start < 0:
        raise UnsupportedError("substring from a negative place")
    return text[start:] if length is None else text[start : start + max(length, 0)]


def decode_base64(text: str) -> str:
    """Return `base64_decode_tostring`: empty for what does not decode."""
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except ValueError:
        return ""


def array_length(value: Value) -> int | None:
    """Return `array_length`: null for what is no list."""
    return len(value) if isinstance(value, list) else None


def part_of(part: str, when: datetime | None) -> int | None:
    """Return `datetime_part`."""
    if when is None:
        return None
    parts: dict[str, int] = {
        "year": when.year,
        "month": when.month,
        "day": when.day,
        "hour": when.hour,
        "minute": when.minute,
        "second": when.second,
        "weekofyear": when.isocalendar()[1],
        "week_of_year": when.isocalendar()[1],
        "dayofyear": when.timetuple().tm_yday,
    }
    if part.lower() not in parts:
        raise UnsupportedError(f"datetime_part {part}")
    return parts[part.lower()]


def day_of_week(when: datetime | None) -> timedelta | None:
    """Return `dayofweek`: the time since the Sunday before."""
    return None if when is None else timedelta(days=when.isoweekday() % 7)


def bin_of(value: Value, size: Value) -> Value:
    """Return `bin`: the value rounded down to a multiple of the size."""
    if value is None or size is None or not size:
        return None
    if isinstance(value, datetime):
        return EPOCH + (value - EPOCH) // size * size
    return value // size * size


def part(name: str) -> Callable[[datetime | None], int | None]:
    """Return the function that yields a part of a time."""
    return lambda when: part_of(name, when)


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "tolong": to_long,
    "toint": to_long,
    "toreal": to_real,
    "todouble": to_real,
    "tobool": to_bool,
    "toboolean": to_bool,
    "todatetime": to_datetime,
    "isempty": is_empty,
    "isnotempty": lambda value: not is_empty(value),
    "isnull": lambda value: value is None,
    "isnotnull": lambda value: value is not None,
    "tolower": lower,
    "toupper": upper,
    "strlen": len,
    "tohex": lambda number: None if number is None else f"{number:x}",
    "strcat": lambda *parts: "".join(to_text(part) for part in parts),
    "substring": substring,
    "split": split,
    "indexof": str.find,
    "replace_string": str.replace,
    "parse_json": parse_json,
    "todynamic": parse_json,
    "base64_decode_tostring": decode_base64,
    "url_decode": unquote,
    "array_length": array_length,
    "hourofday": part("hour"),
    "dayofmonth": part("day"),
    "monthofyear": part("month"),
    "getmonth": part("month"),
    "getyear": part("year"),
    "week_of_year": part("weekofyear"),
    "dayofyear": part("dayofyear"),
    "datetime_part": part_of,
    "dayofweek": day_of_week,
    "bin": bin_of,
    "floor": bin_of,
    "pack_array": lambda *items: list(items),
    "ipv4_is_in_range": networks.ipv4_is_in_range,
    "ipv4_is_in_any_range": lambda text, *rest: networks.ipv4_is_in_any_range(text, _flat(rest)),
    "ipv6_is_in_range": networks.ipv6_is_in_range,
    "ipv6_is_in_any_range": lambda text, *rest: networks.ipv6_is_in_any_range(text, _flat(rest)),
    "ipv4_is_private": networks.ipv4_is_private,
    "has_any_ipv4_prefix": lambda text, *rest: networks.has_any_ipv4_prefix(text, _flat(rest)),
    "has_ipv4_prefix": lambda text, prefix: networks.has_any_ipv4_prefix(text, [prefix]),
    "has_ipv4": lambda text, address: networks.has_any_ipv4_prefix(text, [address]),
}


def _flat(parts: tuple[Value, ...]) -> list[str]:
    """Return texts and lists of texts as one list of texts."""
    flat: list[str] = []
    for piece in parts:
        flat += piece if isinstance(piece, list) else [piece]
    return flat
