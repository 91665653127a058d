// Prefixes (or suffixes) of a value among any number of literals, in one search.
//
// The literals are sorted; each knows the longest other literal that is a prefix of it. All
// literals that are prefixes of a value are then the last one that does not sort behind the
// value, and those it descends from: everything sorted between a prefix of the value and the
// value itself begins with that prefix. Suffixes are prefixes read backwards.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "arena.h"
#include "bytes.h"

namespace tocsin {

enum class End : uint8_t { kFront, kBack };

template <End kEnd>
class AffixTable {
 public:
  // `code` goes to the sink when the value begins (ends) with this text, which is not empty.
  void add(View text, uint32_t code) {
    uint8_t* const kept = texts_.room(text.size);
    for (size_t i = 0; i < text.size; ++i) kept[i] = byte_of(text, i);
    built_.push_back({key_of(text), {reinterpret_cast<const char*>(kept), text.size}, code});
  }

  // Builds the table. Call once, after the last `add`.
  void finish() {
    std::sort(built_.begin(), built_.end());
    std::vector<uint32_t> open;  // the literals that the current one may descend from
    keys_.reserve(built_.size());
    rows_.reserve(built_.size());
    for (const auto& [key, text, code] : built_) {
      while (!open.empty() && !descends(text, rows_[open.back()])) open.pop_back();
      uint32_t parent = open.empty() ? kNone : open.back();
      open.push_back(static_cast<uint32_t>(rows_.size()));
      keys_.push_back(key);
      rows_.push_back({bytes_.size(), static_cast<uint32_t>(text.size()), parent, code});
      bytes_ += text;
    }
    built_ = {};
    texts_.clear();
  }

  bool empty() const noexcept { return rows_.empty(); }
  size_t memory() const noexcept {
    return bytes_.capacity() + rows_.capacity() * sizeof(Row) + keys_.capacity() * 8;
  }

  template <typename Sink>
  void run(View text, Sink& sink) const {
    if (rows_.empty() || text.size == 0) return;
    uint32_t row = last_not_behind(text);
    if (row == kNone) return;
    size_t common = common_length(rows_[row], text);
    while (row != kNone && rows_[row].size > common) row = rows_[row].parent;
    for (; row != kNone; row = rows_[row].parent) sink.hit(rows_[row].code);
  }

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};
  struct Row {
    uint64_t offset;
    uint32_t size;
    uint32_t parent;
    uint32_t code;
  };

  const uint8_t* at(const Row& row) const noexcept {
    return reinterpret_cast<const uint8_t*>(bytes_.data()) + row.offset;
  }

  bool descends(std::string_view literal, const Row& row) const noexcept {
    return row.size <= literal.size() && std::memcmp(literal.data(), at(row), row.size) == 0;
  }

  static TOCSIN_INLINE uint8_t byte_of(View text, size_t i) noexcept {
    return kEnd == End::kFront ? text.data[i] : text.data[text.size - 1 - i];
  }

  // The first eight bytes as a number that sorts as they do; zeros behind a shorter text.
  static uint64_t key_of(View text) noexcept {
    uint64_t key = 0;
    size_t known = std::min<size_t>(8, text.size);
    for (size_t i = 0; i < known; ++i) key = key << 8 | byte_of(text, i);
    return known == 8 ? key : key << (8 * (8 - known));
  }

  size_t common_length(const Row& row, View text) const noexcept {
    size_t bound = std::min<size_t>(row.size, text.size), i = 0;
    while (i < bound && at(row)[i] == byte_of(text, i)) ++i;
    return i;
  }

  // Whether the literal sorts behind the value.
  bool behind(const Row& row, View text) const noexcept {
    size_t common = common_length(row, text);
    if (common == row.size) return false;
    return common == text.size || at(row)[common] > byte_of(text, common);
  }

  uint32_t last_not_behind(View text) const noexcept {
    uint64_t key = key_of(text);
    const uint64_t* base = keys_.data();  // halving without branches: the last key below `key`
    for (size_t left = keys_.size(); left > 1;) {
      size_t half = left / 2;
      base = base[half - 1] < key ? base + half : base;
      left -= half;
    }
    size_t low = static_cast<size_t>(base - keys_.data()) + (*base < key);
    size_t high = low;
    for (size_t step = 1; high < keys_.size() && keys_[high] == key; step *= 2) {
      high = std::min(keys_.size(), high + step);  // past the literals that share eight bytes
    }
    while (low < high) {
      size_t middle = (low + high) / 2;
      if (keys_[middle] > key || behind(rows_[middle], text)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low == 0 ? kNone : static_cast<uint32_t>(low - 1);
  }

  Arena texts_;  // of `built_`
  struct Built {
    uint64_t key;
    std::string_view text;
    uint32_t code;
    bool operator<(const Built& other) const noexcept {
      return key != other.key ? key < other.key : text < other.text;
    }
  };
  std::vector<Built> built_;
  std::string bytes_;
  std::vector<uint64_t> keys_;
  std::vector<Row> rows_;
};

}  // namespace tocsin
