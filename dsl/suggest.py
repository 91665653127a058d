"""Did you mean: the known word nearest to a misspelt one, for the help of diagnostics.

In goes a word and the words that would have been right, out comes at most one of them.
"""

from collections.abc import Iterable

LONGEST = 60
"""Longer words are not compared: nobody misspells them, and comparing takes time."""


def suggest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` most likely stands for, or `None`.

    Letter case does not count as a difference. At most one edit in three letters (and one in
    a short word) is believed to be a slip; among equals the first known word wins.
    """
    if len(word) > LONGEST:
        return None
    wanted = word.lower()
    limit = max(1, len(word) // 3)
    best: str | None = None
    for candidate in known:
        if candidate == word or abs(len(candidate) - len(word)) > limit:
            continue
        edits = distance(wanted, candidate.lower(), limit)
        if edits <= limit:
            best, limit = candidate, edits - 1
        if limit < 0:
            break
    return best


def distance(left: str, right: str, limit: int) -> int:
    """Return how many edits lead from one text to the other, or more than `limit`.

    An edit adds, drops or replaces a character, or swaps two neighbours.
    """
    before: list[int] = []
    above = list(range(len(right) + 1))
    for row, char in enumerate(left, 1):
        current = [row]
        for column, other in enumerate(right, 1):
            edits = min(
                above[column] + 1,
                current[column - 1] + 1,
                above[column - 1] + (char != other),
            )
            if row > 1 and column > 1 and char == right[column - 2] and left[row - 2] == other:
                edits = min(edits, before[column - 2] + 1)
            current.append(edits)
        if min(current) > limit:
            return limit + 1
        before, above = above, current
    return above[-1]
