// What an event class asks of the columns of an Arrow batch, and its verdicts by what they hold.
//
// Place in the pipeline: between the codes of the columns and the verdict of a row. The sets of
// tests that a column's values pass are numbered in the order in which they are met, so that the
// numbers of a row, put side by side as bits, are a short name of all its sets.
// What holds: a verdict is remembered by that name, compared whole; one that is not remembered,
// or not any more since another took its place, is asked of the worker.
#pragma once

#include <algorithm>
#include <vector>

#include "arrow_codes.h"
#include "worker.h"

namespace tocsin {

class ColumnPlan {
 public:
  struct Read {  // of a field of the class
    uint32_t position, column;
    UnitState* unit;
    CodedColumn::Table* table;      // set by code
    std::vector<uint32_t> numbers;  // by set, kNone where it has not been met
    std::vector<uint32_t> sets;     // by number

    uint32_t number(uint32_t set) {
      if (set >= numbers.size()) numbers.resize(size_t{set} + 1, kNone);
      if (numbers[set] == kNone) {
        numbers[set] = static_cast<uint32_t>(sets.size());
        sets.push_back(set);
      }
      return numbers[set];
    }
  };

  ClassState* state = nullptr;
  bool simple = true;  // it has no tests between fields or on joined ones
  std::vector<Read> reads;
  std::vector<CodedColumn::Table*> passes;  // by column searched: 1 if a value may pass

  // Makes room for all sets met so far. To be called before rows are named.
  void widen() {
    uint32_t bits = 0;
    bool wider = known_.empty();
    shifts_.resize(reads.size());
    widths_.resize(reads.size());
    for (size_t i = 0; i < reads.size(); ++i) {
      while (size_t{1} << widths_[i] < reads[i].sets.size()) ++widths_[i], wider = true;
      shifts_[i] = bits;
      bits += widths_[i];
    }
    fits_ = bits < 64;
    if (wider) known_.assign(std::max(known_.size(), kLeast), Known{});
  }

  // Whether rows have names: their numbers, each moved up by its read's shift.
  bool fits() const noexcept { return fits_; }
  uint32_t shift(size_t read) const noexcept { return shifts_[read]; }

  // The verdict for a row: by its name, or by the numbers of its sets, which `number_of(read)`
  // gives.
  template <typename NumberOf>
  TOCSIN_INLINE Verdict verdict(Worker& worker, uint64_t name, NumberOf&& number_of) {
    if (fits_ && epoch_ == worker.verdict_epoch()) {
      const Known& known = known_[place_of(name)];
      if (known.row != kNone && known.name == name) return worker.verdict_of(*state, known.row);
    }
    fill_key(number_of);
    const uint32_t row = worker.row_of(*state, false);
    remember(worker, name, row);
    return worker.verdict_of(*state, row);
  }

  template <typename NumberOf>
  void fill_key(NumberOf&& number_of) {
    for (size_t i = 0; i < reads.size(); ++i) {
      state->key[reads[i].position] = reads[i].sets[number_of(i)];
    }
    for (const auto& [position, set] : fixed_) state->key[position] = set;
  }

  // Notes a field that no column has.
  void fix(uint32_t position, uint32_t set) { fixed_.emplace_back(position, set); }

 private:
  static constexpr size_t kLeast = 64, kMost = 4096;

  struct Known {
    uint64_t name = 0;
    uint32_t row = kNone;
  };

  size_t place_of(uint64_t name) const noexcept { return mix(name) & (known_.size() - 1); }

  void remember(const Worker& worker, uint64_t name, uint32_t row) {
    if (!fits_) return;
    if (epoch_ != worker.verdict_epoch()) {
      std::fill(known_.begin(), known_.end(), Known{});
      epoch_ = worker.verdict_epoch();
    }
    if (++asked_ > known_.size() && known_.size() < kMost) {
      known_.assign(known_.size() * 4, Known{});
      asked_ = 0;
    }
    known_[place_of(name)] = Known{name, row};
  }

  std::vector<uint32_t> shifts_, widths_;  // by read, in bits
  std::vector<Known> known_;               // verdicts by name
  size_t asked_ = 0;                       // verdicts that were not known, since it grew
  std::vector<std::pair<uint32_t, uint32_t>> fixed_;
  bool fits_ = false;
  uint64_t epoch_ = 0;
};

}  // namespace tocsin
