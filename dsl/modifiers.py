"""The modifiers: what each is called, what it takes, and how a chain of them reads.

`read_chain` turns the modifiers of an item, left to right, into a `Chain`, which says what is
to be done with each value; it does not look at the values. Faults are returned as
`ChainFault`s, worded by `check.messages`.
"""

from dataclasses import dataclass, replace
from enum import Enum

from .ast import Modifier
from .ir import Order, Part


class Base(Enum):
    """What kind of test a chain makes."""

    TEXT = "text"
    REGEX = "regular expression"
    NETWORK = "network"
    EXISTS = "presence"
    NUMBER = "number"
    TIME = "time part"
    FIELD = "field"
    PATH = "path"


class Step(Enum):
    """What is done to a text before it is looked for, in the order written."""

    DASHES = "windash"
    UTF16LE = "utf16le"
    UTF16BE = "utf16be"
    UTF16 = "utf16"
    BASE64 = "base64"
    BASE64_OFFSET = "base64offset"


class PathTest(Enum):
    """The native path predicates."""

    UNDER = "under"
    NAMED = "named"
    EXT = "ext"
    PATH = "path"


ORDERS = {"lt": Order.LT, "lte": Order.LE, "gt": Order.GT, "gte": Order.GE}
PARTS = {part.value: part for part in Part}
PATHS = {test.value: test for test in PathTest}
STEPS = {step.value: step for step in Step} | {"wide": Step.UTF16LE}
FLAGS = {
    "i": "ignore_case",
    "ignorecase": "ignore_case",
    "m": "multiline",
    "multiline": "multiline",
    "s": "dot_all",
    "dotall": "dot_all",
}
OPENINGS = {
    "contains": (True, True),
    "startswith": (False, True),
    "endswith": (True, False),
}
"""Which ends of the text a modifier opens: left, right."""

BASES = {"re": Base.REGEX, "cidr": Base.NETWORK, "exists": Base.EXISTS, "fieldref": Base.FIELD}
FIRST = frozenset({"re", "cidr", "exists"})
"""Modifiers that must come before all others."""

NATIVE_ONLY = frozenset({*PATHS, "weekday"})
"""Modifiers of the native language that Sigma does not know."""

KNOWN = frozenset(
    {*OPENINGS, *BASES, *ORDERS, *PARTS, *PATHS, *STEPS, *FLAGS, "all", "cased", "neq", "expand"}
)
"""Every modifier there is."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What the modifiers of an item ask for.

    Attributes:
        base: the kind of test.
        steps: what is done to texts first, in order.
        open_left: whether anything may stand before the text.
        open_right: whether anything may stand after it.
        shaped: whether `contains`, `startswith` or `endswith` was written.
        cased: whether case counts.
        every: `all`: every value must be matched, not some.
        negated: `neq`: the whole item is negated.
        expand: whether `%name%` is a placeholder.
        flags: the flags of a regular expression, as names of `Regex` attributes.
        order: how numbers and time parts are compared.
        part: the part of the time, for `TIME`.
        path: the predicate, for `PATH`.
    """

    base: Base = Base.TEXT
    steps: tuple[Step, ...] = ()
    open_left: bool = False
    open_right: bool = False
    shaped: bool = False
    cased: bool = False
    every: bool = False
    negated: bool = False
    expand: bool = False
    flags: frozenset[str] = frozenset()
    order: Order = Order.EQ
    part: Part = Part.MINUTE
    path: PathTest = PathTest.NAMED

    @property
    def wants_text(self) -> bool:
        """Whether a number or a boolean counts as the text it was written as (D17)."""
        texts = self.base in (Base.REGEX, Base.NETWORK, Base.FIELD, Base.PATH)
        return texts or self.shaped or self.cased or self.expand or bool(self.steps)

    @property
    def is_plain_text(self) -> bool:
        """Whether a pattern is only opened at its ends: the usual case."""
        return self.base is Base.TEXT and not self.steps and not self.expand


class Fault(Enum):
    """What can be wrong with a chain."""

    UNKNOWN = "unknown"
    NOT_FIRST = "not first"
    CLASH = "clash"
    FLAG_WITHOUT_RE = "flag without re"
    ENCODED_AFTER_OPEN = "encoded after open"


@dataclass(frozen=True, slots=True)
class ChainFault:
    """A fault, the modifier that has it, and the one that it clashes with, if any."""

    fault: Fault
    modifier: Modifier
    other: str = ""


