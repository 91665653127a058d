"""The engine's Python face: programs, workers, lines of JSON and events as mappings.

Between `matcher.py` and the C++ headers under `native/`. In go the bytes of a program and
events; out come numbers of matching rules. Lines are judged without the interpreter's lock, by
one worker a thread; a program is shared by all. Nothing here decides policy.
"""

cimport cython
from collections.abc import Mapping
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.dict cimport PyDict_Check, PyDict_Next
from cpython.exc cimport PyErr_Clear
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF, Py_XDECREF
from cython.operator cimport dereference
from libc.stdint cimport uintptr_t

from ._arrow cimport Batch

from .places import DEPTH_LIMIT as _DEPTH_LIMIT
from .faults import ProgramError, event_fault
from .view import _scalar as scalar_of
from .view import text_of

cdef extern from "Python.h":
    const char* PyUnicode_AsUTF8AndSize(object, Py_ssize_t*) except? NULL
    long long PyLong_AsLongLongAndOverflow(object, int*) except? -1
    Py_hash_t PyObject_Hash(object) except -1
    int PyUnicode_CheckExact(PyObject*) noexcept
    ctypedef struct PyASCIIObject:
        Py_hash_t hash

cdef uint32_t NONE = 0xFFFFFFFFu
cdef uint32_t DEPTH = _DEPTH_LIMIT
cdef enum:
    KEYS = 2048


@cython.final
cdef class Program:
    """A program in memory, checked, and shared by its workers."""

    def __init__(self, bytes data not None):
        cdef string error
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
    def classes(self):
        """How many event classes have been made."""
        return dereference(dereference(self.shared).engine).classes()


