// Small tools for bytes: unaligned reads, a seeded hash, a view that owns nothing.
//
// Place in the pipeline: below everything of the matcher that looks things up by content.
// What holds: the hash takes a seed drawn once per worker, so that nobody who only writes
// events can aim for collisions; look-ups compare content and never trust a hash alone.
#pragma once

#include "bytes.h"

namespace tocsin {

struct Bytes {
  const uint8_t* data = nullptr;
  size_t size = 0;
};

// The high half of a 64 by 64 bit product folded onto the low half.
inline uint64_t fold_product(uint64_t a, uint64_t b) noexcept {
#if defined(__SIZEOF_INT128__)
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
#elif defined(_MSC_VER) && defined(_M_X64)
  uint64_t high;
  const uint64_t low = _umul128(a, b, &high);
  return low ^ high;
#else
  const uint64_t a1 = a >> 32, a0 = a & 0xFFFFFFFFu, b1 = b >> 32, b0 = b & 0xFFFFFFFFu;
  const uint64_t middle = a1 * b0 + ((a0 * b0) >> 32);
  const uint64_t other = a0 * b1 + (middle & 0xFFFFFFFFu);
  return (a * b) ^ (a1 * b1 + (middle >> 32) + (other >> 32));
#endif
}

// Hash of any bytes; never reads outside them.
inline uint64_t hash_bytes(const uint8_t* data, size_t size, uint64_t seed) noexcept {
  constexpr uint64_t kFirst = 0x9E3779B97F4A7C15u, kSecond = 0xD6E8FEB86659FD93u;
  uint64_t state = seed ^ fold_product(size ^ kFirst, kSecond);
  if (size >= 16) {
    const uint8_t* const last = data + size - 16;
    if (size >= 128) {  // four strands side by side: multiplying takes long, but not in turns
      uint64_t strands[4] = {state, state ^ kFirst, state ^ kSecond, ~state};
      for (; last - data >= 64; data += 64) {
        for (int i = 0; i < 4; ++i) {
          strands[i] = fold_product(load64(data + 16 * i) ^ strands[i] ^ kFirst,
                                    load64(data + 16 * i + 8) ^ kSecond ^ seed);
        }
      }
      state = fold_product(strands[0] ^ kFirst, strands[1] ^ seed) ^
              fold_product(strands[2] ^ kSecond, strands[3] ^ seed);
    }
    for (; data < last; data += 16) {
      state = fold_product(load64(data) ^ state ^ kFirst, load64(data + 8) ^ kSecond ^ seed);
    }
    return fold_product(load64(last) ^ state ^ kSecond, load64(last + 8) ^ kFirst ^ seed);
  }
  uint64_t low = 0, high = 0;
  if (size >= 8) {
    low = load64(data);
    high = load64(data + size - 8);
  } else if (size >= 4) {
    low = load32(data);
    high = load32(data + size - 4);
  } else if (size != 0) {
    low = static_cast<uint64_t>(data[0]) << 16 | static_cast<uint64_t>(data[size / 2]) << 8 |
          data[size - 1];
  }
  return fold_product(low ^ state ^ kFirst, high ^ kSecond ^ seed);
}

inline uint64_t hash_numbers(const uint32_t* numbers, size_t count, uint64_t seed) noexcept {
  return hash_bytes(reinterpret_cast<const uint8_t*>(numbers), count * sizeof(uint32_t), seed);
}

// Whether two stretches of one size are equal; words at a time, since most are short.
TOCSIN_INLINE bool same_bytes(const uint8_t* a, const uint8_t* b, size_t size) noexcept {
  if (size >= 8) {
    const size_t last = size - 8;
    if (load64(a) != load64(b) || load64(a + last) != load64(b + last)) return false;
    if (size <= 16) return true;
    if (size > 128) return std::memcmp(a + 8, b + 8, size - 16) == 0;
    for (size_t at = 8; at < last; at += 8) {
      if (load64(a + at) != load64(b + at)) return false;
    }
    return true;
  }
  if (size >= 4) {
    return load32(a) == load32(b) && load32(a + size - 4) == load32(b + size - 4);
  }
  return size == 0 || (a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1]);
}

}  // namespace tocsin
