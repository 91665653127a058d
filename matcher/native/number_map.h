// Map from vectors of numbers, all of one length, to a number.
//
// Place in the pipeline: keys are the set ids of an event's fields; it finds the event class of
// a header and the verdict of an event. What holds: content is compared, not just hashes; the
// last key found is tried first, since neighbouring events are often alike.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "hashing.h"

namespace tocsin {

class NumberMap {
 public:
  static constexpr uint32_t kMissing = 0xFFFFFFFFu;

  NumberMap(uint32_t width, uint64_t seed) : width_(width), seed_(seed) {}

  uint32_t find(const uint32_t* key, uint64_t& hash) noexcept {
    if (last_ != kMissing && same(last_, key)) return values_[last_];
    hash = hash_numbers(key, width_, seed_);
    if (table_.empty()) return kMissing;
    const size_t mask = table_.size() - 1;
    for (size_t at = hash & mask; table_[at] != kMissing; at = (at + 1) & mask) {
      const uint32_t row = table_[at];
      if (hashes_[row] == static_cast<uint32_t>(hash >> 32) && same(row, key)) {
        last_ = row;
        return values_[row];
      }
    }
    return kMissing;
  }

  // For a key that `find` just missed, with the hash it gave.
  void keep(const uint32_t* key, uint64_t hash, uint32_t value) {
    if ((values_.size() + 1) * 2 > table_.size()) grow();
    const uint32_t row = static_cast<uint32_t>(values_.size());
    keys_.insert(keys_.end(), key, key + width_);
    hashes_.push_back(static_cast<uint32_t>(hash >> 32));
    values_.push_back(value);
    place(row, hash);
    last_ = row;
  }

  size_t size() const noexcept { return values_.size(); }
  size_t memory() const noexcept {
    return (keys_.capacity() + hashes_.capacity() + values_.capacity() + table_.capacity()) * 4;
  }

  void clear() {
    keys_.clear();
    hashes_.clear();
    values_.clear();
    table_.clear();
    last_ = kMissing;
  }

 private:
  bool same(uint32_t row, const uint32_t* key) const noexcept {
    return same_bytes(reinterpret_cast<const uint8_t*>(keys_.data() + size_t{row} * width_),
                      reinterpret_cast<const uint8_t*>(key), size_t{width_} * 4);
  }

  void place(uint32_t row, uint64_t hash) noexcept {
    const size_t mask = table_.size() - 1;
    size_t at = hash & mask;
    while (table_[at] != kMissing) at = (at + 1) & mask;
    table_[at] = row;
  }

  void grow() {
    const size_t size = table_.empty() ? 16 : table_.size() * 2;
    table_.assign(size, kMissing);
    for (uint32_t row = 0; row < values_.size(); ++row) {
      place(row, hash_numbers(keys_.data() + size_t{row} * width_, width_, seed_));
    }
  }

  uint32_t width_;
  uint64_t seed_;
  std::vector<uint32_t> keys_, hashes_, values_, table_;
  uint32_t last_ = kMissing;
};

}  // namespace tocsin
