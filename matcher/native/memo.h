// Value memo: bytes of a value, as they stand in the event, to the id of its set of tests.
//
// Place in the pipeline: in front of the value classifier, one per field unit and worker, so
// that a value seen before costs a look-up instead of a classification.
// What holds: an answer comes only from a full comparison of the bytes; memory is bounded, by
// dropping everything when it is full; long values go by it; where values hardly ever repeat
// it switches itself off and tries again later.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "arena.h"
#include "hashing.h"

namespace tocsin {

struct MemoLimits {
  size_t bytes = 24u << 20;   // of one memo, for values and table together
  size_t value = 8u << 10;    // longer values are not kept
  uint64_t seed = 0;
  bool enabled = true;
};

class Memo {
 public:
  static constexpr uint32_t kMissing = 0xFFFFFFFFu;

  explicit Memo(const MemoLimits& limits) noexcept : limits_(limits) {}

  // The id kept for these bytes, or kMissing. `hash` is for a call of `keep` right after.
  uint32_t find(const uint8_t* data, size_t size, uint64_t& hash) noexcept {
    if (size > limits_.value || (resting_ != 0 && still_resting())) {
      ++passed_;
      hash = 0;
      return kMissing;
    }
    ++looked_;
    if (last_ != nullptr && last_->size == size && same_bytes(last_->data, data, size)) {
      ++found_;
      return last_->id;
    }
    hash = hash_bytes(data, size, limits_.seed) | 1;  // 0 stands for "do not keep"
    if (table_.empty()) return kMissing;
    const size_t mask = table_.size() - 1;
    for (size_t at = static_cast<uint32_t>(hash) & mask;; at = (at + 1) & mask) {
      Entry& entry = table_[at];
      if (entry.size == kEmpty) return kMissing;
      if (entry.hash == static_cast<uint32_t>(hash) && entry.size == size &&
          same_bytes(entry.data, data, size)) {
        ++found_;
        last_ = &entry;
        return entry.id;
      }
    }
  }

  // A number that callers may keep with the value that was found last, at first 0.
  uint32_t& mark() noexcept { return last_->mark; }

  void keep(const uint8_t* data, size_t size, uint64_t hash, uint32_t id) {
    if (hash == 0 || !limits_.enabled) return;
    if (values_.memory() + size + table_.size() * sizeof(Entry) > limits_.bytes) clear();
    if ((count_ + 1) * 8 > table_.size() * 5) grow();
    place(Entry{values_.keep(data, size), static_cast<uint32_t>(hash), id,
                static_cast<uint32_t>(size)});
    ++count_;
    last_ = nullptr;
    if (looked_ >= kWindow) judge();
  }

  void clear() noexcept {
    for (Entry& entry : table_) entry.size = kEmpty;
    values_.clear();
    count_ = 0;
    last_ = nullptr;
    ++drops_;
  }

  size_t memory() const noexcept {
    return values_.memory() + table_.capacity() * sizeof(Entry);
  }
  uint64_t looked() const noexcept { return looked_before_ + looked_; }
  uint64_t found() const noexcept { return found_before_ + found_; }
  uint64_t drops() const noexcept { return drops_; }
  // Values that went by, because they are long or the memo rests; how often it began to rest.
  uint64_t passed() const noexcept { return passed_; }
  uint64_t rests() const noexcept { return rests_; }

 private:
  struct Entry {
    const uint8_t* data;
    uint32_t hash;
    uint32_t id;
    uint32_t size = kEmpty;
    uint32_t mark = 0;
  };
  static constexpr uint32_t kEmpty = 0xFFFFFFFFu;
  static constexpr uint64_t kWindow = 4096;
  static constexpr uint64_t kRest = 16 * kWindow;

  bool still_resting() noexcept {
    return --resting_ != 0;
  }

  // After each window of look-ups: fewer than one hit in twenty is not worth the copying.
  void judge() noexcept {
    if (found_ * 20 < looked_) {
      resting_ = kRest;
      ++rests_;
      clear();
    }
    looked_before_ += looked_;
    found_before_ += found_;
    looked_ = found_ = 0;
  }

  void place(const Entry& made) noexcept {
    const size_t mask = table_.size() - 1;
    size_t at = made.hash & mask;
    while (table_[at].size != kEmpty) at = (at + 1) & mask;
    table_[at] = made;
  }

  void grow() {
    std::vector<Entry> before(table_.empty() ? 64 : table_.size() * 2);
    before.swap(table_);
    for (const Entry& entry : before) {
      if (entry.size != kEmpty) place(entry);
    }
  }

  MemoLimits limits_;
  std::vector<Entry> table_;
  Arena values_;
  size_t count_ = 0;
  Entry* last_ = nullptr;
  uint64_t resting_ = 0;
  uint64_t looked_ = 0, found_ = 0, looked_before_ = 0, found_before_ = 0, drops_ = 0;
  uint64_t passed_ = 0, rests_ = 0;
};

}  // namespace tocsin
