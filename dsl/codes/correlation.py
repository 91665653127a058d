"""Codes T5xx: correlation."""

from .code import Code

CODES: tuple[Code, ...] = ()
