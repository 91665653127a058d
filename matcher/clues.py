"""What every text in which an expression is found must contain: its clues, and its size.

A clue is a set of folded texts, one of which must be there. They may only be too lenient: a
value that lacks a clue cannot match, one that has all of them is run through the automaton.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from itertools import product

from ..dsl.folding import fold
from ..dsl.regex.tree import Anchor, AnchorKind, Chain, Chars, Choice, RegexNode, Repeat

MOST_CLUES = 16
_MOST_TEXTS = 64
_MOST_EXACT = 24
_MOST_POINTS = 8
_LONGEST = 64
_MANY_COPIES = 8

_EVERYWHERE = " \\/.,:;\"'-_=()"
_FREQUENT = frozenset({" -", " /", "c:", ":\\"})
"""Texts that logs are full of."""

_BEGIN, _END = "\ud800", "\udfff"
"""Stand for the begin and the end of the text in exact texts; no value contains them."""


class Place(Enum):
    """Where in a value a clue must stand."""

    ANYWHERE = 0
    FRONT = 1
    BACK = 2
    WHOLE = 3


@dataclass(frozen=True, slots=True)
class Clue:
    """Texts, folded, of which one must stand at a place."""

    place: Place
    texts: frozenset[str]


_Texts = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Finding:
    """What is known of a part of an expression.

    Attributes:
        exact: all texts it stands for, folded, or `None` if they are too many.
        needed: sets of texts; of each, one occurs in whatever it stands for.
        head: if not exact, texts with one of which everything it stands for begins.
        tail: if not exact, texts with one of which everything it stands for ends.
    """

    exact: _Texts | None
    needed: tuple[_Texts, ...] = ()
    head: _Texts = frozenset({""})
    tail: _Texts = frozenset({""})


_NOTHING: _Texts = frozenset({""})
_EMPTY = _Finding(_NOTHING)
_UNKNOWN = _Finding(None)


def clues_of(tree: RegexNode) -> tuple[Clue, ...]:
    """Return the best clues of an expression, at most `MOST_CLUES`."""
    clues = {_placed(texts) for texts in _all_needed(_find(tree))}
    useful = [clue for clue in clues if all(clue.texts)]
    if any(map(_is_telling, useful)):
        useful = list(filter(_is_telling, useful))
    useful.sort(key=lambda clue: (_weight(clue.texts), sorted(clue.texts)), reverse=True)
    kept: list[Clue] = []
    for clue in useful:
        if not any(_implies(other, clue) for other in kept):
            kept.append(clue)
    return tuple(kept[:MOST_CLUES])


def _is_telling(clue: Clue) -> bool:
    """Return whether many a text lacks the clue; others are not worth their look-up."""
    return clue.place is not Place.ANYWHERE or not any(
        (len(text) == 1 and (text.isalnum() or text in _EVERYWHERE)) or text in _FREQUENT
        for text in clue.texts
    )


def _find(node: RegexNode) -> _Finding:
    """Return what is known of a node."""
    match node:
        case Chars(ranges=ranges):
            return _of_chars(ranges)
        case Anchor(kind=AnchorKind.TEXT_BEGIN):
            return _Finding(frozenset({_BEGIN}))
        case Anchor(kind=AnchorKind.TEXT_END):
            return _Finding(frozenset({_END}))
        case Anchor():
            return _EMPTY
        case Chain(parts=parts):
            return _in_order(map(_find, parts))
        case Choice(options=options):
            return _either([_find(option) for option in options])
        case Repeat(child=child, least=least, most=most):
            return _repeated(_find(child), least, most)


def _of_chars(ranges: Iterable[tuple[int, int]]) -> _Finding:
    """Return what is known of one character of a set."""
    points: set[str] = set()
    for first, last in ranges:
        if last - first >= 4 * _MOST_POINTS:
            return _UNKNOWN
        points.update(fold(chr(point)) for point in range(first, last + 1))
    return _Finding(frozenset(points)) if 0 < len(points) <= _MOST_POINTS else _UNKNOWN


def _repeated(child: _Finding, least: int, most: int | None) -> _Finding:
    """Return what is known of a repetition."""
    if least == 0:
        if most == 1 and child.exact is not None and len(child.exact) < _MOST_EXACT:
            return _Finding(child.exact | {""})
        return _UNKNOWN
    copies = min(least, _MANY_COPIES)
    found = _in_order([child] * copies)
    if most == least == copies or found.exact is None:
        return found
    return _Finding(None, (found.exact,), found.exact, found.exact)


def _in_order(parts: Iterable[_Finding]) -> _Finding:
    """Return what is known of parts one behind the other."""
    head: _Texts | None = None
    run = _NOTHING
    needed: list[_Texts] = []
    for part in parts:
        needed += part.needed
        joined = _joined(run, part.head if part.exact is None else part.exact)
        if part.exact is not None and joined is not None:
            run = joined
            continue
        known = run if joined is None else joined
        needed.append(known)
        head = known if head is None else head
        run = part.tail if part.exact is None else part.exact
    if head is None:
        return _Finding(run)
    return _Finding(None, (*needed, run), head, run)


def _joined(left: _Texts, right: _Texts) -> _Texts | None:
    """Return every text of the left followed by every one of the right, if not too many."""
    if len(left) * len(right) > _MOST_EXACT or max(map(len, left)) > _LONGEST:
        return None
    return frozenset(_glued(a + b) for a, b in product(left, right))


def _glued(text: str) -> str:
    """Return a text in which marks of the ends stand once: `^^a` asks no more than `^a`."""
    if _BEGIN not in text and _END not in text:
        return text
    if not text.strip(_BEGIN + _END):
        return "".join(mark for mark in (_BEGIN, _END) if mark in text)
    return text.replace(_BEGIN * 2, _BEGIN).replace(_END * 2, _END)


def _either(options: list[_Finding]) -> _Finding:
    """Return what is known if one of the options holds."""
    exacts = [option.exact for option in options]
    if None not in exacts:
        united = frozenset[str]().union(*(exact for exact in exacts if exact is not None))
        if len(united) <= _MOST_TEXTS:
            return _Finding(united)
    best = [max(_all_needed(option), key=_weight, default=_NOTHING) for option in options]
    return _Finding(
        None,
        (_united(best),),
        _united([option.head if option.exact is None else option.exact for option in options]),
        _united([option.tail if option.exact is None else option.exact for option in options]),
    )


def _united(sets: list[_Texts]) -> _Texts:
    """Return the texts of all sets, or just the empty text if they are too many."""
    united = frozenset[str]().union(*sets)
    return united if len(united) <= _MOST_TEXTS else _NOTHING


def _all_needed(found: _Finding) -> tuple[_Texts, ...]:
    """Return the needed sets, the exact texts being one of them."""
    return found.needed if found.exact is None else (*found.needed, found.exact)


def _weight(texts: _Texts) -> tuple[int, int]:
    """Return how telling it is that one of the texts occurs."""
    return min(len(text.strip(_BEGIN + _END)) for text in texts), -len(texts)


def _placed(texts: _Texts) -> Clue:
    """Return the clue of texts in which the ends of the value may be marked."""
    possible = [t for t in texts if _BEGIN not in t[1:] and _END not in t[:-1]]
    bare = frozenset(text.strip(_BEGIN + _END) for text in (possible or texts))
    front = all(text.startswith(_BEGIN) for text in possible)
    back = all(text.endswith(_END) for text in possible)
    if not possible or not (front or back):
        return Clue(Place.ANYWHERE, bare)
    return Clue(Place.WHOLE if front and back else Place.FRONT if front else Place.BACK, bare)


def _implies(strong: Clue, weak: Clue) -> bool:
    """Return whether a value that has the one clue always has the other."""
    return weak.place is Place.ANYWHERE and all(
        any(part in text for part in weak.texts) for text in strong.texts
    )


def size_bounds(node: RegexNode) -> tuple[int, int | None]:
    """Return how many bytes of UTF-8 a match has, at least and at most."""
    match node:
        case Chars(ranges=ranges):
            widths = [
                len(chr(point).encode("utf-8", "surrogatepass")) for r in ranges for point in r
            ]
            return min(widths, default=1), max(widths, default=1)
        case Anchor():
            return 0, 0
        case Chain(parts=parts):
            bounds = [size_bounds(part) for part in parts]
            most = [high for _, high in bounds if high is not None]
            return sum(low for low, _ in bounds), sum(most) if len(most) == len(bounds) else None
        case Choice(options=options):
            bounds = [size_bounds(option) for option in options]
            most = [high for _, high in bounds if high is not None]
            return min(low for low, _ in bounds), max(most) if len(most) == len(bounds) else None
        case Repeat(child=child, least=least, most=count):
            low, high = size_bounds(child)
            endless = count is None or high is None
            return low * least, None if endless else (high or 0) * (count or 0)


def spans_whole(node: RegexNode) -> bool:
    """Return whether a match reaches from the begin of the value to its end."""
    return _ends_with(node, AnchorKind.TEXT_BEGIN, 0) and _ends_with(node, AnchorKind.TEXT_END, -1)


def _ends_with(node: RegexNode, kind: AnchorKind, side: int) -> bool:
    """Return whether a node has an anchor at one side on every way."""
    match node:
        case Anchor(kind=found):
            return found is kind
        case Chain(parts=parts):
            return bool(parts) and _ends_with(parts[side], kind, side)
        case Choice(options=options):
            return all(_ends_with(option, kind, side) for option in options)
        case _:
            return False
