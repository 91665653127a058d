// Literals of one to three bytes: which of them occur in a text, without a branch a byte.
//
// Short literals are found all the time, most of them again and again, so nothing is compared
// and nothing is branched on: each byte becomes a class, the two classes before it choose a row,
// and the row says what to tick off in a list of bytes. Only what was ticked is looked at, once
// a text.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "bytes.h"
#include "grams.h"

namespace tocsin {

class ShortLiterals {
 public:
  // Takes what it can of literals of at most three bytes, each text once, and returns the rest
  // (which is nothing unless the tables would grow too large).
  std::vector<CodedLiteral> build(std::vector<CodedLiteral> literals) {
    if (literals.empty()) return {};
    number_classes(literals);
    std::vector<CodedLiteral> rest;
    std::stable_sort(literals.begin(), literals.end(), [](const auto& a, const auto& b) {
      return a.text.size() < b.text.size();
    });
    size_t stride = size_t{1} << shift_;
    ticks_.assign(stride * stride, 0);
    for (size_t pair = 0; pair < stride * stride; ++pair) {
      rows_.push_back(static_cast<uint16_t>(pair % stride));
    }
    for (const CodedLiteral& literal : literals) {
      if (lists_.size() + 2 > kMostTicks || (literal.text.size() == 3 && !has_room(literal))) {
        rest.push_back(literal);
      } else {
        add(literal);
      }
    }
    ticks_.shrink_to_fit();
    lists_.resize((lists_.size() + 7) / 8 * 8, List{});
    return rest;
  }

  bool empty() const noexcept { return lists_.empty(); }
  size_t memory() const noexcept {
    return rows_.capacity() * 2 + ticks_.capacity() * 2 + lists_.capacity() * sizeof(List);
  }

  template <typename Sink>
  void run(View text, const uint32_t* codes, Sink& sink) const {
    if (lists_.empty()) return;
    uint8_t ticked[kMostTicks + 8];
    std::memset(ticked, 0, lists_.size());
    walk(text, ticked);
    ticked[0] = 0;  // where all that is nothing was ticked
    for (size_t i = 0; i < lists_.size(); i += 8) {
      for (uint64_t word = load64(ticked + i); word != 0; word &= word - 1) {
        for (size_t tick = i + lowest_bit(word) / 8; tick != 0; tick = lists_[tick].next) {
          sink.hits(codes + lists_[tick].codes);
        }
      }
    }
  }

 private:
  static constexpr size_t kMostTicks = 2048;
  static constexpr size_t kBlock = 256;
  static constexpr size_t kMostEntries = size_t{1} << 17;  // of `ticks_`

  // What a tick stands for: a literal, and what is ticked with it since it is its end.
  struct List {
    uint32_t codes = 0;
    uint32_t next = 0;  // another tick; 0: no more
  };

  // Bytes that occur in a literal get a class of their own, all others class 0.
  void number_classes(const std::vector<CodedLiteral>& literals) {
    unsigned count = 1;
    for (const CodedLiteral& literal : literals) {
      for (char byte : literal.text) {
        uint8_t& klass = classes_[static_cast<uint8_t>(byte)];
        if (klass == 0 && count < 256) klass = static_cast<uint8_t>(count++);
      }
    }
    for (shift_ = 1; (1u << shift_) < count; ++shift_) {
    }
    lists_.emplace_back();  // tick 0 is nothing
  }

  unsigned class_at(const CodedLiteral& literal, size_t i) const noexcept {
    return classes_[static_cast<uint8_t>(literal.text[i])];
  }

  size_t pair_at(const CodedLiteral& literal) const noexcept {
    return size_t{class_at(literal, 0)} << shift_ | class_at(literal, 1);
  }

  // At first the row of a pair is that of its second byte; it has its own once it goes on.
  bool has_own_row(size_t pair) const noexcept { return rows_[pair] >> shift_ != 0; }

  bool has_room(const CodedLiteral& literal) const noexcept {
    return has_own_row(pair_at(literal)) ||
           ticks_.size() + (size_t{1} << shift_) <= kMostEntries;
  }

  // Shorter literals come first.
  void add(const CodedLiteral& literal) {
    size_t stride = size_t{1} << shift_;
    switch (literal.text.size()) {
      case 1: {
        auto tick = new_tick(literal, 0);
        for (size_t before = 0; before < stride; ++before) {
          ticks_[before * stride + class_at(literal, 0)] = tick;
        }
        break;
      }
      case 2: {
        uint16_t& entry = ticks_[pair_at(literal)];
        entry = new_tick(literal, entry);
        break;
      }
      default: {
        uint16_t& row = rows_[pair_at(literal)];
        if (!has_own_row(pair_at(literal))) {
          auto begin = ticks_.begin() + static_cast<std::ptrdiff_t>(row * stride);
          std::vector<uint16_t> copy(begin, begin + static_cast<std::ptrdiff_t>(stride));
          row = static_cast<uint16_t>(ticks_.size() / stride);
          ticks_.insert(ticks_.end(), copy.begin(), copy.end());
        }
        uint16_t& entry = ticks_[row * stride + class_at(literal, 2)];
        entry = new_tick(literal, entry);
      }
    }
  }

  uint16_t new_tick(const CodedLiteral& literal, uint16_t with) {
    lists_.push_back({literal.codes, with});
    return static_cast<uint16_t>(lists_.size() - 1);
  }

  // Looks up what to tick for a block of bytes, then ticks it: reads wait behind a write whose
  // place is not known yet, so the two are kept apart (measured: twice as fast).
  void walk(View text, uint8_t* ticked) const noexcept {
    uint16_t found[kBlock];
    size_t before = 0, row = 0;  // the class of the byte before, the row of the two before
    for (size_t start = 0; start < text.size; start += kBlock) {
      size_t size = std::min(kBlock, text.size - start);
      for (size_t i = 0; i < size; ++i) {
        size_t klass = classes_[text.data[start + i]];
        found[i] = ticks_[row << shift_ | klass];
        row = rows_[before << shift_ | klass];
        before = klass;
      }
      for (; size % 8 != 0; ++size) found[size] = 0;
      for (size_t i = 0; i < size; i += 8) tick_eight(found + i, ticked);
    }
  }

  static TOCSIN_INLINE void tick_eight(const uint16_t* found, uint8_t* ticked) noexcept {
    uint64_t low, high;
    std::memcpy(&low, found, sizeof low);
    std::memcpy(&high, found + 4, sizeof high);
    ticked[low & 0xffff] = 1;
    ticked[low >> 16 & 0xffff] = 1;
    ticked[low >> 32 & 0xffff] = 1;
    ticked[low >> 48] = 1;
    ticked[high & 0xffff] = 1;
    ticked[high >> 16 & 0xffff] = 1;
    ticked[high >> 32 & 0xffff] = 1;
    ticked[high >> 48] = 1;
  }

  unsigned shift_ = 0;         // classes fit into so many bits
  uint8_t classes_[256] = {};  // of each byte
  std::vector<uint16_t> rows_;   // of each pair of classes: the number of its row
  std::vector<uint16_t> ticks_;  // a row of classes: what to tick for each
  std::vector<List> lists_;      // of each tick
};

}  // namespace tocsin
