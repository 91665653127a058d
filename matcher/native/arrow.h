// Arrow columns: the C data interface, and the values in it as text.
//
// Place in the pipeline: below the adapter for Arrow data. In: schemas and arrays as any
// producer exports them (two structs of the interface, declared here; no Arrow library is
// needed). Out: for a column and a row, whether it is null, and its text.
// What holds: columns of types that are not known are refused when they are opened, so reading
// cannot fail; texts of numbers, times and booleans are those that Python gives the same values.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "bytes.h"

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};

struct ArrowArrayStream {
  int (*get_schema)(ArrowArrayStream*, ArrowSchema*);
  int (*get_next)(ArrowArrayStream*, ArrowArray*);
  const char* (*get_last_error)(ArrowArrayStream*);
  void (*release)(ArrowArrayStream*);
  void* private_data;
};

namespace tocsin {

enum class ColumnKind : uint8_t {
  kNull, kBool, kInteger, kFloat, kText, kLargeText, kTextView, kTimestamp, kDate, kStruct,
  kList, kLargeList, kFixedList,
};

// The text of a double as Python's `repr` gives it.
inline std::string float_text(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  char buffer[40];
  const auto done = std::to_chars(buffer, buffer + sizeof buffer, number,
                                  std::chars_format::scientific);
  std::string digits;
  const char* at = buffer;
  const bool negative = *at == '-';
  if (negative) ++at;
  for (; at != done.ptr && *at != 'e'; ++at) {
    if (*at != '.') digits.push_back(*at);
  }
  int exponent = 0;
  std::from_chars(at + (at[1] == '+' ? 2 : 1), done.ptr, exponent);
  std::string text = negative ? "-" : "";
  if (exponent < -4 || exponent >= 16) {
    text += digits[0];
    if (digits.size() > 1) text += "." + digits.substr(1);
    char tail[8];
    std::snprintf(tail, sizeof tail, "e%+03d", exponent);
    return text + tail;
  }
  if (exponent < 0) return text + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  const size_t whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) return text + digits + std::string(whole - digits.size(), '0') + ".0";
  return text + digits.substr(0, whole) + "." + digits.substr(whole);
}

// The date that lies so many days after 1970-01-01, as `YYYY-MM-DD`.
inline std::string date_text(int64_t days) {
  days += 719468;  // days from 0000-03-01: years that begin in March have their leap day last
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t day_of_era = days - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted = (5 * day + 2) / 153;
  const int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  char text[72];
  std::snprintf(text, sizeof text, "%04lld-%02lld-%02lld", static_cast<long long>(year),
                static_cast<long long>(month),
                static_cast<long long>(day - (153 * shifted + 2) / 5 + 1));
  return text;
}

// A time stamp with so many units a second, as `YYYY-MM-DD HH:MM:SS`, a fraction if there is
// one, and the offset if it is known to be UTC.
inline std::string timestamp_text(int64_t count, int64_t units, bool utc) {
  int64_t seconds = count / units, rest = count % units;
  if (rest < 0) {
    rest += units;
    --seconds;
  }
  int64_t days = seconds / 86400, second = seconds % 86400;
  if (second < 0) {
    second += 86400;
    --days;
  }
  char text[48];
  std::snprintf(text, sizeof text, " %02d:%02d:%02d", static_cast<int>(second / 3600),
                static_cast<int>(second / 60 % 60), static_cast<int>(second % 60));
  std::string made = date_text(days) + text;
  const int64_t nanoseconds = rest * (1000000000 / units);
  if (nanoseconds % 1000 != 0) {
    std::snprintf(text, sizeof text, ".%09lld", static_cast<long long>(nanoseconds));
    made += text;
  } else if (nanoseconds != 0) {
    std::snprintf(text, sizeof text, ".%06lld", static_cast<long long>(nanoseconds / 1000));
    made += text;
  }
  return utc ? made + "+00:00" : made;
}

// A column of one batch.
class Column {
 public:
  ColumnKind kind = ColumnKind::kNull;
  std::string name;
  std::vector<Column> children;
  std::unique_ptr<Column> dictionary;
  bool shadowed = false;  // a later column beside it has the same name, and counts

