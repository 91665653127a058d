// Whole-value equality against any number of texts: one hash, one probe, one comparison.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "bytes.h"

namespace tocsin {

class ExactTable {
 public:
  // `code` goes to the sink when the value is this text.
  void add(View text, uint32_t code) {
    rows_.push_back({bytes_.size(), static_cast<uint32_t>(text.size), code});
    bytes_.append(reinterpret_cast<const char*>(text.data), text.size);
  }

  // Builds the table. Call once, after the last `add`.
  void finish() {
    if (rows_.empty()) return;
    size_t slots = 4;
    while (slots < rows_.size() * 2) slots *= 2;
    slots_.assign(slots, kFree);
    for (uint32_t row = 0; row < rows_.size(); ++row) {
      note_length(rows_[row].size);
      uint64_t hash = hash_bytes(at(rows_[row]), rows_[row].size);
      size_t slot = hash & (slots - 1);
      while (slots_[slot] != kFree) slot = (slot + 1) & (slots - 1);
      slots_[slot] = (hash >> 32) << 32 | row;
    }
    bytes_.shrink_to_fit();
    rows_.shrink_to_fit();
  }

  bool empty() const noexcept { return rows_.empty(); }
  size_t memory() const noexcept {
    return bytes_.capacity() + rows_.capacity() * sizeof(Row) + slots_.capacity() * 8;
  }

  template <typename Sink>
  void run(View text, Sink& sink) const {
    if (rows_.empty() || !may_have_length(text.size)) return;
    uint64_t hash = hash_bytes(text.data, text.size);
    size_t mask = slots_.size() - 1;
    // Equal texts lie in one chain, so go on after a hit.
    for (size_t slot = hash & mask; slots_[slot] != kFree; slot = (slot + 1) & mask) {
      if (slots_[slot] >> 32 != hash >> 32) continue;
      const Row& row = rows_[static_cast<uint32_t>(slots_[slot])];
      if (row.size == text.size && std::memcmp(at(row), text.data, text.size) == 0) {
        sink.hit(row.code);
      }
    }
  }

 private:
  static constexpr uint64_t kFree = ~uint64_t{0};
  struct Row {
    uint64_t offset;
    uint32_t size;
    uint32_t code;
  };

  const uint8_t* at(const Row& row) const noexcept {
    return reinterpret_cast<const uint8_t*>(bytes_.data()) + row.offset;
  }

  void note_length(size_t size) noexcept {
    size_t bit = std::min(size, kLengths - 1);
    lengths_[bit / 64] |= uint64_t{1} << bit % 64;
  }

  bool may_have_length(size_t size) const noexcept {
    size_t bit = std::min(size, kLengths - 1);
    return lengths_[bit / 64] >> bit % 64 & 1;
  }

  static constexpr size_t kLengths = 512;  // the last bit stands for all longer ones
  uint64_t lengths_[kLengths / 64] = {};
  std::string bytes_;
  std::vector<Row> rows_;
  std::vector<uint64_t> slots_;  // upper half of the hash, then the row
};

}  // namespace tocsin
