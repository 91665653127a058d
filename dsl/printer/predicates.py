"""One item of the tree as a predicate of the native language.

Where the language has an operator for a chain of modifiers, that is how the item is written;
else in the general form `Field|modifier|modifier: values`. `native.predicates` reads both back
to an equal item: the two modules list the same operators.
"""

from dataclasses import dataclass
from decimal import Decimal

from .. import networks, spelling
from ..ast import FileName, Item, ListName, RawText, Value
from ..modifiers import Chain, read_chain
from ..values import Number, Pattern

ORDERS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_SHAPES = frozenset({"contains", "startswith", "endswith", "under", "named", "ext", "path"})
_FLAGS = frozenset("ims")
_CALLS = {modifier: call for call, modifier in spelling.ENCODINGS.items()}
_DIGITS = 40
"""Numbers with an exponent beyond this are written with an exponent."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """A predicate in parts, so that its values may stand on lines of their own."""

    head: str
    opening: str = ""
    values: tuple[str, ...] = ()
    closing: str = ""

    @property
    def flat(self) -> str:
        """The predicate on one line."""
        if not self.values:
            return self.head
        return f"{self.head} {self.opening}{', '.join(self.values)}{self.closing}"


def spell_item(item: Item) -> Spelled:
    """Return an item as a predicate."""
    names = [modifier.name for modifier in item.modifiers]
    return _state(item, names) or _sugar(item, names) or _general(item, names)


def spell_range(low: object, high: object) -> str | None:
    """Return `Field in 1..5` for two items that are one, or `None`."""
    if not isinstance(low, Item) or not isinstance(high, Item) or low.field != high.field:
        return None
    first, last = _bound(low, "gte"), _bound(high, "lte")
    if first is None or last is None or first[0] != last[0]:
        return None
    subject = _subject(low.field, first[0])
    return f"{subject} in {first[1]}..{last[1]}" if subject else None


def _bound(item: Item, modifier: str) -> tuple[str, str] | None:
    """Return the part of time and the number of one end of a range."""
    names = [each.name for each in item.modifiers]
    value = item.values[0]
    if names[-1:] != [modifier] or len(item.values) > 1 or not isinstance(value.scalar, Number):
        return None
    part = names[0] if len(names) == 2 and names[0] in spelling.PARTS_OF_TIME else ""
    fits = len(names) == (2 if part else 1)
    return (part, spell_number(value)) if fits and item.field is not None else None


def _subject(field: str | None, part: str) -> str:
    """Return what stands before the operator."""
    name = "any" if field is None else spelling.name(field)
    return f"{part}({name})" if part else name


def _state(item: Item, names: list[str]) -> Spelled | None:
    """Return `is null`, `is empty` or `exists`."""
    value, *others = item.values
    if item.field is None or others:
        return None
    scalar = value.scalar
    name = spelling.name(item.field)
    if names == ["exists"] and scalar is True:
        return Spelled(f"exists {name}")
    if not names and scalar is None:
        return Spelled(f"{name} is null")
    return Spelled(f"{name} is empty") if not names and scalar == Pattern() else None


@dataclass(slots=True)
class _Parts:
    """The modifiers of an item, taken apart in the order in which predicates have them."""

    every: bool = False
    cased: bool = False
    part: str = ""
    steps: tuple[str, ...] = ()
    core: tuple[str, ...] = ()


def _parts(names: list[str]) -> _Parts:
    """Take modifiers apart; what has no place of its own is left in `core`."""
    found = _Parts()
    rest = list(names)
    if rest[-1:] == ["all"]:
        found.every = True
        rest.pop()
    if rest[:1] == ["cased"]:
        found.cased = True
        del rest[0]
    if rest and rest[0] in spelling.PARTS_OF_TIME:
        found.part = rest.pop(0)
    count = next((i for i, name in enumerate(rest) if name not in _CALLS), len(rest))
    if not count and rest[:1] in (["cidr"], ["fieldref"]):
        count = 1
    found.steps, found.core = tuple(rest[:count]), tuple(rest[count:])
    return found


def _sugar(item: Item, names: list[str]) -> Spelled | None:
    """Return the item with an operator, or `None` where there is none for it."""
    parts = _parts(names)
    operator = _operator(item, parts)
    if operator is None or (item.field is None and parts.part):
        return None
    head = _subject(item.field, parts.part) + (" cased" if parts.cased else "") + f" {operator}"
    values = _values(item, parts, operator)
    if values is None:
        return None
    opening, closing = _around(item, parts, operator, several=len(values) > 1)
    return Spelled(head, opening, values, closing)


def _operator(item: Item, parts: _Parts) -> str | None:
    """Return the operator for the core of a chain, or `None`."""
    core = parts.core
    if parts.steps == ("cidr",):
        plain = not (parts.cased or parts.part or parts.every or item.field is None)
        words = {(): "in", ("neq",): "not in"}
        return words.get(core) if plain else None
    if item.field is None:
        if parts.steps == ("fieldref",):
            return None
        return "matches" if core[:1] == ("re",) else None if core else "contains"
    if not core:
        return _equality(item, parts)
    if core == ("neq",):
        return _inequality(item, parts)
    if core[0] == "re" and not parts.steps:
        return "matches"
    known = core[0] in _SHAPES or core[0] in ORDERS
    return ORDERS.get(core[0], core[0]) if known and len(core) == 1 else None


def _equality(item: Item, parts: _Parts) -> str:
    """Return the operator of an item that compares whole values."""
    if parts.steps == ("expand",):
        return "expand"
    if parts.steps:
        return "=="
    if any(_is_wild(value) for value in item.values):
        return "like"
    return "in" if not parts.every and _is_list(item) else "=="


def _inequality(item: Item, parts: _Parts) -> str:
    """Return the operator of an item that must not equal its values."""
    plain = not (parts.steps or parts.every or parts.cased)
    return "not in" if plain and _is_list(item) else "!="


def _is_list(item: Item) -> bool:
    """Return whether an item has several values, or a list of them."""
    first, *others = item.values
    return bool(others) or isinstance(first.scalar, ListName | FileName)


def _is_wild(value: Value) -> bool:
    """Return whether a value has wildcards."""
    return isinstance(value.scalar, Pattern) and value.scalar.text is None


def _values(item: Item, parts: _Parts, operator: str) -> tuple[str, ...] | None:
    """Return the values as the operator takes them, or `None` where it cannot."""
    if operator == "matches":
        return _expressions(item, parts.core[1:])
    if parts.steps == ("fieldref",):
        names = [_literal(value) for value in item.values]
        return None if None in names else tuple(spelling.name(name or "") for name in names)
    if parts.steps == ("cidr",):
        return tuple(_network(value, item) for value in item.values)
    if operator == "like":
        return tuple(_wild(value, item) for value in item.values)
    return tuple(spell_value(value, item) for value in item.values)


def _literal(value: Value) -> str | None:
    """Return the text of a value without wildcards, or `None`."""
    return value.scalar.text if isinstance(value.scalar, Pattern) else None


def _network(value: Value, item: Item) -> str:
    """Return a value of `cidr(…)`: a network, a set of them, or a list."""
    if isinstance(value.scalar, RawText) and value.scalar.text in networks.NAMES:
        return value.scalar.text
    return spell_value(value, item)


def _wild(value: Value, item: Item) -> str:
    """Return a value as `like` takes it."""
    if isinstance(value.scalar, Pattern):
        return spelling.quote(value.scalar.sigma())
    return spell_value(value, item)


def _expressions(item: Item, flags: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return regular expressions between slashes, or `None` where one cannot stand so."""
    raw = [value for value in item.values if isinstance(value.scalar, RawText)]
    others = (value.scalar for value in item.values if value not in raw)
    if not all(isinstance(scalar, ListName | FileName) for scalar in others):
        return None
    if len(set(flags)) < len(flags) or not _FLAGS.issuperset(flags) or (flags and not raw):
        return None
    spelled: list[str] = []
    for value in item.values:
        if not isinstance(value.scalar, RawText):
            spelled.append(spell_value(value, item))
            continue
        expression = spelling.regex(value.scalar.text)
        if expression is None:
            return None
        spelled.append(expression + "".join(flags))
    return tuple(spelled)


