// Literals of one to three bytes: which of them occur in a text, without a branch a byte.
//
// Short literals are found all the time, most of them again and again, so nothing is compared
// and nothing is branched on: each byte becomes a class, two classes look up a pair, a pair and
// a class look up a triple, and what they stand for is ticked off in a list of bytes. Only what
// was ticked is looked at, once a text.
#pragma once

#include <algorithm>
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
    singles_.assign(stride, 0);
    pairs_.assign(stride * stride, Pair{});
    triples_.assign(stride, 0);
    for (const CodedLiteral& literal : literals) {
      if (codes_.size() + 2 > kMostTicks || (literal.text.size() == 3 && !has_room(literal))) {
        rest.push_back(literal);
      } else {
        add(literal);
      }
    }
    codes_.resize((codes_.size() + 7) / 8 * 8, 0);
    return rest;
  }

  bool empty() const noexcept { return codes_.empty(); }
  size_t memory() const noexcept {
    return (singles_.capacity() + pairs_.capacity() * 2 + triples_.capacity() +
            codes_.capacity() * 2) * 2;
  }

  template <typename Sink>
  void run(View text, const uint32_t* codes, Sink& sink) const {
    if (codes_.empty()) return;
    uint8_t ticks[kMostTicks + 8];
    std::memset(ticks, 0, codes_.size());
    tick(text, ticks);
    ticks[0] = 0;  // where all that is nothing was ticked
    for (size_t i = 0; i < codes_.size(); i += 8) {
      for (uint64_t word = load64(ticks + i); word != 0; word &= word - 1) {
        sink.hits(codes + codes_[i + lowest_bit(word) / 8]);
      }
    }
  }

 private:
  static constexpr size_t kMostTicks = 2048;
  static constexpr size_t kMostTriples = size_t{1} << 17;  // entries of `triples_`

  struct Pair {
    uint16_t tick = 0;  // 0: no literal
    uint16_t next = 0;  // row of `triples_` where it goes on; 0: nowhere
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
    codes_.push_back(0);  // tick 0 is nothing
  }

  unsigned class_at(const CodedLiteral& literal, size_t i) const noexcept {
    return classes_[static_cast<uint8_t>(literal.text[i])];
  }

  size_t pair_at(const CodedLiteral& literal) const noexcept {
    return size_t{class_at(literal, 0)} << shift_ | class_at(literal, 1);
  }

  bool has_room(const CodedLiteral& literal) const noexcept {
    return pairs_[pair_at(literal)].next != 0 ||
           (triples_.size() + (size_t{1} << shift_) <= kMostTriples);
  }

  void add(const CodedLiteral& literal) {
    auto tick = static_cast<uint16_t>(codes_.size());
    codes_.push_back(literal.codes);
    if (literal.text.size() == 1) {
      singles_[class_at(literal, 0)] = tick;
      return;
    }
    Pair& pair = pairs_[pair_at(literal)];
    if (literal.text.size() == 2) {
      pair.tick = tick;
      return;
    }
    if (pair.next == 0) {
      pair.next = static_cast<uint16_t>(triples_.size() >> shift_);
      triples_.resize(triples_.size() + (size_t{1} << shift_), 0);
    }
    triples_[size_t{pair.next} << shift_ | class_at(literal, 2)] = tick;
  }

  void tick(View text, uint8_t* ticks) const noexcept {
    // Copies, since a write of a byte might change anything as far as the compiler knows.
    const uint8_t *at = text.data, *end = at + text.size, *classes = classes_;
    const uint16_t *singles = singles_.data(), *triples = triples_.data();
    const Pair* pairs = pairs_.data();
    const unsigned shift = shift_;
    size_t before = 0, row = 0;  // class of the byte before, and the row of its pair
    for (; at != end; ++at) {
      size_t klass = classes[*at];
      Pair pair = pairs[before << shift | klass];
      ticks[singles[klass]] = 1;
      ticks[triples[row << shift | klass]] = 1;
      ticks[pair.tick] = 1;
      before = klass;
      row = pair.next;
    }
  }

  unsigned shift_ = 0;         // classes fit into so many bits
  uint8_t classes_[256] = {};  // of each byte
  std::vector<uint16_t> singles_, triples_;
  std::vector<Pair> pairs_;
  std::vector<uint32_t> codes_;  // of each tick
};

}  // namespace tocsin
