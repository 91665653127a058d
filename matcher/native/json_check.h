// Validity of the parts of JSON that the structural index does not judge.
//
// Place in the pipeline: beside the JSON walk. simdjson's first stage finds the tokens and
// checks UTF-8, control characters and quotes; what it leaves is checked here: that every
// escape is a real one, and that every bare word is a number, `true`, `false` or `null`.
// What holds: no byte outside [begin, end) is read; both paths of the escape check (AVX2 where
// the processor has it, plain otherwise) give the same answer.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "blocks.h"
#include "hashing.h"
#include "text.h"

namespace tocsin {

inline bool is_digit(uint8_t byte) noexcept { return byte >= '0' && byte <= '9'; }

// Whether the whole of [from, end) is a number by JSON's grammar.
inline bool is_number(const uint8_t* from, const uint8_t* end) noexcept {
  if (from < end && *from == '-') ++from;
  if (from == end || !is_digit(*from)) return false;
  if (*from == '0') {
    ++from;
  } else {
    while (from < end && is_digit(*from)) ++from;
  }
  if (from < end && *from == '.') {
    if (++from == end || !is_digit(*from)) return false;
    while (from < end && is_digit(*from)) ++from;
  }
  if (from < end && (*from | 0x20) == 'e') {
    ++from;
    if (from < end && (*from == '+' || *from == '-')) ++from;
    if (from == end || !is_digit(*from)) return false;
    while (from < end && is_digit(*from)) ++from;
  }
  return from == end;
}

inline bool is_null(const uint8_t* text, uint32_t size) noexcept {
  return size == 4 && std::memcmp(text, "null", 4) == 0;
}

// Whether a bare word, of at least one byte, is a value other than `null`.
inline bool is_scalar(const uint8_t* text, uint32_t size) noexcept {
  if (*text == 't') return size == 4 && std::memcmp(text, "true", 4) == 0;
  if (*text == 'f') return size == 5 && std::memcmp(text, "false", 5) == 0;
  return is_number(text, text + size);
}

inline bool is_escape(uint8_t byte) noexcept {
  return byte == '"' || byte == '\\' || byte == '/' || byte == 'b' || byte == 'f' ||
         byte == 'n' || byte == 'r' || byte == 't';
}

// One escape at `from`, a backslash: the byte behind it, or null if it is none.
inline const uint8_t* past_escape(const uint8_t* from, const uint8_t* end) noexcept {
  if (end - from < 2) return nullptr;
  if (is_escape(from[1])) return from + 2;
  if (from[1] != 'u' || end - from < 6 || hex_unit(from + 2) < 0) return nullptr;
  return from + 6;
}

// Where `\u` escapes stand in a text, by the offsets of their backslashes, ascending.
using UnitPlaces = std::vector<uint32_t>;

inline bool escapes_hold_plain(const uint8_t* text, const uint8_t* from, const uint8_t* end,
                               UnitPlaces& units) {
  while (from < end) {
    const void* found = std::memchr(from, '\\', static_cast<size_t>(end - from));
    if (found == nullptr) return true;
    const uint8_t* const escape = static_cast<const uint8_t*>(found);
    from = past_escape(escape, end);
    if (from == nullptr) return false;
    if (from - escape == 6) units.push_back(static_cast<uint32_t>(escape - text));
  }
  return true;
}

#if defined(TOCSIN_AVX2)

// Bytes that may follow a backslash, `u` included: each half of the byte names the groups it
// may belong to, and one group must be named by both.
TOCSIN_WITH_AVX2 inline __m256i escape_letters(__m256i bytes) noexcept {
  const __m256i by_low = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 0, 1 | 4 | 8, 0, 8, 8, 4, 0, 0, 0, 0, 0, 2, 0, 4, 1));
  const __m256i by_high = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 0, 1, 0, 0, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0));
  const __m256i nibble = _mm256_set1_epi8(0x0F);
  const __m256i low = _mm256_shuffle_epi8(by_low, _mm256_and_si256(bytes, nibble));
  const __m256i high =
      _mm256_shuffle_epi8(by_high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble));
  return _mm256_cmpeq_epi8(_mm256_and_si256(low, high), _mm256_setzero_si256());
}

TOCSIN_WITH_AVX2 inline bool escapes_hold_avx2(const uint8_t* text, const uint8_t* end,
                                               UnitPlaces& seen) {
  const uint8_t* from = text;
  const __m256i slash = _mm256_set1_epi8('\\');
  const __m256i unit = _mm256_set1_epi8('u');
  uint64_t carry = 0;
  for (; end - from >= 64; from += 64) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + 32));
    const uint64_t found =
        WideBlocks::bits(_mm256_cmpeq_epi8(low, slash), _mm256_cmpeq_epi8(high, slash));
    if ((found | carry) == 0) continue;
    const uint64_t escaped = escaped_bytes(found, carry);
    if ((escaped & ~found) == 0) continue;  // escaped backslashes, as in paths, are most of all
    const uint64_t wrong = WideBlocks::bits(escape_letters(low), escape_letters(high));
    if ((escaped & wrong) != 0) return false;
    uint64_t units =
        escaped & WideBlocks::bits(_mm256_cmpeq_epi8(low, unit), _mm256_cmpeq_epi8(high, unit));
    for (; units != 0; units &= units - 1) {
      const uint8_t* const digits = from + __builtin_ctzll(units) + 1;
      if (end - digits < 4 || hex_unit(digits) < 0) return false;
      seen.push_back(static_cast<uint32_t>(digits - text - 2));
    }
  }
  return escapes_hold_plain(text, from - carry, end, seen);
}

#endif

// Whether every backslash in [from, end) begins an escape that JSON knows.
inline bool escapes_hold(const uint8_t* from, const uint8_t* end, UnitPlaces& units) {
  units.clear();
#if defined(TOCSIN_AVX2)
  if (kHasAvx2) return escapes_hold_avx2(from, end, units);
#endif
  return escapes_hold_plain(from, from, end, units);
}

}  // namespace tocsin
