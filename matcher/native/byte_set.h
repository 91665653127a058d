// Sets of ASCII characters, and fast walks over text by them.
//
// On x86-64 processors that have AVX2 (asked at run time) 32 bytes are judged at once: a table
// by the low half of a byte gives the high halves that are in the set. Elsewhere, and in debug
// builds, byte by byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "bytes.h"
#include "cpu.h"

namespace tocsin {

class ByteSet {
 public:
  // `byte` is ASCII.
  void insert(uint8_t byte) noexcept {
    rows_[byte & 15] |= static_cast<uint8_t>(1u << (byte >> 4));
  }

  // Whether bytes from 0x80 on count as members; they do not unless this is called.
  void set_wide(bool wide) noexcept { wide_ = wide; }

  // The set as sixteen bytes: bit `high` of byte `low` stands for the character 16 * high + low.
  void assign(const uint8_t* rows) noexcept { std::memcpy(rows_, rows, sizeof rows_); }

  TOCSIN_INLINE bool holds(uint8_t byte) const noexcept {
    return byte < 0x80 ? (rows_[byte & 15] >> (byte >> 4) & 1) != 0 : wide_;
  }

  // The first member at or behind `at`, or `end`.
  const uint8_t* find(const uint8_t* at, const uint8_t* end) const noexcept {
#if defined(TOCSIN_AVX2)
    if (kHasAvx2) return find_avx2(at, end);
#endif
    while (at != end && !holds(*at)) ++at;
    return at;
  }

  // Whether at least `least` members stand side by side somewhere.
  bool has_run(View text, size_t least) const noexcept {
    size_t run = 0;
    for (size_t i = 0; i < text.size; i += 64) {
      size_t size = text.size - i < 64 ? text.size - i : 64;
      uint64_t members = mask(text.data + i, size);
      if (members == ~uint64_t{0}) {
        run += 64;
        if (run >= least) return true;
        continue;
      }
      if (run + lowest_bit(~members) >= least || holds_run(members, least)) return true;
      run = 0;
      while (members >> 63 != 0) members <<= 1, ++run;
    }
    return run >= least;
  }

  // Whether there are at least `least` members in all.
  bool has_count(View text, size_t least) const noexcept {
    size_t count = 0;
    for (size_t i = 0; i < text.size && count < least; i += 64) {
      size_t size = text.size - i < 64 ? text.size - i : 64;
      count += count_bits(mask(text.data + i, size));
    }
    return count >= least;
  }

 private:
  static bool holds_run(uint64_t members, size_t least) noexcept {
    if (least > 64) return false;
    for (size_t known = 1; known < least && members != 0;) {
      size_t step = known < least - known ? known : least - known;
      members &= members >> step;
      known += step;
    }
    return members != 0;
  }

  // A bit a byte, the first being the lowest; `size` is at most 64.
  uint64_t mask(const uint8_t* at, size_t size) const noexcept {
#if defined(TOCSIN_AVX2)
    if (kHasAvx2 && size == 64) return mask_avx2(at) | uint64_t{mask_avx2(at + 32)} << 32;
    if (kHasAvx2 && size >= 32) {
      uint64_t rest = size == 32 ? 0 : mask_avx2(at + size - 32);
      return mask_avx2(at) | rest << (size - 32);
    }
#endif
    uint64_t members = 0;
    for (size_t i = 0; i < size; ++i) members |= uint64_t{holds(at[i])} << i;
    return members;
  }

#if defined(TOCSIN_AVX2)
  TOCSIN_WITH_AVX2 uint32_t mask_avx2(const uint8_t* at) const noexcept {
    const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(rows_));
    const __m256i rows = _mm256_broadcastsi128_si256(half);
    const __m256i bits = _mm256_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2,
                                          4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m256i text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    const __m256i high = _mm256_and_si256(_mm256_srli_epi16(text, 4), _mm256_set1_epi8(15));
    const __m256i row = _mm256_shuffle_epi8(rows, text);  // 0 where the byte is not ASCII
    const __m256i bit = _mm256_shuffle_epi8(bits, high);
    const __m256i missing = _mm256_cmpeq_epi8(_mm256_and_si256(row, bit), _mm256_setzero_si256());
    uint32_t members = ~static_cast<uint32_t>(_mm256_movemask_epi8(missing));
    return wide_ ? members | static_cast<uint32_t>(_mm256_movemask_epi8(text)) : members;
  }

  TOCSIN_WITH_AVX2 const uint8_t* find_avx2(const uint8_t* at, const uint8_t* end) const noexcept {
    for (; end - at >= 32; at += 32) {
      uint32_t members = mask_avx2(at);
      if (members != 0) return at + lowest_bit(members);
    }
    while (at != end && !holds(*at)) ++at;
    return at;
  }
#endif

  uint8_t rows_[16] = {};
  bool wide_ = false;
};

}  // namespace tocsin
