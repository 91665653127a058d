"""The value classifier of `native/classifier.h`, for other compiled modules and for tests."""

from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libcpp cimport bool
from libcpp.memory cimport unique_ptr
from libcpp.string cimport string


cdef extern from "native/classifier.h" namespace "tocsin" nogil:
    cppclass Scratch:
        Scratch() noexcept
        Scratch(size_t regex_budget) noexcept
        const uint32_t* ids() noexcept
        bool failed() noexcept
        void reset_failure() noexcept
        uint64_t regex_runs() noexcept
        uint64_t regex_flushes() noexcept
        size_t memory() noexcept

    cppclass Classifier:
        @staticmethod
        unique_ptr[const Classifier] build(const uint8_t* bytes, size_t size, string& error) noexcept
        uint32_t size() noexcept
        bool quick() noexcept
        size_t memory() noexcept
        uint32_t classify(Scratch& scratch, const uint8_t* value, size_t length) noexcept

    size_t folded_bound(size_t length) noexcept
    size_t fold_text(const uint8_t* text, size_t length, uint8_t* out) noexcept


cdef class ValueClassifier:
    cdef unique_ptr[const Classifier] _tables
    cdef unique_ptr[Scratch] _scratch
