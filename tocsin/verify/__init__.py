"""Emitted KQL shown to Microsoft's own parser and binder, and to checks of our own beside it.

In go queries and the schema that they are meant for; out come findings, none where the query
binds. `gate` runs the parser (JavaScript, in Node), `checks` looks for what it lets pass,
`tree` describes the tree that both use. The npm package is not part of Tocsin: `gate` says
how to install it.
"""

from tocsin.verify.checks import check_tree
from tocsin.verify.gate import Answer, Finding, Gate, GateMissingError

__all__ = ["Answer", "Finding", "Gate", "GateMissingError", "check_tree"]