def _around(item: Item, parts: _Parts, operator: str, *, several: bool) -> tuple[str, str]:
    """Return what stands before and after the values."""
    quantity = "all " if parts.every else ""
    if parts.steps == ("fieldref",):
        return (f"{quantity}field (", ")") if several else (f"{quantity}field ", "")
    steps = () if operator == "expand" else parts.steps
    if steps:
        calls = "".join(_CALLS.get(step, step) + "(" for step in reversed(steps))
        return quantity + calls, ")" * len(steps)
    if parts.every and not _is_name(item):
        return "all (", ")"
    if not parts.every and (several or _is_name(item)) and operator not in ("in", "not in"):
        quantity = "any "
    return (f"{quantity}(", ")") if several else (quantity, "")


def _is_name(item: Item) -> bool:
    """Return whether the only value of an item is a list."""
    return len(item.values) == 1 and isinstance(item.values[0].scalar, ListName | FileName)


def _general(item: Item, names: list[str]) -> Spelled:
    """Return an item in the form that any chain of modifiers has."""
    chain = "".join(f"|{spelling.modifier(name)}" for name in names)
    values = tuple(spell_value(value, item) for value in item.values)
    several = len(values) > 1
    head = f"{_subject(item.field, '')}{chain}:"
    return Spelled(head, "(" if several else "", values, ")" if several else "")


