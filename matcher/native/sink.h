// What one value has shown so far: the tests that hold and the clues of those still open.
#pragma once

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

  TOCSIN_INLINE void insert(uint32_t number) noexcept {
    words_[number / 64] |= uint64_t{1} << number % 64;
    summary_[number / 4096] |= uint64_t{1} << number / 64 % 64;
  }

  // Writes the members in ascending order, empties the set, and returns how many there were.
  uint32_t drain(uint32_t* out) noexcept {
    uint32_t count = 0;
    for (size_t top = 0; top < summary_.size(); ++top) {
      for (uint64_t words = summary_[top]; words != 0; words &= words - 1) {
        size_t word = top * 64 + lowest_bit(words);
        for (uint64_t bits = words_[word]; bits != 0; bits &= bits - 1) {
          out[count++] = static_cast<uint32_t>(word * 64 + lowest_bit(bits));
        }
        words_[word] = 0;
      }
      summary_[top] = 0;
    }
    return count;
  }

  size_t memory() const noexcept { return (words_.capacity() + summary_.capacity()) * 8; }

 private:
  std::vector<uint64_t> words_, summary_;
};

// A clue found counts for one bit of one suspect.
struct Clue {
  uint32_t suspect;
  uint16_t bit;
};

// Takes the codes that tables find: below `tests` a test that holds, from there on a clue.
class Sink {
 public:
  void prepare(uint32_t tests, const std::vector<Clue>& clues, size_t suspects) {
    tests_ = tests;
    clues_ = clues.data();
    held_.resize(tests);
    if (ids_.size() < tests) ids_.resize(tests);
    if (found_.size() < suspects) found_.resize(suspects, 0);
    touched_.clear();
    touched_.reserve(suspects);
  }

  TOCSIN_INLINE void hit(uint32_t code) noexcept {
    if (code < tests_) {
      held_.insert(code);
    } else {
      note(clues_[code - tests_]);
    }
  }

  // A list of codes whose last member is marked.
  TOCSIN_INLINE void hits(const uint32_t* codes) noexcept {
    for (;; ++codes) {
      hit(*codes & ~kLastCode);
      if ((*codes & kLastCode) != 0) return;
    }
  }

  // The suspects with any clue, each once; `clues_of` tells which were found.
  const std::vector<uint32_t>& touched() const noexcept { return touched_; }
  uint16_t clues_of(uint32_t suspect) const noexcept { return found_[suspect]; }

  // Ends a value: forgets the clues, leaves the tests that hold in `ids`.
  uint32_t finish() noexcept {
    for (uint32_t suspect : touched_) found_[suspect] = 0;
    touched_.clear();
    return held_.drain(ids_.data());
  }

  const uint32_t* ids() const noexcept { return ids_.data(); }
  size_t memory() const noexcept {
    return held_.memory() + (ids_.capacity() + touched_.capacity()) * 4 + found_.capacity() * 2;
  }

 private:
  void note(Clue clue) noexcept {
    if (found_[clue.suspect] == 0) touched_.push_back(clue.suspect);
    found_[clue.suspect] |= clue.bit;
  }

  uint32_t tests_ = 0;
  const Clue* clues_ = nullptr;
  BitSet held_;
  std::vector<uint32_t> ids_, touched_;
  std::vector<uint16_t> found_;
};

}  // namespace tocsin
