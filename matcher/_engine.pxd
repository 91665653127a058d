# What the engine's headers offer, and the layout of its classes.

from cpython.object cimport PyObject
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libcpp cimport bool as cbool
from libcpp.memory cimport shared_ptr, unique_ptr
from libcpp.string cimport string
from libcpp.vector cimport vector

from ._arrow cimport ArrowArray, ArrowSchema
from ._lines cimport CppLines


cdef extern from "native/seat.h" namespace "tocsin" nogil:
    cdef cppclass Value:
        const uint8_t* data
        uint32_t size
        uint32_t kind

    cdef cppclass Cell:
        cbool filled
        void add(const Value&) except +

    cdef cppclass SlotPlace:
        uint32_t slot
        uint32_t rank
        cbool leaf

    cdef cppclass Name:
        uint32_t child
        uint32_t leaf_child
        const SlotPlace* places
        uint32_t place_count
        cbool matters

    cdef cppclass Verdict:
        const uint32_t* rules
        uint32_t count

    cdef cppclass MemoLimits:
        size_t bytes
        size_t value
        uint64_t seed
        cbool enabled

    cdef cppclass WorkerLimits:
        size_t sets
        size_t verdicts
        MemoLimits memo

    cdef cppclass FactsRow:
        uint32_t rules

    cdef cppclass CppProgram "tocsin::Program":
        FactsRow facts
        cbool has_keywords

    cdef cppclass CppWorker "tocsin::Worker":
        Cell* offer(uint32_t, uint32_t, uint64_t) except +
        vector[Value] everything
        const CppProgram& program() noexcept

    cdef cppclass Engine:
        uint32_t declare(vector[uint8_t]) except +
        const CppProgram& program() noexcept
        size_t classes() noexcept

    cdef cppclass Shared:
        shared_ptr[Engine] engine

    shared_ptr[Shared] open_program(const uint8_t*, size_t, string&) noexcept
    uint64_t checksum_of "tocsin::Program::checksum"(const uint8_t*, size_t) noexcept

    cdef struct Statistics:
        uint64_t classes
        uint64_t classified
        uint64_t decided
        uint64_t memory
        uint64_t memo_looked
        uint64_t memo_found
        uint64_t memo_drops
        uint64_t regex_runs
        uint64_t repeated_names
        uint64_t memo_passed
        uint64_t memo_rests
        uint64_t regex_drops
        uint64_t regex_simulated
        uint64_t set_drops
        uint64_t verdict_drops
        uint64_t class_drops
        uint64_t name_drops
        uint64_t shapes
        uint64_t followed
        uint64_t shape_rests
        uint64_t shape_drops

    cdef cppclass Haystack:
        void lacks() noexcept

    cdef cppclass FileSizes "tocsin::FileLines::Sizes":
        size_t block
        size_t limit

    cdef cppclass Seat:
        Seat(shared_ptr[Shared], const WorkerLimits&) except +
        CppWorker& worker() noexcept
        cbool run_lines(const uint8_t*, size_t, size_t, uint32_t, cbool, CppLines&) noexcept
        cbool run_file(
            int, uint64_t, uint64_t, const FileSizes&, uint32_t, CppLines&
        ) noexcept
        cbool open_rows(const ArrowSchema&) noexcept
        cbool run_rows(const ArrowArray&, uint32_t, CppLines&) noexcept
        cbool classify(uint32_t, cbool&, cbool&) noexcept
        void collect(const Value&) except +
        cbool judge(Verdict&) noexcept
        Value keep(const char*, size_t) except +
        Value keep_number(int64_t) except +
        cbool gathers() noexcept
        Haystack& haystack() noexcept
        const string& error() noexcept
        Statistics statistics() except +

cdef extern from "native/mapping.h" namespace "tocsin":
    cdef cppclass Cursor:
        Name* name
        PyObject* value
        uint64_t map

    cdef cppclass MappingWalk:
        MappingWalk(Seat&, uint32_t) except +
        void begin() except +
        cbool rules_out(PyObject*, uint32_t) except +
        size_t memory() noexcept
        void open(Cursor&, uint32_t, cbool) noexcept
        cbool next(PyObject*, Cursor&) except +
        Name* find(PyObject*, uint32_t) except +


cdef extern from "native/yardstick.h" namespace "tocsin" nogil:
    uint64_t cpp_count_parsed "tocsin::count_parsed"(const uint8_t*, size_t) except +


cdef class Program:
    cdef bytes data
    cdef shared_ptr[Shared] shared


cdef struct Judged:
    Verdict verdict
    cbool recognised


cdef class Worker:
    cdef Program program
    cdef unique_ptr[Seat] seat
    cdef CppWorker* worker
    cdef unique_ptr[MappingWalk] mappings
    cdef unsigned long thread  # that used it last
    cdef list held

    cdef int fail(self) except -1
    cdef int judge(self, object event, uint32_t source, Judged* judged) except -1
    cdef const Verdict* rules(self, object event, uint32_t source, Judged* judged) except NULL
    cdef int walk(self, object event, uint32_t context, uint32_t depth, cbool gathers) except -1
    cdef int member(self, const Name* name, object value, uint64_t number,
                    uint32_t depth) except -1
    cdef int collect(self, object value, uint32_t depth) except -1
    cdef int branch(self, const Name* name, object value, uint64_t number,
                    uint32_t depth) except -1
    cdef int below(self, object value, uint32_t context, uint32_t depth) except -1
    cdef int gather(self, Cell* cell, object value, uint32_t depth) except -1
    cdef int take(self, const Name* name, object value, uint64_t number) except -1
    cdef object members(self, object values)
    cdef Value text(self, object value) except *

cdef class MappingMatcher:
    cdef readonly Program program
    cdef Worker spare
    cdef list idle
    cdef readonly dict limits
    cdef public uint32_t source

    cdef Worker take_worker(self)
    cdef int put_back(self, Worker worker) except -1
