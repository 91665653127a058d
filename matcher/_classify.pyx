"""Which of a field's checks hold for one value: the classifier by itself, for tests.

The engine uses the same C++ without this class, which serves one thread at a time.
"""

cimport cython
from libcpp.memory cimport make_unique
from libcpp.vector cimport vector
from cython.operator cimport dereference


@cython.final
cdef class ValueClassifier:
    """Checks in normal form, ready to be asked about values."""

    def __init__(self, bytes encoded not None, size_t regex_budget=1 << 24):
        cdef string error
        cdef const uint8_t* data = encoded
        self._tables = Classifier.build(data, len(encoded), error)
        if self._tables.get() == NULL:
            raise ValueError(error.decode())
        self._scratch = make_unique[Scratch](regex_budget)

    def __len__(self):
        return self._tables.get().size()

    def classify(self, bytes value not None):
        """Return the numbers of the checks that hold for a value in UTF-8, ascending."""
        cdef const uint8_t* data = value
        cdef size_t size = len(value)
        cdef uint32_t count
        with nogil:
            count = self._tables.get().classify(dereference(self._scratch), data, size)
        if self._scratch.get().failed():
            self._scratch.get().reset_failure()
            raise MemoryError
        cdef const uint32_t* ids = self._scratch.get().ids()
        return [ids[i] for i in range(count)]

    def measure(self, list values not None, size_t repeats):
        """Classify every value so many times; return how many checks held in all."""
        cdef vector[string] texts
        cdef uint64_t held = 0
        cdef size_t i, j
        for value in values:
            texts.push_back(value)
        with nogil:
            for j in range(repeats):
                for i in range(texts.size()):
                    held += self._tables.get().classify(
                        dereference(self._scratch), <const uint8_t*>texts[i].data(), texts[i].size()
                    )
        return held

    @property
    def memory(self):
        """Bytes of the tables."""
        return self._tables.get().memory()

    @property
    def scratch_memory(self):
        """Bytes of the working space."""
        return self._scratch.get().memory()

    @property
    def regex_runs(self):
        """How often an expression was run over a value."""
        return self._scratch.get().regex_runs()

    @property
    def regex_flushes(self):
        """How often the states of expressions were dropped for want of memory."""
        return self._scratch.get().regex_flushes()


def fold_utf8(bytes text not None):
    """Return text in UTF-8 folded as the classifier folds it."""
    cdef vector[uint8_t] out
    cdef const uint8_t* data = text
    out.resize(folded_bound(len(text)))
    cdef size_t size = fold_text(data, len(text), out.data())
    return bytes(<const uint8_t[:size]>out.data()) if size else b""
