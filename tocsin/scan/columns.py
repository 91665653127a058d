"""Parquet and Arrow files judged by the compiled matcher, batch by batch."""

from collections.abc import Iterator

from tocsin.dsl.ast import Logsource
from tocsin.matcher.matcher import Matcher
from tocsin.readers import EventFile
from tocsin.readers.columns import DamagedError, batches, damage
from tocsin.scan.found import Found, Totals


def scan_columns(
    matcher: Matcher, logsource: Logsource | str | None, opened: EventFile, totals: Totals
) -> Iterator[Found]:
    """Go through the matches of a file of columns, in the order of its rows.

    Args:
        matcher: the rules.
        logsource: what the rows are, where their columns do not say.
        opened: the file.
        totals: what is counted.
    """
    first = 0
    try:
        for batch in batches(opened.stream, opened.name):
            for row, match in matcher.match_arrow(batch, logsource):
                totals.count(match.number)
                yield Found(match, opened.name, first + row)
            totals.events += batch.num_rows
            first += batch.num_rows
    except DamagedError as error:
        opened.tally.add(damage(first, opened.name, error))
