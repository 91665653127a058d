// Code points in valid UTF-8: reading, writing, stepping, simple case folding.
//
// The adapters hand over valid UTF-8 only (lone surrogates and broken bytes are replaced
// before), yet nothing here reads outside the given stretch even if that is not so.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "bytes.h"
#include "fold_table.h"

namespace tocsin {

TOCSIN_INLINE bool is_continuation(uint8_t byte) noexcept { return (byte & 0xc0) == 0x80; }

inline bool is_ascii(View text) noexcept {
  uint8_t seen = 0;
  for (size_t i = 0; i < text.size; ++i) seen |= text.data[i];  // with vectors
  return seen < 0x80;
}

// Reads the code point at `at` and moves `at` behind it; `at` lies before `end`.
inline uint32_t next_point(const uint8_t*& at, const uint8_t* end) noexcept {
  uint8_t lead = *at++;
  if (lead < 0x80) return lead;
  unsigned more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
  uint32_t point = lead & (0x3fu >> more);
  for (; more != 0 && at != end && is_continuation(*at); --more) point = point << 6 | (*at++ & 0x3f);
  return point;
}

// Writes a code point and returns the place behind it; at most four bytes.
inline uint8_t* put_point(uint8_t* out, uint32_t point) noexcept {
  if (point < 0x80) {
    *out++ = static_cast<uint8_t>(point);
  } else if (point < 0x800) {
    *out++ = static_cast<uint8_t>(0xc0 | point >> 6);
    *out++ = static_cast<uint8_t>(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    *out++ = static_cast<uint8_t>(0xe0 | point >> 12);
    *out++ = static_cast<uint8_t>(0x80 | (point >> 6 & 0x3f));
    *out++ = static_cast<uint8_t>(0x80 | (point & 0x3f));
  } else {
    *out++ = static_cast<uint8_t>(0xf0 | point >> 18);
    *out++ = static_cast<uint8_t>(0x80 | (point >> 12 & 0x3f));
    *out++ = static_cast<uint8_t>(0x80 | (point >> 6 & 0x3f));
    *out++ = static_cast<uint8_t>(0x80 | (point & 0x3f));
  }
  return out;
}

// The code point that `point` folds to; itself where it has no case.
inline uint32_t fold_point(uint32_t point) noexcept {
  const FoldRange* range = std::upper_bound(
      std::begin(kFoldRanges), std::end(kFoldRanges), point,
      [](uint32_t wanted, const FoldRange& candidate) { return wanted < candidate.first; });
  if (range == std::begin(kFoldRanges)) return point;
  --range;
  uint32_t distance = point - range->first;
  if (point > range->last || distance % range->step != 0) return point;
  return range->target + distance;
}

TOCSIN_INLINE uint8_t fold_ascii(uint8_t byte) noexcept {
  return static_cast<uint8_t>(byte + ((static_cast<uint8_t>(byte - 'A') < 26) << 5));
}

inline constexpr uint64_t kHighBits = 0x8080808080808080u;

// Folds eight bytes, rightly those of ASCII, and returns them as they were.
TOCSIN_INLINE uint64_t fold_eight(const uint8_t* text, uint8_t* out) noexcept {
  constexpr uint64_t kEach = 0x0101010101010101u;
  const uint64_t word = load64(text), low = word & ~kHighBits;
  const uint64_t from = low + kEach * (0x80 - 'A'), past = low + kEach * (0x7f - 'Z');
  const uint64_t made = word | (from & ~past & kHighBits) >> 2;
  std::memcpy(out, &made, sizeof made);
  return word;
}

// The longest growth is a letter of two bytes that folds to one of three.
inline size_t folded_bound(size_t length) noexcept { return length + length / 2 + 4; }

// Folds code point by code point, runs of ASCII in between byte by byte.
inline size_t fold_any(const uint8_t* text, size_t length, uint8_t* out) noexcept {
  const uint8_t* end = text + length;
  uint8_t* start = out;
  while (text != end) {
    if (*text < 0x80) {
      *out++ = fold_ascii(*text++);
    } else {
      out = put_point(out, fold_point(next_point(text, end)));
    }
  }
  return static_cast<size_t>(out - start);
}

// Folds text and returns the size of the result, at most `folded_bound(length)`.
inline size_t fold_text(const uint8_t* text, size_t length, uint8_t* out) noexcept {
  uint64_t seen = 0;
  size_t i = 0;
  if (length >= 8) {
    for (; i + 8 <= length; i += 8) seen |= fold_eight(text + i, out + i);
    seen |= fold_eight(text + length - 8, out + length - 8);  // again, in part
  } else {
    for (; i < length; ++i) {
      seen |= text[i];
      out[i] = fold_ascii(text[i]);
    }
  }
  return (seen & kHighBits) == 0 ? length : fold_any(text, length, out);
}

}  // namespace tocsin
