r"""How the native language spells texts, names, expressions and words, in both directions.

Quotes hold a text as it is: a backslash is a backslash, and only a quote is written twice.
Texts that cannot stand so (line ends, characters nobody sees) are written `e"…"`, where a
backslash escapes. The reader and the printer both build on this module, so each spelling and
its reading stand side by side.
"""

import re

from .values import Data

KEYWORDS = frozenset(
    {
        "all",
        "and",
        "any",
        "as",
        "cased",
        "contains",
        "empty",
        "endswith",
        "exists",
        "expand",
        "ext",
        "false",
        "field",
        "file",
        "in",
        "is",
        "like",
        "match",
        "matches",
        "named",
        "no",
        "not",
        "null",
        "of",
        "on",
        "or",
        "path",
        "startswith",
        "test",
        "them",
        "true",
        "under",
        "when",
    }
)
"""Words that cannot begin a statement as its key; there they stand in backticks."""

ENTRIES = frozenset({"list", "rule", "correlation", "filter"})
OPENERS = frozenset({"not", "any", "all", "exists", "when", "test"})
"""Words that cannot be the name of a field or a detection where a predicate may begin."""

PARTS_OF_TIME = ("minute", "hour", "day", "weekday", "week", "month", "year")
ENCODINGS = {
    "base64": "base64",
    "base64offset": "base64offset",
    "utf16le": "utf16le",
    "utf16be": "utf16be",
    "utf16": "utf16",
    "wide": "wide",
    "dash": "windash",
    "expand": "expand",
}
"""What may stand around a text, and the modifier that it is."""

LIST_KEYS = frozenset({"tags", "references", "falsepositives", "fields", "scope"})
"""Metadata keys whose value is a list even when there is only one."""

_NAME = re.compile(r"[A-Za-z_@][A-Za-z0-9_@.\-]*")
_WORD = re.compile(r"[A-Za-z0-9_/][A-Za-z0-9_/.+\-]*")
_TYPED = re.compile(r"(?P<int>0|[1-9][0-9]{0,30})|(?P<float>(?:0|[1-9][0-9]*)\.[0-9]+)")
_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")
_PART = re.compile(r"[A-Za-z_][A-Za-z0-9_.+\-]*")
_CONSTANTS: dict[str, Data] = {"true": True, "false": False, "null": None}
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|(.))", re.DOTALL)
_SHORT = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", '"': '"', "`": "`"}
_LONG = {text: letter for letter, text in _SHORT.items()}
_LAST = 0x10FFFF


class EscapeError(ValueError):
    """An escape that means nothing; `offset` and `length` say where it stands."""

    def __init__(self, offset: int, length: int) -> None:
        """Remember the place, counted from the beginning of the token."""
        super().__init__("unknown escape")
        self.offset = offset
        self.length = length


def unquote(token: str) -> str:
    r"""Return the text of `"…"`, `` `…` ``, or of either with an `e` before it.

    Raises:
        EscapeError: an escape in it means nothing.
    """
    if token[0] != "e":
        quote = token[0]
        return token[1:-1].replace(quote * 2, quote)
    if "\\" not in token:
        return token[2:-1]
    out: list[str] = []
    end = 2
    for found in _ESCAPE.finditer(token, 2, len(token) - 1):
        out += [token[end : found.start()], _unescaped(found)]
        end = found.end()
    return "".join([*out, token[end:-1]])


def _unescaped(found: re.Match[str]) -> str:
    """Return the character that an escape stands for."""
    if found[2] in _SHORT:
        return _SHORT[found[2]]
    code = int(found[1], 16) if found[1] else _LAST + 1
    if code > _LAST:
        raise EscapeError(found.start(), found.end() - found.start())
    return chr(code)


def quote(text: str, mark: str = '"') -> str:
    """Return a text in quotes, or with escapes where it has characters nobody sees."""
    if text.isprintable():
        return mark + text.replace(mark, mark * 2) + mark
    return "e" + mark + "".join(_escaped(char, mark) for char in text) + mark


def _escaped(char: str, mark: str) -> str:
    """Return one character as it stands between `e"` and `"`."""
    if char in "\\\n\r\t" or char == mark:
        return "\\" + _LONG[char]
    return char if char.isprintable() else f"\\u{{{ord(char):x}}}"


def name(text: str, reserved: frozenset[str] = OPENERS) -> str:
    """Return a name as it stands where names may stand, in backticks where it must."""
    if text not in reserved and _NAME.fullmatch(text):
        return text
    return quote(text, "`")


def list_name(text: str) -> str:
    """Return the name of a list as it stands among values."""
    return name(text, KEYWORDS | ENTRIES)


def glob(text: str) -> str:
    """Return a detection name or a pattern of names, in backticks where it must."""
    plain = text != "them" and _NAME.fullmatch(text.replace("*", "_"))
    return text if plain else quote(text, "`")


def modifier(text: str) -> str:
    """Return a modifier's name as the general form has it."""
    return text if _WORD.fullmatch(text) else quote(text, "`")


def read_word(text: str) -> Data:
    """Return what a bare word of the metadata stands for."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    typed = _TYPED.fullmatch(text)
    if typed is None:
        return str(text)
    return int(text) if typed["int"] else float(text)


def word(data: Data) -> str | None:
    """Return a scalar of the metadata as a word or a text, or `None` where it has neither."""
    if isinstance(data, str):
        bare = _WORD.fullmatch(data) and data not in _CONSTANTS and not _TYPED.fullmatch(data)
        return data if bare else quote(data)
    if data is None or isinstance(data, bool):
        return {None: "null", True: "true", False: "false"}[data]
    if isinstance(data, int | float):
        text = repr(data)
        return text if _TYPED.fullmatch(text) else None
    return None


def block(text: str) -> list[str] | None:
    """Return a text of several lines as lines behind bars, or `None` where it cannot stand so."""
    lines = text.split("\n")
    if len(lines) == 1 or not all(line.replace("\t", "").isprintable() for line in lines):
        return None
    return [f"| {line}" if line else "|" for line in lines]


def unblock(token: str) -> str:
    """Return the text of lines behind bars."""
    return "\n".join(_unbarred(line) for line in token.split("\n"))


def _unbarred(line: str) -> str:
    """Return one line without its indentation, its bar and one blank."""
    return line.removesuffix("\r").lstrip(" \t")[1:].removeprefix(" ")


def regex(text: str) -> str | None:
    """Return a regular expression between slashes, or `None` where it cannot stand so."""
    out: list[str] = []
    for part in re.findall(r"\\.|[^\\]|\\\Z", text, re.DOTALL):
        if part in ("\\/", "\\"):
            return None
        out.append("\\/" if part == "/" else part)
    spelled = "".join(out)
    return f"/{spelled}/" if spelled and spelled.isprintable() else None


def unregex(token: str) -> tuple[str, str]:
    """Return the expression between slashes and the flags after them."""
    end = token.rindex("/")
    parts = re.findall(r"\\.|[^\\]", token[1:end])
    return "".join("/" if part == "\\/" else part for part in parts), token[end + 1 :]


def is_number(text: str) -> bool:
    """Return whether a text stands for a number as it is."""
    return _NUMBER.fullmatch(text) is not None


def is_part(text: str) -> bool:
    """Return whether a text can stand between the slashes of a log source."""
    return _PART.fullmatch(text) is not None
