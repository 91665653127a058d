// Arena: many stretches of bytes that are kept until all are dropped at once.
//
// Place in the pipeline: holds the values of a memo. What holds: kept bytes never move, so
// growing copies nothing; chunks grow with what is kept, so that the many memos of a worker that
// see few values stay small.
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

  void clear() noexcept {
    chunks_.clear();
    next_ = nullptr;
    left_ = memory_ = 0;
  }

  size_t memory() const noexcept { return memory_; }

 private:
  static constexpr size_t kFirst = 256, kLargest = 256u << 10;

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
