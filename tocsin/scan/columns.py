"""Parquet and Arrow files judged by the compiled matcher, batch by batch."""

from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from typing import Any

from tocsin.matcher.found import JudgedRows
from tocsin.matcher.matcher import Matcher
from tocsin.readers import EventFile
from tocsin.readers.columns import DamagedError, batches, damage
from tocsin.scan.found import Found, Totals
from tocsin.scan.pool import in_order

_AHEAD = 2
"""How many batches a thread are under way at most: they are large."""


def scan_columns(
    matcher: Matcher, source: int, opened: EventFile, totals: Totals, threads: int
) -> Iterator[Found]:
    """Go through the matches of a file of columns, in the order of its rows.

    Args:
        matcher: the rules.
        source: the number of the rows' log source, as the matcher gave it.
        opened: the file.
        totals: what is counted.
        threads: how many judge batches; 0 for the calling one alone.
    """

    def judge(batch: Any) -> list[JudgedRows]:  # noqa: ANN401 - pyarrow has no types
        return list(matcher.judge_rows(batch, source))

    work = batches(opened.stream, opened.name)
    first = 0
    try:
        with closing(in_order(work, judge, threads, helps=True, most=_AHEAD)) as results:
            for judged in chain.from_iterable(results):
                for row, match in judged:
                    totals.count(match.number)
                    yield Found(match, opened.name, first + row)
                totals.events += judged.rows
                first += judged.rows
    except DamagedError as error:
        opened.tally.add(damage(first, opened.name, error))
