"""Codes T9xx: style."""

from .code import Code

CODES: tuple[Code, ...] = ()