@cython.final
cdef class Lines:
    """What was found in lines of JSON."""

    @property
    def hits(self):
        """For each match: begin and size of the line, its number, the event's, the rule's."""
        return [
            (hit.begin, hit.size, hit.line, hit.event, hit.rule) for hit in self.found.hits
        ]

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
        self.collects = False
        self.keys.resize(KEYS)
        self.held = []

    def __dealloc__(self):
        self.forget_keys()

    cdef void forget_keys(self):
        for i in range(self.keys.size()):
            Py_XDECREF(<PyObject*>self.keys[i].key)
            self.keys[i].key = NULL

    def lines(self, const uint8_t[::1] data not None, size_t begin, size_t end,
              uint32_t source, cbool sieved=False):
        """Judge the lines in a part of a buffer.

        Args:
            sieved: only hits and the number of lines are asked for, so that lines which no rule
                can match need not be read.
        """
        cdef Lines lines = Lines()
        cdef cbool good
        cdef const uint8_t* start
        if begin >= end or end > <size_t>data.shape[0]:
            return lines
        start = &data[0] + begin
        with nogil:
            good = self.seat.get().run_lines(start, end - begin, source, sieved, lines.found)
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
        cdef cbool recognised = False
        cdef Verdict verdict = self.judge(event, source, &recognised)
        return [verdict.rules[i] for i in range(verdict.count)], recognised

    def statistics(self):
        """Return the counters of this worker by name."""
        cdef Statistics found = self.seat.get().statistics()
        return found

    cdef Verdict judge(self, object event, uint32_t source, cbool* recognised) except *:
        cdef Verdict verdict
        cdef cbool searches = False
        cdef Seat* seat = self.seat.get()
        if not is_map(event):
            raise event_fault(f"an event is a mapping, not {type(event).__name__}")
        if seat.names().full():
            self.forget_keys()
            seat.names().clear()
        self.collects = False
        seat.begin_mapping()
        self.walk(event, 0, 1)
        if not seat.classify(source, dereference(recognised), searches):
            self.fail()
        if searches:
            self.collects = True
            seat.begin_mapping()
            self.walk(event, 0, 1)
        if not seat.judge(verdict):
            self.fail()
        if self.held:
            self.held.clear()
        return verdict

    cdef int walk(self, object event, uint32_t context, uint32_t depth) except -1:
        """Offer the values of a map."""
        cdef PyObject* key
        cdef PyObject* value
        cdef Py_ssize_t at = 0
        cdef uint64_t number = self.seat.get().next_map()
        if depth > DEPTH:
            raise event_fault(f"an event nests deeper than {DEPTH} levels")
        if PyDict_Check(event):
            while PyDict_Next(event, &at, &key, &value):
                if not self.collects and self.is_idle(key, context):
                    continue
                self.member(<object>key, <object>value, context, number, depth)
        else:
            for name, inner in event.items():
                self.held.append((name, inner))
                self.member(name, inner, context, number, depth)
        return 0

    cdef inline cbool is_idle(self, PyObject* key, uint32_t context) noexcept:
        """Return whether a key is known not to matter; most of an event's keys are."""
        cdef KeyEntry* entry
        if not PyUnicode_CheckExact(key):
            return False
        entry = &self.keys[slot_of((<PyASCIIObject*>key).hash, context)]
        return entry.key == <void*>key and entry.context == context and not entry.name.matters

    cdef int member(self, object key, object value, uint32_t context, uint64_t number,
                    uint32_t depth) except -1:
        """Offer the value of a key."""
        cdef Name* name = self.name(key, context)
        if name == NULL:
            return self.below(value, NONE, depth) if self.collects else 0
        if not name.matters and not self.collects:
            return 0
        if isinstance(value, str) or value is None or isinstance(value, (int, float)):
            return self.take(name, value, number)
        if isinstance(value, (list, tuple)) or is_map(value):
            return self.branch(name, value, number, depth)
        return self.take(name, value, number)

    cdef Name* name(self, object key, uint32_t context) except? NULL:
        """Return what a key means, or null if it is no text."""
        cdef Py_ssize_t size
        cdef const char* text
        cdef KeyEntry* entry
        if not isinstance(key, str):
            return NULL
        entry = &self.keys[slot_of(PyObject_Hash(key), context)]
        if entry.key != NULL and entry.context == context and (
            entry.key == <void*>key or <str>entry.key == <str>key
        ):
            return entry.name
        try:
            text = PyUnicode_AsUTF8AndSize(key, &size)
        except UnicodeEncodeError:
            return NULL
        name = self.seat.get().names().find_plain(context, <const uint8_t*>text, <uint32_t>size)
        Py_INCREF(key)
        Py_XDECREF(<PyObject*>entry.key)
        entry.key = <void*>key
        entry.context = context
        entry.name = name
        return name

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
        if self.collects and value is not None:
            self.seat.get().collect(text if ready else self.text(value))
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
        if child != NONE or self.collects:
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
            if depth >= DEPTH:
                raise event_fault(f"an event nests deeper than {DEPTH} levels")
            for inner in self.members(value):
                self.below(inner, context, depth + 1)
        elif is_map(value):
            self.walk(value, context, depth + 1)
        elif self.collects and value is not None:
            self.seat.get().collect(self.text(value))
        return 0

    cdef int gather(self, Cell* cell, object value, uint32_t depth) except -1:
        """Add the values that a value stands for to a cell."""
        if value is None:
            return 0
        if isinstance(value, (list, tuple)):
            if depth >= DEPTH:
                raise event_fault(f"an event nests deeper than {DEPTH} levels")
            for inner in self.members(value):
                self.gather(cell, inner, depth + 1)
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


cdef inline size_t slot_of(Py_hash_t hashed, uint32_t context) noexcept:
    """Return where a key may be remembered."""
    return (<size_t>hashed ^ (<size_t>context * 0x9E3779B1u)) % KEYS


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
        """Return a worker that nobody uses."""
        try:
            return <Worker>self.idle.pop()
        except IndexError:
            return Worker(self.program, **self.limits)

    def match(self, event, logsource=None):
        """Return the matches of the rules on one event, in rule order.

        Args:
            event: a mapping, flat, dotted or nested.
            logsource: what the event is, where its header fields do not say.
        """
        cdef cbool recognised = False
        cdef Worker worker = self.take_worker()
        cdef uint32_t source = self.source
        if logsource is not None:
            source = self._source(logsource)
        try:
            verdict = worker.judge(event, source, &recognised)
            if verdict.count == 0:
                return []
            rules = [verdict.rules[i] for i in range(verdict.count)]
        finally:
            self.idle.append(worker)
        return self._matches(rules, event)

    def borrow(self):
        """Return a worker that nobody uses; give it back when done."""
        return self.take_worker()

    def give_back(self, Worker worker not None):
        """Take back a worker."""
        self.idle.append(worker)


def count_parsed(const uint8_t[::1] data not None):
    """Return how many lines are JSON, by simdjson's own parser: the yardstick of benchmarks."""
    cdef uint64_t parsed = 0
    if data.shape[0] != 0:
        with nogil:
            parsed = cpp_count_parsed(&data[0], data.shape[0])
    return parsed
