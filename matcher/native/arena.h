// Arena: many stretches of bytes that are kept until all are dropped at once.
//
// Place in the pipeline: holds the values of a memo, and texts of rules while tables are built.
// What holds: kept bytes never move, so growing copies nothing; chunks grow with what is kept, so
// that the many memos of a worker that see few values stay small.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

namespace tocsin {

class Arena {
 public:
  // Keeps a copy, and returns where it is.
  const uint8_t* keep(const uint8_t* data, size_t size) {
    uint8_t* const kept = room(size);
    if (size != 0) std::memcpy(kept, data, size);
    return kept;
  }

  // Returns a place for so many bytes, which the caller fills.
  uint8_t* room(size_t size) {
    if (size > left_) add_chunk(size);
    uint8_t* const made = next_;
    next_ += size;
    left_ -= size;
    return made;
  }

  // The same in units of eight bytes, for an arena in which nothing else is kept: the address is a
  // multiple of eight and has a number.
  uint8_t* units(size_t size) { return room((size + kUnit - 1) / kUnit * kUnit); }

  // The number of what `units` has just returned, and where that is.
  uint32_t number_of(const uint8_t* made) const noexcept {
    const size_t offset = static_cast<size_t>(made - chunks_.back().get()) / kUnit;
    return static_cast<uint32_t>((chunks_.size() - 1) << kOffsetBits | offset);
  }
  uint8_t* at(uint32_t number) const noexcept {
    return chunks_[number >> kOffsetBits].get() + (number & kOffsets) * kUnit;
  }
  bool out_of_numbers() const noexcept { return chunks_.size() >= kMostChunks; }

  void clear() noexcept {
    chunks_.clear();
    next_ = nullptr;
    left_ = memory_ = 0;
  }

  size_t memory() const noexcept { return memory_; }

 private:
  static constexpr size_t kFirst = 256, kLargest = 256u << 10;
  static constexpr size_t kUnit = 8;
  static constexpr unsigned kOffsetBits = 15;
  static constexpr uint32_t kOffsets = (1u << kOffsetBits) - 1;
  static constexpr size_t kMostChunks = (size_t{1} << (32 - kOffsetBits)) - 2;
  static_assert(kLargest / kUnit <= kOffsets + 1);

  void add_chunk(size_t least) {
    const size_t size = std::max(least, std::clamp(memory_, kFirst, kLargest));
    chunks_.emplace_back(new uint8_t[size]);
    next_ = chunks_.back().get();
    left_ = size;
    memory_ += size;
  }

  std::vector<std::unique_ptr<uint8_t[]>> chunks_;
  uint8_t* next_ = nullptr;
  size_t left_ = 0;
  size_t memory_ = 0;
};

}  // namespace tocsin
