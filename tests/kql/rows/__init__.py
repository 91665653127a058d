"""Rows made for one rule: the material of the proof that a query selects what the rule means.

In go a rule over columns, its table and the pieces of its field map; out come rows that reach
every branch of the condition, rows that fail it by one test, and changes of these: other
case, glued and cut ends, missing values, hostile texts, text where an address should be.

    samples.py    a text that a regular expression matches
    values.py     values of one column that pass and fail its tests
    branches.py   which tests must hold, branch by branch
    tables.py     from values to whole rows: types, computed columns, what a table's rows obey
    mutations.py  the changes
    generate.py   the whole
"""

from .generate import rows_for

__all__ = ["rows_for"]