def read_chain(modifiers: tuple[Modifier, ...]) -> Chain | ChainFault:
    """Return what a chain of modifiers asks for, or the first fault in it."""
    names = tuple([modifier.name for modifier in modifiers])
    known = _CHAINS.get(names)
    if known is not None:
        return known
    chain = _read_chain(modifiers)
    if isinstance(chain, Chain) and len(_CHAINS) < _CHAINS_KEPT:
        _CHAINS[names] = chain
    return chain


_CHAINS: dict[tuple[str, ...], Chain] = {}
"""The chains met so far: rules use few, again and again."""
_CHAINS_KEPT = 1000


def _read_chain(modifiers: tuple[Modifier, ...]) -> Chain | ChainFault:
    """Read a chain that was not met before."""
    chain = Chain()
    for index, modifier in enumerate(modifiers):
        if modifier.name not in KNOWN:
            return ChainFault(Fault.UNKNOWN, modifier)
        if modifier.name in FIRST and index:
            return ChainFault(Fault.NOT_FIRST, modifier, modifiers[0].name)
        step = _extend(chain, modifier)
        if isinstance(step, ChainFault):
            return step
        chain = step
    return chain


def _extend(chain: Chain, modifier: Modifier) -> Chain | ChainFault:
    """Add one known modifier to a chain."""
    name = modifier.name
    if name in ("all", "neq", "cased", "expand"):
        return _switch(chain, modifier)
    if name in FLAGS:
        if chain.base is not Base.REGEX:
            return ChainFault(Fault.FLAG_WITHOUT_RE, modifier)
        return replace(chain, flags=chain.flags | {FLAGS[name]})
    if name in OPENINGS:
        return _open(chain, modifier)
    if name in STEPS:
        return _step(chain, modifier)
    return _base(chain, modifier)


def _switch(chain: Chain, modifier: Modifier) -> Chain | ChainFault:
    """Add a modifier that says something of the whole item."""
    numeric = (Base.NUMBER, Base.TIME, Base.EXISTS, Base.NETWORK)
    match modifier.name:
        case "all":
            return replace(chain, every=True)
        case "neq":
            return replace(chain, negated=True)
        case "cased" if chain.base in (*numeric, Base.REGEX):
            return ChainFault(Fault.CLASH, modifier, chain.base.value)
        case "cased":
            return replace(chain, cased=True)
        case _ if chain.base in (*numeric, Base.FIELD):
            return ChainFault(Fault.CLASH, modifier, chain.base.value)
        case _:
            return replace(chain, expand=True)


def _open(chain: Chain, modifier: Modifier) -> Chain | ChainFault:
    """Add `contains`, `startswith` or `endswith`."""
    if chain.base not in (Base.TEXT, Base.REGEX, Base.FIELD):
        return ChainFault(Fault.CLASH, modifier, chain.base.value)
    left, right = OPENINGS[modifier.name]
    return replace(
        chain,
        shaped=True,
        open_left=chain.open_left or left,
        open_right=chain.open_right or right,
    )


def _step(chain: Chain, modifier: Modifier) -> Chain | ChainFault:
    """Add a modifier that rewrites the text."""
    if chain.base is not Base.TEXT:
        return ChainFault(Fault.CLASH, modifier, chain.base.value)
    step = STEPS[modifier.name]
    encodes = step in (Step.BASE64, Step.BASE64_OFFSET)
    if encodes and chain.shaped:
        return ChainFault(Fault.ENCODED_AFTER_OPEN, modifier)
    return replace(chain, steps=(*chain.steps, step), cased=chain.cased and not encodes)


def _base(chain: Chain, modifier: Modifier) -> Chain | ChainFault:
    """Add a modifier that decides what kind of test it is."""
    name = modifier.name
    plain = chain.base is Base.TEXT and not chain.steps
    if name in ORDERS and (chain.base is Base.TIME or (plain and not chain.wants_text)):
        base = Base.TIME if chain.base is Base.TIME else Base.NUMBER
        return replace(chain, base=base, order=ORDERS[name])
    if not plain:
        return ChainFault(Fault.CLASH, modifier, chain.base.value)
    if name in ("fieldref", "re", "cidr", "exists"):
        return replace(chain, base=BASES[name])
    if chain.shaped:
        return ChainFault(Fault.CLASH, modifier, Base.TEXT.value)
    if name in PATHS:
        return replace(chain, base=Base.PATH, path=PATHS[name])
    if name in PARTS and not chain.wants_text:
        return replace(chain, base=Base.TIME, part=PARTS[name])
    return ChainFault(Fault.CLASH, modifier, Base.TEXT.value)
