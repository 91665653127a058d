// Shape plan: how the values of a line of a known shape decide which rules match.
//
// Place in the pipeline: beside a line shape, in place of the walk, the cells and the look-up of
// every value. Made when the worker has judged a line; it keeps the sets of the fields of that
// line, so that of the next one only the fields are looked up whose values changed.
// What holds: its verdict is that of the worker for the same line, as long as nothing the worker
// keeps has been forgotten (`Worker::generation`).
#pragma once

#include <algorithm>
#include <vector>

#include "line_shape.h"
#include "worker.h"

namespace tocsin {

class ShapePlan {
 public:
  // For the event that the worker judged last, of a class. `values` are those of the line, at
  // which `text` points.
  ShapePlan(Worker& worker, ClassState& state, const uint8_t* text,
            const std::vector<LineShape::Span>& values)
      : state_(&state), uses_(values.size()) {
    if (state.event_class->candidates.empty()) return;
    if (state.keywords != nullptr) filter_ = state.event_class->filter.get();
    for (uint32_t i = 0; i < values.size(); ++i) {
      const Value value{text + values[i].begin, values[i].end - values[i].begin, Value::kJson};
      if (filter_ != nullptr) set_telling(i, has_unit(value) || may_match(value, false));
    }
    key_ = state.key;
    const EventClass& known = *state.event_class;
    const Event event{worker, text, values};
    for (uint32_t f = 0; f < known.fields.size(); ++f) add_field(event, f);
    for (const Relation& relation : known.relations) {
      gather(event, relation.slot);
      gather(event, relation.other);
    }
  }

  ClassState& state() const noexcept { return *state_; }

  // Judges the line that the shape followed last, and whose values it holds now.
  Verdict judge(Worker& worker, const LineShape& shape) {
    if (state_->event_class->candidates.empty()) return Verdict{};
    bool changed = false, gathered = false;
    for (uint32_t i = 0; i < shape.change_count(); ++i) {
      const LineShape::Change& change = shape.changes()[i];
      const Uses& uses = uses_[change.value];
      gathered = gathered || uses.gathered;
      const Value now = value(shape, change.value);
      uint32_t* mark = nullptr;
      for (const uint32_t field : uses.fields) {
        key_[field] = state_->units[field]->look_up(now, mark);
        changed = true;
      }
      if (filter_ != nullptr) weigh(shape, change, now, mark);
    }
    if (gathered) look_up_gathered(worker, shape);
    if (changed || gathered || telling_ != 0 || row_epoch_ != worker.verdict_epoch()) {
      std::copy(key_.begin(), key_.end(), state_->key.begin());
      if (telling_ != 0) collect(worker, shape);
      row_ = worker.row_of(*state_, telling_ != 0);
      row_epoch_ = telling_ == 0 ? worker.verdict_epoch() : kNoEpoch;
    }
    return worker.verdict_of(*state_, row_);
  }

  size_t memory() const noexcept {
    size_t total = key_.capacity() * 4 + uses_.capacity() * sizeof(Uses);
    for (const Uses& uses : uses_) total += uses.fields.capacity() * 4;
    return total + cells_.capacity() * sizeof(Gathered);
  }

 private:
  static constexpr uint64_t kNoEpoch = ~uint64_t{0};

  // The event that the worker judged last.
  struct Event {
    Worker& worker;
    const uint8_t* text;
    const std::vector<LineShape::Span>& values;

    uint32_t number_of(const Value& value) const noexcept {
      return LineShape::number_of(values, static_cast<uint32_t>(value.data - text));
    }
  };
  struct Uses {
    std::vector<uint32_t> fields;  // whose only value it is
    bool gathered = false;         // it is in a cell of `cells_`
    bool telling = false;          // it may pass a test on the whole event
  };
  // A slot that is filled as the adapters do it, where several values or slots count together.
  struct Gathered {
    uint32_t slot;
    bool filled;
    std::vector<uint32_t> values;
  };

