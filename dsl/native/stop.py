"""Where the parser of the native language stopped, and what it could have taken there.

The only module that looks inside Lark's exceptions and its table of moves.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lark import UnexpectedInput, UnexpectedToken
from lark.parsers.lalr_analysis import Shift

from ..source import Span

Table = Mapping[int, Mapping[str, tuple[Any, Any]]]
"""The parser's moves: in a state, at a token, shift or reduce, and what."""

_WORD = re.compile(r"[A-Za-z_@][\w@.\-]*|[=!<>~&|]+|[0-9][\w.]*|\S")


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the parser stopped.

    Attributes:
        found: the words that it could not take; empty at the end of the piece.
        expected: the tokens that it could have taken.
        before: the token before, or empty.
        piece: the stretch that was being parsed.
    """

    found: Span
    expected: frozenset[str]
    before: str
    piece: Span

    @property
    def rest(self) -> str:
        """The rest of the line from the offending words on."""
        line_end = self.piece.source.text.find("\n", self.found.start, self.piece.end)
        end = self.piece.end if line_end < 0 else line_end
        return self.piece.source.text[self.found.start : end]

    def to(self, length: int) -> Span:
        """Return the stretch of this length that begins where the parser stopped."""
        return Span(self.found.source, self.found.start, self.found.start + length)


def find_stop(fault: UnexpectedInput, piece: Span) -> Stop:
    """Return where and before what the parser stopped."""
    text = piece.source.text
    token = fault.token if isinstance(fault, UnexpectedToken) else None
    if token is not None and token.type == "$END":
        end = piece.start + len(text[piece.start : piece.end].rstrip())
        return Stop(Span(piece.source, end, end), _expected(fault), "", piece)
    start = piece.start + (fault.pos_in_stream or 0)
    word = _WORD.match(text, start, piece.end)
    end = word.end() if word else start + 1
    history = getattr(fault, "token_history", None) or [""]
    before = str(history[-1])
    return Stop(Span(piece.source, start, end), _expected(fault), before, piece)


def _expected(fault: UnexpectedInput) -> frozenset[str]:
    """Return the names of the tokens that could have stood there.

    Lark's own list leaves out keywords and takes in tokens that only a wider context allows, so
    the parser's moves are followed here without its callbacks.
    """
    state = fault.state
    if isinstance(fault, UnexpectedToken) and fault.interactive_parser is not None:
        state = fault.interactive_parser.parser_state
    table = state.parse_conf.parse_table.states
    names = [name for name in table[state.state_stack[-1]] if name.isupper()]
    return frozenset(str(name) for name in names if _is_shifted(table, state.state_stack, name))


def _is_shifted(table: Table, stack: list[int], name: str) -> bool:
    """Return whether the parser would take a token after the reductions that it asks for."""
    stack = list(stack)
    while True:
        move = table[stack[-1]].get(name)
        if move is None or move[0] is Shift:
            return move is not None
        rule = move[1]
        del stack[len(stack) - len(rule.expansion) :]
        stack.append(table[stack[-1]][rule.origin.name][1])
