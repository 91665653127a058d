// Haystack: the values of an event side by side, to be searched by one pass of a filter.
//
// Place in the pipeline: the walk over a mapping fills it while it looks for fields, so that
// tests on the whole event need no second walk. In: values. Out: whether one of them may pass.
// What holds: a value that is left out, for being short or a number, holds none of the pieces
// of the filter it was left out for; where other filters are asked, the answer is "perhaps".
#pragma once

#include <cstdint>
#include <vector>

#include "line_filter.h"

namespace tocsin {

class Haystack {
 public:
  // What is to be asked of the next events.
  void expect(const LineFilter& filter) noexcept {
    shortest_ = filter.shortest();
    numbers_ = filter.has_number();
  }

  void begin() noexcept {
    bytes_.clear();
    complete_ = true;
  }

  bool wants_numbers() const noexcept { return numbers_; }

  // Says that there are values which were not added.
  void lacks() noexcept { complete_ = false; }

  void add(const uint8_t* data, size_t size) {
    if (size < shortest_) return;
    if (size > kMost - bytes_.size()) {  // much text is left to a search value by value
      complete_ = false;
      return;
    }
    bytes_.insert(bytes_.end(), data, data + size);
    bytes_.push_back('\n');  // no piece goes across
  }

  bool may_match(const LineFilter& filter) const noexcept {
    if (!complete_ || filter.shortest() < shortest_ || (filter.has_number() && !numbers_)) {
      return true;
    }
    return filter.may_match(bytes_.data(), bytes_.data() + bytes_.size());
  }

 private:
  static constexpr size_t kMost = 1u << 16;

  std::vector<uint8_t> bytes_;
  size_t shortest_ = 0;
  bool numbers_ = true;
  bool complete_ = false;
};

}  // namespace tocsin
