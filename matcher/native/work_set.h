// Numbers still to be worked through, smallest first, each once.
//
// Place in the pipeline: the class builder sorts instructions and tests with it. What holds:
// taking a number may add larger ones, which are taken in the same pass; after a pass it is empty.
#pragma once

#include <cstdint>
#include <vector>

#include "bytes.h"

namespace tocsin {

class WorkSet {
 public:
  explicit WorkSet(size_t bound) : bound_(bound), words_((bound + 63) / 64, 0) {}

  // Numbers past the bound (the ends of code) are not work.
  void add(uint32_t number) noexcept {
    if (number < bound_) words_[number / 64] |= uint64_t{1} << number % 64;
  }

  template <typename Visit>
  void take(Visit&& visit) {
    for (size_t at = 0; at < words_.size(); ++at) {
      while (words_[at] != 0) {
        const unsigned bit = lowest_bit(words_[at]);
        words_[at] &= words_[at] - 1;
        visit(static_cast<uint32_t>(at * 64 + bit));
      }
    }
  }

 private:
  size_t bound_;
  std::vector<uint64_t> words_;
};

}  // namespace tocsin
