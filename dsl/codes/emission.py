"""Codes T6xx: emission: losses and refusals."""

from .code import Code

CODES: tuple[Code, ...] = ()
