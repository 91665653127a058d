"""What was found in lines of JSON or in rows of columns, and what a match holds.

Between the engine, which judges lines without the interpreter's lock, and those who go through
matches. Matches are made one by one, as they are asked for, and hold a copy of their line, so
that none of them keeps a block of lines in memory.
"""

cimport cython


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

    def matches(self, type kind not None, rules, uint64_t first, bint by_event=False):
        """Go through matches, each behind the number of its line.

        Args:
            kind: what is made of a match, a kind of `Held`; its source is the line.
            rules: the rules.
            first: the number of the first line.
            by_event: count events instead, which blank lines are not.
        """
        cdef size_t at
        cdef Hit hit
        cdef Held made
        cdef bytes text = None
        cdef const uint8_t* last = NULL
        if not issubclass(kind, Held):
            raise TypeError(f"{kind.__name__} cannot hold a match")
        for at in range(self.found.hits.size()):
            hit = self.found.hits[at]
            if text is None or hit.text != last:
                last = hit.text
                text = (<const char*>last)[:hit.size]
            made = <Held>kind.__new__(kind)
            made._rules = rules
            made.number = hit.rule
            made._source = text
            yield first + (hit.event if by_event else hit.line), made

    @property
    def malformed(self):
        """For each malformed line: its number, the event's."""
        return [(fault.line, fault.event) for fault in self.found.malformed]

    @property
    def first_malformed(self):
        """The first malformed line; empty if there is none, or if it was too long to be kept."""
        return (<const char*>self.found.first_malformed.data())[
            :self.found.first_malformed.size()
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

    @property
    def unread(self):
        """Why no more lines of a file could be read, an `errno`; 0 if they all were."""
        return self.found.unread
