"""One native item in terms of Sigma: lists spelled out, paths as expressions, sets as networks.

Each rewriting means the same as the item does; where none does, `Loss` is raised.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .. import networks, paths
from ..ast import And, FileName, Item, ListName, Modifier, Node, Not, Or, RawText, Value
from ..modifiers import Base, Chain, PathTest, read_chain
from ..source import Span
from ..values import Number, Pattern
from ..yamltext.types import Numeral, type_plain

ListReader = Callable[[str, Span], Sequence[str] | None]
"""Takes the name of a list file and where it stands, returns the lines or `None`."""

DEPTH = 20
"""How deep lists may name lists."""


class Loss(Exception):  # noqa: N818 - a loss is what it is called everywhere
    """Something that Sigma has no equal form for."""

    def __init__(
        self,
        message: str,
        span: Span | None = None,
        help: str = "",  # noqa: A002 - the part of a diagnostic is called so
    ) -> None:
        """Remember what to say and where."""
        super().__init__(message)
        self.message = message
        self.span = span
        self.help = help


def no_files(_path: str, _span: Span) -> Sequence[str] | None:
    """Read no list file."""
    return None


@dataclass(frozen=True, slots=True)
class Values:
    """The named lists of a document and the way to list files."""

    lists: Mapping[str, Sequence[Value]]
    read_list: ListReader

    def of(self, value: Value, depth: int = 0) -> Iterator[Value]:
        """Go through the values that a value stands for."""
        match value.scalar:
            case ListName(name=name):
                if name not in self.lists or depth > DEPTH:
                    raise Loss(f"no list is called `{name}`", value.span)
                for member in self.lists[name]:
                    yield from self.of(replace(member, span=value.span), depth + 1)
            case FileName(path=path):
                lines = self.read_list(path, value.span)
                if lines is None:
                    help_ = "Sigma has no list files; their values must be at hand to be written"
                    raise Loss(f"the list file `{path}` cannot be read here", value.span, help_)
                for line in lines:
                    yield Value(Pattern.literal(line), value.span, line)
            case _:
                yield value


def rewrite_item(item: Item, values: Values) -> Node:
    """Return an item in terms of Sigma; the same one where it is already."""
    chain = read_chain(item.modifiers)
    names = [modifier.name for modifier in item.modifiers]
    if "weekday" in names:
        raise Loss("Sigma has no modifier for the day of the week", item.span)
    if item.field == "" or (item.field is not None and "|" in item.field):
        raise Loss(f"Sigma cannot name the field `{item.field}`", item.key)
    found = tuple(each for value in item.values for each in values.of(value))
    if not found:
        raise Loss("the list is empty", item.span, "Sigma takes an empty list for null")
    if isinstance(chain, Chain) and chain.base is Base.PATH:
        return _path(item, chain, found)
    is_text = isinstance(chain, Chain) and (chain.wants_text or item.field is None)
    rewritten = tuple(
        each for value in found for each in _value(value, frozenset(names), is_text=is_text)
    )
    return item if rewritten == item.values else replace(item, values=rewritten)


def _value(value: Value, names: frozenset[str], *, is_text: bool) -> Iterator[Value]:
    """Go through the values that stand for one, of the kind that Sigma's reader makes."""
    scalar = value.scalar
    if "cidr" in names:
        yield from _networks(value)
    elif "re" in names and isinstance(scalar, Pattern):
        yield replace(value, scalar=RawText(scalar.sigma() if scalar.text is None else scalar.text))
    elif "re" not in names and isinstance(scalar, RawText):
        yield replace(value, scalar=Pattern.literal(scalar.text))
    elif is_text and isinstance(scalar, Number | bool) and not _keeps_words(value):
        yield replace(value, scalar=Pattern.literal(value.written))
    else:
        yield value


def _keeps_words(value: Value) -> bool:
    """Return whether the words of a number or a boolean can stand in YAML as they are."""
    typed = type_plain(value.written)
    same = typed.number if isinstance(typed, Numeral) else typed
    return not value.written or same == value.scalar


def _networks(value: Value) -> Iterator[Value]:
    """Go through the networks of a value."""
    scalar = value.scalar
    text = scalar.text if isinstance(scalar, RawText | Pattern) else None
    if text is None:
        yield value
    elif text in networks.NAMES:
        found = networks.read_networks(text)
        assert not isinstance(found, str)  # noqa: S101 - the sets are well-formed
        for network in found:
            spelled = networks.network_text(network)
            yield replace(value, scalar=RawText(spelled), written=spelled)
    else:
        yield replace(value, scalar=RawText(text))


def _path(item: Item, chain: Chain, values: Sequence[Value]) -> Node:
    """Return a path predicate as an expression, or as the ends of a text."""
    texts = [_path_text(value, chain) for value in values]
    match chain.path:
        case PathTest.EXT:
            node: Node = _shaped(item, chain, "endswith", [f".{text}" for text in texts])
        case PathTest.NAMED:
            node = _named(item, chain, texts)
        case PathTest.UNDER | PathTest.PATH:
            found = [paths.path_regex(chain.path.value, t, cased=chain.cased) for t in texts]
            names = ["re", *(() if chain.cased else ("i",)), *(("all",) if chain.every else ())]
            raw = [RawText(regex.pattern) for regex in found]
            node = _item(item, names, raw)
    return Not(node, item.span) if chain.negated else node


def _path_text(value: Value, chain: Chain) -> str:
    """Return the text of the operand of a path predicate."""
    text = value.scalar.text if isinstance(value.scalar, Pattern) else None
    if text is None or paths.fault(chain.path.value, text):
        raise Loss(f"`{chain.path.value}` cannot take this value", value.span)
    return text


def _named(item: Item, chain: Chain, texts: Sequence[str]) -> Node:
    """Return a test of the last component: the whole text, or its end behind a separator."""
    groups = [[text] for text in texts] if chain.every else [list(texts)]
    nodes = [
        Or(
            (
                _shaped(item, chain, "", group, every=False),
                _shaped(item, chain, "endswith", _behind_separators(group), every=False),
            ),
            item.span,
        )
        for group in groups
    ]
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes), item.span)


def _behind_separators(texts: Sequence[str]) -> list[str]:
    """Return each text behind each separator."""
    return [separator + text for text in texts for separator in "/\\"]


def _shaped(
    item: Item, chain: Chain, shape: str, texts: Sequence[str], *, every: bool | None = None
) -> Item:
    """Return an item that compares texts."""
    every = chain.every if every is None else every
    switches = ((chain.cased, "cased"), (bool(shape), shape), (every, "all"))
    names = [name for held, name in switches if held]
    return _item(item, names, [Pattern.literal(text) for text in texts])


def _item(item: Item, names: Sequence[str], scalars: Sequence[Pattern | RawText]) -> Item:
    """Return an item of the same field and place."""
    modifiers = tuple(Modifier(name, item.key) for name in names)
    values = tuple(Value(scalar, item.span, "") for scalar in scalars)
    return replace(item, modifiers=modifiers, values=values)
