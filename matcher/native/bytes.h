// Small helpers on bytes: unaligned loads, hashing, a reader that never runs past the end.
//
// The processors we build for (x86-64, ARM) are little-endian, as is the normal form.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the matcher's tables are little-endian"
#endif

#if defined(_MSC_VER)
#include <intrin.h>
#define TOCSIN_INLINE __forceinline
#define TOCSIN_APART __declspec(noinline)
#else
#define TOCSIN_INLINE inline __attribute__((always_inline))
#define TOCSIN_APART __attribute__((noinline))
#endif

namespace tocsin {

TOCSIN_INLINE uint16_t load16(const uint8_t* at) noexcept {
  uint16_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

TOCSIN_INLINE uint32_t load32(const uint8_t* at) noexcept {
  uint32_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

TOCSIN_INLINE uint64_t load64(const uint8_t* at) noexcept {
  uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

TOCSIN_INLINE uint8_t lower_ascii(uint8_t byte) noexcept {
  return byte >= 'A' && byte <= 'Z' ? static_cast<uint8_t>(byte | 0x20) : byte;
}

// Number of the lowest bit that is set; `word` is not 0.
TOCSIN_INLINE unsigned lowest_bit(uint64_t word) noexcept {
#if defined(_MSC_VER)
  unsigned long index;
  _BitScanForward64(&index, word);
  return static_cast<unsigned>(index);
#else
  return static_cast<unsigned>(__builtin_ctzll(word));
#endif
}

// Number of bits that are set, without asking for an instruction that not every processor has.
TOCSIN_INLINE unsigned count_bits(uint64_t word) noexcept {
  word -= (word >> 1) & 0x5555555555555555u;
  word = (word & 0x3333333333333333u) + ((word >> 2) & 0x3333333333333333u);
  word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
  return static_cast<unsigned>((word * 0x0101010101010101u) >> 56);
}

// Asks for a place of memory that will be read soon.
TOCSIN_INLINE void fetch(const void* at) noexcept {
#if defined(__GNUC__)
  __builtin_prefetch(at);
#else
  (void)at;
#endif
}

TOCSIN_INLINE uint64_t mix(uint64_t word) noexcept {
  word ^= word >> 32;
  word *= 0xd6e8feb86659fd93u;
  return word ^ (word >> 32);
}

// Hash of bytes for tables whose keys come from rules: values only look up, they never add,
// so nobody can fill a table with collisions from outside.
inline uint64_t hash_bytes(const uint8_t* at, size_t size) noexcept {
  constexpr uint64_t kFactor = 0x9e3779b97f4a7c15u;
  uint64_t one = size * kFactor, two = ~one;
  for (; size >= 16; at += 16, size -= 16) {
    one = (one ^ load64(at)) * kFactor;
    two = (two ^ load64(at + 8)) * kFactor;
    one ^= one >> 29;
    two ^= two >> 29;
  }
  uint8_t rest[16] = {};
  std::memcpy(rest, at, size);
  one = (one ^ load64(rest)) * kFactor;
  two = (two ^ load64(rest + 8)) * kFactor;
  return mix(one ^ (two >> 31) ^ (two << 33));
}

// A stretch of bytes that somebody else owns.
struct View {
  const uint8_t* data = nullptr;
  size_t size = 0;

  std::string str() const {
    return size == 0 ? std::string() : std::string(reinterpret_cast<const char*>(data), size);
  }
};

// Reads numbers and stretches off a buffer. After a read past the end `ok` is false for
// good and every further read gives zero, so callers may check once at the end of a record.
class Reader {
 public:
  explicit Reader(View bytes) noexcept : at_(bytes.data), left_(bytes.size) {}

  bool ok() const noexcept { return ok_; }
  size_t left() const noexcept { return left_; }
  bool done() const noexcept { return ok_ && left_ == 0; }

  uint8_t u8() noexcept { return number<uint8_t>(); }
  uint16_t u16() noexcept { return number<uint16_t>(); }
  uint32_t u32() noexcept { return number<uint32_t>(); }

  View bytes(size_t size) noexcept {
    if (!ok_ || size > left_) {
      ok_ = false;
      left_ = 0;
      return {};
    }
    View taken{at_, size};
    at_ += size;
    left_ -= size;
    return taken;
  }

  // A stretch preceded by its size.
  View sized() noexcept { return bytes(u32()); }

 private:
  template <typename Number>
  Number number() noexcept {
    Number value = 0;
    View from = bytes(sizeof value);
    if (from.data != nullptr) std::memcpy(&value, from.data, sizeof value);
    return value;
  }

  const uint8_t* at_;
  size_t left_;
  bool ok_ = true;
};

}  // namespace tocsin
