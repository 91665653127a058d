"""The engine's Python face: programs, workers, lines of JSON and events as mappings.

Between `matcher.py` and the C++ headers under `native/`. In go the bytes of a program and
events; out come numbers of matching rules. Lines are judged without the interpreter's lock, by
one worker a thread; a program is shared by all. Nothing here decides policy.
"""

cimport cython
from collections.abc import Mapping
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.dict cimport PyDict_Check, PyDict_CheckExact
from cpython.object cimport PyObject
from cpython.pythread cimport PyThread_get_thread_ident
from cython.operator cimport dereference
from libc.stdint cimport uintptr_t

from ._arrow cimport Batch
from ._lines cimport Lines

from .places import DEPTH_LIMIT as _DEPTH_LIMIT
from .faults import ProgramError, event_fault
from .view import _scalar as scalar_of
from .view import text_of

cdef extern from "Python.h":
    const char* PyUnicode_AsUTF8AndSize(object, Py_ssize_t*) except? NULL
    long long PyLong_AsLongLongAndOverflow(object, int*) except? -1

FILE_END = (1 << 64) - 1
"""Stands for the end of a file, wherever that will be when it is reached."""

cdef uint32_t NONE = 0xFFFFFFFFu
cdef uint32_t DEPTH = _DEPTH_LIMIT


@cython.final
cdef class Program:
    """A program in memory, checked, and shared by its workers."""

    def __cinit__(self, bytes data not None):
        cdef string error
        self.data = data  # the engine refers to them
        self.shared = open_program(
            <const uint8_t*>PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data), error
        )
        if not self.shared:
            raise ValueError(error.decode())

    def declare(self, bytes active not None):
        """Return the number of a declared log source.

        Args:
            active: by variant, 0 for not its events, 1 for all, 2 if the header decides.
        """
        cdef vector[uint8_t] flags
        cdef uint8_t flag
        for flag in active:
            flags.push_back(flag)
        return dereference(dereference(self.shared).engine).declare(flags)

    @property
    def rules(self):
        """How many rules it is of."""
        return dereference(dereference(self.shared).engine).program().facts.rules

    @property
    def classes(self):
        """How many event classes have been made."""
        return dereference(dereference(self.shared).engine).classes()


