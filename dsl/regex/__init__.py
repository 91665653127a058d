r"""Reads regular expressions of the RE2 subset (decision D20).

In goes the text of an expression with its flags, out comes the tree of `tree`. The
syntax and the meaning are RE2's: a match is searched anywhere, `\d \w \s \b` are ASCII, the
dot stops at line feeds unless `s`, `$` is the very end unless `m`, letters under `i` match by
simple case folding. What needs backtracking (look-around, back-references, possessive and
atomic groups) is refused with its place.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from .sets import ANY, LETTER_SETS, NO_LINE_FEED, POSIX_SETS, category_set, in_any_case
from .tree import (
    Anchor,
    AnchorKind,
    Chain,
    Chars,
    Choice,
    Ranges,
    RegexNode,
    Repeat,
    negated,
    size_of,
    united,
)

MOST_REPEATS = 1000
"""The largest count of a repetition, also of nested ones multiplied."""
_MOST_DEPTH = 200
_MOST_STEPS = 50_000

_CONTROL = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_REFUSED_GROUPS = (
    ("(?=", "look-ahead"),
    ("(?!", "look-ahead"),
    ("(?<=", "look-behind"),
    ("(?<!", "look-behind"),
    ("(?>", "an atomic group"),
    ("(?P=", "a back-reference"),
    ("(?P>", "a recursive group"),
    ("(?#", "a comment"),
    ("(?(", "a conditional group"),
    ("(?R", "a recursive group"),
)


class RegexError(ValueError):
    """An expression that is not of the supported subset.

    Attributes:
        message: what is wrong, as a clause that may follow the expression's name.
        offset: where, in code points from the begin of the expression.
    """

    def __init__(self, message: str, offset: int) -> None:
        """Hold what is wrong and where."""
        super().__init__(f"{message} at offset {offset}")
        self.message = message
        self.offset = offset


@dataclass(frozen=True, slots=True)
class _Flags:
    """What `(?ims)` says at a place."""

    ignore_case: bool = False
    multiline: bool = False
    dot_all: bool = False


_FLAG_NAMES = {"i": "ignore_case", "m": "multiline", "s": "dot_all"}


@lru_cache(maxsize=4096)
def parse_regex(pattern: str, flags: str = "") -> RegexNode:
    """Return the tree of an expression.

    Args:
        pattern: the expression, without delimiters.
        flags: letters of `ims` that hold from the start.

    Raises:
        RegexError: the expression is faulty, outside the subset, or too large.
    """
    start = _Flags(**{_FLAG_NAMES[letter]: True for letter in flags})
    parser = _Parser(pattern, start)
    node = parser.alternatives(0)
    if parser.at < len(pattern):
        raise RegexError("unbalanced `)`", parser.at)
    if _repeats_left(node, MOST_REPEATS) == 0:
        raise RegexError(f"nested counts multiply to more than {MOST_REPEATS}", 0)
    if size_of(node) > _MOST_STEPS:
        raise RegexError("the expression is too large once its counts are written out", 0)
    return node


def _repeats_left(node: RegexNode, budget: int) -> int:
    """Return what nested counts leave of a budget, 0 if they exceed it."""
    match node:
        case Repeat(child=child, least=least, most=most):
            count = least if most is None else most
            counted = count > 1 or least > 1
            return _repeats_left(child, budget // count if counted else budget)
        case Chain(parts=children) | Choice(options=children):
            return min((_repeats_left(child, budget) for child in children), default=budget)
        case _:
            return budget


class _Parser:
    """Recursive descent over one expression; `at` is the next unread character."""

    def __init__(self, pattern: str, flags: _Flags) -> None:
        """Stand at the begin."""
        self.pattern = pattern
        self.flags = flags
        self.at = 0

    def fail(self, message: str, offset: int | None = None) -> RegexError:
        """Return the error for a place, the current one if none is given."""
        return RegexError(message, self.at if offset is None else offset)

    def accept(self, text: str) -> bool:
        """Step over a text if it stands here."""
        if not self.pattern.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def take(self, missing: str) -> str:
        """Step over one character, which must be there."""
        if self.at >= len(self.pattern):
            raise self.fail(missing)
        self.at += 1
        return self.pattern[self.at - 1]

    def alternatives(self, depth: int) -> RegexNode:
        """Read options up to a closing parenthesis or the end; flags set inside end with them."""
        if depth > _MOST_DEPTH:
            raise self.fail("groups are nested too deeply")
        outside = self.flags
        options = [self.chain(depth)]
        while self.accept("|"):
            options.append(self.chain(depth))
        self.flags = outside
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def chain(self, depth: int) -> RegexNode:
        """Read parts up to `|`, `)` or the end."""
        parts: list[RegexNode] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            start = self.at
            counts = self.counts()
            if counts is None:
                parts.extend(self.atom(depth))
                continue
            if not parts:
                raise self.fail("nothing to repeat before this", start)
            self.refuse_second_count()
            parts[-1] = Repeat(parts[-1], *counts)
        return parts[0] if len(parts) == 1 else Chain(tuple(parts))

    def counts(self) -> tuple[int, int | None] | None:
        """Read `*`, `+`, `?` or a count in braces, and the `?` behind it, if one stands here."""
        found: tuple[int, int | None] | None = None
        if self.accept("*"):
            found = (0, None)
        elif self.accept("+"):
            found = (1, None)
        elif self.accept("?"):
            found = (0, 1)
        else:
            found = self.braces()
        if found is not None:
            self.accept("?")
        return found

    def refuse_second_count(self) -> None:
        """Fail where a count follows a count."""
        start = self.at
        if self.counts() is not None:
            what = "a possessive repetition" if self.pattern[start] == "+" else "a second count"
            raise self.fail(f"{what} is not supported", start)

    def braces(self) -> tuple[int, int | None] | None:
        """Read `{2}`, `{2,}` or `{2,5}`; anything else in braces is plain text."""
        close = self.pattern.find("}", self.at)
        if self.at >= len(self.pattern) or self.pattern[self.at] != "{" or close < 0:
            return None
        least, comma, most = self.pattern[self.at + 1 : close].partition(",")
        if not _is_count(least) or not (most == "" or _is_count(most)):
            return None
        if (
            max(len(least), len(most)) > len(str(MOST_REPEATS))
            or max(int(least), int(most or 0)) > MOST_REPEATS
        ):
            raise self.fail(f"a count is at most {MOST_REPEATS}")
        if most and int(most) < int(least):
            raise self.fail("the second count is below the first")
        self.at = close + 1
        if not comma:
            return int(least), int(least)
        return int(least), int(most) if most else None

    def atom(self, depth: int) -> list[RegexNode]:
        """Read what stands here: usually one part, several for quoted text, none for flags."""
        char = self.pattern[self.at]
        if char == "(":
            return self.group(depth)
        if char == "\\":
            return self.backslash()
        if char == "[":
            return [self.brackets()]
        self.at += 1
        match char:
            case ".":
                return [Chars(ANY if self.flags.dot_all else NO_LINE_FEED)]
            case "^":
                multiline = self.flags.multiline
                return [Anchor(AnchorKind.LINE_BEGIN if multiline else AnchorKind.TEXT_BEGIN)]
            case "$":
                multiline = self.flags.multiline
                return [Anchor(AnchorKind.LINE_END if multiline else AnchorKind.TEXT_END)]
            case _:
                return [self.literal(char)]

    def literal(self, char: str) -> Chars:
        """Return a character as the set of one, or of its cases."""
        return Chars(self.cased(((ord(char), ord(char)),)))

    def cased(self, ranges: Ranges) -> Ranges:
        """Return a set as the flags want it."""
        return in_any_case(ranges) if self.flags.ignore_case else ranges

    def group(self, depth: int) -> list[RegexNode]:
        """Read a group, or flags for the rest of the group around."""
        start = self.at
        for opening, name in _REFUSED_GROUPS:
            if self.pattern.startswith(opening, start):
                raise self.fail(f"{name} is not supported")
        outside = self.flags
        self.at += 1
        if self.accept("?"):
            if self.accept("P<") or self.accept("<"):
                self.group_name(start)
            elif self.group_flags(start):
                return []
        node = self.alternatives(depth + 1)
        if not self.accept(")"):
            raise self.fail("the group that begins here is not closed", start)
        self.flags = outside
        return [node]

    def group_name(self, start: int) -> None:
        """Step over a group's name."""
        name, close, _ = self.pattern[self.at :].partition(">")
        if not close or not name or not name.replace("_", "a").isalnum():
            raise self.fail("a group's name is letters, digits and `_`, ended by `>`", start)
        self.at += len(name) + 1

    def group_flags(self, start: int) -> bool:
        """Read `i`, `m`, `s`, `U` up to `:` or `)`; true if it was `)`."""
        value, seen = True, False
        while True:
            char = self.take("the group that begins here is not closed")
            if char in ":)":
                if not value and not seen:
                    raise self.fail("a flag must follow `-`", start)
                return char == ")"
            if char == "-" and value:
                value, seen = False, False
                continue
            if char != "U":
                if char not in _FLAG_NAMES:
                    raise self.fail(f"`(?{char}` is not supported; flags are i, m, s and U", start)
                self.flags = replace(self.flags, **{_FLAG_NAMES[char]: value})
            seen = True

    def backslash(self) -> list[RegexNode]:
        """Read what a backslash begins outside brackets."""
        start = self.at
        following = self.pattern[start + 1 : start + 2]
        if following in _ANCHORS:
            self.at += 2
            return [Anchor(_ANCHORS[following])]
        if following == "Q":
            text, close, _ = self.pattern[start + 2 :].partition("\\E")
            self.at = start + 2 + len(text) + len(close)
            return [self.literal(char) for char in text]
        named = self.named_set()
        if named is not None:
            return [Chars(named)]
        return [self.literal(chr(self.escape()))]

    def named_set(self) -> Ranges | None:
        r"""Read `\d`, `\pL`, `\p{Lu}` or a relative, if one stands here."""
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter in LETTER_SETS:
            self.at += 2
            positive = self.cased(LETTER_SETS[letter.lower()])
            return positive if letter.islower() else negated(positive)
        if letter not in ("p", "P"):
            return None
        start = self.at
        self.at += 2
        name = self.take(r"a category must follow `\p`")
        if name == "{":
            name, close, _ = self.pattern[self.at :].partition("}")
            if not close:
                raise self.fail(r"the `}` of `\p{` is missing", start)
            self.at += len(name) + 1
        return self.category(name.removeprefix("^"), (letter == "P") != name.startswith("^"), start)

    def category(self, name: str, invert: bool, start: int) -> Ranges:  # noqa: FBT001 - internal
        """Return the set of a general category, or fail at `start`."""
        found = category_set(name)
        if found is None:
            raise self.fail(f"`{name}` is no general category; scripts are not supported", start)
        found = self.cased(found)
        return negated(found) if invert else found

    def escape(self) -> int:
        """Read an escaped character, in brackets or outside."""
        start = self.at
        self.at += 1
        char = self.take("a backslash at the end")
        if char in _CONTROL:
            return _CONTROL[char]
        if char == "x":
            return self.hexadecimal(start)
        octal = self.octal(char)
        if octal is not None:
            return octal
        if char.isdigit() and char.isascii():
            raise self.fail(f"a back-reference (`\\{char}`) is not supported", start)
        if char == "C":
            raise self.fail(r"`\C`, a single byte, is not supported", start)
        if not char.isascii() or char.isalnum():
            raise self.fail(f"`\\{char}` is no escape", start)
        return ord(char)

    def octal(self, first: str) -> int | None:
        """Read up to three octal digits, the first being read; one digit other than 0 is none."""
        digits = first
        while len(digits) < 3 and self.pattern[self.at : self.at + 1] in tuple("01234567"):
            digits += self.take("")
        if first not in tuple("01234567") or (first != "0" and len(digits) == 1):
            self.at -= len(digits) - 1
            return None
        return int(digits, 8)

    def hexadecimal(self, start: int) -> int:
        r"""Read the digits of `\x41` or `\x{1F600}`."""
        if self.accept("{"):
            digits, close, _ = self.pattern[self.at :].partition("}")
            self.at += len(digits) + 1
        else:
            digits, close = self.pattern[self.at : self.at + 2], "}"
            self.at += 2
            if len(digits) < 2:
                close = ""
        valid = bool(close and digits) and all(c in "0123456789abcdefABCDEF" for c in digits)
        if not valid or int(digits, 16) > ANY[0][1]:
            raise self.fail(r"`\x` needs two hexadecimal digits, or a code point in braces", start)
        return int(digits, 16)

    def brackets(self) -> Chars:
        """Read a set in brackets."""
        start = self.at
        self.at += 1
        invert = self.accept("^")
        runs: list[tuple[int, int]] = []
        first = True
        while first or not self.accept("]"):
            if self.at >= len(self.pattern):
                raise self.fail("the set that begins here is not closed", start)
            runs.extend(self.member())
            first = False
        ranges = united(runs)
        return Chars(negated(ranges) if invert else ranges)

    def member(self) -> Ranges:
        """Read a class, a range or a character of a set in brackets."""
        if self.pattern.startswith("[:", self.at):
            posix = self.posix()
            if posix is not None:
                return posix
        if self.pattern[self.at] == "\\":
            named = self.named_set()
            if named is not None:
                return named
        start = self.at
        low = high = self.bracketed()
        rest = self.pattern[self.at : self.at + 2]
        if len(rest) == 2 and rest[0] == "-" and rest[1] != "]":
            self.at += 1
            high = self.bracketed()
            if high < low:
                raise self.fail("a range whose end comes before its begin", start)
        return self.cased(((low, high),))

    def bracketed(self) -> int:
        """Read one character in brackets."""
        if self.pattern[self.at : self.at + 1] == "\\":
            return self.escape()
        return ord(self.take("a set in brackets is not closed"))

    def posix(self) -> Ranges | None:
        """Read `[:name:]`; `None` if it is not closed and so no name."""
        start = self.at
        close = self.pattern.find(":]", start + 2)
        if close < 0:
            return None
        name = self.pattern[start + 2 : close]
        found = POSIX_SETS.get(name.removeprefix("^"))
        if found is None:
            raise self.fail(f"`[:{name}:]` is no named set", start)
        self.at = close + 2
        found = self.cased(found)
        return negated(found) if name.startswith("^") else found


_ANCHORS = {
    "A": AnchorKind.TEXT_BEGIN,
    "z": AnchorKind.TEXT_END,
    "b": AnchorKind.WORD_BOUNDARY,
    "B": AnchorKind.NO_WORD_BOUNDARY,
}


def _is_count(text: str) -> bool:
    """Return whether a text is a number as counts are written: digits without leading zeros."""
    return text.isascii() and text.isdigit() and (text == "0" or not text.startswith("0"))