  // Reads the type; false, with a message, if it is not known.
  bool open(const ArrowSchema& schema, std::string& error) {
    name = schema.name == nullptr ? "" : schema.name;
    const std::string format = schema.format == nullptr ? "" : schema.format;
    if (!read_format(format)) {
      error = "the column `" + name + "` is of a type (Arrow format `" + format +
              "`) that is not supported";
      return false;
    }
    if (schema.dictionary != nullptr) {
      dictionary = std::make_unique<Column>();
      if (!dictionary->open(*schema.dictionary, error)) return false;
    }
    for (int64_t i = 0; i < schema.n_children; ++i) {
      children.emplace_back();
      if (!children.back().open(*schema.children[i], error)) return false;
    }
    for (size_t i = 0; i < children.size(); ++i) {
      for (size_t j = i + 1; j < children.size() && !children[i].shadowed; ++j) {
        children[i].shadowed = children[j].name == children[i].name;
      }
    }
    return true;
  }

  void bind(const ArrowArray& array) {
    array_ = &array;
    valid_ = array.n_buffers > 0 && array.null_count != 0 && kind != ColumnKind::kNull
                 ? static_cast<const uint8_t*>(array.buffers[0])
                 : nullptr;
    for (size_t i = 0; i < children.size(); ++i) children[i].bind(*array.children[i]);
    if (dictionary) dictionary->bind(*array.dictionary);
  }

  int64_t length() const noexcept { return array_->length; }

  TOCSIN_INLINE bool is_null(int64_t row) const noexcept {
    if (kind == ColumnKind::kNull) return true;
    if (valid_ == nullptr) return false;
    const int64_t at = row + array_->offset;
    return (valid_[at >> 3] >> (at & 7) & 1) == 0;
  }

  // Whether a row may be null.
  bool may_be_null() const noexcept { return kind == ColumnKind::kNull || valid_ != nullptr; }

  // The integers of a column, if they are signed and of 32 bits.
  const int32_t* indices32() const noexcept {
    if (kind != ColumnKind::kInteger || width_ != 4 || is_unsigned_) return nullptr;
    return static_cast<const int32_t*>(array_->buffers[1]) + array_->offset;
  }

  bool is_list() const noexcept { return kind >= ColumnKind::kList; }
  bool is_struct() const noexcept { return kind == ColumnKind::kStruct; }
  bool is_text() const noexcept {
    return kind == ColumnKind::kText || kind == ColumnKind::kLargeText ||
           kind == ColumnKind::kTextView;
  }

  // Row of the dictionary that a row stands for.
  int64_t index(int64_t row) const noexcept { return integer(row); }

  TOCSIN_INLINE void text(int64_t row, const uint8_t*& data, size_t& size) const noexcept {
    const int64_t at = row + array_->offset;
    if (kind == ColumnKind::kTextView) {
      text_view(at, data, size);
    } else if (kind == ColumnKind::kText) {
      span(static_cast<const int32_t*>(array_->buffers[1]), at, data, size);
    } else {
      span(static_cast<const int64_t*>(array_->buffers[1]), at, data, size);
    }
  }

  // The text of a number, boolean, date or time.
  std::string spelled(int64_t row) const {
    switch (kind) {
      case ColumnKind::kBool: return boolean(row) ? "true" : "false";
      case ColumnKind::kFloat: return float_text(real(row));
      case ColumnKind::kTimestamp: return timestamp_text(integer(row), units_, utc_);
      case ColumnKind::kDate: return date_text(days(row));
      default: return is_unsigned_ ? std::to_string(static_cast<uint64_t>(integer(row)))
                                   : std::to_string(integer(row));
    }
  }

  // The bits of a number, boolean, date or time; the same for the same text.
  int64_t raw(int64_t row) const noexcept {
    return kind == ColumnKind::kBool ? static_cast<int64_t>(boolean(row)) : integer(row);
  }

  // Rows of the child that are the members of a list.
  void members(int64_t row, int64_t& begin, int64_t& end) const noexcept {
    const int64_t at = row + array_->offset;
    if (kind == ColumnKind::kList) {
      begin = static_cast<const int32_t*>(array_->buffers[1])[at];
      end = static_cast<const int32_t*>(array_->buffers[1])[at + 1];
    } else if (kind == ColumnKind::kLargeList) {
      begin = static_cast<const int64_t*>(array_->buffers[1])[at];
      end = static_cast<const int64_t*>(array_->buffers[1])[at + 1];
    } else {
      begin = at * fixed_;
      end = begin + fixed_;
    }
  }

  // Row of the children that belongs to a row of a struct.
  int64_t inner(int64_t row) const noexcept { return row + array_->offset; }

