"""Codes T1xx: syntax."""

from .code import Code

CODES: tuple[Code, ...] = ()
