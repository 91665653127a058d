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

// A key of dicts, known by its content. Whoever holds one lets it go again.
struct HeldKey {
  PyObject* key = nullptr;  // an exact text, held
  Py_hash_t hash = 0;
  const uint8_t* data = nullptr;
  size_t size = 0;  // bytes as they lie in memory
  uint32_t kind = 0;

  // Whether a key of a dict is the same text, be it the same object or another.
  TOCSIN_INLINE bool is(PyObject* other) const noexcept {
    if (key == other) return true;
    return PyUnicode_CheckExact(other) &&
           reinterpret_cast<PyASCIIObject*>(other)->hash == hash && has_text_of(other);
  }

  // Of a text that has been hashed, and so is laid out.
  bool has_text_of(PyObject* other) const noexcept {
    return key != nullptr && static_cast<uint32_t>(PyUnicode_KIND(other)) == kind &&
           static_cast<size_t>(PyUnicode_GET_LENGTH(other)) * kind == size &&
           same_bytes(static_cast<const uint8_t*>(PyUnicode_DATA(other)), data, size);
  }

  // Takes the place of the key held so far; of a text that has this hash.
  void hold(PyObject* other, Py_hash_t with) noexcept {
    Py_INCREF(other);
    Py_XDECREF(key);
    key = other;
    hash = with;
    kind = static_cast<uint32_t>(PyUnicode_KIND(key));
    data = static_cast<const uint8_t*>(PyUnicode_DATA(key));
    size = static_cast<size_t>(PyUnicode_GET_LENGTH(key)) * kind;
  }
};

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
