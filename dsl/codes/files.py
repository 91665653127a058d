"""Codes T0xx: files and YAML."""

from .code import Code

CODES: tuple[Code, ...] = ()
