"""Arrow data as any library hands it over: streams of batches, through capsules.

Between the user's table and the engine. In goes an object with `__arrow_c_stream__` or
`__arrow_c_array__`, out come batches, whose rows the engine judges, and single rows as dicts for
those that want to see an event. No Arrow library is needed. What holds: what was handed over is
released exactly once.
"""

cimport cython
from cpython.pycapsule cimport PyCapsule_GetPointer
from cython.operator cimport dereference
from libc.string cimport memset

from .faults import event_fault


@cython.final
cdef class Schema:
    """The types of the columns."""

    def __cinit__(self):
        memset(&self.schema, 0, sizeof(self.schema))

    def __dealloc__(self):
        if self.schema.release != NULL:
            self.schema.release(&self.schema)


@cython.final
cdef class Batch:
    """Some rows."""

    def __cinit__(self, Schema schema not None):
        memset(&self.array, 0, sizeof(self.array))
        self.schema = schema

    def __dealloc__(self):
        if self.array.release != NULL:
            self.array.release(&self.array)

    def __len__(self):
        return self.array.length

    def row(self, int64_t number):
        """Return a row as a dict."""
        cdef Column column
        cdef string error
        if not 0 <= number < self.array.length:
            raise IndexError(number)
        if not column.open(self.schema.schema, error):
            raise event_fault(error.decode())
        column.bind(self.array)
        return plain(column, number)


@cython.final
cdef class Stream:
    """Batches of one schema, one after the other."""

    def __cinit__(self):
        memset(&self.stream, 0, sizeof(self.stream))

    def __init__(self, data):
        """Take over what an object exports.

        Raises:
            EventError: it exports nothing of the kind.
        """
        self.schema = Schema()
        if hasattr(data, "__arrow_c_stream__"):
            self._take_stream(data.__arrow_c_stream__())
        elif hasattr(data, "__arrow_c_array__"):
            self._take_array(*data.__arrow_c_array__())
        else:
            raise event_fault(f"{type(data).__name__} has no Arrow data to offer")

    def __dealloc__(self):
        if self.stream.release != NULL:
            self.stream.release(&self.stream)

    def _take_stream(self, capsule):
        """Take over a stream."""
        cdef ArrowArrayStream* given = <ArrowArrayStream*>PyCapsule_GetPointer(
            capsule, b"arrow_array_stream"
        )
        self.stream = dereference(given)
        given.release = NULL
        if self.stream.get_schema(&self.stream, &self.schema.schema) != 0:
            self._fail()

    def _take_array(self, schema, array):
        """Take over a single batch."""
        cdef ArrowSchema* types = <ArrowSchema*>PyCapsule_GetPointer(schema, b"arrow_schema")
        cdef ArrowArray* rows = <ArrowArray*>PyCapsule_GetPointer(array, b"arrow_array")
        self.schema.schema = dereference(types)
        types.release = NULL
        self.single = Batch(self.schema)
        self.single.array = dereference(rows)
        rows.release = NULL

    def _fail(self):
        """Raise what the producer says."""
        cdef const char* message = self.stream.get_last_error(&self.stream)
        text = "it could not be read" if message == NULL else message.decode("utf-8", "replace")
        raise event_fault(f"Arrow data: {text}")

    def next_batch(self):
        """Return the next batch, or `None` at the end.

        Raises:
            ValueError: the producer fails.
        """
        if self.stream.release == NULL:
            batch, self.single = self.single, None
            return batch
        cdef Batch made = Batch(self.schema)
        if self.stream.get_next(&self.stream, &made.array) != 0:
            self._fail()
        return None if made.array.release == NULL else made


cdef object plain(const Column& column, int64_t row):
    """Return what a column holds in a row."""
    cdef const uint8_t* data = NULL
    cdef size_t size = 0
    cdef int64_t begin = 0
    cdef int64_t end = 0
    if column.is_null(row):
        return None
    if column.is_struct():
        return {
            column.children[i].name.decode("utf-8", "replace"):
                plain(column.children[i], column.inner(row))
            for i in range(column.children.size())
        }
    if column.is_list():
        column.members(row, begin, end)
        return [plain(column.children[0], at) for at in range(begin, end)]
    if column.dictionary.get() != NULL:
        begin = column.index(row)
        known = 0 <= begin < column.dictionary.get().length()
        return plain(dereference(column.dictionary), begin) if known else None
    if column.is_text():
        column.text(row, data, size)
        return (<const char*>data)[:size].decode("utf-8", "replace")
    text = column.spelled(row).decode()
    if column.kind == ColumnKind.kBool:
        return text == "true"
    if column.kind == ColumnKind.kInteger:
        return int(text)
    return float(text) if column.kind == ColumnKind.kFloat else text
