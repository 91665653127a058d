"""Time stamps of events: the clock as written, without conversion of time zones (D27).

Read are ISO 8601 dates, with a time or without (`2024-05-01T10:20:30.123Z`, a space for the
`T`, slashes for the dashes), and epoch numbers: UTC seconds, or milliseconds from 10^11 on.
"""

import re
from datetime import UTC, date, datetime

from ..dsl.ir import Part

_STAMP = re.compile(
    r"([0-9]{4})([-/])([0-9]{2})\2([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?"
    r" ?(?:Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?)?",
    re.ASCII,
)
_EPOCH = re.compile(r"(-?[0-9]{1,18})(?:\.[0-9]+)?", re.ASCII)
_MILLISECONDS_FROM = 10**11
_FIRST, _LAST = -62_135_596_800, 253_402_300_799
"""The seconds of the first and the last moment of the years 1 to 9999."""


def part_of(text: str, part: Part) -> int | None:
    """Return a part of a time stamp, or `None` where the text is none or lacks that part.

    Weekdays count from 1, Monday, to 7, Sunday; weeks are ISO weeks.
    """
    stamp = _STAMP.fullmatch(text)
    if stamp is not None:
        return _part_of_stamp(stamp, part)
    epoch = _EPOCH.fullmatch(text)
    if epoch is None:
        return None
    number = int(epoch[1])
    seconds = number // 1000 if abs(number) >= _MILLISECONDS_FROM else number
    if not _FIRST <= seconds <= _LAST:
        return None
    moment = datetime.fromtimestamp(seconds, UTC)
    return _part(moment.date(), moment.hour, moment.minute, part)


def _part_of_stamp(stamp: re.Match[str], part: Part) -> int | None:
    """Return a part of a written time stamp, if it is a date that exists."""
    year, _, month, day, hour, minute, second = stamp.groups()
    try:
        day_of = date(int(year), int(month), int(day))
    except ValueError:
        return None
    if hour is None:
        return None if part in (Part.HOUR, Part.MINUTE) else _part(day_of, 0, 0, part)
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 60:
        return None
    return _part(day_of, int(hour), int(minute), part)


def _part(day: date, hour: int, minute: int, part: Part) -> int:
    """Return a part of a moment."""
    match part:
        case Part.MINUTE:
            return minute
        case Part.HOUR:
            return hour
        case Part.DAY:
            return day.day
        case Part.WEEKDAY:
            return day.isoweekday()
        case Part.WEEK:
            return day.isocalendar().week
        case Part.MONTH:
            return day.month
        case Part.YEAR:
            return day.year
