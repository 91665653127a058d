"""Values under their modifiers: what each value of an item is to be compared with.

`read_value` takes a chain and one value and returns the operands that it stands for, which
are alternatives even under `all`, or a `ValueFault`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import product

from . import encodings, networks, paths
from .ast import FileName, ListName, RawText, Value
from .modifiers import Base, Chain, Step
from .regex import RegexError, parse_regex
from .values import DASHES, Network, Number, Part, Pattern, Placeholder, Regex, Wild

ALTERNATIVES = 1000
"""How many texts one value may stand for after its modifiers."""

PLACEHOLDER = re.compile(r"%([A-Za-z0-9_.\-]+)%")


@dataclass(frozen=True, slots=True)
class OtherField:
    """The name of the field to compare with."""

    name: str


@dataclass(frozen=True, slots=True)
class PathText:
    """The operand of a path predicate."""

    text: str


Operand = Pattern | Regex | Network | Number | bool | None | OtherField | PathText


class Fault(Enum):
    """What can be wrong with a value."""

    TEXT = "needs text"
    NUMBER = "needs a number"
    BOOLEAN = "needs true or false"
    WILDCARD = "takes no wildcards"
    NETWORK = "needs a network"
    REGEX = "needs a regular expression"
    UNICODE = "is not text once encoded"
    MANY = "stands for too many texts"
    PATH = "needs another kind of path"
    PLACEHOLDER = "cannot be encoded before its placeholder is filled in"
    LIST = "names a list of another kind"


@dataclass(frozen=True, slots=True)
class ValueFault:
    """A fault and what there is to say of it; `offset` points into a regular expression."""

    fault: Fault
    detail: str = ""
    offset: int | None = None
    suggestion: str = ""


Operands = tuple[Operand, ...] | ValueFault


def read_value(chain: Chain, value: Value) -> Operands:
    """Return the operands that a value stands for under a chain."""
    return _READERS[chain.base](chain, value)


def is_coerced(chain: Chain, value: Value) -> bool:
    """Return whether a number or a boolean counts as its source text here (D17)."""
    return chain.wants_text and isinstance(value.scalar, Number | bool)


def _text(chain: Chain, value: Value) -> Operands:
    """Read a value without a modifier that says otherwise."""
    scalar = value.scalar
    if not chain.wants_text and (scalar is None or isinstance(scalar, Number | bool)):
        return (scalar,)
    pattern = _pattern(value)
    if pattern is None:
        return ValueFault(Fault.TEXT)
    if chain.expand:
        pattern = _with_placeholders(pattern)
    patterns = _encoded(pattern, chain.steps)
    if isinstance(patterns, ValueFault):
        return patterns
    return tuple(found.opened(left=chain.open_left, right=chain.open_right) for found in patterns)


def _pattern(value: Value) -> Pattern | None:
    """Return a value as a text pattern, or `None` where it is none."""
    match value.scalar:
        case Pattern() as pattern:
            return pattern
        case RawText(text=text):
            return Pattern.literal(text)
        case Number() | bool():
            return Pattern.literal(value.written or _spelled(value.scalar))
        case None | ListName() | FileName():
            return None


def _spelled(scalar: Number | bool) -> str:  # noqa: FBT001 - a value, not a switch
    """Return the usual spelling of a scalar that has no source text."""
    return str(scalar).lower()


def _with_placeholders(pattern: Pattern) -> Pattern:
    """Return the pattern with `%name%` in its literal runs made placeholders."""
    parts: list[Part] = []
    for part in pattern.parts:
        if not isinstance(part, str):
            parts.append(part)
            continue
        pieces = PLACEHOLDER.split(part)
        for index, piece in enumerate(pieces):
            parts.append(Placeholder(piece) if index % 2 else piece)
    return Pattern.of(parts)


def _encoded(pattern: Pattern, steps: Sequence[Step]) -> tuple[Pattern, ...] | ValueFault:
    """Apply the steps of a chain to a pattern; an encoded text may be several."""
    if not steps:
        return (pattern,)
    if Step.DASHES in steps:
        pattern = Pattern.of(piece for part in pattern.parts for piece in _dashes(part))
    rest = tuple(step for step in steps if step is not Step.DASHES)
    if not rest:
        return (pattern,)
    if pattern.placeholders:
        return ValueFault(Fault.PLACEHOLDER)
    expanded = _without_dashes(pattern)
    if isinstance(expanded, ValueFault):
        return expanded
    found: list[Pattern] = []
    for each in expanded:
        texts = _encode(each, rest)
        if isinstance(texts, ValueFault):
            return texts
        found.extend(texts)
    return tuple(dict.fromkeys(found))


def _dashes(part: Part) -> list[Part]:
    """Split a literal run at the dashes that stand where an option begins (D24)."""
    if not isinstance(part, str):
        return [part]
    pieces: list[Part] = []
    start = 0
    for index, char in enumerate(part):
        if char not in DASHES or _is_word(part[index - 1 : index]):
            continue
        if _is_word(part[index + 1 : index + 2]):
            pieces += [part[start:index], Wild.DASH]
            start = index + 1
    return [*pieces, part[start:]]


def _is_word(char: str) -> bool:
    """Return whether this is one character of a word."""
    return char.isalnum() or char == "_"


def _without_dashes(pattern: Pattern) -> list[Pattern] | ValueFault:
    """Return one pattern for each choice of dashes, because encoded texts have no classes."""
    count = pattern.parts.count(Wild.DASH)
    if len(DASHES) ** count > ALTERNATIVES:
        return ValueFault(Fault.MANY)
    choices = [tuple(DASHES) if part is Wild.DASH else (part,) for part in pattern.parts]
    return [Pattern.of(parts) for parts in product(*choices)]


def _encode(pattern: Pattern, steps: Sequence[Step]) -> list[Pattern] | ValueFault:
    """Encode the literal runs of one pattern step by step."""
    states: list[tuple[bytes | Wild, ...]] = [
        tuple(
            part.encode("utf-8", "replace") if isinstance(part, str) else part
            for part in pattern.parts
            if not isinstance(part, Placeholder)
        )
    ]
    first = True
    for step in steps:
        if step in _UTF16:
            states = [tuple(_utf16(part, step) for part in state) for state in states]
        elif any(isinstance(part, Wild) for state in states for part in state):
            return ValueFault(Fault.WILDCARD)
        else:
            data = [b"".join(part for part in s if isinstance(part, bytes)) for s in states]
            states = [(text.encode("ascii"),) for one in data for text in _BASE64[step](one)]
        first = False
    assert not first  # noqa: S101 - `_encoded` calls this with at least one step
    try:
        return [
            Pattern.of(p.decode() if isinstance(p, bytes) else p for p in state) for state in states
        ]
    except UnicodeDecodeError:
        return ValueFault(Fault.UNICODE)


_UTF16: dict[Step, tuple[str, bytes]] = {
    Step.UTF16LE: ("utf-16-le", b""),
    Step.UTF16BE: ("utf-16-be", b""),
    Step.UTF16: ("utf-16-le", encodings.BYTE_ORDER_MARK),
}

_BASE64: dict[Step, Callable[[bytes], tuple[str, ...]]] = {
    Step.BASE64: lambda data: (encodings.base64_text(data),),
    Step.BASE64_OFFSET: encodings.base64_offsets,
}


def _utf16(part: bytes | Wild, step: Step) -> bytes | Wild:
    """Encode one literal run that is still UTF-8."""
    if isinstance(part, Wild):
        return part
    name, mark = _UTF16[step]
    return mark + part.decode("utf-8", "replace").encode(name)


def _regex(chain: Chain, value: Value) -> Operands:
    """Read a regular expression and check that it is of the supported subset (D20)."""
    pattern = _raw(value)
    if pattern is None:
        return ValueFault(Fault.TEXT)
    written = pattern
    if chain.open_right and not chain.open_left:
        pattern = f"^(?:{pattern})"
    elif chain.open_left and not chain.open_right:
        pattern = f"(?:{pattern})$"
    names = tuple(PLACEHOLDER.findall(pattern)) if chain.expand else ()
    flags = dict.fromkeys(chain.flags, True)
    regex = Regex(pattern, **flags, placeholders=names)
    try:
        parse_regex(written if not names else PLACEHOLDER.sub("x", written), regex.flags)
    except RegexError as fault:
        return ValueFault(Fault.REGEX, fault.message, fault.offset)
    return (regex,)


def _raw(value: Value) -> str | None:
    """Return the text of a value as written, or `None` where it is none."""
    match value.scalar:
        case RawText(text=text):
            return text
        case Pattern() as pattern:
            return pattern.sigma() if pattern.text is None else pattern.text
        case Number() | bool():
            return value.written or _spelled(value.scalar)
        case _:
            return None


def _network(_chain: Chain, value: Value) -> Operands:
    """Read a network or the name of a set of networks."""
    text = _raw(value)
    if text is None:
        return ValueFault(Fault.TEXT)
    found = networks.read_networks(text)
    if isinstance(found, str):
        return ValueFault(Fault.NETWORK, found, suggestion=networks.corrected(text) or "")
    return found


def _exists(_chain: Chain, value: Value) -> Operands:
    """Read the value of `exists`."""
    return (value.scalar,) if isinstance(value.scalar, bool) else ValueFault(Fault.BOOLEAN)


def _number(_chain: Chain, value: Value) -> Operands:
    """Read the number of a comparison."""
    if isinstance(value.scalar, Number):
        return (value.scalar,)
    return ValueFault(Fault.NUMBER)


def _field(_chain: Chain, value: Value) -> Operands:
    """Read the name of the other field."""
    pattern = _pattern(value)
    if pattern is None or not pattern.parts:
        return ValueFault(Fault.TEXT)
    if pattern.text is None:
        return ValueFault(Fault.WILDCARD)
    return (OtherField(pattern.text),)


def _path(chain: Chain, value: Value) -> Operands:
    """Read the operand of a path predicate."""
    pattern = _pattern(value)
    if pattern is None:
        return ValueFault(Fault.TEXT)
    text = pattern.text
    if text is None:
        return ValueFault(Fault.WILDCARD)
    fault = paths.fault(chain.path.value, text)
    return ValueFault(Fault.PATH, fault) if fault else (PathText(text),)


_READERS: dict[Base, Callable[[Chain, Value], Operands]] = {
    Base.TEXT: _text,
    Base.REGEX: _regex,
    Base.NETWORK: _network,
    Base.EXISTS: _exists,
    Base.NUMBER: _number,
    Base.TIME: _number,
    Base.FIELD: _field,
    Base.PATH: _path,
}
