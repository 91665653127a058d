"""The exceptions that leave the public calls; nothing else does."""

from tocsin.dsl.errors import EventError, RuleError, TargetError, TocsinError

__all__ = ["EventError", "RuleError", "TargetError", "TocsinError"]
