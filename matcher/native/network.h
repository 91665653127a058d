// Addresses in networks (decision D21): IPv4 and IPv6 text against prefixes.
//
// An IPv4-mapped IPv6 address counts as the IPv4 address; a zone (`%eth0`) is ignored; text
// that is no address lies in no network. Accepted spellings are those of Python's ipaddress.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "bytes.h"

namespace tocsin {

struct Address {
  uint8_t size = 0;  // 4 or 16
  std::array<uint8_t, 16> bytes{};

  bool read(View text) noexcept;
};

namespace detail {

// Four decimal numbers below 256 without leading zeros.
inline bool read_ipv4(const uint8_t* at, const uint8_t* end, uint8_t* out) noexcept {
  for (int part = 0; part < 4; ++part) {
    if (part != 0 && (at == end || *at++ != '.')) return false;
    const uint8_t* start = at;
    unsigned value = 0;
    for (; at != end && static_cast<uint8_t>(*at - '0') < 10 && at - start < 4; ++at) {
      value = value * 10 + (*at - '0');
    }
    if (at == start || value > 255 || (*start == '0' && at - start > 1)) return false;
    out[part] = static_cast<uint8_t>(value);
  }
  return at == end;
}

inline int hex_digit(uint8_t byte) noexcept {
  if (static_cast<uint8_t>(byte - '0') < 10) return byte - '0';
  uint8_t letter = static_cast<uint8_t>((byte | 0x20) - 'a');
  return letter < 6 ? letter + 10 : -1;
}

// One to four hexadecimal digits; false if there are none.
inline bool read_group(const uint8_t*& at, const uint8_t* end, uint16_t& group) noexcept {
  const uint8_t* start = at;
  unsigned value = 0;
  for (; at != end && at - start < 4 && hex_digit(*at) >= 0; ++at) {
    value = value << 4 | static_cast<unsigned>(hex_digit(*at));
  }
  group = static_cast<uint16_t>(value);
  return at != start;
}

// Groups read so far, and where among them the `::` stands.
struct Groups {
  uint16_t list[8];
  unsigned count = 0;
  int gap = -1;
};

// Reads groups up to the end; a dotted quad may stand for the last two.
inline bool read_groups(const uint8_t* at, const uint8_t* end, Groups& groups) noexcept {
  if (end - at >= 2 && at[0] == ':' && at[1] == ':') {
    groups.gap = 0;
    at += 2;
  }
  while (at != end) {
    if (groups.count == 8) return false;
    const uint8_t* start = at;
    if (!read_group(at, end, groups.list[groups.count])) return false;
    if (at != end && *at == '.') {
      uint8_t quad[4];
      if (groups.count > 6 || !read_ipv4(start, end, quad)) return false;
      groups.list[groups.count++] = static_cast<uint16_t>(quad[0] << 8 | quad[1]);
      groups.list[groups.count++] = static_cast<uint16_t>(quad[2] << 8 | quad[3]);
      return true;
    }
    ++groups.count;
    if (at == end) return true;
    if (*at++ != ':' || at == end) return false;
    if (*at == ':') {
      if (groups.gap >= 0) return false;
      groups.gap = static_cast<int>(groups.count);
      ++at;
    }
  }
  return true;
}

inline bool read_ipv6(const uint8_t* at, const uint8_t* end, uint8_t* out) noexcept {
  Groups groups;
  if (!read_groups(at, end, groups)) return false;
  if (groups.gap < 0 ? groups.count != 8 : groups.count > 7) return false;
  std::memset(out, 0, 16);
  unsigned before = groups.gap < 0 ? 8 : static_cast<unsigned>(groups.gap);
  for (unsigned i = 0; i < groups.count; ++i) {
    unsigned place = i < before ? i : 8 - groups.count + i;
    out[2 * place] = static_cast<uint8_t>(groups.list[i] >> 8);
    out[2 * place + 1] = static_cast<uint8_t>(groups.list[i]);
  }
  return true;
}

}  // namespace detail

inline bool Address::read(View text) noexcept {
  if (text.size == 0) return false;
  const uint8_t *at = text.data, *end = at + text.size;
  if (const void* zone = std::memchr(at, '%', text.size)) {
    if (static_cast<const uint8_t*>(zone) + 1 == end) return false;
    end = static_cast<const uint8_t*>(zone);
  }
  auto bare = static_cast<size_t>(end - at);
  if (std::memchr(at, ':', bare) == nullptr) {
    size = 4;
    return bare == text.size && detail::read_ipv4(at, end, bytes.data());
  }
  size = 16;
  if (!detail::read_ipv6(at, end, bytes.data())) return false;
  static constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::memcmp(bytes.data(), kMapped, sizeof kMapped) == 0) {
    size = 4;
    std::memmove(bytes.data(), bytes.data() + 12, 4);
    std::memset(bytes.data() + 4, 0, 12);
  }
  return true;
}

// All networks that a field is tested for.
class NetworkTests {
 public:
  // `prefix` is at most eight times the size of the address.
  void add(const Address& network, uint8_t prefix, uint32_t test) {
    rows_.push_back({masked(network, prefix), network.size, prefix, test});
  }

  // Sorts the networks by family and prefix. Call once, after the last `add`.
  void finish() {
    std::sort(rows_.begin(), rows_.end(), before);
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (i == 0 || rows_[i].size != rows_[i - 1].size || rows_[i].prefix != rows_[i - 1].prefix) {
        starts_.push_back(i);
      }
    }
  }

  bool empty() const noexcept { return rows_.empty(); }
  size_t memory() const noexcept { return rows_.size() * sizeof(Row); }

  template <typename Sink>
  void run(View text, Sink& sink) const {
    Address address;
    if (rows_.empty() || !address.read(text)) return;
    for (size_t i = 0; i < starts_.size(); ++i) {  // one search a prefix length
      const Row& first = rows_[starts_[i]];
      if (first.size != address.size) continue;
      Row wanted{masked(address, first.prefix), first.size, first.prefix, 0};
      auto end = i + 1 == starts_.size()
                     ? rows_.end()
                     : rows_.begin() + static_cast<std::ptrdiff_t>(starts_[i + 1]);
      auto row = std::lower_bound(rows_.begin() + static_cast<std::ptrdiff_t>(starts_[i]), end,
                                  wanted, before);
      for (; row != end && row->bytes == wanted.bytes; ++row) sink.hit(row->test);
    }
  }

 private:
  using Bytes = std::array<uint8_t, 16>;
  struct Row {
    Bytes bytes;
    uint8_t size, prefix;
    uint32_t test;
  };

  static Bytes masked(const Address& address, uint8_t prefix) noexcept {
    Bytes bytes = address.bytes;
    for (unsigned i = 0; i < 16; ++i) {
      unsigned kept = prefix > 8 * i ? std::min(8u, prefix - 8 * i) : 0;
      bytes[i] &= static_cast<uint8_t>(0xff00 >> kept);
    }
    return bytes;
  }

  static bool before(const Row& a, const Row& b) noexcept {
    if (a.size != b.size) return a.size < b.size;
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return a.bytes < b.bytes;
  }

  std::vector<Row> rows_;
  std::vector<size_t> starts_;  // first row of each family and prefix length
};

}  // namespace tocsin
