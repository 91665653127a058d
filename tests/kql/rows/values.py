"""Values for one column: texts that pass all the checks asked for, and texts that just fail.

The checks on one column that must hold together are joined into one text: what it starts
with, what it contains, what it ends with, with different glue between. Whether a candidate
really passes is decided elsewhere, by the reference.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from itertools import chain, islice

from tocsin.dsl.ir import (
    Check,
    Compare,
    Contains,
    Ends,
    Equals,
    Exists,
    FieldIs,
    InNet,
    IsNull,
    Matches,
    OneOf,
    Order,
    Relation,
    Starts,
    TimePart,
    Truth,
)
from tocsin.dsl.ir import Part as ClockPart
from tocsin.dsl.values import DASHES, Network, Pattern, Regex, Wild

from .samples import samples

GLUES = ("", "x", " ", "\\", "7_")
STAR_FILLS = ("", "mid dle", "z")
ONE_FILLS = ("a", "\\", "é")
OTHER = "C:\\Other Folder\\thing.exe"
SHARED = "Same\\Value.exe"
MOST_CANDIDATES = 12
YEAR = 2026


def instantiate(pattern: Pattern, style: int) -> str:
    """Return a text that the pattern stands for."""
    out = []
    for part in pattern.parts:
        if part is Wild.STAR:
            out.append(STAR_FILLS[style % len(STAR_FILLS)])
        elif part is Wild.ONE:
            out.append(ONE_FILLS[style % len(ONE_FILLS)])
        elif part is Wild.DASH:
            out.append(DASHES[style % len(DASHES)])
        else:
            out.append(str(part))
    return "".join(out)


@dataclass
class _Pieces:
    """The texts that must occur, by where."""

    whole: list[str] = field(default_factory=list)
    starts: list[str] = field(default_factory=list)
    middles: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)

    def add(self, check: Check, style: int) -> None:
        """Add what a check needs."""
        match check:
            case Equals(pattern=pattern):
                self.whole.append(instantiate(pattern, style))
            case OneOf(texts=texts):
                self.whole.append(sorted(texts)[style % len(texts)])
            case Starts(pattern=pattern):
                self.starts.append(instantiate(pattern, style))
            case Ends(pattern=pattern):
                self.ends.append(instantiate(pattern, style))
            case Contains(pattern=pattern):
                self.middles.append(instantiate(pattern, style))
            case _:
                self.whole.extend(islice(whole_values(check), style, style + 1))

    def join(self, glue: str) -> str:
        """Return one text with everything in it."""
        if self.whole:
            return self.whole[0]
        start = max(self.starts, key=len, default="")
        end = max(self.ends, key=len, default="")
        middles = [m for m in self.middles if m not in start and m not in end]
        before = glue if not self.starts else ""
        after = glue if not self.ends else ""
        return before + glue.join([start, *middles, end]) + after


def passing(checks: Iterable[Check]) -> Iterator[str]:
    """Yield texts that are likely to pass all the checks."""
    wanted = list(checks)
    regexes = [check.regex for check in wanted if isinstance(check, Matches)]
    others = [check for check in wanted if not isinstance(check, Matches)]
    texts = _sampled(regexes) if regexes else [""]
    seen: set[str] = set()
    for text in texts:
        for style in range(len(GLUES)):
            pieces = _Pieces()
            for check in others:
                pieces.add(check, style)
            for joined in _joined(pieces, text, GLUES[style]):
                if joined not in seen and len(seen) < MOST_CANDIDATES:
                    seen.add(joined)
                    yield joined


def _sampled(regexes: list[Regex]) -> Iterator[str]:
    """Yield texts with a sample of each expression, one after the other and alone."""
    found = [list(samples(regex)) for regex in regexes]
    for style in range(max(map(len, found))):
        yield "".join(texts[style % len(texts)] for texts in found)
    yield from chain.from_iterable(found)


def _joined(pieces: _Pieces, sample: str, glue: str) -> Iterator[str]:
    if not sample:
        yield pieces.join(glue)
        return
    if pieces.whole:
        yield pieces.whole[0]
        return
    pieces.middles.insert(0, sample)
    yield pieces.join(glue)
    if not pieces.starts and not pieces.ends and len(pieces.middles) == 1:
        yield sample


def whole_values(check: Check) -> Iterator[str]:
    """Yield texts that pass a check which is about the whole value."""
    match check:
        case InNet(network=network):
            yield from addresses_in(network)
        case Compare(order=order, number=number):
            yield from _numbers(order, number.value.to_integral_value().__int__())
        case Truth(value=value):
            yield str(value).lower()
        case TimePart(part=part, order=order, number=number):
            yield from _times(part, order, int(number.value))
        case FieldIs(relation=relation):
            yield SHARED if relation is Relation.EQUALS else f"{SHARED}{SHARED}"
        case Exists(present=True):
            yield OTHER
        case IsNull() | Exists():
            yield ""
        case _:
            return


def _numbers(order: Order, number: int) -> Iterator[str]:
    match order:
        case Order.EQ:
            yield str(number)
        case Order.LT:
            yield from (str(number - 1), str(number - 100))
        case Order.LE:
            yield from (str(number), str(number - 1))
        case Order.GT:
            yield from (str(number + 1), str(number + 100))
        case Order.GE:
            yield from (str(number), str(number + 1))


def _times(part: ClockPart, order: Order, number: int) -> Iterator[str]:
    """Yield times; the days of one year and some hours hold every part there is."""
    del order
    for month, day in ((1, 1), (1, 4), (3, 1), (3, 2), (6, 17), (12, 31)):
        for hour in (0, 5, 12, 23):
            yield f"{YEAR}-{month:02}-{day:02}T{hour:02}:{number % 60:02}:07Z"
    match part:
        case ClockPart.HOUR:
            yield f"{YEAR}-03-01T{number % 24:02}:05:07Z"
        case ClockPart.DAY:
            yield f"{YEAR}-03-{max(1, number % 32):02}T01:05:07Z"
        case ClockPart.MONTH:
            yield f"{YEAR}-{max(1, number % 13):02}-03T01:05:07Z"
        case ClockPart.YEAR:
            yield f"{max(1, number % 9999):04}-03-03T01:05:07Z"
        case _:
            return


def addresses_in(network: Network) -> Iterator[str]:
    """Yield the first, a middle and the last address of a network."""
    bits, kind = (32, IPv4Address) if network.version == 4 else (128, IPv6Address)
    size = 1 << (bits - network.prefix)
    for offset in dict.fromkeys((0, size // 2, size - 1)):
        yield str(kind(network.address + offset))


def addresses_near(network: Network) -> Iterator[str]:
    """Yield addresses beside a network, addresses in other spellings, and texts that are none."""
    bits, kind = (32, IPv4Address) if network.version == 4 else (128, IPv6Address)
    size = 1 << (bits - network.prefix)
    for number in (network.address - 1, network.address + size):
        if 0 <= number < 1 << bits:
            yield str(kind(number))
    if network.version == 4:
        yield f"::ffff:{IPv4Address(network.address)}"
        yield f"x{IPv4Address(network.address)}"
    yield from ("not an address", "fe80::1", "10.20.30.40", "::1", "localhost", "2001:db8::5", "-")
