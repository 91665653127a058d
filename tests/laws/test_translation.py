"""A native rule and its translation into Sigma say the same of every event."""

from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.native import read_native
from tocsin.dsl.printer import print_sigma
from tocsin.dsl.source import Source
from tocsin.dsl.translate import to_sigma

import tocsin

LISTS = 'list few = "sh", "Bash", like "k*", 5\nlist nets = "10.0.0.0/8", private\n'
PREDICATES = (
    'A == "x"',
    'A != "sh"',
    "A in few",
    "A not in few",
    "B contains any few",
    'B contains all ("a", "b")',
    'A like "*x?"',
    'A named any ("sh", "bash")',
    'A named all ("sh", "sh")',
    'A cased named "Sh"',
    'A under "/etc"',
    'A path any ("/etc/*.d/**", "**/sh")',
    'A ext any ("d", "exe")',
    'A|ext|neq: "d"',
    "C in 1..5",
    "C > 3",
    "C == 5",
    "D in cidr(loopback, nets)",
    "D not in cidr(global)",
    "A matches /^.?b/i",
    'B contains 34 as "0x22"',
    'B contains true as "Yes"',
    "A == field B",
    "A is null",
    "B is not empty",
    "exists C",
    'any contains "sh"',
    "any matches /[0-9]{2}/",
    'A == base64(utf16le("x"))',
    'B contains dash("-a")',
)
NAMES = ("sel_a", "sel_b", "_hidden", "`odd name`", "not_b")

predicates = st.sampled_from(PREDICATES)


def joined(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return nodes in parentheses over others."""
    several = st.lists(children, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda parts: f"({' and '.join(parts)})"),
        several.map(lambda parts: f"({' or '.join(parts)})"),
        children.map(lambda part: f"not {part}"),
    )


bodies = st.recursive(predicates, joined, max_leaves=5)
quantifiers = st.sampled_from(
    [
        "any of sel*",
        "all of sel*",
        "any of them",
        "all of them",
        "2 of (sel_a, sel_b, not_b)",
        "any of _*",
        "all of (sel_a, `odd name`)",
        "2 of sel_*",
    ]
)
conditions = st.recursive(
    st.one_of(st.sampled_from(NAMES), quantifiers, predicates), joined, max_leaves=4
)
events = st.fixed_dictionaries(
    {},
    optional={
        "A": st.sampled_from(
            ["x", "sh", "BASH", "/bin/sh", "/etc/a.d/b", "/etc/../x", "C:\\b.exe", "ab", "", None]
        ),
        "B": st.sampled_from(["x", "ab", "0x22", "yes", "-a", "/a b", "k", "", 34, True]),
        "C": st.sampled_from([0, 1, 5, 6, "5", "text", None]),
        "D": st.sampled_from(["10.0.0.1", "::1", "8.8.8.8", "::ffff:10.1.1.1", "x"]),
        "E": st.sampled_from(["a shell", {"f": "123"}, ["SH"]]),
    },
)


@given(
    st.lists(bodies, min_size=len(NAMES), max_size=len(NAMES)),
    st.lists(conditions, min_size=1, max_size=2),
    st.lists(events, min_size=1, max_size=12),
)
def test_translation_keeps_every_verdict(
    found: list[str], whens: list[str], samples: list[dict[str, object]]
) -> None:
    lines = [f"  {name} = {body}" for name, body in zip(NAMES, found, strict=True)]
    lines += [f"  when {when}" for when in whens]
    text = LISTS + "\n".join(('rule "r" {', "  source windows", *lines, "}"))
    (native,) = tocsin.loads(text, syntax="tocsin")
    report = Report()
    printed = print_sigma(to_sigma(read_native(Source("r", text), report), report), report)
    assert list(map(str, report)) == []
    (sigma,) = tocsin.loads(printed, syntax="sigma")
    for event in samples:
        assert tocsin.reference.match(native, event) is tocsin.reference.match(sigma, event)
