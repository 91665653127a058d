# Arrow's C data interface, and the classes that hold what a producer hands over.

from libc.stdint cimport int64_t, uint8_t
from libcpp cimport bool as cbool
from libcpp.memory cimport unique_ptr
from libcpp.string cimport string
from libcpp.vector cimport vector


cdef extern from "native/arrow.h" nogil:
    cdef struct ArrowSchema:
        void (*release)(ArrowSchema*) noexcept

    cdef struct ArrowArray:
        int64_t length
        void (*release)(ArrowArray*) noexcept

    cdef struct ArrowArrayStream:
        int (*get_schema)(ArrowArrayStream*, ArrowSchema*) noexcept
        int (*get_next)(ArrowArrayStream*, ArrowArray*) noexcept
        const char* (*get_last_error)(ArrowArrayStream*) noexcept
        void (*release)(ArrowArrayStream*) noexcept


cdef extern from "native/arrow.h" namespace "tocsin" nogil:
    cdef enum class ColumnKind:
        kNull
        kBool
        kInteger
        kFloat

    cdef cppclass Column:
        ColumnKind kind
        string name
        vector[Column] children
        unique_ptr[Column] dictionary
        cbool open(const ArrowSchema&, string&) except +
        void bind(const ArrowArray&) noexcept
        int64_t length() noexcept
        cbool is_null(int64_t) noexcept
        cbool is_list() noexcept
        cbool is_struct() noexcept
        cbool is_text() noexcept
        int64_t index(int64_t) noexcept
        void text(int64_t, const uint8_t*&, size_t&) noexcept
        string spelled(int64_t) except +
        void members(int64_t, int64_t&, int64_t&) noexcept
        int64_t inner(int64_t) noexcept


cdef class Schema:
    cdef ArrowSchema schema


cdef class Batch:
    cdef readonly Schema schema
    cdef ArrowArray array


cdef class Stream:
    cdef readonly Schema schema
    cdef ArrowArrayStream stream
    cdef Batch single
