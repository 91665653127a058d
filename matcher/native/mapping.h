// Mappings: the plain part of the walk over a dict, without the interpreter's machinery.
//
// Place in the pipeline: the Cython module walks an event with it and deals itself with what is
// not plain: maps, lists, subclasses, numbers with a fraction. In: a dict. Out: values offered
// to the worker's slots and, on request, to the haystack.
// What holds: the interpreter's lock is held; a key is known by its content, a key object only
// as long as a reference to it is kept; nothing here runs code of the event's objects but the
// hash of an exact text.
#pragma once

#include <Python.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "glance.h"
#include "py_text.h"
#include "seat.h"

namespace tocsin {

struct KnownKey : HeldKey {
  uint32_t context = 0;
  Name* name = nullptr;      // null if it cannot be a name
  KnownKey* next = nullptr;  // what followed it last time
};

// Keys met in mappings. The keys of an event mostly are those of the event before, in the same
// order, be they the same objects or others of the same text.
class KnownKeys {
 public:
  explicit KnownKeys(Names& names) : names_(names), known_(kKeys) {}
  ~KnownKeys() { forget(); }
  KnownKeys(const KnownKeys&) = delete;
  KnownKeys& operator=(const KnownKeys&) = delete;

  // Where the guess is kept for the first key of a map.
  KnownKey** first(uint32_t context) noexcept { return &first_[context % kFirsts]; }

  // Finds the name of a key, null if it is none.
  Name* find(PyObject* key, uint32_t context, KnownKey**& guess) {
    KnownKey* known = *guess;
    if (known == nullptr || known->context != context || !known->is(key)) {
      if (!PyUnicode_CheckExact(key)) return find_other(key, context);
      known = look_up(key, context);
      *guess = known;
    }
    guess = &known->next;
    return known->name;
  }

  size_t memory() const noexcept { return known_.capacity() * sizeof(KnownKey); }

  void forget() noexcept {
    for (KnownKey*& at : first_) at = nullptr;
    for (KnownKey& known : known_) {
      Py_XDECREF(known.key);
      known = KnownKey();
    }
  }

 private:
  static constexpr size_t kKeys = 2048, kWays = 4, kFirsts = 64;

  KnownKey* look_up(PyObject* key, uint32_t context) {
    const Py_hash_t hash = PyObject_Hash(key);
    if (hash == -1) throw PythonError();
    const size_t at = (static_cast<size_t>(hash) ^ size_t{context} * 0x9E3779B1u) % kKeys;
    KnownKey* chosen = nullptr;
    for (size_t i = 0; i < kWays; ++i) {
      KnownKey& known = known_[(at + i) % kKeys];
      if (known.key == nullptr) {
        if (chosen == nullptr) chosen = &known;
      } else if (known.hash == hash && known.context == context &&
                 known.has_text_of(key)) {
        return &known;
      }
    }
    if (chosen == nullptr) chosen = &known_[(at + turn_++ % kWays) % kKeys];
    Name* const name = find_other(key, context);
    chosen->hold(key, hash);
    chosen->context = context;
    chosen->name = name;
    return chosen;
  }

  Name* find_other(PyObject* key, uint32_t context) {
    if (!PyUnicode_Check(key)) return nullptr;
    Py_ssize_t size = 0;
    const char* const text = PyUnicode_AsUTF8AndSize(key, &size);
    if (text == nullptr) {  // half of a pair of surrogates
      if (PyErr_ExceptionMatches(PyExc_UnicodeEncodeError) == 0) throw PythonError();
      PyErr_Clear();
      return nullptr;
    }
    return names_.find_plain(context, reinterpret_cast<const uint8_t*>(text),
                             static_cast<uint32_t>(size));
  }

  Names& names_;
  std::vector<KnownKey> known_;
  KnownKey* first_[kFirsts] = {};
  size_t turn_ = 0;
};

// How far the walk over one dict has come, and the member that it stopped at.
struct Cursor {
  Py_ssize_t at = 0;
  KnownKey** guess = nullptr;
  Name* name = nullptr;
  PyObject* value = nullptr;
  uint64_t map = 0;
  uint32_t context = 0;
  bool gathers = false;  // puts every value into the haystack
};

class MappingWalk {
 public:
  MappingWalk(Seat& seat, uint32_t depth)
      : seat_(seat), worker_(seat.worker()), keys_(seat.names()), depth_(depth) {}

  // Called between two events.
  void begin() {
    if (seat_.names().full()) {
      keys_.forget();
      seat_.names().clear();
    }
    seat_.begin_mapping();
  }

  // Whether a glance at a dict says that no rule matches; false says nothing.
  bool rules_out(PyObject* dict, uint32_t source) {
    if (source >= kMostSources) return false;
    if (source >= glances_.size()) glances_.resize(source + 1);
    std::unique_ptr<Glance>& glance = glances_[source];
    if (!glance) glance = std::make_unique<Glance>(worker_, seat_.names(), source);
    return glance->rules_out(dict);
  }

