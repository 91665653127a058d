// Other places: whether some fields may stand anywhere in a dict but at their first places.
//
// Place in the pipeline: beside the glance, for dicts that lack a field. In: a dict. Out: whether
// no key of it is a place of one of the fields (its name may differ in spaces, too), or has a map
// or list that may hold one.
// What holds: a key is known by its content; what is remembered of keys is bounded. Where names
// have grown to their limit nothing is said, so that the walk can forget them.
#pragma once

#include <Python.h>

#include <array>
#include <utility>
#include <vector>

#include "json_names.h"
#include "program.h"
#include "py_text.h"

namespace tocsin {

class OtherPlaces {
 public:
  OtherPlaces(const Program& program, Names& names)
      : program_(program), names_(names), leads_(program.contexts.size, 0) {}
  ~OtherPlaces() {
    for (Known& known : known_) Py_XDECREF(known.key);
  }
  OtherPlaces(const OtherPlaces&) = delete;
  OtherPlaces& operator=(const OtherPlaces&) = delete;

  // Adds a field. To be called before the first dict.
  void look_for(uint32_t slot) {
    slots_.push_back(slot);
    for (bool grows = true; grows;) {  // contexts from which one of the slots can be reached
      grows = false;
      for (uint32_t c = 0; c < program_.contexts.size; ++c) {
        if (leads_[c] == 0 && context_leads(c)) leads_[c] = grows = true;
      }
    }
  }

  // Whether the dict certainly holds none of the fields at another place than the first.
  bool are_empty(PyObject* dict) {
    Py_ssize_t at = 0;
    PyObject* key = nullptr;
    PyObject* value = nullptr;
    while (PyDict_Next(dict, &at, &key, &value) != 0) {
      if (!PyUnicode_CheckExact(key)) return false;
      const Telling telling = telling_of(key);
      if (telling == kAlways || (telling == kBranch && !is_single(value))) return false;
    }
    return true;
  }

 private:
  enum Telling : uint32_t { kNever, kBranch, kAlways };  // when a member must be looked at
  struct Known : HeldKey {
    Telling telling = kAlways;
  };

  bool is_wanted(uint32_t slot) const noexcept {
    for (const uint32_t wanted : slots_) {
      if (wanted == slot) return true;
    }
    return false;
  }

  bool leads(uint32_t context) const noexcept { return context != kNone && leads_[context] != 0; }

  bool context_leads(uint32_t number) const noexcept {
    const ContextRow& context = program_.contexts[number];
    if (leads(context.any_child)) return true;
    for (uint32_t e = 0; e < context.entry_count; ++e) {
      const EntryRow& entry = program_.entries[context.entries + e];
      if (leads(entry.child) || leads(entry.leaf_child)) return true;
      for (uint32_t i = 0; i < entry.candidate_count; ++i) {
        if (is_wanted(program_.candidates[entry.candidates + i].slot)) return true;
      }
    }
    return false;
  }

  // Of an exact text in a dict, which has been hashed and so is laid out.
  Telling telling_of(PyObject* key) {
    const Py_hash_t hash = reinterpret_cast<PyASCIIObject*>(key)->hash;
    const size_t at = static_cast<size_t>(hash) % known_.size();
    if (known_[at].is(key)) return known_[at].telling;
    Known& second = known_[at ^ 1];
    if (second.is(key)) return second.telling;
    if (known_[at].key != nullptr) std::swap(known_[at], second);  // the older one goes
    return learn(known_[at], key, hash);
  }

  Telling learn(Known& known, PyObject* key, Py_hash_t hash) {
    if (names_.full()) return kAlways;
    Py_ssize_t size = 0;
    const char* const text = PyUnicode_AsUTF8AndSize(key, &size);
    if (text == nullptr) {  // half of a pair of surrogates; leave it to the walk
      PyErr_Clear();
      return kAlways;
    }
    const Name* const name = names_.find_plain(0, reinterpret_cast<const uint8_t*>(text),
                                               static_cast<uint32_t>(size));
    known.hold(key, hash);
    known.telling = leads(name->child) || leads(name->leaf_child) ? kBranch : kNever;
    for (uint32_t i = 0; i < name->place_count; ++i) {
      if (is_wanted(name->places[i].slot)) known.telling = kAlways;
    }
    return known.telling;
  }

  static bool is_single(PyObject* value) noexcept {
    return PyUnicode_CheckExact(value) || value == Py_None || PyLong_CheckExact(value) ||
           PyFloat_CheckExact(value) || PyBool_Check(value);
  }

  const Program& program_;
  Names& names_;
  std::vector<uint32_t> slots_;
  std::vector<uint8_t> leads_;  // by context
  std::array<Known, 512> known_;
};

}  // namespace tocsin
