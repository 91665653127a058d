"""Codes T3xx: modifiers, values and types."""

from .code import Code

CODES: tuple[Code, ...] = ()
