// Sets of true tests, each content once, known by a small id.
//
// Place in the pipeline: between the value classifier, which yields the numbers of the tests
// that hold, and the verdict cache, which is keyed by the ids of such sets.
// What holds: equal sets have equal ids as long as `clear` is not called; numbers in a set are
// ascending.
#pragma once

#include <cstdint>
#include <vector>

#include "hashing.h"

namespace tocsin {

class Sets {
 public:
  struct Members {
    const uint32_t* begin;
    uint32_t count;
  };

  explicit Sets(uint64_t seed) noexcept : seed_(seed) {}

  uint32_t intern(const uint32_t* numbers, uint32_t count) {
    const uint64_t hash = hash_numbers(numbers, count, seed_);
    if ((spans_.size() + 1) * 2 > table_.size()) grow();
    const size_t mask = table_.size() - 1;
    size_t at = hash & mask;
    for (; table_[at] != kEmpty; at = (at + 1) & mask) {
      const Span& span = spans_[table_[at]];
      if (span.hash == hash && span.count == count &&
          same_bytes(bytes(span), reinterpret_cast<const uint8_t*>(numbers), count * 4u)) {
        return table_[at];
      }
    }
    const uint32_t id = static_cast<uint32_t>(spans_.size());
    spans_.push_back(Span{hash, static_cast<uint32_t>(pool_.size()), count});
    pool_.insert(pool_.end(), numbers, numbers + count);
    table_[at] = id;
    return id;
  }

  Members members(uint32_t id) const noexcept {
    const Span& span = spans_[id];
    return Members{pool_.data() + span.offset, span.count};
  }

  size_t memory() const noexcept {
    return pool_.capacity() * 4 + spans_.capacity() * sizeof(Span) + table_.capacity() * 4;
  }

  void clear() noexcept {
    pool_.clear();
    spans_.clear();
    for (uint32_t& entry : table_) entry = kEmpty;
  }

 private:
  struct Span {
    uint64_t hash = 0;
    uint32_t offset;
    uint32_t count;
  };
  static constexpr uint32_t kEmpty = 0xFFFFFFFFu;

  const uint8_t* bytes(const Span& span) const noexcept {
    return reinterpret_cast<const uint8_t*>(pool_.data() + span.offset);
  }

  void grow() {
    table_.assign(table_.empty() ? 16 : table_.size() * 2, kEmpty);
    const size_t mask = table_.size() - 1;
    for (uint32_t id = 0; id < spans_.size(); ++id) {
      size_t at = spans_[id].hash & mask;
      while (table_[at] != kEmpty) at = (at + 1) & mask;
      table_[at] = id;
    }
  }

  uint64_t seed_;
  std::vector<uint32_t> pool_;
  std::vector<Span> spans_;
  std::vector<uint32_t> table_;
};

}  // namespace tocsin
