// The worker: everything one thread needs to judge events.
//
// Place in the pipeline: an adapter (JSON, mapping, Arrow) calls `begin`, offers the values of
// the slots it finds, and calls `judge`, which yields the numbers of the matching rules.
// What holds: verdicts depend on the event and the program alone; memo, sets and verdict cache
// are bounded and only save work; a worker is used by one thread at a time.
#pragma once

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <vector>

#include "engine.h"
#include "number_map.h"
#include "relation.h"
#include "unit.h"

namespace tocsin {

// What an event holds for a slot; one line of the processor's cache, since every event fills many.
struct alignas(64) Cell {
  uint64_t event = 0;      // the event it was filled by
  uint64_t map = 0;        // the map that the last values came from
  Value first;
  std::unique_ptr<std::vector<Value>> more;
  uint32_t rank = 0;       // of the place they were found at
  uint32_t count = 0;      // number of values
  uint32_t before = 0;     // of them, those from earlier maps
  uint32_t header = kNone; // its number among the header fields
  bool filled = false;     // something that is not null was found
  bool was_filled = false; // the same before the last map

  const Value& value(uint32_t at) const noexcept { return at == 0 ? first : (*more)[at - 1]; }

  TOCSIN_INLINE void add(const Value& value) {
    filled = true;
    if (count == 0) {
      first = value;
    } else {
      add_more(value);
    }
    ++count;
  }

 private:
  void add_more(const Value& value) {
    if (!more) more = std::make_unique<std::vector<Value>>();
    more->resize(count - 1);
    more->push_back(value);
  }
};

struct Verdict {
  const uint32_t* rules = nullptr;
  uint32_t count = 0;
};

// How often something was forgotten because it had grown to its limit.
struct Drops {
  uint64_t sets = 0, verdicts = 0, classes = 0;
};

struct WorkerLimits {
  size_t sets = 64u << 20;      // bytes of all sets of a worker
  size_t verdicts = 48u << 20;  // bytes of all verdict caches of a worker
  MemoLimits memo;
};

// A class as one worker knows it.
struct ClassState {
  ClassState(std::shared_ptr<const EventClass> made, uint64_t seed)
      : event_class(std::move(made)),
        width(static_cast<uint32_t>(event_class->fields.size()) +
              (event_class->keywords ? 1 : 0) +
              static_cast<uint32_t>((event_class->relations.size() + 31) / 32)),
        key(width),
        verdicts(width, seed),
        true_in(event_class->tests, 0),
        tried_in(event_class->candidates.size(), 0) {}

  std::shared_ptr<const EventClass> event_class;
  std::vector<UnitState*> units;
  UnitState* keywords = nullptr;
  uint32_t width;
  std::vector<uint32_t> key;
  NumberMap verdicts;
  struct Span { uint32_t begin, count; };
  std::vector<Span> spans;
  std::vector<uint32_t> rules;
  std::vector<uint32_t> true_in;   // by test, the round in which it held
  std::vector<uint32_t> tried_in;  // by candidate, the round in which it was run
  uint32_t round = 0;

