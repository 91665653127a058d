# What is found in lines and rows, and what a match holds.

from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libcpp.vector cimport vector


cdef extern from "native/lines.h" namespace "tocsin" nogil:
    cdef cppclass Hit:
        const uint8_t* text
        uint32_t size
        uint32_t line
        uint32_t event
        uint32_t rule

    cdef cppclass Fault "tocsin::Lines::Fault":
        uint32_t line
        uint32_t event

    cdef cppclass CppLines "tocsin::Lines":
        vector[Hit] hits
        vector[Fault] malformed
        vector[uint8_t] first_malformed
        uint64_t lines
        uint64_t events
        uint64_t unrecognised
        int unread


cdef class Lines:
    cdef CppLines found


cdef class Held:
    cdef readonly object _rules
    cdef readonly object _source
    cdef readonly uint32_t number
