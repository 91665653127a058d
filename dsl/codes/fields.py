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
    Code(
        "T403",
        "a field that the log source does not have",
        Severity.NOTE,
        "The events of the rule's log source, as the usual sensors write them, have no field of "
        "this name. A test of it is false, and its negation true, on every such event. Where a "
        "known field has nearly this name it is a warning: names are compared with their case.",
        bad="logsource:\n  product: windows\n  category: file_event\ndetection:\n"
        "  selection:\n    TargetFileName|endswith: .lnk\n  condition: selection",
        good="logsource:\n  product: windows\n  category: file_event\ndetection:\n"
        "  selection:\n    TargetFilename|endswith: .lnk\n  condition: selection",
    ),
    Code(
        "T410",
        "not a schema",
        Severity.ERROR,
        "A schema file describes the tables of a target: columns by type, the column of the time, "
        "values that are allowed. The message says which part of the file is not in that form.",
    ),
    Code(
        "T411",
        "not a field map",
        Severity.ERROR,
        "A field map says for each log source which table holds its events, and in which columns "
        "the fields stand. The message says which part of the file is not in that form. A "
        "processing pipeline of pySigma is read too, if it does nothing but map fields.",
        bad="sources: {windows/process_creation: Processes}",
        good="sources: [{logsource: windows/process_creation, table: Processes}]",
    ),
    Code(
        "T412",
        "no such field map or schema",
        Severity.ERROR,
        "A field map is one of those that come with Tocsin, by its name, or a file of your own. "
        "The schema that a field map names is one that comes with Tocsin, or a file beside it.",
        bad="tocsin convert -t kql --fieldmap sentinel.yaml rules/",
        good="tocsin convert -t kql --fieldmap sentinel rules/",
    ),
    Code(
        "T421",
        "no table for the log source",
        Severity.ERROR,
        "The field map has no entry for the rule's log source, so there is no table to ask. "
        "Another field map may have one: ASIM and Defender know endpoints best, the raw tables "
        "of a workspace know most logs.",
    ),
    Code(
        "T422",
        "the table cannot serve the rule",
        Severity.ERROR,
        "The table does not hold a field that decides the rule. Without it the rule would hold "
        "for every row or for none, and a query that never finds anything is worse than none.",
    ),
    Code(
        "T423",
        "the query finds less",
        Severity.WARNING,
        "The table does not hold a field that one of several alternatives asks for. The query has "
        "the other alternatives; what only this one would find is missed.",
    ),
    Code(
        "T424",
        "the query finds more",
        Severity.WARNING,
        "The table does not hold a field that an exclusion of the rule asks for. The query cannot "
        "exclude by it and so also selects what the rule would have left out.",
    ),
    Code(
        "T425",
        "rows that are not quite these events",
        Severity.WARNING,
        "The nearest table holds events that differ from the log source's in some way that the "
        "message names. The query is right about the rows; what the rows stand for differs.",
    ),
    Code(
        "T426",
        "no such column",
        Severity.ERROR,
        "The field map names a column that the table does not have according to its schema.",
        bad="fields: {Image: FolderPth}",
        good="fields: {Image: FolderPath}",
    ),
    Code(
        "T427",
        "a table for other events of the log source",
        Severity.ERROR,
        "The field map has a table for some events of the log source, such as logons of the "
        "Security log, and the rule asks for others, or for values that the table never holds. "
        "No row could pass.",
    ),
)
