// Columns of single values as small numbers.
//
// Place in the pipeline: between a column of an Arrow batch and the walk over rows of single
// values. In: a row. Out: a code that stands for the value, so that what has been found out
// about a value is a look-up in a table by its code.
// What holds: within a batch equal codes are equal values until `forget`, which is told by one
// `kFresh`; codes of dictionary columns are their indices; memory is bounded by the limits of
// the memo, and a value that is not to be remembered is `kFresh`.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "arrow.h"
#include "memo.h"
#include "unit.h"

namespace tocsin {

class CodedColumn {
 public:
  static constexpr uint32_t kNull = 0xFFFFFFFFu;   // there is no value
  static constexpr uint32_t kFresh = 0xFFFFFFFEu;  // there is one, without a code

  // Numbers by code, for one purpose.
  struct Table {
    const void* purpose;
    std::vector<uint32_t> values;
    uint32_t zeros = 0;  // so many of the first codes are known to have 0

    uint32_t find(uint32_t code) const noexcept {
      return code < values.size() ? values[code] : Memo::kMissing;
    }
    void keep(uint32_t code, uint32_t value) {
      if (code >= values.size()) values.resize(size_t{code} + 1, Memo::kMissing);
      values[code] = value;
    }
    void count_zeros() noexcept {
      while (find(zeros) == 0) ++zeros;
    }
    void clear() noexcept {
      values.clear();
      zeros = 0;
    }
  };

  CodedColumn(const Column& column, const MemoLimits& limits)
      : column_(column), memo_(bounded(limits)), remembers_(limits.enabled) {
    if (!column.dictionary || column.dictionary->may_be_null()) return;
    indices_ = column.indices32();
    entries_ = static_cast<uint32_t>(column.dictionary->length());
  }

  // Whether a column, once bound, holds single values that can be coded.
  static bool takes(const Column& column) noexcept {
    if (column.is_struct() || column.is_list()) return false;
    if (!column.dictionary) return true;
    const Column& entries = *column.dictionary;
    return !entries.is_struct() && !entries.is_list() && !entries.dictionary &&
           entries.length() < int64_t{kFresh};
  }

  // The codes of some rows from `first` on.
  void codes(int64_t first, uint32_t count, uint32_t* out) {
    if (indices_ != nullptr) {
      const int32_t* const indices = indices_ + first;
      const uint32_t entries = entries_;
      for (uint32_t i = 0; i < count; ++i) {
        const uint32_t entry = static_cast<uint32_t>(indices[i]);
        out[i] = entry < entries ? entry : kNull;
      }
      if (!column_.may_be_null()) return;
      for (uint32_t i = 0; i < count; ++i) {
        if (column_.is_null(first + i)) out[i] = kNull;
      }
      return;
    }
    const uint64_t forgotten = forgotten_;
    const bool raw = remembers_ && !column_.dictionary && !column_.is_text();
    for (uint32_t i = 0; i < count; ++i) {
      const int64_t row = first + i;
      const bool again = raw && last_code_ != kFresh && !column_.is_null(row) &&
                         column_.raw(row) == last_raw_;
      out[i] = again ? last_code_ : code(row);
    }
    if (forgotten_ == forgotten) return;
    for (uint32_t i = 0; i < count; ++i) {  // those before are void
      if (out[i] != kNull) out[i] = kFresh;
    }
  }

  // The value of a row that has one; `room` keeps its text where that must be made.
  Value value(int64_t row, std::string& room) const {
    const Column* column = &column_;
    if (column->dictionary) {
      row = column->index(row);
      column = column->dictionary.get();
    }
    if (column->is_text()) {
      const uint8_t* data;
      size_t size;
      column->text(row, data, size);
      return Value{data, static_cast<uint32_t>(size), Value::kUnchecked};
    }
    room = column->spelled(row);
    return Value{reinterpret_cast<const uint8_t*>(room.data()),
                 static_cast<uint32_t>(room.size()), Value::kPlain};
  }

  // The table for a purpose; it lives as long as the column.
  Table& table(const void* purpose) {
    for (Table& known : tables_) {
      if (known.purpose == purpose) return known;
    }
    tables_.push_back(Table{purpose, {}, 0});
    return tables_.back();
  }

  // Makes all tables empty; codes stay what they are.
  void empty_tables() noexcept {
    for (Table& known : tables_) known.clear();
  }

 private:
  uint32_t code(int64_t row) {
    if (column_.is_null(row)) return kNull;
    if (column_.dictionary) {
      const int64_t entry = column_.index(row);
      const bool known = entry >= 0 && entry < column_.dictionary->length() &&
                         !column_.dictionary->is_null(entry);
      return known ? static_cast<uint32_t>(entry) : kNull;
    }
    if (!remembers_) return kFresh;
    if (!column_.is_text()) return code_of_raw(row);
    const uint8_t* data;
    size_t size;
    column_.text(row, data, size);
    return code_of_text(data, size);
  }

  static constexpr size_t kMost = 4u << 20;  // bytes of the values of one column

  static MemoLimits bounded(MemoLimits limits) noexcept {
    limits.bytes = std::min(limits.bytes, kMost);
    return limits;
  }

  uint32_t code_of_raw(int64_t row) {
    spelled_ = column_.spelled(row);
    const uint32_t found =
        code_of_text(reinterpret_cast<const uint8_t*>(spelled_.data()), spelled_.size());
    last_raw_ = column_.raw(row);
    last_code_ = found;
    return found;
  }

  uint32_t code_of_text(const uint8_t* data, size_t size) {
    uint64_t hash = 0;
    const uint32_t known = memo_.find(data, size, hash);
    if (known != Memo::kMissing) return known;
    if (hash == 0) return kFresh;
    const uint64_t drops = memo_.drops();
    memo_.keep(data, size, hash, count_);
    if (memo_.drops() == drops) return count_++;
    forget();
    return kFresh;
  }

  // All codes given out are void.
  void forget() noexcept {
    memo_.clear();
    empty_tables();
    count_ = 0;
    last_code_ = kFresh;
    ++forgotten_;
  }

  const Column& column_;
  Memo memo_;
  bool remembers_;
  const int32_t* indices_ = nullptr;  // of the common kind of dictionary column
  uint32_t entries_ = 0;
  uint32_t count_ = 0;
  uint64_t forgotten_ = 0;  // how often
  int64_t last_raw_ = 0;
  uint32_t last_code_ = kFresh;
  std::string spelled_;
  std::deque<Table> tables_;
};

}  // namespace tocsin
