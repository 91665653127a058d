"""Where the characters of a YAML scalar stand in the file.

In goes the source text of a scalar (quotes, escapes, folds and all) and the value that YAML
made of it; out comes, for every character of the value, its offset in the source text. That
is how a message about a part of a scalar points at the right column.
"""

import re

from ..source import Span

_FLOW = re.compile(r"(?P<blank>[ \t\r\n\x85\u2028\u2029]+)|(?P<char>[^ \t\r\n\x85\u2028\u2029])")
_SINGLE = re.compile(
    r"(?P<blank>[ \t\r\n\x85\u2028\u2029]+)|(?P<char>''|[^ \t\r\n\x85\u2028\u2029])"
)
_DOUBLE = re.compile(
    r"""(?P<blank>[ \t\r\n\x85\u2028\u2029]+)
      | (?P<join>\\(?:\r\n|[\r\n\x85\u2028\u2029])[ \t\r\n\x85\u2028\u2029]*)
      | (?P<char>\\x[0-9a-fA-F]{2} | \\u[0-9a-fA-F]{4} | \\U[0-9a-fA-F]{8} | \\.
          | [^ \t\r\n\x85\u2028\u2029\\])""",
    re.VERBOSE | re.DOTALL,
)
_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_HEADER = re.compile(r"[^\r\n\x85\u2028\u2029]*(?:\r\n|[\r\n\x85\u2028\u2029])?")


def inside(span: Span, value: str, start: int, end: int) -> Span:
    """Return where a stretch of a scalar's value stands in the file.

    Args:
        span: the scalar as it stands in the file.
        value: what YAML made of it.
        start: where the stretch begins in the value.
        end: where it ends.
    """
    places = char_places(span.text, value)
    if places is None:
        return span
    last = places[end] if start == end else max(places[end - 1] + 1, places[start] + 1)
    return Span(span.source, span.start + places[start], span.start + last)


def char_places(written: str, value: str) -> list[int] | range | None:
    """Return the offset in `written` of each character of `value`, and of its end.

    `None` when the two do not belong together.
    """
    quote = written[:1]
    if quote in {"'", '"'}:
        if len(written) == len(value) + 2:
            return range(1, len(written))
        body, first = written[1:-1], 1
        places = _flow_places(_SINGLE if quote == "'" else _DOUBLE, body, first)
    elif quote in {"|", ">"}:
        places = _block_places(written, value)
    elif len(written) == len(value):
        return range(len(written) + 1)
    else:
        places = _flow_places(_FLOW, written, 0)
    return places if len(places) == len(value) + 1 else None


def _flow_places(tokens: re.Pattern[str], body: str, first: int) -> list[int]:
    """Return the places of the characters of a plain or quoted scalar."""
    places: list[int] = []
    for token in tokens.finditer(body):
        at = first + token.start()
        if token.lastgroup == "char":
            places.append(at)
        elif token.lastgroup == "blank":
            places.extend(at + offset for offset in _fold(token.group()))
        else:
            places.extend([at + 1] * (len(_BREAK.findall(token.group())) - 1))
    places.append(first + len(body))
    return places


def _fold(blank: str) -> range:
    """Return the offsets of what is left of a run of blanks after folding its lines."""
    breaks = len(_BREAK.findall(blank))
    return range(len(blank)) if breaks == 0 else range(max(1, breaks - 1))


def _block_places(written: str, value: str) -> list[int]:
    """Return the places of the characters of a literal or folded block.

    Blocks have no escapes, so visible characters stand in the same order on both sides; blanks
    are placed after the character before them.
    """
    position = _HEADER.match(written).end()  # type: ignore[union-attr]  # matches anything
    places: list[int] = []
    for char in value:
        if char.isspace():
            places.append(min(position, len(written)))
            position += written[position : position + 1] == char
        else:
            position = written.find(char, position) + 1
            if position == 0:
                return []
            places.append(position - 1)
    places.append(min(position, len(written)))
    return places
