"""What Microsoft's binder lets pass although it cannot work: our own checks on its tree.

In go a query and its tree, out come findings. The binder accepts `EventID == "4"`, a string
literal on the left of an operator, a regex that will not compile and an address range that is
none; each of these selects no row, or fails when the query runs.
"""

import re
from collections.abc import Iterator
from ipaddress import ip_network

import re2

from tocsin.verify.gate import Finding
from tocsin.verify.tree import Node, is_literal, is_text_literal, walk

LENGTH_LIMIT = 10_000
"""How many characters the query of an analytics rule may have."""

NUMBERS = frozenset({"int", "long", "real", "decimal"})
EQUALITIES = frozenset({"==", "!=", "=~", "!~", "in", "!in", "in~", "!in~"})
LOOK_AROUND = re.compile(r"\(\?(?:=|!|<=|<!|>)|\\[1-9]|\\k<|\(\?\(")
ASCII_PART = re.compile(r"\(\?-u:(\\\\?[a-zA-Z])\)")
"""How the service's dialect says that a class or boundary is about ASCII; RE2's always are."""

FAMILY = {"ipv4_is_in_range": 4, "ipv4_is_in_any_range": 4, "ipv6_is_in_range": 6}
FAMILY["ipv6_is_in_any_range"] = 6


def check_tree(text: str, tree: Node) -> list[Finding]:
    """Return what is wrong with a query beyond what the binder reports."""
    findings = list(_check_length(text))
    for node in walk(tree):
        findings += _check_node(node)
    return findings


def _check_length(text: str) -> Iterator[Finding]:
    if len(text) > LENGTH_LIMIT:
        yield _finding("length", f"{len(text)} characters; a rule may have {LENGTH_LIMIT}")


def _check_node(node: Node) -> Iterator[Finding]:
    match node:
        case ["binary", _, operator, left, right]:
            yield from _check_constant(left, operator)
            yield from _check_types(operator, left, [right])
            if operator == "matches regex":
                yield from check_regex(right)
        case ["anyof", _, operator, left, items]:
            yield from _check_constant(left, operator)
            yield from _check_types(operator, left, items)
        case ["call", _, name, arguments]:
            yield from _check_call(name, arguments)
        case ["other", _, kind, _]:
            yield from _check_other(kind)


def _check_other(kind: str) -> Iterator[Finding]:
    if kind.startswith("Search"):
        yield _finding("search", "`search` is not allowed in a rule")


def _check_constant(left: Node, operator: str) -> Iterator[Finding]:
    if is_text_literal(left):
        yield _finding("constant", f"a string stands left of `{operator}`; a column was meant")


def _check_types(operator: str, left: Node, items: list[Node]) -> Iterator[Finding]:
    if operator not in EQUALITIES:
        return
    for item in items:
        if is_literal(item) and not _comparable(left[1], item[1]):
            yield _finding("types", f"{left[1]} {operator} {item[1]} is never true: {item[-1]}")


def _comparable(column: str, literal: str) -> bool:
    if column in {"dynamic", ""} or literal in {"null", "dynamic"}:
        return True
    if column in NUMBERS and literal in NUMBERS:
        return True
    return column == literal


def check_regex(node: Node) -> Iterator[Finding]:
    """Yield a finding where a regex will not compile in the service's dialect."""
    if not is_text_literal(node):
        return
    pattern = node[2]
    if LOOK_AROUND.search(pattern.replace("\\\\", "")):
        yield _finding("regex", f"look-around and back-references are not there: {pattern}")
        return
    try:
        re2.compile(ASCII_PART.sub(r"\1", pattern))
    except re2.error as error:
        yield _finding("regex", f"{error}: {pattern}")


def _check_call(name: str, arguments: list[Node]) -> Iterator[Finding]:
    if name in FAMILY:
        for node in (n for a in arguments[1:] for n in walk(a) if is_text_literal(n)):
            yield from _check_network(name, node[2])
    if name in {"isnull", "isnotnull"} and arguments and arguments[0][1] == "string":
        yield _finding("null", f"a string is never null; `{name}` says nothing about it")


def _check_network(function: str, network: str) -> Iterator[Finding]:
    try:
        parsed = ip_network(network, strict=False)
    except ValueError as error:
        yield _finding("network", f"{error}")
        return
    if parsed.version != FAMILY[function]:
        yield _finding("network", f"{function} cannot read {network}")


def _finding(code: str, message: str) -> Finding:
    return Finding(code, "Error", message)
