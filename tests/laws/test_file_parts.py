"""Parts of a file hold every line once, wherever they are cut and whatever is read at a time."""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tocsin.matcher._engine import FILE_END, Worker
from tocsin.matcher.found import Match
from tocsin.matcher.matcher import Matcher

from tests.scan.test_files import MATCHER
from tocsin.readers.lines import lines

pytestmark = pytest.mark.skipif(not hasattr(os, "pread"), reason="files are not read by parts here")

MARK = b"\xef\xbb\xbf"

lines_of_events = st.sampled_from(
    [b'{"Image":"a"}', b'{"Image":"bcda"}', b"{}", b" ", b"x" * 40, b""]
)
ends = st.sampled_from([b"\n", b"\n", b"\r\n", b""])
texts = st.lists(st.tuples(lines_of_events, ends).map(b"".join), max_size=20).map(b"".join)


@dataclass
class Account:
    """What lines hold: the numbers of lines and events, and what matches or is no event."""

    lines: int = 0
    events: int = 0
    hits: list[tuple[int, bytes]] = field(default_factory=list)
    malformed: list[int] = field(default_factory=list)
    first: bytes | None = None

    def add(self, worker: Worker, matcher: Matcher, file: int, part: tuple[int, int],
            sizes: tuple[int, int]) -> None:  # fmt: skip
        """Add what a part holds."""
        begin, end = part
        limit, block = sizes
        found = worker.file(file, begin, end, matcher.source, limit, block)
        assert found.unread == 0
        for line, match in found.matches(Match, matcher.rules, self.lines):
            assert match.line is not None
            self.hits.append((line, match.line.rstrip(b"\r")))
        if found.malformed and not self.malformed:
            self.first = found.first_malformed.rstrip(b"\r")
        self.malformed += [self.lines + line for line, _ in found.malformed]
        self.lines += found.lines
        self.events += found.events


def wanted(data: bytes, limit: int) -> Account:
    """Return what the lines of a file hold, one by one."""
    account = Account()
    worker = MATCHER.borrow()
    for number, line in lines(io.BytesIO(data)):
        text = None if line is None or len(line) > limit else line
        account.lines = number
        if text is not None and not text.strip():
            continue
        account.events += 1
        judged = None if text is None else worker.lines(text, 0, len(text), MATCHER.source)
        if judged is None or judged.malformed:
            account.malformed.append(number - 1)
            account.first = (text or b"") if account.first is None else account.first
        elif len(judged):
            account.hits.append((number - 1, text or b""))
    MATCHER.give_back(worker)
    return account


@contextmanager
def stored(data: bytes) -> Iterator[int]:
    """Give the descriptor of a file."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        yield file.fileno()


@given(
    st.sampled_from([b"", MARK]),
    texts,
    st.lists(st.integers(0, 400), max_size=6),
    st.sampled_from([13, 39, 1000]),
    st.integers(1, 90),
)
@example(b"", b"\n\n", [0, 1, 2], 13, 1)
@example(MARK, b'{"Image":"a"}', [1, 2, 3], 1000, 1)
@example(MARK, b'{"Image":"a"}', [], 13, 1)
@example(b"", b'{"Image":"a"}\n{}\n', [], 13, 50)
@example(b"", b"x" * 40 + b"\n" + b"x" * 40, [20, 41], 13, 4)
def test_parts_hold_every_line_once(
    mark: bytes, data: bytes, cuts: list[int], limit: int, block: int
) -> None:
    places = [0, *sorted(set(cuts) - {0}), FILE_END]
    account = Account()
    worker = MATCHER.borrow()
    with stored(mark + data) as file:
        for part in pairwise(places):
            account.add(worker, MATCHER, file, part, (limit, block))
    MATCHER.give_back(worker)
    assert account == wanted(data, limit)
