// Tests between two fields: equal, starts with, ends with, contains.
//
// Place in the pipeline: run by the worker after the fields' own tests, for the few rules that
// compare fields; the answers become part of the verdict's key. In: the values of both fields.
// What holds: comparison is by folded text unless the test is cased (`MEANING.md`).
#pragma once

#include <cstring>
#include <vector>

#include "classifier.h"
#include "unit.h"

namespace tocsin {

inline void append_text(const Value& given, std::vector<uint8_t>& out) {
  const Value value = resolved(given);
  const size_t before = out.size();
  out.resize(before + value.size);
  if (value.has_escape()) {
    out.resize(before + unescape(value.data, value.size, out.data() + before, false));
  } else if (value.kind == Value::kUnchecked && !is_utf8(value.data, value.size)) {
    out.resize(before + size_t{value.size} * 3);
    out.resize(before + replace_faults(value.data, value.size, out.data() + before));
  } else if (value.size != 0) {
    std::memcpy(out.data() + before, value.data, value.size);
  }
}

// The texts of a field's values; keeps its memory from one event to the next.
class Texts {
 public:
  void clear() noexcept { count_ = 0; }

  void add(const Value& value, bool cased) {
    if (count_ == texts_.size()) texts_.emplace_back();
    std::vector<uint8_t>& text = texts_[count_++];
    text.clear();
    if (cased) {
      append_text(value, text);
      return;
    }
    plain_.clear();
    append_text(value, plain_);
    text.resize(folded_bound(plain_.size()));
    text.resize(fold_text(plain_.data(), plain_.size(), text.data()));
  }

  const std::vector<uint8_t>* begin() const noexcept { return texts_.data(); }
  const std::vector<uint8_t>* end() const noexcept { return texts_.data() + count_; }

 private:
  std::vector<std::vector<uint8_t>> texts_;
  std::vector<uint8_t> plain_;
  size_t count_ = 0;
};

// Whether a value's bytes, as they stand, are the only spelling of its text but for the case of
// letters: ASCII without the escapes that stand for what could be written plainly.
inline bool is_simple(const Value& value) noexcept {
  if (value.kind == Value::kEntry) return false;
  uint8_t all = 0;
  for (uint32_t i = 0; i < value.size; ++i) all |= value.data[i];
  if (all >= 0x80) return false;
  if (value.kind != Value::kJson) return true;
  for (uint32_t i = 0; i + 1 < value.size; ++i) {
    if (value.data[i] != '\\') continue;
    ++i;
    if (value.data[i] == 'u' || value.data[i] == '/') return false;
  }
  return true;
}

// Whether the byte of a value at a place may be part of an escape.
inline bool in_escape(const Value& value, uint32_t at) noexcept {
  if (value.kind != Value::kJson) return false;
  const auto escapes = [&](uint32_t end) {  // whether an odd number of backslashes ends there
    uint32_t begin = end;
    while (begin != 0 && value.data[begin - 1] == '\\') --begin;
    return (end - begin) % 2 != 0;
  };
  if (value.data[at] == '\\' || escapes(at)) return true;
  for (uint32_t back = 1; back <= 4 && back <= at; ++back) {
    if (value.data[at - back] == 'u' && escapes(at - back)) return true;
  }
  return false;
}

// Whether two values have different texts, caseless too; false may also mean "not sure". Most
// differ early, in a byte that stands for itself.
inline bool differ(const Value& a, const Value& b) noexcept {
  if (a.kind != b.kind || a.kind == Value::kEntry) return false;
  const uint32_t least = a.size < b.size ? a.size : b.size;
  for (uint32_t i = 0; i < least; ++i) {
    if (a.data[i] == b.data[i] || lower_ascii(a.data[i]) == lower_ascii(b.data[i])) continue;
    if ((a.data[i] | b.data[i]) >= 0x80) return false;
    return !in_escape(a, i) && !in_escape(b, i);
  }
  return a.size != b.size && is_simple(a) && is_simple(b);
}

inline bool contains(const std::vector<uint8_t>& text, const std::vector<uint8_t>& part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end()) != text.end() ||
         part.empty();
}

// `relation`: 0 equals, 1 starts with, 2 ends with, 3 contains.
inline bool related(const std::vector<uint8_t>& text, const std::vector<uint8_t>& part,
                    uint32_t relation) {
  if (relation == 3) return contains(text, part);
  if (relation == 0) return text == part;
  if (part.size() > text.size()) return false;
  const size_t from = relation == 1 ? 0 : text.size() - part.size();
  return std::equal(part.begin(), part.end(), text.begin() + static_cast<std::ptrdiff_t>(from));
}

inline bool some_related(const Texts& texts, const Texts& parts, uint32_t relation) {
  for (const auto& text : texts) {
    for (const auto& part : parts) {
      if (related(text, part, relation)) return true;
    }
  }
  return false;
}

}  // namespace tocsin