@cython.final
cdef class Worker:
    """What one thread needs to judge events; may be used by one thread at a time."""

    def __cinit__(self, Program program not None, *, uint64_t seed, size_t memo_bytes,
                  size_t memo_value, cbool memo, size_t set_bytes, size_t verdict_bytes):
        cdef WorkerLimits limits
        limits.memo.seed = seed
        limits.memo.bytes = memo_bytes
        limits.memo.value = memo_value
        limits.memo.enabled = memo
        limits.sets = set_bytes
        limits.verdicts = verdict_bytes
        self.program = program
        self.seat.reset(new Seat(program.shared, limits))
        self.worker = &self.seat.get().worker()
        self.mappings.reset(new MappingWalk(dereference(self.seat), DEPTH))
        self.held = []

    def lines(self, const uint8_t[::1] data not None, size_t begin, size_t end,
              uint32_t source, cbool sieved=False):
        """Judge the lines in a part of a buffer; what is behind them may be looked at, too.

        Args:
            sieved: only hits and the number of lines are asked for, so that lines which no rule
                can match need not be read.
        """
        cdef Lines lines = Lines()
        cdef cbool good
        cdef const uint8_t* start
        cdef size_t readable = data.shape[0] - begin
        if begin >= end or end > <size_t>data.shape[0]:
            return lines
        start = &data[0] + begin
        with nogil:
            good = self.seat.get().run_lines(
                start, end - begin, readable, source, sieved, lines.found
            )
        if not good:
            self.fail()
        return lines

    def file(self, int file, uint64_t begin, uint64_t end, uint32_t source, size_t limit,
             size_t block=1 << 20):
        """Judge the lines that begin in a part of a file: behind its begin, up to its end.

        Args:
            file: a descriptor whose file can be read from any place.
            begin: a place in the file; from the first on its first line is of the part, too.
            end: a place in the file, or `FILE_END`.
            limit: how many bytes a line may have, without its end.
            block: how many are read at a time.
        """
        cdef Lines lines = Lines()
        cdef FileSizes sizes
        cdef cbool good
        sizes.limit = limit
        sizes.block = block
        with nogil:
            good = self.seat.get().run_file(file, begin, end, sizes, source, lines.found)
        if not good:
            self.fail()
        return lines

    def rows(self, Batch batch not None, uint32_t source):
        """Judge the rows of a batch of Arrow data.

        Raises:
            EventError: a column is of a type that is not supported.
        """
        cdef Lines lines = Lines()
        cdef cbool good
        if not self.seat.get().open_rows(batch.schema.schema):
            raise event_fault(self.seat.get().error().decode())
        with nogil:
            good = self.seat.get().run_rows(batch.array, source, lines.found)
        if not good:
            self.fail()
        return lines

    cdef int fail(self) except -1:
        """Raise what went wrong in the last call."""
        message = self.seat.get().error().decode()
        if message.startswith("out of memory"):
            raise MemoryError(message)
        raise ProgramError(message)

    def mapping(self, object event, uint32_t source):
        """Return the numbers of the rules that match a mapping, and whether it is known."""
        cdef Judged judged
        self.judge(event, source, &judged)
        return numbers_of(judged.verdict), judged.recognised

    def statistics(self):
        """Return the counters of this worker by name."""
        cdef Statistics found = self.seat.get().statistics()
        found.memory += self.mappings.get().memory()
        return found

    cdef const Verdict* rules(self, object event, uint32_t source, Judged* judged) except NULL:
        """Return which rules match; whether the event is known is not said."""
        if PyDict_CheckExact(event) and self.mappings.get().rules_out(<PyObject*>event, source):
            judged.verdict.count = 0
        else:
            self.judge(event, source, judged)
        return &judged.verdict

    cdef int judge(self, object event, uint32_t source, Judged* judged) except -1:
        cdef cbool searches = False
        cdef Seat* seat = self.seat.get()
        if not is_map(event):
            raise event_fault(f"an event is a mapping, not {type(event).__name__}")
        self.mappings.get().begin()
        self.walk(event, 0, 1, seat.gathers())
        if not seat.classify(source, judged.recognised, searches):
            self.fail()
        if searches:
            self.collect(event, 0)
        if not seat.judge(judged.verdict):
            self.fail()
        if self.held:
            self.held.clear()
        return 0

    cdef int walk(self, object event, uint32_t context, uint32_t depth, cbool gathers) except -1:
        """Offer the values of a map, and gather them all if that is asked for."""
        cdef Cursor cursor
        cdef Name* name
        self.mappings.get().open(cursor, context, gathers)
        if PyDict_Check(event):
            while self.mappings.get().next(<PyObject*>event, cursor):
                self.member(cursor.name, <object>cursor.value, cursor.map, depth)
            return 0
        if gathers:
            self.seat.get().haystack().lacks()
        for key, value in event.items():
            self.held.append((key, value))
            name = self.mappings.get().find(<PyObject*>key, context)
            if name != NULL and name.matters:
                self.member(name, value, cursor.map, depth)
        return 0

    cdef int member(self, const Name* name, object value, uint64_t number,
                    uint32_t depth) except -1:
        """Offer a value under a name that matters."""
        if not isinstance(value, (str, int, float)) and value is not None and (
            isinstance(value, (list, tuple)) or is_map(value)
        ):
            return self.branch(name, value, number, depth)
        return self.take(name, value, number)

    cdef int collect(self, object value, uint32_t depth) except -1:
        """Offer all that a value holds to the tests on the whole event."""
        if value is None:
            return 0
        if isinstance(value, (list, tuple)):
            depth = inside(depth)
            for inner in self.members(value):
                self.collect(inner, depth)
        elif is_map(value):
            depth = inside(depth)
            if PyDict_Check(value):
                for inner in (<dict>value).values():
                    self.collect(inner, depth)
            else:
                for key, inner in value.items():
                    self.held.append((key, inner))
                    self.collect(inner, depth)
        else:
            self.seat.get().collect(self.text(value))
        return 0

    cdef int take(self, const Name* name, object value, uint64_t number) except -1:
        """Offer a scalar or null to the slots of a name."""
        cdef Cell* cell
        cdef Value text
        cdef cbool ready = False
        for i in range(name.place_count):
            cell = self.worker.offer(name.places[i].slot, name.places[i].rank, number)
            if cell == NULL or value is None:
                continue
            if not ready:
                text = self.text(value)
                ready = True
            cell.add(text)
        return 0

    cdef int branch(self, const Name* name, object value, uint64_t number,
                    uint32_t depth) except -1:
        """Offer a map or list, and what is in it."""
        cdef Cell* cell
        cdef cbool leaf = False
        cdef uint32_t child = name.child
        cdef cbool judged = name.leaf_child != name.child
        for i in range(name.place_count):
            judged = judged or name.places[i].leaf
        if judged:
            leaf = is_leaf(value)
            if leaf:
                child = name.leaf_child
        if child != NONE:
            self.below(value, child, depth)
        for i in range(name.place_count):
            if name.places[i].leaf and not leaf:
                continue
            cell = self.worker.offer(name.places[i].slot, name.places[i].rank, number)
            if cell != NULL:
                self.gather(cell, value, depth)
        return 0

    cdef int below(self, object value, uint32_t context, uint32_t depth) except -1:
        """Walk a value whose maps are of a context."""
        if isinstance(value, (list, tuple)):
            depth = inside(depth)
            for inner in self.members(value):
                self.below(inner, context, depth)
        elif is_map(value):
            self.walk(value, context, inside(depth), False)
        return 0

    cdef int gather(self, Cell* cell, object value, uint32_t depth) except -1:
        """Add the values that a value stands for to a cell."""
        if value is None:
            return 0
        if isinstance(value, (list, tuple)):
            depth = inside(depth)
            for inner in self.members(value):
                self.gather(cell, inner, depth)
        elif is_map(value):
            if "#text" in value:
                inner = value["#text"]
                if not PyDict_Check(value):
                    self.held.append(inner)  # it may have been made for us
                self.gather(cell, inner, depth + 1)
            else:
                cell.filled = True
        else:
            cell.add(self.text(value))
        return 0

    cdef object members(self, object values):
        """Return the members of a list; they live as long as the event is judged."""
        if type(values) is not list and type(values) is not tuple:
            values = list(values)
            self.held.append(values)
        return values

    cdef Value text(self, object value) except *:
        """Return the text of a scalar; it lives as long as the event is judged."""
        cdef Value made
        cdef Py_ssize_t size
        cdef int overflow = 0
        cdef long long number
        made.kind = 0
        if isinstance(value, str):
            try:
                made.data = <const uint8_t*>PyUnicode_AsUTF8AndSize(value, &size)
                made.size = <uint32_t>size
                return made
            except UnicodeEncodeError:
                pass
        elif isinstance(value, bool):
            return self.seat.get().keep(b"true", 4) if value else self.seat.get().keep(b"false", 5)
        elif isinstance(value, int):
            number = PyLong_AsLongLongAndOverflow(value, &overflow)
            if overflow == 0:
                return self.seat.get().keep_number(number)
        data = text_of(scalar_of(value)).encode()
        return self.seat.get().keep(PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))