  // Bytes of what is remembered of keys, and of the values that glances looked at.
  size_t memory() const noexcept {
    size_t total = keys_.memory();
    for (const auto& glance : glances_) total += glance ? glance->memory() : 0;
    return total;
  }

  void open(Cursor& cursor, uint32_t context, bool gathers) noexcept {
    cursor.guess = keys_.first(context);
    cursor.map = seat_.next_map();
    cursor.context = context;
    cursor.gathers = gathers;
  }

  // Goes on to the next member that matters and is not plain; false at the end.
  bool next(PyObject* dict, Cursor& cursor) {
    PyObject* key = nullptr;
    PyObject* value = nullptr;
    while (PyDict_Next(dict, &cursor.at, &key, &value) != 0) {
      Name* const name = keys_.find(key, cursor.context, cursor.guess);
      if (name == nullptr || !name->matters) {
        if (cursor.gathers && !gather(value, 1)) seat_.haystack().lacks();
        continue;
      }
      if (offer(*name, value, cursor)) continue;
      if (cursor.gathers && !gather(value, 1)) seat_.haystack().lacks();
      cursor.name = name;
      cursor.value = value;
      return true;
    }
    return false;
  }

  // The name of a key of a mapping that is no dict.
  Name* find(PyObject* key, uint32_t context) {
    KnownKey* none = nullptr;
    KnownKey** guess = &none;
    return keys_.find(key, context, guess);
  }

 private:
  // Offers a plain value to the slots of a name; false, and nothing is done, if it is none.
  bool offer(const Name& name, PyObject* value, const Cursor& cursor) {
    if (PyUnicode_CheckExact(value)) {
      Value text;
      if (!read_text(value, text)) return false;
      for (uint32_t i = 0; i < name.place_count; ++i) {
        if (Cell* const cell = slot(name.places[i], cursor)) cell->add(text);
      }
      if (cursor.gathers) seat_.haystack().add(text.data, text.size);
      return true;
    }
    if (value == Py_None) {
      for (uint32_t i = 0; i < name.place_count; ++i) slot(name.places[i], cursor);
      return true;
    }
    return PyLong_CheckExact(value) && offer_number(name, value, cursor);
  }

  bool offer_number(const Name& name, PyObject* value, const Cursor& cursor) {
    int overflow = 0;
    const long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow != 0) return false;
    Value text;
    for (uint32_t i = 0; i < name.place_count; ++i) {
      Cell* const cell = slot(name.places[i], cursor);
      if (cell == nullptr) continue;
      if (text.data == nullptr) text = seat_.keep_number(number);
      cell->add(text);
    }
    if (cursor.gathers && seat_.haystack().wants_numbers()) seat_.haystack().lacks();
    return true;
  }

  Cell* slot(const SlotPlace& place, const Cursor& cursor) {
    return worker_.offer(place.slot, place.rank, cursor.map);
  }

  // Puts what a value holds into the haystack; false if not all of it is plain. `depth` counts
  // the maps and lists around it: where the nesting is too deep, the caller sees for itself.
  bool gather(PyObject* value, uint32_t depth) {
    if (PyUnicode_CheckExact(value)) {
      Value text;
      if (!read_text(value, text)) return false;
      seat_.haystack().add(text.data, text.size);
      return true;
    }
    if (value == Py_None) return true;
    if (PyBool_Check(value)) {
      const bool yes = value == Py_True;
      seat_.haystack().add(reinterpret_cast<const uint8_t*>(yes ? "true" : "false"), yes ? 4 : 5);
      return true;
    }
    if (PyLong_CheckExact(value) || PyFloat_CheckExact(value)) {
      return !seat_.haystack().wants_numbers();
    }
    if (depth >= depth_) return false;
    if (PyDict_CheckExact(value)) {
      Py_ssize_t at = 0;
      PyObject* inner = nullptr;
      while (PyDict_Next(value, &at, nullptr, &inner) != 0) {
        if (!gather(inner, depth + 1)) return false;
      }
      return true;
    }
    if (!PyList_CheckExact(value) && !PyTuple_CheckExact(value)) return false;
    const Py_ssize_t size = PySequence_Fast_GET_SIZE(value);
    for (Py_ssize_t i = 0; i < size; ++i) {
      if (!gather(PySequence_Fast_GET_ITEM(value, i), depth + 1)) return false;
    }
    return true;
  }

  static constexpr uint32_t kMostSources = 1024;

  Seat& seat_;
  Worker& worker_;
  KnownKeys keys_;
  std::vector<std::unique_ptr<Glance>> glances_;  // by source
  uint32_t depth_;
};

}  // namespace tocsin
