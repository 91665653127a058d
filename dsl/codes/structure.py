"""Codes T2xx: structure and names."""

from .code import Code

CODES: tuple[Code, ...] = ()