  static Value value(const LineShape& shape, uint32_t number) noexcept {
    const LineShape::Span span = shape.span(number);
    return Value{shape.text() + span.begin, span.end - span.begin, Value::kJson};
  }

  // Whether a new value may pass a test on the whole event. That it cannot is noted at its mark.
  void weigh(const LineShape& shape, const LineShape::Change& change, const Value& now,
             uint32_t* mark) {
    if (mark != nullptr && *mark == filter_->number()) {
      set_telling(change.value, false);
      return;
    }
    const bool telling = change.unit || may_match(now, shape.is_string(change.value));
    set_telling(change.value, telling);
    if (mark != nullptr && !telling) *mark = filter_->number();
  }

  // `more`: what stands behind the value can be read, and may be searched too.
  bool may_match(const Value& value, bool more) const noexcept {
    if (value.size < filter_->shortest()) return false;
    const std::ptrdiff_t size = value.size;
    const std::ptrdiff_t searched = more ? std::max(size, LineFilter::kLeast) : size;
    return filter_->may_match(value.data, value.data + searched);
  }

  static bool has_unit(const Value& value) {
    UnitPlaces units;
    escapes_hold_plain(value.data, value.data, value.data + value.size, units);
    return !units.empty();
  }

  void set_telling(uint32_t number, bool telling) noexcept {
    telling_ += static_cast<uint32_t>(telling) - static_cast<uint32_t>(uses_[number].telling);
    uses_[number].telling = telling;
  }

  void collect(Worker& worker, const LineShape& shape) const {
    for (uint32_t i = 0; i < uses_.size(); ++i) {
      if (uses_[i].telling) worker.everything.push_back(value(shape, i));
    }
  }

  void add_field(const Event& event, uint32_t field) {
    const uint32_t slot = state_->event_class->fields[field].slot;
    const Cell* const cell = event.worker.found(slot);
    if (cell == nullptr && event.worker.program().slots[slot].part_count == 0) return;
    if (cell != nullptr && cell->count == 0) return;
    if (cell != nullptr && cell->count == 1) {
      uses_[event.number_of(cell->first)].fields.push_back(field);
    } else {
      gather(event, slot);
      joined_.push_back(field);
    }
  }

  void gather(const Event& event, uint32_t slot) {
    const Cell* const cell = event.worker.found(slot);
    if (cell == nullptr) {
      const Program& program = event.worker.program();
      const SlotRow& row = program.slots[slot];
      for (uint32_t i = 0; i < row.part_count; ++i) gather(event, program.parts[row.parts + i]);
      return;
    }
    for (const Gathered& known : cells_) {
      if (known.slot == slot) return;
    }
    Gathered made{slot, cell->filled, {}};
    for (uint32_t i = 0; i < cell->count; ++i) {
      made.values.push_back(event.number_of(cell->value(i)));
      uses_[made.values.back()].gathered = true;
    }
    cells_.push_back(std::move(made));
  }

  void look_up_gathered(Worker& worker, const LineShape& shape) {
    for (const Gathered& gathered : cells_) {
      Cell* const cell = worker.offer(gathered.slot, 0, 0);
      for (const uint32_t number : gathered.values) cell->add(value(shape, number));
      cell->filled = gathered.filled;
    }
    const EventClass& known = *state_->event_class;
    for (const uint32_t field : joined_) {
      key_[field] = worker.set_of(known.fields[field].slot, *state_->units[field]);
    }
    if (!known.relations.empty()) {
      worker.relate(known, key_.data() + known.fields.size() + (state_->keywords ? 1 : 0));
    }
  }

  ClassState* state_;
  std::vector<uint32_t> key_;
  std::vector<Uses> uses_;  // by value
  std::vector<Gathered> cells_;
  std::vector<uint32_t> joined_;  // fields that are looked up from cells
  const LineFilter* filter_ = nullptr;  // of the tests on the whole event, if there are any
  uint32_t telling_ = 0;                // how many values may pass one of them
  uint32_t row_ = 0;
  uint64_t row_epoch_ = kNoEpoch;
};

}  // namespace tocsin
