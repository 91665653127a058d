"""The grammar of a condition line at work: text in, tree or fault out.

Places are offsets in the condition's own text; `condition` moves them into the file. The Lark
tree does not leave this module.
"""

import re
from dataclasses import replace
from functools import cache
from typing import Literal, cast

from lark import Lark, Token, UnexpectedCharacters, UnexpectedToken

from ..ast import And, Name, Node, Not, Or, Quantified
from ..source import Span
from ..suggest import suggest
from .parts import LOCAL, Fault, FaultError, count_of

Leaf = Token | Node


class _Builder:
    """Makes nodes of the parts of a rule as soon as the parser has them all."""

    def start(self, parts: list[Node]) -> Node:
        """Return the whole condition."""
        return parts[0]

    def disjunction(self, parts: list[Leaf]) -> Node:
        """Return the operands of `or`, or the only one."""
        nodes = tuple(part for part in parts if not isinstance(part, Token))
        return nodes[0] if len(nodes) == 1 else Or(nodes, _span(nodes[0], nodes[-1]))

    def conjunction(self, parts: list[Leaf]) -> Node:
        """Return the operands of `and`, or the only one."""
        nodes = tuple(part for part in parts if not isinstance(part, Token))
        return nodes[0] if len(nodes) == 1 else And(nodes, _span(nodes[0], nodes[-1]))

    def negation(self, parts: list[Leaf]) -> Node:
        """Return the operand, negated where `not` stands before it."""
        operand = cast("Node", parts[-1])
        return operand if len(parts) == 1 else Not(operand, _span(parts[0], operand))

    def atom(self, parts: list[Leaf]) -> Node:
        """Return a name, a quantifier, or what stands in parentheses."""
        inner = parts[len(parts) // 2]
        if isinstance(inner, Token):
            return Name(str(inner), _span(inner, inner))
        return inner if len(parts) == 1 else replace(inner, span=_span(parts[0], parts[-1]))

    def quantified(self, parts: list[Token]) -> Node:
        """Return `1 of sel*` and the like."""
        count, _, target = parts
        them = target.type == "THEM"
        names = () if them else (str(target),)
        return Quantified(_count(count), names, them, _span(count, target))


def _span(first: Leaf, last: Leaf) -> Span:
    """Return the span from the start of one part to the end of another."""
    start = first.start_pos if isinstance(first, Token) else first.span.start
    end = last.end_pos if isinstance(last, Token) else last.span.end
    return Span(LOCAL, start or 0, end or 0)


@cache
def parser() -> Lark:
    """Return the parser of condition lines, built when it is first needed."""
    return Lark.open_from_package(
        "tocsin.grammar",
        "condition.lark",
        parser="lalr",
        lexer="basic",
        maybe_placeholders=False,
        transformer=_Builder(),
    )


def parse(text: str) -> Node | Fault:
    """Return the tree of a condition, with places in its text, or the first fault."""
    try:
        return cast("Node", parser().parse(text))
    except UnexpectedToken as error:
        return _token_fault(text, error)
    except UnexpectedCharacters as error:
        return _character_fault(text, error.pos_in_stream or 0)
    except FaultError as error:
        return error.fault


def _count(token: Token) -> int | Literal["all"]:
    """Return the count of a quantifier.

    Raises:
        FaultError: the word before `of` is not a count.
    """
    count = count_of(str(token))
    if count is None:
        close = suggest(str(token), ("all", "any"))
        help_ = f"write `{close} of`" if close else "write `1 of`, `all of` or `any of`"
        message = f"`{token} of` is not a quantifier"
        raise FaultError(Fault(message, token.start_pos or 0, token.end_pos or 0, help=help_))
    return count


def _token_fault(text: str, error: UnexpectedToken) -> Fault:
    """Say what is wrong where a word stands that cannot stand there."""
    token = error.token
    start = token.start_pos or 0
    end = token.end_pos or start
    operand_wanted = "IDENT" in error.expected and "THEM" not in error.expected
    if token.type == "$END":
        return _end_fault(text, operand_wanted=operand_wanted, expected=set(error.expected))
    if token.type == "PATTERN" and operand_wanted:
        help_ = f"write `1 of {token}` or `all of {token}`"
        return Fault(f"the pattern `{token}` needs a quantifier", start, end, help=help_)
    if token.type == "THEM" and operand_wanted:
        help_ = "write `1 of them` or `all of them`"
        return Fault("`them` needs a quantifier", start, end, help=help_)
    if "THEM" in error.expected:
        help_ = "write `them`, or a name pattern such as `selection_*`"
        return Fault(f"`of` must be followed by names, not by `{token}`", start, end, help=help_)
    if operand_wanted:
        return Fault(f"a detection name is missing before `{token}`", start, end)
    if token.type == "RPAR":
        return Fault("this parenthesis closes nothing", start, end, help="remove it, or open it")
    help_ = _operator_help(text, token)
    return Fault(f"`and` or `or` is missing before `{token}`", start, end, help=help_)


def _operator_help(text: str, token: Token) -> str:
    """Return what to write instead of a word that stands where an operator should."""
    close = suggest(str(token), ("and", "or", "of"))
    if close:
        return f"write `{close}`"
    if _AGGREGATION.search(text, 0, token.start_pos or 0):
        return "what counts or sums is a correlation: `tocsin explain T102` shows one"
    return "a condition joins names of detections by `and`, `or` and `not`"


_AGGREGATION = re.compile(r"\b(?:count|sum|min|max|avg|near)\s*\Z")


def _end_fault(text: str, *, operand_wanted: bool, expected: set[str]) -> Fault:
    """Say what is missing at the end of a condition."""
    end = len(text.rstrip())
    start = max(0, end - 1)
    if not text.strip():
        help_ = "name a detection, as in `condition: selection`"
        return Fault("the condition is empty", 0, len(text), help=help_)
    if operand_wanted or "THEM" in expected:
        return Fault("the condition ends too early", start, end, "a detection name is missing here")
    opened = _unclosed(text)
    return Fault("this parenthesis is not closed", opened, opened + 1, help="add a `)`")


def _unclosed(text: str) -> int:
    """Return where the last parenthesis that nobody closes was opened."""
    stack: list[int] = []
    for found in re.finditer(r"[()]", text):
        if found.group() == "(":
            stack.append(found.start())
        else:
            stack.pop()
    return stack[-1]


_FOREIGN = {"&": "and", "|": "or", "!": "not"}


def _character_fault(text: str, start: int) -> Fault:
    """Say what is wrong with a character that no word of a condition begins with."""
    char = text[start]
    end = start + 1
    if char in _FOREIGN:
        while text[end : end + 1] == char:
            end += 1
        help_ = f"write `{_FOREIGN[char]}`"
    else:
        help_ = "names have letters, digits, `_` and `-`; words are `and or not of them`"
    return Fault(f"`{text[start:end]}` cannot stand in a condition", start, end, help=help_)
