"""Codes T4xx: fields, schemas and field maps."""

from .code import Code

CODES: tuple[Code, ...] = ()
