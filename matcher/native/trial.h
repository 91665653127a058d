// Trial: whether remembering values pays, found out by doing it for a while.
//
// Place in the pipeline: decides for a memo which values go by it. What holds: it decides by what
// it has seen alone, and never for good: what it refuses is tried again later.
#pragma once

#include <cstdint>

namespace tocsin {

class Trial {
 public:
  explicit Trial(uint64_t window) noexcept : window_(window) {}

  // Whether a value is best not looked up; to be asked for each.
  bool rests() noexcept {
    if (resting_ == 0) return false;
    --resting_;
    return true;
  }

  void look() noexcept { ++looked_; }
  void find() noexcept { ++found_; }

  // Whether it begins to rest: after a window of values of which fewer than one in twenty was
  // found, which is not worth the copying of the others.
  bool ends_in_rest() noexcept {
    if (looked_ < window_) return false;
    const bool failed = found_ * 20 < looked_;
    if (failed) {
      resting_ = kRest * window_;
      ++rests_begun_;
    }
    looked_before_ += looked_;
    found_before_ += found_;
    looked_ = found_ = 0;
    return failed;
  }

  // How many values were looked up and found in all, and how often it began to rest.
  uint64_t looked() const noexcept { return looked_before_ + looked_; }
  uint64_t found() const noexcept { return found_before_ + found_; }
  uint64_t rests_begun() const noexcept { return rests_begun_; }

 private:
  static constexpr uint64_t kRest = 16;  // windows

  uint64_t window_;
  uint64_t looked_ = 0, found_ = 0, resting_ = 0;  // looked_ and found_ in this window
  uint64_t looked_before_ = 0, found_before_ = 0, rests_begun_ = 0;
};

}  // namespace tocsin
