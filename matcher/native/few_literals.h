// A few literals of one to three bytes: which of them occur in a text, 32 places at a time.
//
// Place in the pipeline: in place of `ShortLiterals`, whose tables have room for thousands but look
// at every byte by itself. Here each literal is a group of its own, so that nothing is compared.
// For processors with AVX2.
#pragma once

#include <algorithm>
#include <vector>

#include "byte_set.h"
#include "grams.h"
#include "nibbles.h"

namespace tocsin {

class FewLiterals {
 public:
  static constexpr size_t kMost = 24;

  // Whether these literals, each text once, can be looked for in this way here.
  static bool suits(const std::vector<CodedLiteral>& literals) noexcept {
#if defined(TOCSIN_AVX2)
    return kHasAvx2 && literals.size() <= kMost &&
           std::none_of(literals.begin(), literals.end(), [](const CodedLiteral& literal) {
             return literal.text.find('\0') != literal.text.npos;  // stands behind texts
           });
#else
    (void)literals;
    return false;
#endif
  }

  void build(const std::vector<CodedLiteral>& literals) {
    for (size_t i = 0; i < literals.size(); ++i) {
      if (i % 8 == 0) groups_.emplace_back();
      groups_.back().add(literals[i], static_cast<unsigned>(i % 8));
    }
  }

  bool empty() const noexcept { return groups_.empty(); }
  size_t memory() const noexcept { return groups_.capacity() * sizeof(Group); }

  // Behind the text there must be 64 bytes of zero.
  template <typename Sink>
  void run(View text, const uint32_t* codes, Sink& sink) const {
#if defined(TOCSIN_AVX2)
    for (const Group& group : groups_) {
      for (unsigned found = group.find(text); found != 0; found &= found - 1) {
        sink.hits(codes + group.codes[lowest_bit(found)]);
      }
    }
#else
    (void)text, (void)codes, (void)sink;
#endif
  }

 private:
  struct Group {
    NibbleTables<3> tables;
    uint32_t codes[8] = {};

    void add(const CodedLiteral& literal, unsigned number) noexcept {
      codes[number] = literal.codes;
      for (size_t place = 0; place < 3; ++place) {
        if (place < literal.text.size()) {
          tables.mark(place, static_cast<uint8_t>(literal.text[place]), number);
        } else {
          tables.mark_any(place, number);
        }
      }
    }

#if defined(TOCSIN_AVX2)
    // The literals that occur, a bit each.
    TOCSIN_WITH_AVX2 unsigned find(View text) const noexcept {
      __m256i all = _mm256_setzero_si256();
      for (size_t start = 0; start < text.size; start += 32) {
        all = _mm256_or_si256(all, tables.groups(text.data + start));
      }
      alignas(32) uint64_t parts[4];
      _mm256_store_si256(reinterpret_cast<__m256i*>(parts), all);
      uint64_t found = parts[0] | parts[1] | parts[2] | parts[3];
      found |= found >> 32;
      found |= found >> 16;
      return static_cast<unsigned>((found | found >> 8) & 0xFF);
    }
#endif
  };

  std::vector<Group> groups_;
};

}  // namespace tocsin
