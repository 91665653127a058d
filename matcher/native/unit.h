// A unit: the tests on one field of an event class, and what a worker remembers of them.
//
// Place in the pipeline: between the event's values and the verdict. A `Unit` is made once per
// distinct set of tests and shared by all classes and workers; a `UnitState` belongs to one
// worker. In: a value. Out: the id of the set of tests that hold.
// What holds: test numbers of a unit are first those of its classifier, then those of presence
// (exists, missing, null), so a set stays ascending when presence is appended to it.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "classifier.h"
#include "memo.h"
#include "program.h"
#include "sets.h"
#include "text.h"

namespace tocsin {

// One value of an event, not yet looked at.
struct Value {
  enum Kind : uint32_t {
    kPlain,      // UTF-8
    kJson,       // the content of a JSON string, which may hold escapes, or a bare word
    kUnchecked,  // said to be UTF-8
    kEntry,      // an entry of a `Dictionary`: `data` is its address, `size` the entry
  };
  const uint8_t* data = nullptr;
  uint32_t size = 0;
  uint32_t kind = kPlain;

  bool has_escape() const noexcept {
    return kind == kJson && std::memchr(data, '\\', size) != nullptr;
  }
};

class UnitState;

// Texts that stand for their numbers in many events, and what has been found out about them.
class Dictionary {
 public:
  virtual ~Dictionary() = default;
  virtual Value text(uint32_t entry) const noexcept = 0;
  virtual size_t size() const noexcept = 0;

  // The sets of its entries by number, Memo::kMissing where not known yet; for one unit, and
  // void once that has been cleared.
  std::vector<uint32_t>& sets(const UnitState* unit, uint64_t clears) {
    if (last_ < known_.size() && known_[last_].unit == unit) return checked(clears);
    for (last_ = 0; last_ < known_.size(); ++last_) {
      if (known_[last_].unit == unit) return checked(clears);
    }
    known_.push_back(Known{unit, clears, std::vector<uint32_t>(size(), Memo::kMissing)});
    return known_.back().sets;
  }

 private:
  struct Known {
    const UnitState* unit;
    uint64_t clears;
    std::vector<uint32_t> sets;
  };

  std::vector<uint32_t>& checked(uint64_t clears) {
    Known& known = known_[last_];
    if (known.clears != clears) known.sets.assign(size(), Memo::kMissing);
    known.clears = clears;
    return known.sets;
  }

  std::vector<Known> known_;
  size_t last_ = 0;
};

// The value itself, if it is an entry of a dictionary.
inline Value resolved(const Value& value) noexcept {
  if (value.kind != Value::kEntry) return value;
  return reinterpret_cast<const Dictionary*>(value.data)->text(value.size);
}

class Unit {
 public:
  // `numbers`: check numbers of the program, value checks first, each group ascending.
  Unit(std::shared_ptr<const Program> program, std::vector<uint32_t> numbers)
      : program_(std::move(program)), numbers_(std::move(numbers)) {
    for (uint32_t number : numbers_) value_tests_ += kind(number) == kValue ? 1 : 0;
  }

  uint32_t size() const noexcept { return static_cast<uint32_t>(numbers_.size()); }
  uint32_t value_tests() const noexcept { return value_tests_; }
  const std::vector<uint32_t>& numbers() const noexcept { return numbers_; }
  uint32_t kind(uint32_t number) const noexcept { return program_->checks[number].kind; }

  // Built when the first value comes: many fields of a class never occur in its events.
  const Classifier* classifier() const {
    std::call_once(once_, [this] {
      begun_.store(true, std::memory_order_relaxed);
      build();
    });
    return classifier_.get();
  }

  // Builds it unless some thread has begun to: who needs several builds those that others do not.
  void prepare() const {
    if (value_tests_ != 0 && !begun_.exchange(true, std::memory_order_relaxed)) classifier();
  }

  const std::string& error() const noexcept { return error_; }
  size_t memory() const noexcept { return classifier_ ? classifier_->memory() : 0; }

 private:
  void build() const {
    std::vector<uint8_t> bytes{'T', 'C', 'L', '1'};
    const uint32_t count = value_tests_;
    const uint8_t* const raw = reinterpret_cast<const uint8_t*>(&count);
    bytes.insert(bytes.end(), raw, raw + 4);
    for (uint32_t i = 0; i < value_tests_; ++i) {
      const CheckRow& row = program_->checks[numbers_[i]];
      const uint8_t* const record = program_->records.data + row.record;
      bytes.insert(bytes.end(), record, record + row.record_size);
    }
    classifier_ = Classifier::build(bytes.data(), bytes.size(), error_);
  }

  std::shared_ptr<const Program> program_;
  std::vector<uint32_t> numbers_;
  uint32_t value_tests_ = 0;
  mutable std::atomic<bool> begun_{false};
  mutable std::once_flag once_;
  mutable std::unique_ptr<const Classifier> classifier_;
  mutable std::string error_;
};

// Working space that all units of a worker share, and its counters.
struct Bench {
  Scratch scratch;
  std::vector<uint8_t> text;
  std::vector<uint32_t> numbers;
  MemoLimits limits;
  uint64_t classified = 0;
  uint64_t bypassed = 0;
  bool failed = false;
  std::string error;

