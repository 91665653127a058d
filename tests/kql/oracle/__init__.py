"""An evaluator of KQL's documented meaning, over the tree of Microsoft's own binder.

In go a query's tree, a schema and rows; out come the rows that the query selects. It knows
the constructs that Tocsin emits and refuses every other one with `UnsupportedError`, so that
an answer is never a guess. The meaning follows the language's documentation; where that is
silent, `text.py` and `scalars.py` say what was taken and why.

    text.py      string operators: terms, contains, case
    networks.py  the ipv4_* and ipv6_* functions
    dynamics.py  dynamic values and their text
    scalars.py   the other scalar functions
    frame.py     the rows that expressions are evaluated on
    expressions.py  names, literals, members; operators.py; calls.py
    tables.py    the pipeline: where, extend, project, union, summarize, functions with filters
"""

from .errors import UnsupportedError
from .tables import Oracle

__all__ = ["Oracle", "UnsupportedError"]
