"""How wide characters are on a terminal, and which ones must not reach it.

Names and lines come from files of strangers: control characters and marks that turn the
direction of writing are shown as symbols, so that a message cannot rewrite the terminal.
"""

import re
import unicodedata

TAB = 4
"""How many columns a tab takes."""

_UNSAFE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufff9-\ufffb]"
)


def clean(text: str) -> str:
    """Return a text of one line that is safe to print."""
    return _UNSAFE.sub(_symbol, text)


def clean_lines(text: str) -> str:
    """Return a text that may have several lines, safe to print."""
    return "\n".join(clean(line) for line in text.split("\n"))


def _symbol(found: re.Match[str]) -> str:
    """Return what to show for a character: its picture, or the replacement character."""
    number = ord(found.group())
    if number < 0x20:  # the ASCII controls have pictures
        return chr(0x2400 + number)
    return "\u2421" if number == 0x7F else "\ufffd"


def char_width(char: str) -> int:
    """Return how many columns a character takes."""
    if char == "\t":
        return TAB
    if char.isascii():
        return 1
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def width(text: str) -> int:
    """Return how many columns a text takes."""
    return len(text) if text.isascii() and "\t" not in text else sum(map(char_width, text))


def expand_tabs(text: str) -> str:
    """Return a text with blanks for its tabs."""
    return text.replace("\t", " " * TAB)
