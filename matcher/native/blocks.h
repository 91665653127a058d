// Text in blocks of 64 bytes: which of them differ, which are quotes, backslashes and so on.
//
// Place in the pipeline: below what follows lines by their shape. Every function looks at exactly
// 64 bytes and answers with one bit for each, the first byte being the lowest. x86-64 and 64-bit
// ARM do it 16 bytes at a time, with instructions that all of them have, others byte by byte
// (`AnyBlocks`); where the processor has AVX2, 32 bytes at a time (`WideBlocks`).
#pragma once

#include <cstdint>

#include "bytes.h"
#include "cpu.h"

#if defined(__SSE2__) || (defined(_MSC_VER) && defined(_M_X64))
#define TOCSIN_BLOCKS_SSE2 1
#include <emmintrin.h>
#elif defined(__aarch64__) && defined(__ARM_NEON)
#define TOCSIN_BLOCKS_NEON 1
#include <arm_neon.h>
#endif

namespace tocsin {

constexpr size_t kBlock = 64;

// The bytes of a block that mean something within a string of JSON.
struct BlockMarks {
  uint64_t quotes, slashes;
  uint64_t controls;  // below 0x20
  uint64_t high;      // no ASCII
};

// For any processor.
struct AnyBlocks {
#if defined(TOCSIN_BLOCKS_SSE2)
  static TOCSIN_INLINE __m128i part(const uint8_t* from, int number) noexcept {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from) + number);
  }

  static TOCSIN_INLINE uint64_t bits_of(__m128i a, __m128i b, __m128i c, __m128i d) noexcept {
    const auto bits = [](__m128i bytes) {
      return static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(bytes)));
    };
    return bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48;
  }

  static TOCSIN_INLINE uint64_t differing(const uint8_t* one, const uint8_t* other) noexcept {
    const auto same = [=](int number) {
      return _mm_cmpeq_epi8(part(one, number), part(other, number));
    };
    const __m128i a = same(0), b = same(1), c = same(2), d = same(3);
    const __m128i all = _mm_and_si128(_mm_and_si128(a, b), _mm_and_si128(c, d));
    return _mm_movemask_epi8(all) == 0xFFFF ? 0 : ~bits_of(a, b, c, d);
  }

  static TOCSIN_INLINE BlockMarks marks_of(const uint8_t* text) noexcept {
    const __m128i a = part(text, 0), b = part(text, 1), c = part(text, 2), d = part(text, 3);
    const auto equal = [=](char byte) {
      const __m128i wanted = _mm_set1_epi8(byte);
      return bits_of(_mm_cmpeq_epi8(a, wanted), _mm_cmpeq_epi8(b, wanted),
                     _mm_cmpeq_epi8(c, wanted), _mm_cmpeq_epi8(d, wanted));
    };
    const __m128i most = _mm_set1_epi8(0x1F);
    const auto low = [=](__m128i bytes) {
      return _mm_cmpeq_epi8(_mm_min_epu8(bytes, most), bytes);
    };
    return BlockMarks{equal('"'), equal('\\'), bits_of(low(a), low(b), low(c), low(d)),
                      bits_of(a, b, c, d)};
  }

#elif defined(TOCSIN_BLOCKS_NEON)

  // One bit of each byte, all of whose bits are the same.
  static TOCSIN_INLINE uint64_t bits_of(uint8x16_t a, uint8x16_t b, uint8x16_t c,
                                        uint8x16_t d) noexcept {
    const uint8x16_t weights = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201u));
    const uint8x16_t low = vpaddq_u8(vandq_u8(a, weights), vandq_u8(b, weights));
    const uint8x16_t high = vpaddq_u8(vandq_u8(c, weights), vandq_u8(d, weights));
    const uint8x16_t sums = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)), 0);
  }

  static TOCSIN_INLINE uint64_t differing(const uint8_t* one, const uint8_t* other) noexcept {
    const auto same = [=](int part) {
      return vceqq_u8(vld1q_u8(one + 16 * part), vld1q_u8(other + 16 * part));
    };
    return ~bits_of(same(0), same(1), same(2), same(3));
  }

  static TOCSIN_INLINE BlockMarks marks_of(const uint8_t* text) noexcept {
    const uint8x16_t a = vld1q_u8(text), b = vld1q_u8(text + 16), c = vld1q_u8(text + 32),
                     d = vld1q_u8(text + 48);
    const auto equal = [=](uint8_t byte) {
      const uint8x16_t wanted = vdupq_n_u8(byte);
      return bits_of(vceqq_u8(a, wanted), vceqq_u8(b, wanted), vceqq_u8(c, wanted),
                     vceqq_u8(d, wanted));
    };
    const auto below = [=](uint8_t byte) {
      const uint8x16_t limit = vdupq_n_u8(byte);
      return bits_of(vcltq_u8(a, limit), vcltq_u8(b, limit), vcltq_u8(c, limit),
                     vcltq_u8(d, limit));
    };
    return BlockMarks{equal('"'), equal('\\'), below(0x20), ~below(0x80)};
  }