  uint8_t* room(size_t size) {
    if (text.size() < size) text.resize(size + size / 2 + 64);
    return text.data();
  }
};

class UnitState {
 public:
  UnitState(std::shared_ptr<const Unit> unit, Bench& bench)
      : unit_(std::move(unit)),
        tests_values_(unit_->value_tests() != 0),
        bench_(bench),
        escaped_(bench.limits),
        plain_(bench.limits),
        sets_(bench.limits.seed) {
    set_presence();
  }

  uint32_t missing() const noexcept { return missing_; }
  uint32_t null() const noexcept { return null_; }
  uint32_t valueless() const noexcept { return valueless_; }
  bool only_presence() const noexcept { return !tests_values_; }
  const Unit& unit() const noexcept { return *unit_; }
  Sets::Members members(uint32_t id) const noexcept { return sets_.members(id); }

  uint32_t look_up(const Value& value) {
    uint32_t* unused = nullptr;
    return look_up(value, unused);
  }

  // `mark` becomes that of the value in the memo, or stays as it is if it was not found there.
  TOCSIN_INLINE uint32_t look_up(const Value& value, uint32_t*& mark) {
    if (!tests_values_) return valueless_;
    if (value.kind == Value::kEntry) return look_up_entry(value);
    Memo& memo = value.kind == Value::kJson ? escaped_ : plain_;
    uint64_t hash = 0;
    const uint32_t known = memo.find(value.data, value.size, hash);
    if (known != Memo::kMissing) {
      mark = &memo.mark();
      return known;
    }
    const uint32_t id = classify(value);
    memo.keep(value.data, value.size, hash, id);
    return id;
  }

  // The set of tests that some value of several passes.
  uint32_t join(const uint32_t* ids, uint32_t count) {
    if (count == 1) return ids[0];
    std::vector<uint32_t> all;
    for (uint32_t i = 0; i < count; ++i) {
      const Sets::Members set = sets_.members(ids[i]);
      all.insert(all.end(), set.begin, set.begin + set.count);
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return sets_.intern(all.data(), static_cast<uint32_t>(all.size()));
  }

  size_t memory() const noexcept {
    return escaped_.memory() + plain_.memory() + sets_.memory();
  }
  size_t set_memory() const noexcept { return sets_.memory(); }
  const Memo& escaped_memo() const noexcept { return escaped_; }
  const Memo& plain_memo() const noexcept { return plain_; }

  // Ids given out before are void afterwards.
  void clear() noexcept {
    escaped_.clear();
    plain_.clear();
    sets_.clear();
    set_presence();
    ++clears_;
  }

 private:
  uint32_t look_up_entry(const Value& value) {
    auto* const dictionary =
        reinterpret_cast<Dictionary*>(const_cast<uint8_t*>(value.data));
    uint32_t id = dictionary->sets(this, clears_)[value.size];
    if (id == Memo::kMissing) {
      id = look_up(dictionary->text(value.size));
      dictionary->sets(this, clears_)[value.size] = id;
    }
    return id;
  }

  uint32_t classify(const Value& value) {
    const uint8_t* text = value.data;
    size_t size = value.size;
    if (value.has_escape()) {
      uint8_t* const out = bench_.room(size);
      size = unescape(value.data, size, out, false);
      text = out;
    } else if (value.kind == Value::kUnchecked && !is_utf8(text, size)) {
      uint8_t* const out = bench_.room(size * 3);
      size = replace_faults(text, size, out);
      text = out;
    }
    const Classifier* const classifier = unit_->classifier();
    if (classifier == nullptr) {
      bench_.failed = true;
      bench_.error = unit_->error();
      return valueless_;
    }
    ++bench_.classified;
    const uint32_t count = classifier->classify(bench_.scratch, text, size);
    if (bench_.scratch.failed()) {
      bench_.failed = true;
      bench_.error = "out of memory in the value classifier";
    }
    std::vector<uint32_t>& numbers = bench_.numbers;
    numbers.assign(bench_.scratch.ids(), bench_.scratch.ids() + count);
    const Sets::Members present = sets_.members(valueless_);
    numbers.insert(numbers.end(), present.begin, present.begin + present.count);
    return sets_.intern(numbers.data(), static_cast<uint32_t>(numbers.size()));
  }

  void set_presence() {
    missing_ = presence(false, true);
    null_ = presence(true, true);
    valueless_ = presence(true, false);
  }

  uint32_t presence(bool present, bool null) {
    std::vector<uint32_t> set;
    for (uint32_t i = unit_->value_tests(); i < unit_->size(); ++i) {
      const uint32_t kind = unit_->kind(unit_->numbers()[i]);
      const bool holds = kind == kIsNull ? null : (kind == kExists) == present;
      if (holds) set.push_back(i);
    }
    return sets_.intern(set.data(), static_cast<uint32_t>(set.size()));
  }

  std::shared_ptr<const Unit> unit_;
  const bool tests_values_;
  uint32_t missing_ = 0, null_ = 0, valueless_ = 0;
  Bench& bench_;
  Memo escaped_;
  Memo plain_;
  Sets sets_;
  uint64_t clears_ = 0;
};

}  // namespace tocsin
