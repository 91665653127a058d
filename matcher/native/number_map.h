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
    if (last_ != kMissing && same(last_, key)) return value_of(last_);
    hash = hash_numbers(key, width_, seed_);
    if (table_.empty()) return kMissing;
    const size_t mask = table_.size() - 1;
    for (size_t at = hash & mask; table_[at].row != kMissing; at = (at + 1) & mask) {
      const Place& place = table_[at];
      if (place.hash == static_cast<uint32_t>(hash >> 32) && same(place.row, key)) {
        last_ = place.row;
        return value_of(place.row);
      }
    }
    return kMissing;
  }

  // For a key that `find` just missed, with the hash it gave.
  void keep(const uint32_t* key, uint64_t hash, uint32_t value) {
    if ((count_ + 1) * 2 > table_.size()) grow();
    rows_.push_back(value);
    rows_.insert(rows_.end(), key, key + width_);
    last_ = static_cast<uint32_t>(count_++);
    place(last_, hash);
  }

  size_t size() const noexcept { return count_; }
  size_t memory() const noexcept {
    return rows_.capacity() * 4 + table_.capacity() * sizeof(Place);
  }

  void clear() {
    rows_.clear();
    table_.clear();
    count_ = 0;
    last_ = kMissing;
  }

 private:
  struct Place {
    uint32_t hash = 0;
    uint32_t row = kMissing;
  };

  // A row: the value, then the key, so that a find touches one stretch of memory.
  const uint32_t* row(uint32_t number) const noexcept {
    return rows_.data() + size_t{number} * (width_ + 1);
  }
  uint32_t value_of(uint32_t number) const noexcept { return *row(number); }

  bool same(uint32_t number, const uint32_t* key) const noexcept {
    return same_bytes(reinterpret_cast<const uint8_t*>(row(number) + 1),
                      reinterpret_cast<const uint8_t*>(key), size_t{width_} * 4);
  }

  void place(uint32_t number, uint64_t hash) noexcept {
    const size_t mask = table_.size() - 1;
    size_t at = hash & mask;
    while (table_[at].row != kMissing) at = (at + 1) & mask;
    table_[at] = Place{static_cast<uint32_t>(hash >> 32), number};
  }

  void grow() {
    table_.assign(table_.empty() ? 16 : table_.size() * 2, Place{});
    for (uint32_t number = 0; number < count_; ++number) {
      place(number, hash_numbers(row(number) + 1, width_, seed_));
    }
  }

  uint32_t width_;
  uint64_t seed_;
  std::vector<uint32_t> rows_;
  std::vector<Place> table_;
  size_t count_ = 0;
  uint32_t last_ = kMissing;
};

}  // namespace tocsin
