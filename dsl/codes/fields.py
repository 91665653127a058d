"""Codes T4xx: fields, schemas and field maps."""

from ..diagnostics import Severity
from .code import Code

CODES: tuple[Code, ...] = (
    Code(
        "T401",
        "not a log source",
        Severity.ERROR,
        "A log source on the command line is PRODUCT/CATEGORY/SERVICE, as in the `logsource` of a"
        " rule. Parts may be empty, not all of them; trailing slashes may be left out.",
        "--logsource linux/process/creation/now",
        "--logsource linux/process_creation",
    ),
    Code(
        "T402",
        "a log source that is not in the table",
        Severity.WARNING,
        "The product, category or service that the events are declared to be of is not in Tocsin's"
        " table of log sources. Rules that use the same word will see the events all the same; most"
        " often it is a slip of the pen.",
        "--logsource windows/proces_creation",
        "--logsource windows/process_creation",
    ),
)
