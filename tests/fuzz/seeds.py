"""Good inputs to start from, and nasty pieces to strew in."""

from __future__ import annotations

import bz2
import gzip
from decimal import Decimal
from pathlib import Path

from tocsin.dsl.ir import Compare, Contains, InNet, Matches, OneOf, Order, Starts, Truth
from tocsin.dsl.values import Network, Number, Pattern, Regex, Wild
from tocsin.matcher.encode import encode_checks

STARTER = Path(__file__).resolve().parents[2] / "rules" / "starter"
SUFFIXES = {"sigma": ".yml", "native": ".tocsin"}
MOST = 12

WRITTEN: dict[str, list[bytes]] = {
    "sigma": [
        (
            b"title: a\nlogsource: {product: windows, category: process_creation}\ndetection:\n"
            b"  a:\n    - A|endswith|windash: ' -x'\n    - B|base64offset|contains: [\"d\\n\"]\n"
            b"  k: [one, 'tw*o']\n  condition: 1 of a* and not k\n---\naction: repeat\nlevel: low\n"
        ),
    ],
    "native": [
        (
            b'list l = "a", 2\nrule "r" {\n  level high\n  source linux/network_connection\n'
            b'  a = Image named any l\n  when a and not (B under "/x" or C is null)\n'
            b'  test "t" {"Image": "/a"} -> match\n}\n'
        ),
    ],
    "condition": [
        b"selection and not 1 of filter_*",
        b"all of them or (2 of filter_* and not selection)",
    ],
    "predicate": [
        rb'Image named any ("bash", "sh") and not Ip in cidr(loopback, "10.0.0.0/8")',
        rb'CommandLine contains all ("a\"b", base64offset("x")) or Port in 1..1024',
        rb"hour(Time) >= 22 and Name matches /^a(b|c)+\d{2,3}$/i or any contains 'x'",
    ],
    "regex": [
        rb"^(?i)a(b|[^c-e\d])+?\x41{2,3}(?:x|\bz)*$",
        rb"(a*)*b",
        rb"((((a{1,9}){1,9}){1,9}){1,9})",
    ],
    "checks": [
        encode_checks(
            [
                Contains(Pattern.literal("shell")),
                Starts(Pattern(("c:", Wild.ONE, "a", Wild.STAR, "b", Wild.DASH))),
                OneOf(frozenset({"x", "yy"}), cased=True),
                InNet(Network(6, 1, 128)),
                Truth(value=True),
            ]
        ),
        encode_checks([Matches(Regex(r"^(?i)a(b|[^c-e\d])+?\x41{2,3}(?:x|\bz)*\.\."))]),
        encode_checks([Compare(Order.LT, Number(Decimal("-1.5e3")))]),
    ],
    "events": [
        b'{"Image": "C:\\\\cmd.exe", "User": ["SYSTEM", null], "n": -1.5e3}\n\n{"a": {"b": [1]}}\n',
        b'{"Event": {"System": {"EventID": {"#text": 1}}, "EventData": {"a": "\\ud83d"}}}\n[1]\n{',
    ],
    "files": [
        b'[{"a": [1, {"b": "]"}]},\n {"Records": []}]',
        b'{"Records": [{"a": 1}, {"a": 2}], "b": {}}',
        (
            b"<Event xmlns='x'><System><EventID Q='0'>1</EventID></System><EventData>"
            b"<Data Name='a'>b &amp; c</Data><Data>d</Data></EventData></Event>\n"
        ),
        b'type=EXECVE msg=audit(1.2:3): a0="sh" a1=6563686F msg=\'op=x exe="/a"\' key=(null)\n',
        b"#separator \\x09\n#set_separator\t,\n#fields\ta\tb\n#types\tset[string]\tbool\nx,y\tT\n",
        b"#Fields: cs-method cs-uri-stem\nGET /a+b\n",
        b'1.2.3.4 - - [t] "GET /a?b HTTP/1.1" 200 5 "r" "a"\n',
        b"\xff\xfea\x00\n\x00",
        gzip.compress(b'{"a": 1}\n') + bz2.compress(b"x"),
    ],
}

WRITTEN["lines"] = WRITTEN["events"]
WRITTEN["parts"] = [b"\x10\x05" + text for text in WRITTEN["lines"]]
WRITTEN["program"] = [
    b"\x06\x00\x00\x00\x00\x07",
    bytes(range(60)),
    b"\x02\x03\x00\x00\x00\xff" * 3,
]
WRITTEN["stored"] = [b"\x90\x01\x00\x00[", bytes(range(1, 60)), b"\xff\x02\x00\x001" * 3]

PIECES = [
    *[b"\0", b"\n", b"\r\n", b"\t", b"  ", b'"', b"'", b"\\", b"/", b"#", b": ", b"|", b"- "],
    *[b"(" * 400, b"[" * 400, b"{" * 400, b"9" * 400, b"not " * 400, b"a|" * 400],
    *[b"&a [*a, *a]", b"*a", b"<<: *a", b"? [", b"!!python/object:os.system", b"---\n", b"...\n"],
    *[b"|re: ", b"|all", b"|fieldref", b"%x%", b" and ", b"1 of ", b"them", b"..", b"**"],
    *[b"1e999", b"NaN", b"-0", b"0x1", b"{999999}", b"(?", b"[^", b"\\x{110000}"],
    *[b"\xed\xa0\x80", b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\xc2\x85", b"\xe2\x80\xa8"],
]


def seeds(name: str) -> list[bytes]:
    """Return good inputs of a target: written above, or bundled rules."""
    found = sorted(STARTER.rglob(f"*{SUFFIXES[name]}"))[:MOST] if name in SUFFIXES else []
    return [*WRITTEN.get(name, []), *(path.read_bytes() for path in found)] or [b""]
