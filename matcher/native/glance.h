// Glance: whether a few fields of a dict already say that no rule matches.
//
// Place in the pipeline: in front of the walk over a dict, for small rule sets. Every rule must
// have witnesses (tests one of which holds whenever the rule matches), on few fields; and the
// place where such a field is looked up first must be a key of the event itself. In: a dict.
// Out: "no rule matches", or "look closer".
// What holds: a field that stands at its first place has the value that stands there, whatever
// else the event holds (`MEANING.md`, "Fields and layouts"); one that does not stands nowhere if no
// key of the event is, or leads to, another of its places (`other_places.h`). An event that has
// anything but text or null there is looked at closer. What is passed over is not walked, and so
// not found to nest too deep. Where it rarely helps, the glance rests.
#pragma once

#include <Python.h>

#include <memory>
#include <utility>
#include <vector>

#include "engine.h"
#include "other_places.h"
#include "py_text.h"
#include "worker.h"

namespace tocsin {

class Glance {
 public:
  Glance(Worker& worker, Names& names, uint32_t source) : elsewhere_(worker.program(), names) {
    std::vector<std::pair<uint32_t, std::vector<uint32_t>>> wanted;  // checks by slot
    if (!gather(worker.program(), worker.engine().active(source), wanted)) return;
    for (auto& entry : wanted) {
      PyObject* const key = key_of(worker.program(), entry.first);
      if (key == nullptr) {
        drop();
        return;
      }
      elsewhere_.look_for(entry.first);
      fields_.push_back(
          Field{key, worker.program().slots[entry.first].part_count != 0, nullptr});
      fields_.back().state = std::make_unique<UnitState>(
          worker.engine().tests(std::move(entry.second)), worker.bench());
    }
  }
  ~Glance() { drop(); }
  Glance(const Glance&) = delete;
  Glance& operator=(const Glance&) = delete;

  // Whether no rule matches; false says nothing.
  bool rules_out(PyObject* dict) {
    if (fields_.empty()) return false;
    if (rest_ != 0) {
      --rest_;
      return false;
    }
    if (++looked_ == kWindow) judge();
    bool lacks = false;
    for (Field& field : fields_) {
      PyObject* const value = PyDict_GetItemWithError(dict, field.key);
      if (value == nullptr) {
        PyErr_Clear();  // of a key that cannot be compared; the walk compares none
        if (field.joined) return false;
        lacks = true;
      } else if (!is_quiet(field, value)) {
        return false;
      }
    }
    if (lacks && !elsewhere_.are_empty(dict)) return false;
    ++out_;
    return true;
  }

  size_t memory() const noexcept {
    size_t total = sizeof *this;
    for (const Field& field : fields_) total += field.state->memory();
    return total;
  }

 private:
  static constexpr size_t kMostFields = 4, kMostWitnesses = 16;
  static constexpr uint32_t kWindow = 64, kRest = 16 * kWindow;

  struct Field {
    PyObject* key;  // held
    bool joined;    // it may be put together from others
    std::unique_ptr<UnitState> state;
  };

  // Finds the tests that are witnesses of the rules that a source's events are judged by.
  static bool gather(const Program& program, const std::vector<uint8_t>& active,
                     std::vector<std::pair<uint32_t, std::vector<uint32_t>>>& wanted) {
    size_t witnesses = 0;
    for (uint32_t v = 0; v < program.variants.size; ++v) {
      if (!active.empty() && active[v] == 0) continue;
      const VariantRow& row = program.variants[v];
      witnesses += row.witness_count;
      if (row.witness_count == 0 || witnesses > kMostWitnesses) return false;
      for (uint32_t i = 0; i < row.witness_count; ++i) {
        const PredicateRow& test = program.predicates[program.witnesses[row.witnesses + i]];
        if (test.slot == kNone || program.checks[test.check].kind != kValue) return false;
        size_t at = 0;
        while (at < wanted.size() && wanted[at].first != test.slot) ++at;
        if (at == wanted.size()) wanted.emplace_back(test.slot, std::vector<uint32_t>());
        wanted[at].second.push_back(test.check);
      }
    }
    return wanted.size() <= kMostFields;
  }

  // The key of the event itself at which a field is looked up before all other places; null if
  // its first place is another.
  static PyObject* key_of(const Program& program, uint32_t slot) {
    const EntryRow* first = nullptr;
    uint32_t rank = kNone;
    for (uint32_t c = 0; c < program.contexts.size; ++c) {
      const ContextRow& context = program.contexts[c];
      for (uint32_t e = 0; e < context.entry_count; ++e) {
        const EntryRow& entry = program.entries[context.entries + e];
        for (uint32_t i = 0; i < entry.candidate_count; ++i) {
          const CandidateRow& row = program.candidates[entry.candidates + i];
          if (row.slot != slot || row.rank > rank) continue;
          first = row.rank < rank && c == 0 ? &entry : nullptr;
          rank = row.rank;
        }
      }
    }
    if (first == nullptr) return nullptr;
    const Bytes text = program.text(first->key, first->key_size);
    PyObject* key = PyUnicode_DecodeUTF8(reinterpret_cast<const char*>(text.data),
                                         static_cast<Py_ssize_t>(text.size), "strict");
    if (key == nullptr) {
      PyErr_Clear();
    } else {
      PyUnicode_InternInPlace(&key);
    }
    return key;
  }

  // Whether the value of a field passes none of the tests.
  static bool is_quiet(Field& field, PyObject* value) {
    if (value == Py_None) return true;
    Value text;
    if (!PyUnicode_CheckExact(value) || !read_text(value, text)) return false;
    return field.state->members(field.state->look_up(text)).count == 0;
  }

  void judge() noexcept {
    if (out_ * 4 < looked_) rest_ = kRest;
    looked_ = out_ = 0;
  }

  void drop() noexcept {
    for (Field& field : fields_) Py_DECREF(field.key);
    fields_.clear();
  }

  std::vector<Field> fields_;
  OtherPlaces elsewhere_;
  uint32_t looked_ = 0, out_ = 0, rest_ = 0;
};

}  // namespace tocsin