  size_t memory() const noexcept {
    return verdicts.memory() + spans.capacity() * sizeof(Span) + rules.capacity() * 4;
  }
  void clear() {
    verdicts.clear();
    spans.clear();
    rules.clear();
  }
};

class Worker {
 public:
  Worker(std::shared_ptr<Engine> engine, const WorkerLimits& limits)
      : engine_(std::move(engine)),
        program_(engine_->program()),
        limits_(limits),
        cells_(program_.slots.size),
        class_numbers_(program_.headers.size + 1, limits.memo.seed),
        header_key_(program_.headers.size + 1) {
    bench_.limits = limits.memo;
    for (const auto& unit : engine_->header_units()) header_.push_back(state(unit));
    for (uint32_t h = 0; h < program_.headers.size; ++h) cells_[program_.headers[h]].header = h;
    reset_header();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  const Program& program() const noexcept { return program_; }

  void begin() {
    ++event_;
    for (const uint32_t h : touched_) header_key_[h + 1] = header_[h]->missing();
    touched_.clear();
    everything.clear();
    if (set_memory_ > limits_.sets) {
      ++drops_.sets;
      clear();
    }
  }

  // The cell that takes the values of a path, or null if a better place has been found.
  // `map` identifies the map that holds the key.
  TOCSIN_INLINE Cell* offer(uint32_t slot, uint32_t rank, uint64_t map) {
    Cell& cell = cells_[slot];
    if (cell.event == event_) {
      if (rank > cell.rank) return nullptr;
      if (rank == cell.rank) {
        again(cell, map);
        return &cell;
      }
    } else if (cell.header != kNone) {
      touched_.push_back(cell.header);
    }
    cell.event = event_;
    cell.rank = rank;
    cell.map = map;
    cell.count = cell.before = 0;
    cell.filled = cell.was_filled = false;
    return &cell;
  }

  // Finds the class of the event from its header cells.
  ClassState& classify(uint32_t source) {
    for (const uint32_t h : touched_) {
      header_key_[h + 1] = set_of(program_.headers[h], *header_[h]);
    }
    return class_of(source);
  }

  // The same for adapters that know the sets of header fields: `set_header` for each one that the
  // event has, then `class_of`.
  UnitState& header(uint32_t number) noexcept { return *header_[number]; }
  void set_header(uint32_t number, uint32_t set) {
    touched_.push_back(number);
    header_key_[number + 1] = set;
  }
  ClassState& class_of(uint32_t source) {
    header_key_[0] = source;
    uint64_t hash = 0;
    const uint32_t number = class_numbers_.find(header_key_.data(), hash);
    if (number != NumberMap::kMissing) return *classes_[number];
    return new_class(source, hash);
  }

  // Judges the event by the other cells, and by `everything` if `search` is set; it may be left
  // unset only if no value of the event passes a keyword test.
  Verdict judge(ClassState& state, bool search) {
    const EventClass& known = *state.event_class;
    if (known.candidates.empty()) return Verdict{};
    uint32_t* out = state.key.data();
    for (size_t i = 0; i < known.fields.size(); ++i) {
      *out++ = set_of(known.fields[i].slot, *state.units[i]);
    }
    if (!known.relations.empty()) relate(known, out + (state.keywords != nullptr ? 1 : 0));
    return verdict(state, search);
  }

  // The same where the sets of the fields are in the key already; for classes without relations.
  Verdict judge_sets(ClassState& state, bool search) {
    return state.event_class->candidates.empty() ? Verdict{} : verdict(state, search);
  }

  // For events whose values are those of one before, for the most part: what the slots hold, the
  // set of one slot, the tests between fields, and the verdict on the sets in the key as the
  // number of a row, which stands until `verdict_epoch` changes.
  const Cell* found(uint32_t slot) const noexcept {
    return cells_[slot].event == event_ ? &cells_[slot] : nullptr;
  }
  uint32_t header_set(uint32_t number) const noexcept { return header_key_[number + 1]; }
  uint32_t set_of(uint32_t slot, UnitState& unit) {
    const Cell& cell = cells_[slot];
    if (cell.event != event_) {
      return program_.slots[slot].part_count == 0 ? unit.missing() : set_of_joined(slot, unit);
    }
    if (cell.count == 1) return unit.look_up(cell.first);
    if (cell.count == 0) return cell.filled ? unit.valueless() : unit.null();
    ids_.clear();
    for (uint32_t i = 0; i < cell.count; ++i) ids_.push_back(unit.look_up(cell.value(i)));
    return unit.join(ids_.data(), cell.count);
  }
  void relate(const EventClass& known, uint32_t* out) {
    std::fill(out, out + (known.relations.size() + 31) / 32, 0);
    for (size_t i = 0; i < known.relations.size(); ++i) {
      const Relation& row = known.relations[i];
      if (surely_unequal(row)) continue;
      texts_of(row.slot, left_, (row.relation & 4) != 0);
      texts_of(row.other, right_, (row.relation & 4) != 0);
      if (some_related(left_, right_, row.relation & 3)) out[i / 32] |= 1u << (i % 32);
    }
  }
  uint32_t row_of(ClassState& state, bool search) {
    if (state.keywords != nullptr) {
      state.key[state.event_class->fields.size()] =
          search ? set_of_everything(*state.keywords) : state.keywords->valueless();
    }
    uint64_t hash = 0;
    const uint32_t row = state.verdicts.find(state.key.data(), hash);
    return row == NumberMap::kMissing ? decide(state, hash) : row;
  }
  Verdict verdict_of(const ClassState& state, uint32_t row) const noexcept {
    const ClassState::Span span = state.spans[row];
    return Verdict{state.rules.data() + span.begin, span.count};
  }
  uint64_t verdict_epoch() const noexcept { return drops_.verdicts; }

  // Changes when ids of sets and classes known before are void.
  uint64_t generation() const noexcept { return generation_; }
  const WorkerLimits& limits() const noexcept { return limits_; }

  // Every value of the event, filled by adapters that are asked to.
  std::vector<Value> everything;

  Bench& bench() noexcept { return bench_; }
  const Bench& bench() const noexcept { return bench_; }
  Engine& engine() noexcept { return *engine_; }
  const std::vector<std::unique_ptr<ClassState>>& classes() const noexcept { return classes_; }

  uint64_t decided() const noexcept { return decided_; }

  template <typename Visit>
  void each_unit(Visit&& visit) const {
    for (const auto& pair : units_) visit(*pair.second);
  }

  size_t memory() const {
    size_t total = bench_.text.capacity() + bench_.scratch.memory();
    each_unit([&](const UnitState& unit) { total += unit.memory(); });
    for (const auto& known : classes_) total += known->memory();
    return total;
  }

  const Drops& drops() const noexcept { return drops_; }

  // Forgets everything remembered; verdicts stay the same.
  void clear() {
    ++generation_;
    for (auto& pair : units_) pair.second->clear();
    class_numbers_.clear();
    classes_.clear();
    verdict_memory_ = set_memory_ = 0;
    reset_header();
  }

 private:
  static constexpr size_t kMostClasses = 8192;

  // The verdict on the sets in the key, to which that of the whole event is added.
  Verdict verdict(ClassState& state, bool search) {
    return verdict_of(state, row_of(state, search));
  }

  void again(Cell& cell, uint64_t map) const noexcept {
    if (cell.map == map) {  // two names that differ in spaces: the later one counts
      cell.count = cell.before;
      cell.filled = cell.was_filled;
    } else {
      cell.map = map;
      cell.before = cell.count;
      cell.was_filled = cell.filled;
    }
  }

  void reset_header() noexcept {
    for (size_t h = 0; h < header_.size(); ++h) header_key_[h + 1] = header_[h]->missing();
  }

  UnitState* state(const std::shared_ptr<const Unit>& unit) {
    std::unique_ptr<UnitState>& known = units_[unit.get()];
    if (!known) known = std::make_unique<UnitState>(unit, bench_);
    return known.get();
  }

  ClassState& new_class(uint32_t source, uint64_t hash) {
    std::vector<Sets::Members> header;
    for (size_t h = 0; h < header_.size(); ++h) {
      header.push_back(header_[h]->members(header_key_[h + 1]));
    }
    if (classes_.size() >= kMostClasses) {
      ++drops_.classes;
      ++generation_;
      class_numbers_.clear();
      classes_.clear();
    }
    auto made = std::make_unique<ClassState>(engine_->get(source, header), limits_.memo.seed);
    const EventClass& known = *made->event_class;
    for (const Field& field : known.fields) made->units.push_back(state(field.unit));
    if (known.keywords) made->keywords = state(known.keywords);
    class_numbers_.keep(header_key_.data(), hash, static_cast<uint32_t>(classes_.size()));
    classes_.push_back(std::move(made));
    prepare(*classes_.back());
    return *classes_.back();
  }

  // Builds what the event at hand needs side by side with other workers: they meet the classes of
  // a stream at the same time, and would wait for one another at each field in turn.
  void prepare(const ClassState& state) const {
    for (const Field& field : state.event_class->fields) {
      const Cell& cell = cells_[field.slot];
      if (cell.event == event_ && cell.count != 0) field.unit->prepare();
    }
  }

  uint32_t set_of_joined(uint32_t slot, UnitState& unit) {
    Value joined;
    return join_parts(slot, joined) ? unit.look_up(joined) : unit.missing();
  }

  // A field of several: the first values of its parts with backslashes between them.
  bool join_parts(uint32_t slot, Value& out) {
    const SlotRow& row = program_.slots[slot];
    joined_.clear();
    for (uint32_t i = 0; i < row.part_count; ++i) {
      const Cell& cell = cells_[program_.parts[row.parts + i]];
      if (cell.event != event_ || cell.count == 0) return false;
      if (i != 0) joined_.push_back('\\');
      append_text(cell.first, joined_);
    }
    out = Value{joined_.data(), static_cast<uint32_t>(joined_.size()), Value::kPlain};
    return row.part_count != 0;
  }

  uint32_t set_of_everything(UnitState& unit) {
    ids_.clear();
    uint32_t last = unit.valueless();
    for (const Value& value : everything) {
      const uint32_t id = unit.look_up(value);
      if (id == last || id == unit.valueless()) continue;
      ids_.push_back(last = id);
    }
    if (ids_.empty()) return unit.valueless();
    return unit.join(ids_.data(), static_cast<uint32_t>(ids_.size()));
  }

  void texts_of(uint32_t slot, Texts& out, bool cased) {
    out.clear();
    const Cell& cell = cells_[slot];
    if (cell.event == event_) {
      for (uint32_t i = 0; i < cell.count; ++i) out.add(cell.value(i), cased);
    } else {
      Value joined;
      if (join_parts(slot, joined)) out.add(joined, cased);
    }
  }

  // Whether two fields differ for certain, by a look at their bytes: most pairs that rules
  // compare do.
  bool surely_unequal(const Relation& row) const noexcept {
    const Cell& left = cells_[row.slot];
    const Cell& right = cells_[row.other];
    return (row.relation & 3) == 0 && left.event == event_ && right.event == event_ &&
           left.count == 1 && right.count == 1 && differ(left.first, right.first);
  }

  void mark(ClassState& state, const Sets::Members& set, uint32_t first) {
    for (uint32_t i = 0; i < set.count; ++i) hold(state, first + set.begin[i]);
  }

  void hold(ClassState& state, uint32_t test) {
    const EventClass& known = *state.event_class;
    state.true_in[test] = state.round;
    for (uint32_t i = known.trigger_begin[test]; i < known.trigger_begin[test + 1]; ++i) {
      const uint32_t candidate = known.triggers[i];
      if (state.tried_in[candidate] == state.round) continue;
      state.tried_in[candidate] = state.round;
      triggered_.push_back(candidate);
    }
  }

  // A vector of sets not met before: runs the rules that a true test triggers.
  uint32_t decide(ClassState& state, uint64_t hash) {
    const EventClass& known = *state.event_class;
    ++decided_;
    if (++state.round == 0) {
      std::fill(state.true_in.begin(), state.true_in.end(), 0);
      std::fill(state.tried_in.begin(), state.tried_in.end(), 0);
      state.round = 1;
    }
    triggered_.assign(known.always.begin(), known.always.end());
    const uint32_t* key = state.key.data();
    for (size_t i = 0; i < known.fields.size(); ++i) {
      mark(state, state.units[i]->members(*key++), known.fields[i].first);
    }
    if (state.keywords != nullptr) {
      mark(state, state.keywords->members(*key++), known.keywords_first);
    }
    for (size_t i = 0; i < known.relations.size(); ++i) {
      if ((key[i / 32] >> (i % 32) & 1) != 0) hold(state, known.relations[i].test);
    }
    return remember(state, hash);
  }

  uint32_t remember(ClassState& state, uint64_t hash) {
    const EventClass& known = *state.event_class;
    matched_.clear();
    for (uint32_t number : triggered_) {
      const EventClass::Candidate& candidate = known.candidates[number];
      const uint32_t round = state.round;
      if (run_code(known.code, candidate.entry,
                   [&](uint32_t test) { return state.true_in[test] == round; })) {
        matched_.push_back(candidate.rule);
      }
    }
    std::sort(matched_.begin(), matched_.end());
    matched_.erase(std::unique(matched_.begin(), matched_.end()), matched_.end());
    make_room();
    const size_t before = state.memory();
    if (state.spans.empty()) state.spans.push_back({0, 0});  // most events match nothing
    uint32_t row = 0;
    if (!matched_.empty()) {
      row = static_cast<uint32_t>(state.spans.size());
      state.spans.push_back({static_cast<uint32_t>(state.rules.size()),
                             static_cast<uint32_t>(matched_.size())});
      state.rules.insert(state.rules.end(), matched_.begin(), matched_.end());
    }
    state.verdicts.keep(state.key.data(), hash, row);
    verdict_memory_ += state.memory() - before;
    return row;
  }

  // Called when something new is about to be remembered: measures, and forgets when it is much.
  void make_room() {
    if ((decided_ & 1023) == 0) {
      set_memory_ = 0;
      for (const auto& pair : units_) set_memory_ += pair.second->set_memory();
    }
    if (verdict_memory_ <= limits_.verdicts) return;
    ++drops_.verdicts;
    for (const auto& known : classes_) known->clear();
    verdict_memory_ = 0;
  }

  std::shared_ptr<Engine> engine_;
  const Program& program_;
  WorkerLimits limits_;
  Bench bench_;
  std::unordered_map<const Unit*, std::unique_ptr<UnitState>> units_;
  std::vector<UnitState*> header_;
  std::vector<Cell> cells_;
  uint64_t event_ = 0;
  NumberMap class_numbers_;
  std::vector<uint32_t> header_key_;  // source, then a set for each header field
  std::vector<uint32_t> touched_;     // header fields that the event has
  std::vector<std::unique_ptr<ClassState>> classes_;
  std::vector<uint32_t> ids_, triggered_, matched_;
  std::vector<uint8_t> joined_;
  Texts left_, right_;
  size_t set_memory_ = 0, verdict_memory_ = 0;
  uint64_t decided_ = 0;
  Drops drops_;
  uint64_t generation_ = 0;
};

}  // namespace tocsin
