"""JSON spelled in every way that means the same, and lines that are not JSON."""

from typing import Any

from hypothesis import strategies as st

SPACES = ("", "", "", " ", "\t", " \r ")
SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "/": "\\/", "\b": "\\b", "\t": "\\t"}


@st.composite
def spellings(draw: st.DrawFn, value: Any) -> str:
    """Return a spelling of a value as JSON."""
    if isinstance(value, str):
        return draw(text_spellings(value))
    if isinstance(value, dict):
        members = [
            f"{draw(text_spellings(key))}{gap}:{draw(spellings(inner))}"
            for key, inner in value.items()
            for gap in [draw(st.sampled_from(SPACES))]
        ]
        if value and draw(st.integers(0, 5)) == 0:
            key = draw(st.sampled_from(sorted(value)))
            members.insert(0, f"{draw(text_spellings(key))}:{draw(spellings(draw(spoilers)))}")
        return "{" + draw(_joined(members)) + "}"
    if isinstance(value, list):
        return "[" + draw(_joined([draw(spellings(inner)) for inner in value])) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return repr(value)


spoilers = st.sampled_from(["a", 1, None, [], {"d": "a", "x": 1}, [{"d": "b"}], {"#text": "a"}])
"""Values of a name that comes again."""


@st.composite
def _joined(draw: st.DrawFn, members: list[str]) -> str:
    """Return the members with commas and white space between them."""
    gap = draw(st.sampled_from(SPACES))
    return gap + f"{gap},{gap}".join(members) + gap


@st.composite
def text_spellings(draw: st.DrawFn, text: str) -> str:
    """Return a spelling of a text as JSON, some characters escaped that need not be."""
    style = draw(st.integers(0, 3))
    out = []
    for char in text:
        must = char in '"\\' or char < " "
        if not must and (style == 0 or (style == 1 and char.isascii() and char != "/")):
            out.append(char)
        elif char in SHORT and style != 3:
            out.append(SHORT[char])
        else:
            units = char.encode("utf-16-be", "surrogatepass")
            pairs = [units[i : i + 2].hex() for i in range(0, len(units), 2)]
            out.append("".join("\\u" + (pair.upper() if style == 2 else pair) for pair in pairs))
    return '"' + "".join(out) + '"'


@st.composite
def broken(draw: st.DrawFn, line: str) -> bytes:
    """Return a line that something happened to; it may still be JSON."""
    data = bytearray(line.encode("utf-8", "surrogatepass"))
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.integers(0, 3))
        if kind == 0:
            data[at : at + draw(st.integers(1, 3))] = b""
        elif kind == 1:
            data[at:at] = draw(st.sampled_from(PIECES))
        elif kind == 2:
            data[at:] = b""
        else:
            data[at : at + 1] = draw(st.sampled_from(PIECES))
    return bytes(data).replace(b"\n", b" ")


PIECES = (
    b'"', b"\\", b",", b":", b"{", b"}", b"[", b"]", b"\\u", b"\\ud800", b"\\x", b"\x00", b"\x01",
    b"\xff", b"\xed\xa0\x80", b"\xc3", b"NaN", b"-", b"01", b"1.", b"1e", b"-0", b"true", b"nul",
    b"'", b"/", b" ", b"\x0b", b"1e5", b'"a"', b'"a":1,', b"//x", b"\xef\xbb\xbf", b"{}", b"[[]]",
)  # fmt: skip
