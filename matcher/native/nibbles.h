// Which of eight groups of short texts may begin at each of 32 places of a text.
//
// Place in the pipeline: in front of literal tables and line filters. For each of a few bytes from
// a place on, a table by the low half of the byte and one by the high half say which groups may
// have it there; a group may begin where all agree. With one text to a group it does begin there.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cpu.h"

namespace tocsin {

template <size_t kBytes>
class NibbleTables {
 public:
  // Says that a group may have a byte, counted from its begin, or any byte at all.
  void mark(size_t place, uint8_t byte, unsigned group) noexcept {
    low_[place][byte & 15] |= static_cast<uint8_t>(1u << group);
    high_[place][byte >> 4] |= static_cast<uint8_t>(1u << group);
  }
  void mark_any(size_t place, unsigned group) noexcept {
    for (unsigned half = 0; half < 16; ++half) {
      mark(place, static_cast<uint8_t>(half << 4 | half), group);
    }
  }

#if defined(TOCSIN_AVX2)
  // The groups that may begin at each place from `at` on, a bit each; kBytes - 1 bytes behind the
  // 32 must be readable.
  TOCSIN_WITH_AVX2 __m256i groups(const uint8_t* at) const noexcept {
    __m256i all = having(0, at);
    for (size_t place = 1; place < kBytes; ++place) {
      all = _mm256_and_si256(all, having(place, at));
    }
    return all;
  }
#endif

 private:
#if defined(TOCSIN_AVX2)
  TOCSIN_WITH_AVX2 static __m256i table(const uint8_t* from) noexcept {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }

  TOCSIN_WITH_AVX2 __m256i having(size_t place, const uint8_t* at) const noexcept {
    const __m256i nibble = _mm256_set1_epi8(0x0F);
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + place));
    const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble);
    return _mm256_and_si256(
        _mm256_shuffle_epi8(table(low_[place]), _mm256_and_si256(bytes, nibble)),
        _mm256_shuffle_epi8(table(high_[place]), upper));
  }
#endif

  uint8_t low_[kBytes][16] = {};
  uint8_t high_[kBytes][16] = {};
};

}  // namespace tocsin
