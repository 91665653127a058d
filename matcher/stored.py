"""Rules as bytes: what a stored program keeps of its rules for people.

Beside the program. In go rules in logical form, out come bytes of JSON, one text a rule, and
back: a rule is read when it is asked for, so a program opens fast however many it holds. A part
of a rule is a map of one name, that of its class, to the values of its fields in their order.
Spans and syntax are left out. What holds: reading gives an equal rule, but for its cases.
"""

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar, overload

from ..dsl import ir, values
from ..dsl.ast import Logsource
from ..dsl.ir import IrRule, RuleInfo
from .faults import ProgramError
from .sections import Section
from .typed import make

Kind = TypeVar("Kind", IrRule, RuleInfo)
_LEFT_OUT = {"span", "syntax", "cases", "info"}
_CLASSES: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        *(vars(ir)[name] for name in (
            "All", "Any", "AtLeast", "Compare", "Const", "Contains", "Ends", "Equals", "Exists",
            "FieldIs", "InNet", "IrRule", "IsNull", "Matches", "Not", "OneOf", "RuleInfo",
            "Starts", "Test", "TimePart", "Truth",
        )),
        values.DataMap, values.Network, values.Number, values.Pattern, values.Placeholder,
        values.Regex, Logsource,
    )
}  # fmt: skip
_ENUMS: dict[str, type[Enum]] = {
    kind.__name__: kind for kind in (ir.Order, ir.Part, ir.Relation, values.Wild)
}
_KEPT: dict[str, tuple[str, ...]] = {
    name: tuple(each.name for each in fields(kind) if each.init and each.name not in _LEFT_OUT)
    for name, kind in _CLASSES.items()
}
"""The names of the fields that are stored; others come first or last."""

_DECIMAL, _SET = "decimal", "set"


def rules_bytes(rules: Iterable[IrRule]) -> bytes:
    """Return rules as bytes: how many, where each one ends, and their texts."""
    texts = [_text(rule.info) + b"\n" + _text(rule) for rule in rules]
    ends: list[int] = []
    end = 0
    for text in texts:
        end += len(text)
        ends.append(end)
    return struct.pack(f"<I{len(ends)}Q", len(ends), *ends) + b"".join(texts)


def _text(part: object) -> bytes:
    """Return a rule, less what it is called, or what it is called, as one line of JSON."""
    return _ENCODER.encode(part).encode()


class StoredRules(Sequence[IrRule]):
    """The rules of a stored program, each read when it is first asked for."""

    def __init__(self, data: bytes | memoryview) -> None:
        """Hold rules as `rules_bytes` writes them.

        Raises:
            ProgramError: the bytes are damaged.
        """
        try:
            (count,) = struct.unpack_from("<I", data)
            ends = struct.unpack_from(f"<{count}Q", data, 4)
        except struct.error:
            raise ProgramError("a program with damaged rules") from None
        start = 4 + 8 * count
        self._spans = [
            (start + begin, start + end) for begin, end in zip((0, *ends), ends, strict=False)
        ]
        self._data = data
        self._read: dict[int, IrRule] = {}
        self._infos: dict[int, RuleInfo] = {}

    @classmethod
    def read(cls, sections: Mapping[int, memoryview]) -> "StoredRules":
        """Return the rules of a program's sections."""
        return cls(sections.get(Section.RULES, b""))

    @overload
    def __getitem__(self, index: int) -> IrRule: ...
    @overload
    def __getitem__(self, index: slice) -> "Sequence[IrRule]": ...
    def __getitem__(self, index: int | slice) -> "IrRule | Sequence[IrRule]":
        """Return one rule, or several."""
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        rule = self._read.get(index)
        if rule is None:
            text = self._text(index).partition(b"\n")[2]
            rule = self._read[index] = _read(text, IrRule, self.info_of(index))
        return rule

    def info_of(self, index: int) -> RuleInfo:
        """Return what a rule is called, without reading the rest of it."""
        info = self._infos.get(index)
        if info is None:
            text = self._text(index).partition(b"\n")[0]
            info = self._infos[index] = _read(text, RuleInfo)
        return info

    def _text(self, index: int) -> bytes:
        """Return the texts of one rule."""
        begin, end = self._spans[index]
        return bytes(self._data[begin:end])

    def __len__(self) -> int:
        """Return the number of rules."""
        return len(self._spans)


def _read(text: bytes, kind: type[Kind], *first: object) -> Kind:
    """Read a part of a rule."""
    try:
        made = _made(json.loads(text), *first)
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError):
        raise ProgramError("a program with a damaged rule") from None
    if not isinstance(made, kind):
        raise ProgramError("a program with a damaged rule")
    return made


def _plain(part: Any) -> Any:  # noqa: ANN401 - it may be any part of a rule
    """Return a part of a rule as JSON can have it; its own parts are asked for in turn."""
    kind = type(part)
    kept = _KEPT.get(kind.__name__)
    if kept is not None:
        return {kind.__name__: [getattr(part, name) for name in kept]}
    if isinstance(part, Enum):
        return {kind.__name__: part.name}
    if isinstance(part, Decimal):
        return {_DECIMAL: str(part)}
    if isinstance(part, frozenset):
        return {_SET: sorted(part)}
    raise TypeError(f"no part of a rule: {kind.__name__}")


_ENCODER = json.JSONEncoder(separators=(",", ":"), default=_plain, check_circular=False)


def _made(data: Any, *first: object) -> Any:  # noqa: ANN401 - any part
    """Return the part of a rule that JSON data stands for; `first` is what is not in it."""
    if isinstance(data, list):
        return tuple([_made(each) for each in data])
    if not isinstance(data, dict):
        return data
    [(name, value)] = data.items()
    kind = _CLASSES.get(name)
    if kind is None:
        return _other(name, value)
    return make(kind, _KEPT[name], _made(value), *first)


def _other(name: str, value: Any) -> object:  # noqa: ANN401 - it was JSON
    """Return the part of a rule that is of no class of ours."""
    if name == _DECIMAL:
        return Decimal(value)
    return frozenset(value) if name == _SET else _ENUMS[name][value]
