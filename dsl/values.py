"""The values of rules: text patterns, numbers, regular expressions, networks, plain data.

They are what the readers make of the words of a rule and what the logical IR carries on.
Nothing here is folded, encoded or expanded: case, encodings and wildcards are data.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum

from .record import record


class Wild(Enum):
    """The parts of a pattern that stand for more than one text."""

    STAR = "*"
    """Any run of characters, also an empty one, also over line ends."""
    ONE = "?"
    """Exactly one code point, whichever."""
    DASH = "-"
    """One of the five characters that begin an option (`DASHES`)."""


ANY_RUN = Wild.STAR
"""The star by a name of its own: to get at a member of an enumeration takes ten times as long."""

DASHES = "-/\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}"
"""The characters that `windash` treats alike (decision D24)."""


@record
class Placeholder:
    """A `%name%` under `expand`: stands for texts that the user supplies at compile time."""

    name: str


Part = str | Wild | Placeholder


@record
class Pattern:
    """A text with wildcards: literal runs, `Wild`s and `Placeholder`s in order.

    Made by `Pattern.of`, `Pattern.literal` or `Pattern.parse`, it is in normal form: no empty
    run, no two runs and no two stars side by side.
    """

    parts: tuple[Part, ...] = ()

    @classmethod
    def of(cls, parts: Iterable[Part]) -> "Pattern":
        """Return the pattern of these parts in normal form."""
        kept: list[Part] = []
        for part in parts:
            if part == "" or (part is Wild.STAR and kept and kept[-1] is Wild.STAR):
                continue
            if isinstance(part, str) and kept and isinstance(kept[-1], str):
                kept[-1] += part
            else:
                kept.append(part)
        return cls(tuple(kept))

    @classmethod
    def literal(cls, text: str) -> "Pattern":
        """Return the pattern that stands for just this text."""
        return cls((text,) if text else ())

    @classmethod
    def parse(cls, text: str) -> "Pattern":
        r"""Read Sigma's spelling: `*`, `?`, and a backslash before `*`, `?` or `\` (D7)."""
        parts: list[Part] = []
        for escaped, wild, other in _SPELLING.findall(text):
            parts.append(escaped[1:] if escaped else Wild(wild) if wild else other)
        return cls.of(parts)

    def opened(self, *, left: bool, right: bool) -> "Pattern":
        """Return the pattern with any run allowed before it, after it, or both."""
        parts = self.parts
        if left and not (parts and parts[0] is ANY_RUN):
            parts = (ANY_RUN, *parts)
        if right and not (parts and parts[-1] is ANY_RUN):
            parts = (*parts, ANY_RUN)
        return self if parts is self.parts else Pattern(parts)

    @property
    def text(self) -> str | None:
        """The only text that the pattern stands for, or `None` where it has wildcards."""
        if not self.parts:
            return ""
        first = self.parts[0]
        return first if len(self.parts) == 1 and isinstance(first, str) else None

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The names of the placeholders in it, in order."""
        return tuple(p.name for p in self.parts if isinstance(p, Placeholder))

    def sigma(self) -> str:
        r"""Return Sigma's spelling, the shortest that reads back the same.

        A backslash is doubled only where it would otherwise escape what follows it.
        """
        out: list[str] = []
        for index, part in enumerate(self.parts):
            if isinstance(part, Wild):
                out.append(part.value)
            elif isinstance(part, Placeholder):
                out.append(f"%{part.name}%")
            else:
                following = self.parts[index + 1] if index + 1 < len(self.parts) else None
                out.append(_escape(part, before_wild=following in (Wild.STAR, Wild.ONE)))
        return "".join(out)

    def __add__(self, other: "Pattern") -> "Pattern":
        """Return this pattern followed by the other."""
        return Pattern.of(self.parts + other.parts)


_SPELLING = re.compile(r"(\\[*?\\])|([*?])|([^*?\\]+|\\)", re.DOTALL)


def _escape(text: str, *, before_wild: bool) -> str:
    """Spell a literal run for `Pattern.parse`."""
    out: list[str] = []
    for index, char in enumerate(text):
        if char in "*?":
            out.append("\\" + char)
        elif char != "\\":
            out.append(char)
        else:
            follows = text[index + 1] if index + 1 < len(text) else "*" if before_wild else ""
            out.append("\\\\" if follows and follows in "*?\\" else "\\")
    return "".join(out)


STAR = Pattern((Wild.STAR,))
"""The pattern that any text matches."""


@record
class Number:
    """An exact number, of any size: `1`, `-2.50`, `18446744073709551615`."""

    value: Decimal

    def __str__(self) -> str:
        """Return plain decimal digits."""
        return f"{self.value:f}"


@record
class Regex:
    """A regular expression of the RE2 subset, searched anywhere in a value (D20).

    Attributes:
        pattern: the expression as written, without delimiters.
        ignore_case: `i`: letters match in any case (simple folding).
        multiline: `m`: `^` and `$` also match at line ends inside.
        dot_all: `s`: the dot also matches a line feed.
        placeholders: names whose `%name%` in the expression must still be filled in.
    """

    pattern: str
    ignore_case: bool = False
    multiline: bool = False
    dot_all: bool = False
    placeholders: tuple[str, ...] = ()

    @property
    def flags(self) -> str:
        """The flags as letters, such as `im`."""
        pairs = (("i", self.ignore_case), ("m", self.multiline), ("s", self.dot_all))
        return "".join(letter for letter, held in pairs if held)


@record
class Network:
    """A network of addresses of one family.

    Attributes:
        version: 4 or 6.
        address: the first address as a number.
        prefix: how many leading bits are fixed.
    """

    version: int
    address: int
    prefix: int


@record
class DataMap:
    """A frozen map of plain data that keeps its order."""

    entries: tuple[tuple[str, "Data"], ...] = ()

    def get(self, key: str, default: "Data" = None) -> "Data":
        """Return the value of a key, or the default."""
        return next((value for name, value in self.entries if name == key), default)


Data = str | int | float | bool | None | tuple["Data", ...] | DataMap
"""Plain data as YAML and JSON have it, frozen: metadata and the events of inline tests."""


def freeze(data: object) -> Data:
    """Return plain data in frozen form; anything that is not plain becomes its text."""
    if isinstance(data, dict):
        return DataMap(tuple((str(key), freeze(value)) for key, value in data.items()))
    if isinstance(data, list | tuple):
        return tuple(freeze(value) for value in data)
    if data is None or isinstance(data, str | int | float | bool | DataMap):
        return data
    return str(data)


def thaw(data: Data) -> object:
    """Return frozen data as dicts and lists."""
    if isinstance(data, DataMap):
        return {key: thaw(value) for key, value in data.entries}
    if isinstance(data, tuple):
        return [thaw(value) for value in data]
    return data
