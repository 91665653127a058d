"""Codes T3xx: modifiers, values and types."""

from ..diagnostics import Severity
from .code import Code

CODES: tuple[Code, ...] = (
    Code(
        "T301",
        "unknown modifier",
        Severity.ERROR,
        "What follows a `|` after a field name must be a modifier. An unknown one cannot be "
        "left out, because the rule would then mean something else.",
        bad="Image|endwith: \\cmd.exe",
        good="Image|endswith: \\cmd.exe",
    ),
    Code(
        "T302",
        "modifier must be the first",
        Severity.ERROR,
        "`re`, `cidr` and `exists` decide what kind of value is written, so they stand first.",
        bad="Image|contains|re: a.*b",
        good="Image|re: a.*b",
    ),
    Code(
        "T303",
        "modifiers that exclude each other",
        Severity.ERROR,
        "The modifiers of an item must describe one kind of test: of texts, of a regular "
        "expression, of a network, of a number, of a part of a time, or of another field.",
        bad="Port|contains|gt: 1024",
        good="Port|gt: 1024",
    ),
    Code(
        "T304",
        "flag without a regular expression",
        Severity.ERROR,
        "`i`, `m` and `s` are flags of `re` and follow it.",
        bad="Image|i: abc",
        good="Image|re|i: abc",
    ),
    Code(
        "T305",
        "encoding after the text was opened",
        Severity.ERROR,
        "`contains`, `startswith` and `endswith` allow any characters at an end of the text, "
        "and those cannot be encoded. Encode first.",
        bad="CommandLine|contains|base64: whoami",
        good="CommandLine|base64offset|contains: whoami",
    ),
    Code(
        "T306",
        "a text is needed",
        Severity.ERROR,
        "The modifiers of this item compare texts, so null cannot be among the values.",
        bad="Image|contains: null",
        good="Image|contains: 'null'",
    ),
    Code(
        "T307",
        "a number is needed",
        Severity.ERROR,
        "`lt`, `lte`, `gt`, `gte` and the parts of a time compare numbers. Text in the event "
        "is read as a number; in the rule the number is written as one.",
        bad="Port|gt: '1024'",
        good="Port|gt: 1024",
    ),
    Code(
        "T308",
        "true or false is needed",
        Severity.ERROR,
        "`exists` asks whether the event has the field: `true` if it must, `false` if it must not.",
        bad="Image|exists: yes please",
        good="Image|exists: true",
    ),
    Code(
        "T309",
        "wildcards are not allowed here",
        Severity.ERROR,
        "A base64 encoding needs the exact bytes, and another field is named exactly, so `*` "
        "and `?` have no meaning there. `contains` after the encoding does what is usually "
        "meant.",
        bad="CommandLine|base64: '*whoami*'",
        good="CommandLine|base64offset|contains: whoami",
    ),
    Code(
        "T310",
        "not a network",
        Severity.ERROR,
        "`cidr` takes an IPv4 or IPv6 network: its first address, a slash, and the number of "
        "leading bits. Bits after the prefix must be zero, because a network written with "
        "them may be a slip of the address or of the prefix.",
        bad="DestinationIp|cidr: 10.0.0.1/8",
        good="DestinationIp|cidr: 10.0.0.0/8",
    ),
    Code(
        "T311",
        "regular expression refused",
        Severity.ERROR,
        "Regular expressions have the syntax of RE2: no look-around and no references back, "
        "since those cannot be matched in linear time, and an attacker who writes the log "
        "could stop the engine with one value.",
        bad="CommandLine|re: '(?=a)b'",
        good="CommandLine|re: 'a.*b'",
    ),
    Code(
        "T312",
        "the encoded value is not text",
        Severity.ERROR,
        "A UTF-16 modifier turned the value into bytes that are not text. In an event such "
        "bytes only occur inside an encoding, so `base64` or `base64offset` must follow.",
        bad="CommandLine|utf16|contains: abc",
        good="CommandLine|utf16|base64offset|contains: abc",
    ),
    Code(
        "T313",
        "a value stands for too many texts",
        Severity.ERROR,
        "Dashes, encodings and placeholders multiply. Beyond a limit the rule is refused "
        "rather than left to fill the memory.",
        bad="CommandLine|windash|base64: '-a -b -c -d -e -f'",
        good="CommandLine|windash|contains|all:\n  - ' -a'\n  - ' -b'",
    ),
    Code(
        "T314",
        "unknown list",
        Severity.ERROR,
        "A named list is defined in the same file, before or after the rules that use it.",
        bad='list shells = "bash"\nrule "r" {\n  source linux/process_creation\n'
        "  when Image named any shell\n}",
        good='list shells = "bash"\nrule "r" {\n  source linux/process_creation\n'
        "  when Image named any shells\n}",
    ),
    Code(
        "T315",
        "a list file cannot be read",
        Severity.ERROR,
        "`in file` names a text file with one value a line, relative to the rule's own file. "
        "A rule without its list would match nothing, so it is not used.",
        bad='rule "r" {\n  source linux/network_connection\n'
        '  when DestinationIp in file "missing.txt"\n}',
        good='rule "r" {\n  source linux/network_connection\n'
        '  when DestinationIp in ("203.0.113.9")\n}',
    ),
    Code(
        "T316",
        "not a usable path",
        Severity.ERROR,
        "`under` and `path` take a path from a root; `named` takes the last component and "
        "`ext` an extension without its dot.",
        bad='rule "r" {\n  source linux/process_creation\n  when Image under "bin"\n}',
        good='rule "r" {\n  source linux/process_creation\n  when Image under "/usr/bin"\n}',
    ),
    Code(
        "T317",
        "a placeholder without values",
        Severity.ERROR,
        "`%name%` under `expand` stands for values that only you know, such as the names of "
        "your domain controllers. Without them the rule says nothing, so it is left out.",
        bad="Computer|expand: '%domain_controllers%'",
        good="Computer:\n  - DC01\n  - DC02",
    ),
    Code(
        "T318",
        "a number is looked for as text",
        Severity.WARNING,
        "Under `contains` and the other text modifiers a number counts as the text it was "
        "written as. Quotes say so.",
        bad="CommandLine|contains: 4444",
        good="CommandLine|contains: '4444'",
    ),
    Code(
        "T320",
        "a field is needed",
        Severity.ERROR,
        "Only texts and regular expressions can be searched for in the whole event. Every "
        "other test is about a field.",
        bad="'|cidr': 10.0.0.0/8",
        good="DestinationIp|cidr: 10.0.0.0/8",
    ),
)
