// What one value has shown so far: the codes that the tables found.
//
// Codes come in three bands, each beginning at a whole word of bits: tests that hold; main clues,
// one for each suspect, a test that must be tried by itself; other clues.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bytes.h"
#include "grams.h"

namespace tocsin {

// Numbers below a bound as bits, with a summary so that few members are found fast.
class BitSet {
 public:
  void resize(size_t bound) {
    if (words_.size() * 64 < bound) {
      words_.resize((bound + 63) / 64, 0);
      summary_.resize((words_.size() + 63) / 64, 0);
    }
  }

  size_t bound() const noexcept { return std::min(words_.size(), summary_.size() * 64) * 64; }

  TOCSIN_INLINE void insert(uint32_t number) noexcept {
    words_[number / 64] |= uint64_t{1} << number % 64;
    summary_[number / 4096] |= uint64_t{1} << number / 64 % 64;
  }

  bool holds(uint32_t number) const noexcept { return words_[number / 64] >> number % 64 & 1; }

  // Writes the members from `begin` to below `end` in ascending order, less `begin`, takes them
  // out, and returns how many there were. Both bounds are multiples of 64.
  uint32_t take(uint32_t begin, uint32_t end, uint32_t* out) noexcept {
    uint32_t count = 0;
    each_word(begin, end, [&](uint32_t word) {
      for (uint64_t bits = words_[word]; bits != 0; bits &= bits - 1) {
        out[count++] = word * 64 + lowest_bit(bits) - begin;
      }
    });
    return count;
  }

  // Takes out the members from `begin` to below `end`.
  void clear(uint32_t begin, uint32_t end) noexcept {
    each_word(begin, end, [](uint32_t) {});
  }

  size_t memory() const noexcept { return (words_.capacity() + summary_.capacity()) * 8; }

 private:
  // Calls `use` with each word that has members, then empties it.
  template <typename Use>
  void each_word(uint32_t begin, uint32_t end, Use use) noexcept {
    uint32_t first = begin / 64, last = end / 64;
    for (uint32_t top = first / 64; top * 64 < last; ++top) {
      uint64_t known = summary_[top];
      if (top * 64 < first) known &= ~uint64_t{0} << first % 64;
      if (last - top * 64 < 64) known &= (uint64_t{1} << last % 64) - 1;
      summary_[top] &= ~known;
      for (; known != 0; known &= known - 1) {
        uint32_t word = top * 64 + lowest_bit(known);
        use(word);
        words_[word] = 0;
      }
    }
  }

  std::vector<uint64_t> words_, summary_;
};

class Sink {
 public:
  // `bound`: above all codes; `tests`: how many tests there are.
  void prepare(size_t bound, size_t tests) {
    if (ids_.size() < tests) ids_.resize(tests);
    if (tried_.size() < tests) tried_.resize(tests);
    found_.resize(bound);
  }

  // Whether `prepare` got its memory.
  bool ready(size_t bound) const noexcept { return found_.bound() >= bound; }

  TOCSIN_INLINE void hit(uint32_t code) noexcept { found_.insert(code); }

  // A list of codes whose last member is marked.
  TOCSIN_INLINE void hits(const uint32_t* codes) noexcept {
    for (;; ++codes) {
      hit(*codes & ~kLastCode);
      if ((*codes & kLastCode) != 0) return;
    }
  }

  bool holds(uint32_t code) const noexcept { return found_.holds(code); }

  // Takes out the suspects whose main clue was found; returns how many, to be read at `tried`.
  uint32_t take_tried(uint32_t begin, uint32_t end) noexcept {
    return found_.take(begin, end, tried_.data());
  }
  uint32_t tried(uint32_t index) const noexcept { return tried_[index]; }

  // Ends a value: forgets the clues, leaves the tests that hold in `ids`, returns how many.
  uint32_t finish(uint32_t tests_end, uint32_t bound) noexcept {
    found_.clear(tests_end, bound);
    return found_.take(0, tests_end, ids_.data());
  }

  const uint32_t* ids() const noexcept { return ids_.data(); }
  size_t memory() const noexcept {
    return found_.memory() + (ids_.capacity() + tried_.capacity()) * 4;
  }

 private:
  BitSet found_;
  std::vector<uint32_t> ids_, tried_;
};

}  // namespace tocsin