 private:
  bool read_format(const std::string& format) {
    static const char integers[] = "cCsSiIlL";
    const char first = format.empty() ? '?' : format[0];
    const char* const found = std::strchr(integers, first);
    if (format.size() == 1 && found != nullptr && first != 0) {
      kind = ColumnKind::kInteger;
      width_ = static_cast<uint8_t>(1 << (found - integers) / 2);
      is_unsigned_ = (found - integers) % 2 == 1;
    } else if (format == "n") {
      kind = ColumnKind::kNull;
    } else if (format == "b") {
      kind = ColumnKind::kBool;
    } else if (format == "f" || format == "g") {
      kind = ColumnKind::kFloat;
      width_ = format == "f" ? 4 : 8;
    } else if (format == "u" || format == "z") {
      kind = ColumnKind::kText;
    } else if (format == "U" || format == "Z") {
      kind = ColumnKind::kLargeText;
    } else if (format == "vu" || format == "vz") {
      kind = ColumnKind::kTextView;
    } else if (format == "+s") {
      kind = ColumnKind::kStruct;
    } else if (format == "+l") {
      kind = ColumnKind::kList;
    } else if (format == "+L") {
      kind = ColumnKind::kLargeList;
    } else {
      return read_longer(format);
    }
    return true;
  }

  bool read_longer(const std::string& format) {
    width_ = 8;
    if (format.compare(0, 3, "+w:") == 0) {
      kind = ColumnKind::kFixedList;
      fixed_ = std::strtoll(format.c_str() + 3, nullptr, 10);
      return fixed_ >= 0;
    }
    if (format == "tdD" || format == "tdm") {
      kind = ColumnKind::kDate;
      width_ = format == "tdD" ? 4 : 8;
      return true;
    }
    if (format.size() < 4 || format.compare(0, 2, "ts") != 0 || format[3] != ':') return false;
    kind = ColumnKind::kTimestamp;
    utc_ = format.size() > 4;
    units_ = format[2] == 's' ? 1 : format[2] == 'm' ? 1000 : format[2] == 'u' ? 1000000
                                                                               : 1000000000;
    return true;
  }

  template <typename T>
  T at(int64_t row) const noexcept {
    T value;
    std::memcpy(&value, static_cast<const T*>(array_->buffers[1]) + row + array_->offset, sizeof value);
    return value;
  }

  TOCSIN_INLINE int64_t integer(int64_t row) const noexcept {
    switch (width_) {
      case 1: return is_unsigned_ ? at<uint8_t>(row) : at<int8_t>(row);
      case 2: return is_unsigned_ ? at<uint16_t>(row) : at<int16_t>(row);
      case 4: return is_unsigned_ ? at<uint32_t>(row) : at<int32_t>(row);
      default: return at<int64_t>(row);
    }
  }

  double real(int64_t row) const noexcept {
    return width_ == 4 ? static_cast<double>(at<float>(row)) : at<double>(row);
  }

  int64_t days(int64_t row) const noexcept {
    if (width_ == 4) return at<int32_t>(row);
    const int64_t count = at<int64_t>(row);
    return (count >= 0 ? count : count - 86399999) / 86400000;
  }

  bool boolean(int64_t row) const noexcept {
    const int64_t at = row + array_->offset;
    return (static_cast<const uint8_t*>(array_->buffers[1])[at >> 3] >> (at & 7) & 1) != 0;
  }

  template <typename Offset>
  void span(const Offset* offsets, int64_t at, const uint8_t*& data, size_t& size) const noexcept {
    data = static_cast<const uint8_t*>(array_->buffers[2]) + offsets[at];
    size = static_cast<size_t>(offsets[at + 1] - offsets[at]);
  }

  // Views of 16 bytes: the size, then the text itself, or its beginning, a buffer and an offset.
  void text_view(int64_t at, const uint8_t*& data, size_t& size) const noexcept {
    const uint8_t* const view = static_cast<const uint8_t*>(array_->buffers[1]) + at * 16;
    int32_t words[4];
    std::memcpy(words, view, sizeof words);
    size = static_cast<size_t>(words[0]);
    data = size <= 12 ? view + 4
                      : static_cast<const uint8_t*>(array_->buffers[2 + words[2]]) + words[3];
  }

  const ArrowArray* array_ = nullptr;
  const uint8_t* valid_ = nullptr;
  int64_t fixed_ = 0;
  int64_t units_ = 1;
  uint8_t width_ = 8;
  bool is_unsigned_ = false;
  bool utc_ = false;
};

}  // namespace tocsin
