"""Comments of a native text and the places of the tree that they belong to.

An anchor is a place where something printed begins: an entry and its end, a statement, a part
of a condition, a value of a list. A comment on a line of its own belongs to the next anchor, a
comment behind something to the outermost anchor that begins on its line.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from ..source import Source

_GAP = re.compile(r"[^\n]*\n[ \t\r]*\n")
"""The rest of a line, and a blank line."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, from its number sign to the end of its line."""

    text: str
    start: int


@dataclass(slots=True)
class Place:
    """The comments of one anchor.

    Attributes:
        above: those on lines of their own, with an empty text for a blank line after one.
        behind: the one on the same line, or empty.
        apart: whether a blank line stands before the first of them.
    """

    above: list[str]
    behind: str = ""
    apart: bool = False

    @property
    def before(self) -> list[str]:
        """The comments on lines of their own."""
        return [text for text in self.above if text]


class Comments:
    """Hands out the comments of a text, each once.

    Attributes:
        heads: where a statement begins, by the place of its first node.
    """

    def __init__(
        self,
        source: Source,
        comments: Iterable[Comment] = (),
        anchors: Iterable[int] = (),
        heads: dict[int, int] | None = None,
    ) -> None:
        """Give each comment to an anchor."""
        self.heads = heads or {}
        self._source = source
        self._places: dict[int, Place] = {}
        self._rest: list[str] = []
        self._anchors = sorted(set(anchors))
        for comment in comments:
            self._give(comment)
        self._held = sorted(self._places)

    def _give(self, comment: Comment) -> None:
        """Give a comment to its anchor."""
        line_start = self._source.text.rfind("\n", 0, comment.start) + 1
        if self._source.text[line_start : comment.start].strip():
            self._give_behind(comment, line_start)
            return
        index = bisect_left(self._anchors, comment.start)
        if index == len(self._anchors):
            self._rest.append(comment.text)
            return
        place = self._places.setdefault(self._anchors[index], Place([]))
        apart = self._source.text.endswith("\n\n", 0, line_start)
        place.apart = place.apart or (not place.above and apart)
        place.above += [comment.text, ""] if self._has_gap(comment) else [comment.text]

    def _has_gap(self, comment: Comment) -> bool:
        """Return whether a blank line follows a comment."""
        return _GAP.match(self._source.text, comment.start) is not None

    def _give_behind(self, comment: Comment, line_start: int) -> None:
        """Give a comment to what stands before it."""
        first = bisect_left(self._anchors, line_start)
        last = bisect_right(self._anchors, comment.start) - 1
        anchor = self._anchors[first] if first <= last else self._anchors[last]
        place = self._places.setdefault(anchor, Place([]))
        if place.behind:
            place.above += [place.behind, comment.text]
            place.behind = ""
        else:
            place.behind = comment.text

    def take(self, anchor: int) -> Place:
        """Return the comments of an anchor; that of a statement's first node is the statement."""
        return self.take_part(self.heads.get(anchor, anchor))

    def take_part(self, anchor: int) -> Place:
        """Return the comments of a part of a condition, or of a value of a list."""
        return self._places.pop(anchor, None) or Place([])

    def inside(self, start: int, end: int) -> bool:
        """Return whether an anchor from `start` up to `end` has comments left."""
        first = bisect_left(self._held, start)
        last = bisect_left(self._held, end)
        return any(anchor in self._places for anchor in self._held[first:last])

    def rest(self) -> list[str]:
        """Return the comments that nothing has taken, in order."""
        left = [self._places[anchor] for anchor in sorted(self._places)]
        texts = [text for p in left for text in (*p.before, p.behind) if text]
        self._places.clear()
        return [*texts, *self._rest]
