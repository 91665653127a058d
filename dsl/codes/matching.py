"""Codes T7xx: matcher limits and cost."""

from .code import Code

CODES: tuple[Code, ...] = ()
