// Value memo: bytes of a value, as they stand in the event, to the id of its set of tests.
//
// Place in the pipeline: in front of the value classifier, one per field unit and worker, so
// that a value seen before costs a look-up instead of a classification.
// What holds: an answer comes only from a full comparison of the bytes; memory is bounded, by
// dropping everything when it is full; very long values go by it; where values hardly ever repeat
// it switches itself off and tries again later, for long ones and for all of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>
#include <vector>

#include "arena.h"
#include "hashing.h"
#include "trial.h"

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

  explicit Memo(const MemoLimits& limits) noexcept
      : limits_(limits), longest_short_(std::min(limits.value, kLong - 1)) {}

  // The id kept for these bytes, or kMissing. `hash` is for a call of `keep` right after.
  TOCSIN_INLINE uint32_t find(const uint8_t* data, size_t size, uint64_t& hash) noexcept {
    if (size <= longest_short_ ? all_.rests() : goes_by(size)) {
      ++passed_;
      hash = 0;
      return kMissing;
    }
    all_.look();
    if (last_ != nullptr && last_->size == size && same_bytes(bytes_of(last_), data, size)) {
      find(size);
      return last_->id;
    }
    hash = hash_bytes(data, size, limits_.seed) | 1;  // 0 stands for "do not keep"
    if (table_.empty()) return kMissing;
    const uint32_t tag = tag_of(hash);
    const size_t mask = table_.size() - 1;
    for (size_t at = tag & mask; table_[at].number != kEmpty; at = (at + 1) & mask) {
      if (table_[at].tag != tag) continue;
      Entry* const entry = entry_of(values_.at(table_[at].number));
      if (entry->size == size && same_bytes(bytes_of(entry), data, size)) {
        find(size);
        last_ = entry;
        return entry->id;
      }
    }
    return kMissing;
  }

  // A number that callers may keep with the value that was found last, at first 0.
  uint32_t& mark() noexcept { return last_->mark; }

  void keep(const uint8_t* data, size_t size, uint64_t hash, uint32_t id) {
    if (hash == 0 || !limits_.enabled) return;
    if (memory() + sizeof(Entry) + size > limits_.bytes || values_.out_of_numbers()) clear();
    if ((count_ + 1) * 2 > table_.size()) grow();
    uint8_t* const room = values_.units(sizeof(Entry) + size);
    new (room) Entry{static_cast<uint32_t>(size), id, 0};
    if (size != 0) std::memcpy(room + sizeof(Entry), data, size);
    place(Slot{tag_of(hash), values_.number_of(room)});
    ++count_;
    last_ = nullptr;
    if (all_.ends_in_rest()) clear();
    if (size > longest_short_) long_.ends_in_rest();
  }

  void clear() noexcept {
    for (Slot& slot : table_) slot.number = kEmpty;
    values_.clear();
    count_ = 0;
    last_ = nullptr;
    ++drops_;
  }

  size_t memory() const noexcept {
    return values_.memory() + table_.capacity() * sizeof(Slot);
  }
  uint64_t looked() const noexcept { return all_.looked(); }
  uint64_t found() const noexcept { return all_.found(); }
  uint64_t drops() const noexcept { return drops_; }
  // Values that went by, because they are very long or the memo rests; how often it began to.
  uint64_t passed() const noexcept { return passed_; }
  uint64_t rests() const noexcept { return all_.rests_begun() + long_.rests_begun(); }

 private:
  // Most look-ups miss the processor's caches, so the table is small, and what belongs to a value
  // lies in front of its bytes.
  struct Slot {
    uint32_t tag = 0;          // as `tag_of`
    uint32_t number = kEmpty;  // of the entry, in the arena
  };
  struct Entry {
    uint32_t size, id, mark;
  };
  static constexpr uint32_t kEmpty = 0xFFFFFFFFu;
  static constexpr size_t kLong = 1u << 10;  // bytes; long values are dear to copy
  static constexpr uint64_t kWindow = 4096, kLongWindow = 128;  // values

  // Whether a value that is not short is best not looked up.
  TOCSIN_APART bool goes_by(size_t size) noexcept {
    if (size > limits_.value || all_.rests() || long_.rests()) return true;
    long_.look();
    return false;
  }

  void find(size_t size) noexcept {
    all_.find();
    if (size > longest_short_) long_.find();
  }

  // The upper half of a hash: of the lower one a bit is always set.
  static uint32_t tag_of(uint64_t hash) noexcept { return static_cast<uint32_t>(hash >> 32); }
  static Entry* entry_of(uint8_t* room) noexcept { return reinterpret_cast<Entry*>(room); }
  static const uint8_t* bytes_of(const Entry* entry) noexcept {
    return reinterpret_cast<const uint8_t*>(entry + 1);
  }

  void place(const Slot& made) noexcept {
    const size_t mask = table_.size() - 1;
    size_t at = made.tag & mask;
    while (table_[at].number != kEmpty) at = (at + 1) & mask;
    table_[at] = made;
  }

  void grow() {
    std::vector<Slot> before(table_.empty() ? 64 : table_.size() * 2);
    before.swap(table_);
    for (const Slot& slot : before) {
      if (slot.number != kEmpty) place(slot);
    }
  }

  MemoLimits limits_;
  size_t longest_short_;
  std::vector<Slot> table_;
  Arena values_;
  size_t count_ = 0;
  Entry* last_ = nullptr;
  Trial all_{kWindow}, long_{kLongWindow};
  uint64_t drops_ = 0, passed_ = 0;
};

}  // namespace tocsin
