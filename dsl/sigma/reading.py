"""One YAML document being read: places, typed data, maps without surprises, and complaints.

The readers of Sigma's documents share it. What it hands out has spans in the file; whatever is
wrong goes into the report and marks the document as faulty.
"""

import re
from decimal import Decimal
from typing import cast

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from ..diagnostics import Diagnostic, Fix, Label, Report, Severity
from ..source import Span
from ..values import Data, DataMap
from ..yamltext import Tree
from ..yamltext.types import Numeral, Typed, type_plain

TAG = "tag:yaml.org,2002:"
_TYPED_TAGS = {TAG + name for name in ("int", "float", "bool", "null", "timestamp")}
_COLLECTION_TAGS = {TAG + "map", TAG + "seq"}
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_BLOCKS = ("|", ">")
_MERGE = "<<"

Pairs = dict[str, tuple[ScalarNode, Node]]
"""The entries of a map by the text of their keys."""


class Reading:
    """A document of a file, and whether anything is wrong with it.

    Attributes:
        source: the file.
        report: takes what is wrong.
        faulty: whether an error was reported.
    """

    __slots__ = ("_plain", "_text", "faulty", "report", "source")

    def __init__(self, tree: Tree, report: Report) -> None:
        """Begin to read a document."""
        self.source = tree.source
        self.report = report
        self.faulty = False
        self._plain = tree.plain
        self._text = tree.source.text

    def span(self, node: Node) -> Span:
        """Return the place of a node, without anchor, tag and trailing blanks."""
        start: int = node.start_mark.index
        end: int = node.end_mark.index
        if type(node) is not ScalarNode:
            end = self._end(node, start, end)
        elif self._plain and node.style not in _BLOCKS:
            return Span(self.source, start, end)
        text = self._text
        if not self._plain and text[start : start + 1] in {"&", "!"}:
            start = min(end, _PROPERTIES.match(text, start).end())  # type: ignore[union-attr]
        while end > start and text[end - 1].isspace():
            end -= 1
        return Span(self.source, start, end)

    def _end(self, node: Node, start: int, end: int) -> int:
        """Return the offset behind a collection; a block ends with its last member."""
        last = node
        while isinstance(last, CollectionNode) and not last.flow_style and last.value:
            member = last.value[-1]
            last = member[1] if type(member) is tuple else member
        found = last.end_mark.index
        return found if start < found < end else end

    def error(
        self,
        code: str,
        message: str,
        *labels: Label,
        help: str = "",  # noqa: A002  # the diagnostic's own word
        fixes: tuple[Fix, ...] = (),
    ) -> None:
        """Report an error; the document will be left out."""
        self.faulty = True
        self.report.add(Diagnostic(code, Severity.ERROR, message, labels, help, fixes=fixes))

    def warn(self, code: str, message: str, *labels: Label, help: str = "") -> None:  # noqa: A002
        """Report a warning."""
        self.report.add(Diagnostic(code, Severity.WARNING, message, labels, help))

    def label(self, node: Node, message: str = "") -> Label:
        """Return a label at a node."""
        return Label(self.span(node), message)

    def typed(self, node: ScalarNode) -> Typed:
        """Return what a scalar is: by its tag, its quotes, or YAML 1.1's rules."""
        if not node.tag:
            text: str = node.value
            return text if node.style else type_plain(text)
        if node.tag in _TYPED_TAGS:
            return type_plain(node.value)
        if node.tag != TAG + "str":
            self._refuse_tag(node)
        return str(node.value)

    def _refuse_tag(self, node: Node) -> None:
        """Report a tag that says nothing to Tocsin."""
        tag = node.tag.replace(TAG, "!!")
        start, end = node.start_mark.index, node.end_mark.index
        label = Label(Span(self.source, start, start + len(self._text[start:end].rstrip())))
        help_ = "remove it, or put the value in quotes if it begins with `!`"
        self.error("T009", f"the YAML tag `{tag}` has no meaning here", label, help=help_)

    def data(self, node: Node) -> Data:
        """Return plain data; dates and the like are their source text."""
        if type(node) is ScalarNode:
            typed = self.typed(node)
            return _plain(typed, node.value) if type(typed) is Numeral else typed  # type: ignore[return-value]
        if node.tag and node.tag not in _COLLECTION_TAGS:
            self._refuse_tag(node)
        if isinstance(node, SequenceNode):
            return tuple([self.data(member) for member in node.value])
        entries = self.pairs(cast("MappingNode", node), Severity.WARNING).items()
        return DataMap(tuple([(key, self.data(value)) for key, (_, value) in entries]))

    def pairs(self, node: MappingNode, severity: Severity) -> Pairs:
        """Return the entries of a map; a key that stands twice is reported, the last counts.

        Args:
            node: the map.
            severity: how much a key that stands twice matters.
        """
        found: Pairs = {}
        merged: Pairs = {}
        for key, value in node.value:
            if type(key) is not ScalarNode:
                self.error("T010", "a key must be a text", self.label(key))
                continue
            name = key.value
            if name == _MERGE and not key.style:
                self._merge(value, severity, merged)
                continue
            if name in found:
                self._report_double(name, found[name][0], key, severity)
            found[name] = (key, value)
        return merged | found if merged else found

    def _merge(self, node: Node, severity: Severity, merged: Pairs) -> None:
        """Add the entries of the maps that `<<` names; the first to have a key wins."""
        maps = node.value if isinstance(node, SequenceNode) else [node]
        for part in maps:
            if isinstance(part, MappingNode):
                for name, entry in self.pairs(part, severity).items():
                    merged.setdefault(name, entry)
            else:
                help_ = "quote it if `<<` is meant as a key"
                message = "`<<` takes a map, or a list of maps"
                self.error("T010", message, self.label(part), help=help_)

    def _report_double(
        self, name: str, first: ScalarNode, second: ScalarNode, severity: Severity
    ) -> None:
        """Report a key that stands twice in a map."""
        self.faulty = self.faulty or severity is Severity.ERROR
        labels = (self.label(second), self.label(first, "it stands here too"))
        message = f"the key `{name}` stands twice in this map"
        help_ = "a map keeps only one of them; rename or join them"
        self.report.add(Diagnostic("T008", severity, message, labels, help_))


def _plain(numeral: Numeral, text: str) -> int | float | str:
    """Return a number as plain data; one that a float cannot hold stays text."""
    value = numeral.number.value
    if numeral.whole:
        return int(value)
    number = float(value)
    return number if Decimal(repr(number)) == value else text
