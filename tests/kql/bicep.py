"""Reads the objects of a Bicep file: enough to compare what it deploys with the ARM template."""

import re
from typing import Any

_TOKEN = re.compile(
    r"(?P<space>[ \t\r]+)|(?P<newline>\n)|(?P<text>'(?:[^'\\]|\\.)*')|(?P<number>-?\d+)"
    r"|(?P<word>[A-Za-z_]\w*)|(?P<mark>[{}\[\]:=])"
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}


class BicepError(ValueError):
    """A text that is none of the Bicep that this reader knows."""


def resources(text: str) -> list[dict[str, Any]]:
    """Return the objects that the file declares as resources, those that exist left out."""
    found = []
    for match in re.finditer(r"(?m)^resource \w+ '[^']+'( existing)? = (?=\{)", text):
        reader = _Reader(text, match.end())
        value = reader.value()
        if not match[1]:
            found.append(value)
    return found


class _Reader:
    """A reader of one value from a place in a text."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at

    def token(self) -> tuple[str, str]:
        match = _TOKEN.match(self.text, self.at)
        if match is None or match.lastgroup is None:
            raise BicepError(self.text[self.at : self.at + 40])
        self.at = match.end()
        return (match.lastgroup, match[0]) if match.lastgroup != "space" else self.token()

    def value(self) -> Any:
        kind, token = self.token()
        match kind, token:
            case "text", _:
                return unquote(token)
            case "number", _:
                return int(token)
            case "mark", "{":
                return self.object()
            case "mark", "[":
                return self.array()
            case "word", _:
                return WORDS.get(token, f"<{token}>")
            case _:
                raise BicepError(token)

    def object(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while True:
            kind, token = self.token()
            if kind == "newline":
                continue
            if token == "}":
                return found
            name = unquote(token) if kind == "text" else token
            if self.token()[1] != ":":
                raise BicepError(name)
            found[name] = self.value()

    def array(self) -> list[Any]:
        found: list[Any] = []
        while True:
            start = self.at
            kind, token = self.token()
            if kind == "newline":
                continue
            if token == "]":
                return found
            self.at = start
            found.append(self.value())


def unquote(token: str) -> str:
    """Return what a text in quotes stands for; an interpolation is not allowed."""
    if re.search(r"(?<!\\)\$\{", token):
        raise BicepError(f"an interpolation: {token}")
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), token[1:-1], flags=re.DOTALL)
