"""Codes T6xx: emission: losses and refusals."""

from ..diagnostics import Severity
from .code import Code

CODES: tuple[Code, ...] = (
    Code(
        "T601",
        "not expressible in the target",
        Severity.ERROR,
        "The target's language has no form for something that the rule asks. The message says "
        "for what; rewriting that part of the rule helps.",
        bad="CommandLine|re: '\\Bfoo'",
        good="CommandLine|re: '[0-9A-Za-z_]foo'",
    ),
    Code(
        "T602",
        "no row can pass",
        Severity.ERROR,
        "Given the types of the columns, the rule holds for no row of the table: a text that is "
        "no number is compared with a column of numbers, for instance.",
    ),
    Code(
        "T603",
        "query too long",
        Severity.ERROR,
        "The query of a Sentinel rule may have 10,000 characters. Long lists are gathered in one "
        "test first; where that is not enough, keep the list in a watchlist or split the rule.",
    ),
    Code(
        "T604",
        "keywords in JSON text",
        Severity.WARNING,
        "The table keeps the event's fields in one column of JSON. Keywords are searched in its "
        "text, where names count too, and where quotes and backslashes are escaped.",
    ),
    Code(
        "T605",
        "the rule can never fire on the target",
        Severity.ERROR,
        "Some test that the rule requires cannot hold for any row: the value is none of those "
        "that the column may have, or a path is asked of a column with names only.",
    ),
    Code(
        "T606",
        "not fit for the form",
        Severity.ERROR,
        "The form that was asked for has limits that the rule does not keep: the length of the "
        "query or the name, or columns that a detection must return.",
    ),
    Code(
        "T607",
        "correlations are not converted",
        Severity.ERROR,
        "A correlation counts the matches of other rules over time. It is not converted; the "
        "rules that it refers to are, and the service can count their results.",
    ),
    Code(
        "T608",
        "no such target or form",
        Severity.ERROR,
        "A target is a query language, or the name of a field map, which means the language that "
        "the map is for. A form is `query`, or a document around it that can be deployed.",
        bad="tocsin convert -t sentinal rules/",
        good="tocsin convert -t sentinel rules/",
    ),
    Code(
        "T609",
        "rejected by Microsoft's parser",
        Severity.ERROR,
        "With --verify every query is shown to Microsoft's own parser and binder, with the schema "
        "of its tables. What it does not take would not run.",
    ),
)
