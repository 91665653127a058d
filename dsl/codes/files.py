"""Codes T0xx: files and YAML."""

from ..diagnostics import Severity
from .code import Code

CODES: tuple[Code, ...] = (
    Code(
        "T001",
        "the file is not text",
        Severity.ERROR,
        "Rules are texts in UTF-8. A byte order mark of UTF-16 is obeyed as well; any other "
        "encoding, and binary files, cannot be read.",
    ),
    Code(
        "T002",
        "the file is too large",
        Severity.ERROR,
        "A file of rules may have 16 million characters. Larger ones are hardly ever rules, and "
        "reading them would take memory for nothing.",
    ),
    Code(
        "T003",
        "a character that YAML does not allow",
        Severity.ERROR,
        "YAML texts hold printable characters. Control characters such as NUL, and half "
        "characters (surrogates), often come from a broken export. The document that has one is "
        "left out.",
    ),
    Code(
        "T004",
        "this is not YAML",
        Severity.ERROR,
        "The document cannot be read at all, so its rule is not used; the other documents of the "
        "file are. The usual causes are a value that needs quotes and a line with the wrong "
        "indentation.",
        bad="detection:\n  selection:\n    Image: *\\cmd.exe\n  condition: selection",
        good="detection:\n  selection:\n    Image: '*\\cmd.exe'\n  condition: selection",
    ),
    Code(
        "T005",
        "a tab indents a line",
        Severity.ERROR,
        "YAML is indented with blanks; a tab may stand inside values only.",
        bad="detection:\n\tselection:\n\t\tImage: a.exe\n\tcondition: selection",
        good="detection:\n  selection:\n    Image: a.exe\n  condition: selection",
    ),
    Code(
        "T006",
        "lists and maps nest too deep",
        Severity.ERROR,
        "A document may nest 100 levels. A rule needs five; deeper ones are made to make readers "
        "fail.",
    ),
    Code(
        "T007",
        "aliases stand for too much",
        Severity.ERROR,
        "YAML aliases (`*name`) repeat what stands elsewhere. Those of one document may stand for"
        " 10,000 further nodes, and a node may not contain itself.",
    ),
    Code(
        "T008",
        "a key stands twice in a map",
        Severity.ERROR,
        "A map keeps one value for a key, so one of the two lines would be lost without notice: "
        "in a detection that changes what the rule means, and the rule is not used. In metadata "
        "it is a warning, and the last one counts.",
        bad="detection:\n"
        "  selection:\n"
        "    CommandLine|contains: whoami\n"
        "    CommandLine|contains: /all\n"
        "  condition: selection",
        good="detection:\n"
        "  selection:\n"
        "    CommandLine|contains|all:\n"
        "      - whoami\n"
        "      - /all\n"
        "  condition: selection",
    ),
    Code(
        "T009",
        "a YAML tag without a meaning",
        Severity.ERROR,
        "Tags such as `!!binary` or `!custom` ask the reader for types of its own. Rules need "
        "none of them: remove the tag, or quote the value if it begins with `!`.",
        bad="detection:\n  selection:\n    CommandLine: !whoami\n  condition: selection",
        good="detection:\n  selection:\n    CommandLine: '!whoami'\n  condition: selection",
    ),
    Code(
        "T010",
        "the document has no shape of a rule",
        Severity.ERROR,
        "A document of a Sigma file is a map whose keys are texts.",
        bad="- title: a rule in a list",
        good="title: a rule",
    ),
    Code(
        "T011",
        "the file cannot be read",
        Severity.ERROR,
        "The file is not there, or the system refuses to read it. The other files are read.",
    ),
    Code(
        "T012",
        "no rules are there",
        Severity.ERROR,
        "The path has no file of rules in it: those end in `.yml`, `.yaml` or `.tocsin`.",
    ),
)
