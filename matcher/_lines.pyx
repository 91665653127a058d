"""What was found in lines of JSON or in rows of columns, and what a match holds.

Between the engine, which judges lines without the interpreter's lock, and those who go through
matches. Matches are made one by one, as they are asked for, and hold a copy of their line, so
that none of them keeps a block of lines in memory.
"""

cimport cython
from libc.stdint cimport uint8_t


cdef class Held:
    """What a match holds: the rules, the number of its own, and its event or what gives it."""

    def __init__(self, rules, uint32_t number, source):
        self._rules = rules
        self.number = number
        self._source = source


@cython.final
cdef class Lines:
    """What was found in lines of JSON."""

    def __len__(self):
        """Return how many matches there are."""
        return self.found.hits.size()

    def __iter__(self):
        """Go through matches: the number of the line or row, and the rule's."""
        cdef size_t at
        for at in range(self.found.hits.size()):
            yield self.found.hits[at].line, self.found.hits[at].rule

    def matches(self, type kind not None, rules, const uint8_t[::1] data not None, uint64_t first,
                bint by_event=False):
        """Go through matches, each behind the number of its line.

        Args:
            kind: what is made of a match, a kind of `Held`; its source is a copy of the line.
            rules: the rules.
            data: what was judged.
            first: the number of the first line.
            by_event: count events instead, which blank lines are not.
        """
        cdef size_t at
        cdef Hit hit
        cdef Held made
        cdef bytes text = None
        cdef uint64_t begin = 0
        if not issubclass(kind, Held):
            raise TypeError(f"{kind.__name__} cannot hold a match")
        for at in range(self.found.hits.size()):
            hit = self.found.hits[at]
            if text is None or hit.begin != begin:
                begin = hit.begin
                if begin + hit.size > <uint64_t>data.shape[0]:
                    raise IndexError("these are not the lines that were judged")
                text = (<const char*>&data[begin])[:hit.size]
            made = <Held>kind.__new__(kind)
            made._rules = rules
            made.number = hit.rule
            made._source = text
            yield first + (hit.event if by_event else hit.line), made

    @property
    def malformed(self):
        """For each malformed line: begin and size, its number, the event's."""
        return [
            (fault.begin, fault.size, fault.line, fault.event) for fault in self.found.malformed
        ]

    @property
    def lines(self):
        """How many lines there were."""
        return self.found.lines

    @property
    def events(self):
        """How many of them were not blank."""
        return self.found.events

    @property
    def unrecognised(self):
        """How many events are of no known log source."""
        return self.found.unrecognised
