// A few literals of one to three bytes: which of them occur in a text, 32 places at a time.
//
// Place in the pipeline: in place of `ShortLiterals`, whose tables have room for thousands but look
// at every byte by itself. Here each literal has a bit in a byte; a table by the low half of a byte
// of the text and one by the high half say which literals have it as their first, second or third.
// A literal stands where all six agree, so nothing is compared. For processors with AVX2.
#pragma once

#include <algorithm>
#include <vector>

#include "byte_set.h"
#include "grams.h"

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
      groups_.back().add(literals[i], i % 8);
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
    uint8_t low[3][16] = {}, high[3][16] = {};
    uint32_t codes[8] = {};

    void add(const CodedLiteral& literal, size_t number) noexcept {
      const uint8_t bit = static_cast<uint8_t>(1u << number);
      codes[number] = literal.codes;
      for (size_t place = 0; place < 3; ++place) {
        if (place < literal.text.size()) {
          const uint8_t byte = static_cast<uint8_t>(literal.text[place]);
          low[place][byte & 15] |= bit;
          high[place][byte >> 4] |= bit;
          continue;
        }
        for (size_t half = 0; half < 16; ++half) {  // anything may follow
          low[place][half] |= bit;
          high[place][half] |= bit;
        }
      }
    }

#if defined(TOCSIN_AVX2)
    TOCSIN_WITH_AVX2 static __m256i table(const uint8_t* from) noexcept {
      const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
      return _mm256_broadcastsi128_si256(half);
    }

    TOCSIN_WITH_AVX2 static __m256i having(const uint8_t* at, __m256i lows,
                                           __m256i highs) noexcept {
      const __m256i nibble = _mm256_set1_epi8(0x0F);
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
      const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble);
      return _mm256_and_si256(_mm256_shuffle_epi8(lows, _mm256_and_si256(bytes, nibble)),
                              _mm256_shuffle_epi8(highs, upper));
    }

    // The literals that occur, a bit each.
    TOCSIN_WITH_AVX2 unsigned find(View text) const noexcept {
      const __m256i low0 = table(low[0]), low1 = table(low[1]), low2 = table(low[2]);
      const __m256i high0 = table(high[0]), high1 = table(high[1]), high2 = table(high[2]);
      __m256i all = _mm256_setzero_si256();
      for (size_t start = 0; start < text.size; start += 32) {
        const uint8_t* const at = text.data + start;
        const __m256i pair = _mm256_and_si256(having(at, low0, high0), having(at + 1, low1, high1));
        all = _mm256_or_si256(all, _mm256_and_si256(pair, having(at + 2, low2, high2)));
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
