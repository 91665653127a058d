"""Stages as text: what `tocsin dump` prints and golden files hold.

`dump_tree` prints any frozen tree (`ast`, `checked`), `dump_rules` the logical IR. The output
depends on the input alone: no addresses, no hash values, no spans.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any as Anything

from .check import CheckedRule
from .ir import (
    All,
    Any,
    AtLeast,
    Check,
    Compare,
    Const,
    Contains,
    Ends,
    Equals,
    Exists,
    FieldIs,
    InNet,
    IrRule,
    IsNull,
    Matches,
    Node,
    Not,
    OneOf,
    Starts,
    Test,
    TimePart,
    Truth,
)
from .networks import network_text
from .source import Source, Span
from .values import DataMap, Number, Pattern, Placeholder, Regex, Wild

SHOWN = 8
"""How many texts of a set are printed."""


def dump_tree(node: object) -> str:
    """Return a frozen tree as indented text, a field a line."""
    return "\n".join(_lines(node)) + "\n"


def dump_checked(checked: CheckedRule) -> str:
    """Return a checked rule: each item with its chain and operands, each quantifier's names."""
    lines = [f"rule {quoted(checked.rule.title)}"]
    for bound in checked.items.values():
        lines += ["  item", *(f"    {line}" for line in _lines(bound))]
    for names in checked.selected.values():
        lines.append(f"  selects {', '.join(names)}")
    return "\n".join(lines) + "\n"


def dump_rules(rules: Iterable[IrRule]) -> str:
    """Return rules in logical form as indented text."""
    return "\n".join(dump_rule(rule) for rule in rules)


def dump_rule(rule: IrRule) -> str:
    """Return one rule in logical form as indented text."""
    lines = [f"rule {quoted(rule.info.title)}"]
    if rule.info.id:
        lines.append(f"  id {rule.info.id}")
    lines.append(f"  logsource {rule.logsource}")
    if rule.placeholders:
        lines.append(f"  placeholders {' '.join(rule.placeholders)}")
    lines += [f"  {line}" for line in node_lines(rule.condition)]
    return "\n".join(lines) + "\n"


def node_lines(node: Node) -> Iterator[str]:
    """Go through the lines of a boolean node."""
    match node:
        case Test():
            yield test_text(node)
        case Const(value=value):
            yield str(value).lower()
        case Not(child=child):
            yield "not"
            yield from _indented(node_lines(child))
        case All(children=children):
            yield "all"
            yield from _indented(line for child in children for line in node_lines(child))
        case Any(children=children):
            yield "any"
            yield from _indented(line for child in children for line in node_lines(child))
        case AtLeast(count=count, children=children):
            yield f"at least {count}"
            yield from _indented(line for child in children for line in node_lines(child))


def test_text(test: Test) -> str:
    """Return a test as a line: field, check, operand."""
    name = "any field" if test.field is None else test.field
    return f"{name} {check_text(test.check)}"


test_text.__test__ = False  # type: ignore[attr-defined]  # keeps pytest from collecting it


def check_text(check: Check) -> str:  # noqa: C901 - one line a check
    """Return a check as words: what it asks and of which value."""
    match check:
        case Equals() | Contains() | Starts() | Ends():
            verb = type(check).__name__.lower()
            return f"{verb}{_cased(cased=check.cased)} {pattern_text(check.pattern)}"
        case OneOf(texts=texts, cased=cased):
            return f"one of{_cased(cased=cased)} {_texts(texts)}"
        case Matches(regex=regex):
            return f"matches {regex_text(regex)}"
        case InNet(network=network):
            return f"in {network_text(network)}"
        case Compare(order=order, number=number):
            return f"{order.value} {number}"
        case Truth(value=value):
            return f"is {str(value).lower()}"
        case TimePart(part=part, order=order, number=number):
            return f"{part.value} {order.value} {number}"
        case FieldIs(relation=relation, other=other, cased=cased):
            return f"{relation.value}{_cased(cased=cased)} field {other}"
        case Exists(present=present):
            return "exists" if present else "does not exist"
        case IsNull():
            return "is null"


def pattern_text(pattern: Pattern) -> str:
    """Return a pattern as a quoted text; wildcards stand outside the quotes."""
    if not pattern.parts:
        return '""'
    return " ".join(
        quoted(part)
        if isinstance(part, str)
        else f"%{part.name}%"
        if isinstance(part, Placeholder)
        else part.name.lower()
        for part in pattern.parts
    )


def regex_text(regex: Regex) -> str:
    """Return a regular expression between slashes, with its flags."""
    return f"/{regex.pattern}/{regex.flags}"


def quoted(text: str) -> str:
    """Return a text in quotes on one line; what cannot be seen is written as an escape."""
    shown = [char if char.isprintable() or char == " " else _escape(char) for char in text]
    return '"' + "".join(shown).replace('"', '\\"') + '"'


def _escape(char: str) -> str:
    """Return a character that cannot be seen as an escape."""
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char, f"\\u{{{ord(char):x}}}")


def _cased(*, cased: bool) -> str:
    """Return the word for case."""
    return " cased" if cased else ""


def _texts(texts: frozenset[str]) -> str:
    """Return a set of texts, or its beginning and how many there are."""
    shown = ", ".join(quoted(text) for text in sorted(texts)[:SHOWN])
    return shown if len(texts) <= SHOWN else f"{shown}, … ({len(texts)} texts)"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    """Go through lines, moved to the right."""
    return (f"  {line}" for line in lines)


def _lines(value: object) -> Iterator[str]:
    """Go through the lines of any frozen value."""
    if _is_plain(value):
        yield _plain(value)
    elif isinstance(value, tuple):
        for member in value:
            first, *rest = _lines(member)
            yield f"- {first}"
            yield from _indented(rest)
    else:
        yield type(value).__name__
        yield from _indented(_field_lines(value))


def _field_lines(value: Anything) -> Iterator[str]:  # noqa: ANN401 - any dataclass
    """Go through the lines of the fields of a dataclass that do not have their default."""
    for each in fields(value):
        found = getattr(value, each.name)
        if not each.compare or found == each.default:
            continue
        if _is_plain(found):
            yield f"{each.name}: {_plain(found)}"
        else:
            yield f"{each.name}:"
            yield from _indented(_lines(found))


def _is_plain(value: object) -> bool:
    """Return whether a value is printed on one line."""
    if isinstance(value, tuple):
        return not value or all(isinstance(member, str) for member in value)
    return not is_dataclass(value) or isinstance(value, Number | Pattern | DataMap | Span | Source)


def _plain(value: object) -> str:
    """Return a value on one line."""
    match value:
        case str():
            return quoted(value)
        case bool() | None:
            return str(value).lower()
        case tuple():
            return f"({', '.join(quoted(member) for member in value)})"
        case Pattern():
            return f"pattern {pattern_text(value)}"
        case Wild() | Enum():
            return value.name.lower()
        case frozenset():
            return f"{{{', '.join(sorted(map(_plain, value)))}}}"
        case DataMap(entries=entries):
            return f"{{{', '.join(f'{quoted(key)}: {_data(data)}' for key, data in entries)}}}"
        case _:
            return str(value)


def _data(value: object) -> str:
    """Return plain data on one line."""
    if isinstance(value, tuple):
        return f"[{', '.join(_data(member) for member in value)}]"
    return _plain(value)
