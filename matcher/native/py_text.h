// Texts of the interpreter as values, without copying.
//
// Place in the pipeline: below the headers that look at mappings. What holds: the interpreter's
// lock is held; a value lives as long as the text object.
#pragma once

#include <Python.h>

#include <exception>

#include "unit.h"

namespace tocsin {

// Thrown where the interpreter has an exception set, which callers in Cython let through.
struct PythonError : std::exception {};

// Reads a text; false if it holds half of a pair of surrogates, which UTF-8 cannot say.
inline bool read_text(PyObject* text, Value& out) noexcept {
  if (PyUnicode_IS_COMPACT_ASCII(text)) {
    out.data = static_cast<const uint8_t*>(PyUnicode_DATA(text));
    out.size = static_cast<uint32_t>(PyUnicode_GET_LENGTH(text));
    return true;
  }
  Py_ssize_t size = 0;
  const char* const data = PyUnicode_AsUTF8AndSize(text, &size);
  if (data == nullptr) {
    PyErr_Clear();  // the caller tries again in its own way, and fails for itself
    return false;
  }
  out.data = reinterpret_cast<const uint8_t*>(data);
  out.size = static_cast<uint32_t>(size);
  return true;
}

}  // namespace tocsin