cdef inline uint32_t inside(uint32_t depth) except 0:
    """Return the depth within a map or list that stands at a depth."""
    if depth >= DEPTH:
        raise event_fault(f"an event nests deeper than {DEPTH} levels")
    return depth + 1


cdef list numbers_of(const Verdict& verdict):
    """Return the numbers of rules."""
    return [verdict.rules[i] for i in range(verdict.count)]


cdef inline cbool is_map(object value):
    """Return whether a value is a map."""
    return PyDict_Check(value) or (
        not isinstance(value, (str, int, float, bytes)) and isinstance(value, Mapping)
    )


cdef cbool has_map(object values):
    """Return whether a list, or a list in it, holds a map."""
    for value in values:
        if is_map(value) or (isinstance(value, (list, tuple)) and has_map(value)):
            return True
    return False


cdef cbool is_leaf(object value):
    """Return whether a map or list is a leaf: has `#text`, or holds no maps."""
    return "#text" in value if is_map(value) else not has_map(value)


cdef class MappingMatcher:
    """The base of `Matcher`: judges mappings with one of its idle workers."""

    def __init__(self, Program program not None, dict limits not None, uint32_t source):
        self.program = program
        self.limits = limits
        self.source = source
        self.idle = []

    cdef Worker take_worker(self):
        """Return a worker that nobody uses, at best the one that this thread used last: what it
        remembers lies in the caches of the processor that the thread runs on.
        """
        cdef Worker worker = self.spare
        cdef unsigned long thread
        cdef Py_ssize_t at
        if worker is not None and not self.idle:  # the only one
            self.spare = None
            return worker
        thread = PyThread_get_thread_ident()
        if worker is not None and worker.thread == thread:
            self.spare = None
            return worker
        for at in range(len(self.idle)):
            if (<Worker>self.idle[at]).thread == thread:
                return <Worker>self.idle.pop(at)
        if worker is not None:
            self.spare = None
        elif self.idle:
            worker = <Worker>self.idle.pop()
        else:
            worker = Worker(self.program, **self.limits)
        worker.thread = thread
        return worker

    cdef int put_back(self, Worker worker) except -1:
        """Take back a worker."""
        if self.spare is None:
            self.spare = worker
        else:
            self.idle.append(worker)
        return 0

    def match(self, event, logsource=None):
        """Return the matches of the rules on one event, in rule order.

        Args:
            event: a mapping, flat, dotted or nested.
            logsource: what the event is, where its header fields do not say.
        """
        cdef Judged judged
        cdef uint32_t source = self.source
        if logsource is not None:
            source = self._source(logsource)
        worker = self.take_worker()
        try:
            if worker.rules(event, source, &judged).count == 0:
                return []
            rules = numbers_of(judged.verdict)
        finally:
            self.put_back(worker)
        return self._matches(rules, event)

    def match_many(self, events, logsource=None):
        """Go through the matches on many events, each with the position of its event."""
        cdef Judged judged
        cdef Py_ssize_t index = -1
        cdef uint32_t source = self.source
        if logsource is not None:
            source = self._source(logsource)
        worker = self.take_worker()
        try:
            for event in events:
                index += 1
                if worker.rules(event, source, &judged).count == 0:
                    continue
                for match in self._matches(numbers_of(judged.verdict), event):
                    yield index, match
        finally:
            self.put_back(worker)

    def borrow(self):
        """Return a worker that nobody uses; give it back when done."""
        return self.take_worker()

    def give_back(self, Worker worker not None):
        """Take back a worker."""
        self.put_back(worker)

    def statistics(self):
        """Return counters of the work done so far, and of what the bounds made of it.

        Workers that are judging at the moment are not counted.
        """
        idle = [worker for worker in (self.spare, *self.idle) if worker is not None]
        if not idle:
            idle = [self.take_worker()]
            self.put_back(idle[0])
        workers = [worker.statistics() for worker in idle]
        summed = {name: sum([one[name] for one in workers]) for name in workers[0]}
        summed["classes"] = self.program.classes  # the workers share them
        return {"workers": len(workers), **summed}


def checksum(const uint8_t[::1] data not None):
    """Return the checksum of what follows the header of a program."""
    return checksum_of(&data[0], data.shape[0]) if data.shape[0] != 0 else checksum_of(NULL, 0)


def count_parsed(const uint8_t[::1] data not None):
    """Return how many lines are JSON, by simdjson's own parser: the yardstick of benchmarks."""
    cdef uint64_t parsed = 0
    if data.shape[0] != 0:
        with nogil:
            parsed = cpp_count_parsed(&data[0], data.shape[0])
    return parsed
