// JSON string contents to plain UTF-8.
//
// Place in the pipeline: between the JSON walk, which hands on strings as they stand in the
// file, and the value classifier, which wants plain text; run only for values not seen before.
// In: the bytes between the quotes, already known to be valid UTF-8 with valid escapes.
// What holds: the output is never longer than the input; half of a surrogate pair that stands
// alone becomes U+FFFD (or, in names, stays distinguishable from it).
#pragma once

#include <cstdint>
#include <cstring>

#include "hashing.h"

namespace tocsin {

inline int hex_digit(uint8_t byte) noexcept {
  if (byte >= '0' && byte <= '9') return byte - '0';
  const uint8_t lower = byte | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The four digits after `\u`, or -1.
inline int32_t hex_unit(const uint8_t* digits) noexcept {
  int32_t unit = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_digit(digits[i]);
    if (digit < 0) return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}

inline uint8_t* put_code_point(uint8_t* out, uint32_t code) noexcept {
  if (code < 0x80) {
    *out++ = static_cast<uint8_t>(code);
  } else if (code < 0x800) {
    *out++ = static_cast<uint8_t>(0xC0 | code >> 6);
    *out++ = static_cast<uint8_t>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    *out++ = static_cast<uint8_t>(0xE0 | code >> 12);
    *out++ = static_cast<uint8_t>(0x80 | (code >> 6 & 0x3F));
    *out++ = static_cast<uint8_t>(0x80 | (code & 0x3F));
  } else {
    *out++ = static_cast<uint8_t>(0xF0 | code >> 18);
    *out++ = static_cast<uint8_t>(0x80 | (code >> 12 & 0x3F));
    *out++ = static_cast<uint8_t>(0x80 | (code >> 6 & 0x3F));
    *out++ = static_cast<uint8_t>(0x80 | (code & 0x3F));
  }
  return out;
}

inline bool is_high(uint32_t unit) noexcept { return (unit & 0xFC00u) == 0xD800u; }
inline bool is_low(uint32_t unit) noexcept { return (unit & 0xFC00u) == 0xDC00u; }

// One `\u` escape, with its second half where there is one. `from` is behind the `u`.
inline const uint8_t* unescape_unit(const uint8_t* from, const uint8_t* end, uint8_t*& out,
                                    bool keep_halves) noexcept {
  uint32_t code = static_cast<uint32_t>(hex_unit(from));
  from += 4;
  if (is_high(code) && end - from >= 6 && from[0] == '\\' && from[1] == 'u') {
    const uint32_t second = static_cast<uint32_t>(hex_unit(from + 2));
    if (is_low(second)) {
      out = put_code_point(out, 0x10000u + ((code & 0x3FFu) << 10) + (second & 0x3FFu));
      return from + 6;
    }
  }
  if ((is_high(code) || is_low(code)) && !keep_halves) code = 0xFFFD;
  out = put_code_point(out, code);
  return from;
}

inline uint8_t plain_escape(uint8_t byte) noexcept {
  switch (byte) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return byte;  // " \ /
  }
}

// The escape at `from`; what it stands for goes to `out`. Returns the place behind it.
inline const uint8_t* unescape_one(const uint8_t* from, const uint8_t* end, uint8_t*& out,
                                   bool keep_halves) noexcept {
  if (from[1] == 'u') return unescape_unit(from + 2, end, out, keep_halves);
  *out++ = plain_escape(from[1]);
  return from + 2;
}

// Writes the text to `out`, which has room for `size` bytes, and returns its length. Paths have a
// backslash every few bytes, so eight are copied at a time, whatever they are.
inline size_t unescape(const uint8_t* from, size_t size, uint8_t* out, bool keep_halves) noexcept {
  constexpr uint64_t kOnes = 0x0101010101010101u, kHigh = 0x80 * kOnes;
  const uint8_t* const end = from + size;
  uint8_t* const begin = out;
  while (end - from >= 8) {
    const uint64_t word = load64(from), others = word ^ '\\' * kOnes;
    std::memcpy(out, &word, sizeof word);
    const uint64_t slashes = (others - kOnes) & ~others & kHigh;  // the lowest is right
    const size_t plain = slashes == 0 ? sizeof word : lowest_bit(slashes) / 8;
    from += plain;
    out += plain;
    if (slashes != 0) from = unescape_one(from, end, out, keep_halves);
  }
  while (from < end) {
    if (*from == '\\') {
      from = unescape_one(from, end, out, keep_halves);
    } else {
      *out++ = *from++;
    }
  }
  return static_cast<size_t>(out - begin);
}

// The size of the UTF-8 character at `from`, 0 if there is none (a part of one, one written too
// long, a surrogate, or a number that is none).
inline size_t character_size(const uint8_t* from, size_t left) noexcept {
  const uint8_t first = from[0];
  if (first < 0x80) return 1;
  const size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (first < 0xC2 || first > 0xF4 || left < size) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((from[i] & 0xC0) != 0x80) return 0;
  }
  const uint8_t second = from[1];
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
  if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
  return size;
}

inline bool is_utf8(const uint8_t* text, size_t size) noexcept {
  constexpr uint64_t kHigh = 0x8080808080808080u;
  for (size_t at = 0; at < size;) {
    const uint8_t* const from = text + at;
    if (size - at >= 32 && ((load64(from) | load64(from + 8) | load64(from + 16) |
                             load64(from + 24)) & kHigh) == 0) {
      at += 32;
      continue;
    }
    if (size - at >= 8 && (load64(from) & kHigh) == 0) {
      at += 8;
      continue;
    }
    const size_t step = character_size(text + at, size - at);
    if (step == 0) return false;
    at += step;
  }
  return true;
}

// Copies text with U+FFFD for every byte that is no part of a character; `out` has room for
// three times its size.
inline size_t replace_faults(const uint8_t* text, size_t size, uint8_t* out) noexcept {
  uint8_t* const begin = out;
  for (size_t at = 0; at < size;) {
    const size_t step = character_size(text + at, size - at);
    if (step == 0) {
      out = put_code_point(out, 0xFFFD);
      ++at;
    } else {
      for (size_t i = 0; i < step; ++i) *out++ = text[at + i];
      at += step;
    }
  }
  return static_cast<size_t>(out - begin);
}

}  // namespace tocsin
