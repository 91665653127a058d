"""Codes T8xx: events and their readers."""

from .code import Code

CODES: tuple[Code, ...] = ()