def spell_value(value: Value, item: Item | None = None) -> str:
    """Return one value as it stands under the modifiers of its item."""
    scalar = value.scalar
    names = {modifier.name for modifier in item.modifiers} if item else set()
    raw = bool(names & {"re", "cidr"})
    match scalar:
        case Pattern():
            text = scalar.text
            plain = text is not None and not raw
            return spelling.quote(text or "") if plain else "like " + spelling.quote(scalar.sigma())
        case RawText(text=text) if item is None and text in networks.NAMES:
            return text
        case RawText(text=text):
            return _spell_raw(text, names)
        case ListName(name=name):
            return spelling.list_name(name)
        case FileName(path=path):
            return f"file {spelling.quote(path)}"
        case None:
            return "null"
        case _:
            return _spell_constant(value, item)


def _spell_raw(text: str, names: set[str]) -> str:
    """Return a raw text: an expression, or a text in quotes."""
    return (None if "cidr" in names else spelling.regex(text)) or spelling.quote(text)


def _spell_constant(value: Value, item: Item | None) -> str:
    """Return a number or a boolean, with its words where it counts as text (D17)."""
    plain = spell_number(value) if isinstance(value.scalar, Number) else _WORDS[bool(value.scalar)]
    if not value.written or value.written == plain or item is None or not _is_text(item):
        return plain
    return f"{plain} as {spelling.quote(value.written)}"


_WORDS = {True: "true", False: "false"}


def _is_text(item: Item) -> bool:
    """Return whether numbers under an item count as the text that they were written as."""
    chain = read_chain(item.modifiers)
    return item.field is None or not isinstance(chain, Chain) or chain.wants_text


def spell_number(value: Value) -> str:
    """Return a number as it was written where that reads the same, else in plain digits."""
    assert isinstance(value.scalar, Number)  # noqa: S101 - callers look first
    number = value.scalar.value
    if spelling.is_number(value.written) and Decimal(value.written) == number:
        return value.written
    exponent = number.as_tuple().exponent
    small = isinstance(exponent, int) and abs(exponent) <= _DIGITS
    return f"{number:f}" if small else str(number)