#else

  static TOCSIN_INLINE uint64_t differing(const uint8_t* one, const uint8_t* other) noexcept {
    uint64_t bits = 0;
    for (size_t i = 0; i < kBlock; ++i) bits |= uint64_t{one[i] != other[i]} << i;
    return bits;
  }

  static TOCSIN_INLINE BlockMarks marks_of(const uint8_t* text) noexcept {
    BlockMarks made{0, 0, 0, 0};
    for (size_t i = 0; i < kBlock; ++i) {
      made.quotes |= uint64_t{text[i] == '"'} << i;
      made.slashes |= uint64_t{text[i] == '\\'} << i;
      made.controls |= uint64_t{text[i] < 0x20} << i;
      made.high |= uint64_t{text[i] >= 0x80} << i;
    }
    return made;
  }

#endif
};

#if defined(TOCSIN_AVX2)

// For functions compiled for AVX2 alone.
struct WideBlocks {
  TOCSIN_WITH_AVX2 static uint64_t differing(const uint8_t* one, const uint8_t* other) noexcept {
    return ~bits(_mm256_cmpeq_epi8(part(one, 0), part(other, 0)),
                 _mm256_cmpeq_epi8(part(one, 1), part(other, 1)));
  }

  TOCSIN_WITH_AVX2 static BlockMarks marks_of(const uint8_t* text) noexcept {
    const __m256i low = part(text, 0), high = part(text, 1);
    return BlockMarks{equal(low, high, '"'), equal(low, high, '\\'),
                      bits(control(low), control(high)), bits(low, high)};
  }

  // The highest bit of each byte.
  TOCSIN_WITH_AVX2 static uint64_t bits(__m256i low, __m256i high) noexcept {
    const uint64_t first = static_cast<uint32_t>(_mm256_movemask_epi8(low));
    return first | static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(high))) << 32;
  }

 private:
  TOCSIN_WITH_AVX2 static __m256i part(const uint8_t* from, int number) noexcept {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from) + number);
  }
  TOCSIN_WITH_AVX2 static uint64_t equal(__m256i low, __m256i high, char byte) noexcept {
    const __m256i wanted = _mm256_set1_epi8(byte);
    return bits(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
  }
  TOCSIN_WITH_AVX2 static __m256i control(__m256i bytes) noexcept {
    return _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1F)), bytes);
  }
};

#endif

// Which bytes of a 64 byte block are escaped, that is, stand behind a backslash that is not
// escaped itself. `carry` is 1 if the first byte is, and is set for the next block.
//
// A run of backslashes escapes every second one of its bytes and, if it is of odd length, the
// byte behind it. Adding a run's first bit to the run carries to just behind it, so that runs
// that begin at even and at odd places can be told apart by where their carries end.
inline uint64_t escaped_bytes(uint64_t backslash, uint64_t& carry) noexcept {
  constexpr uint64_t kEven = 0x5555555555555555u;
  backslash &= ~carry;  // an escaped backslash begins no run
  const uint64_t follows = backslash << 1 | carry;
  const uint64_t odd_starts = backslash & ~kEven & ~follows;
  const uint64_t sum = odd_starts + backslash;
  const bool over = sum < backslash;
  const uint64_t invert = sum << 1;
  const uint64_t escaped = (kEven ^ invert) & follows;
  carry = over ? 1 : 0;
  return escaped;
}

}  // namespace tocsin
