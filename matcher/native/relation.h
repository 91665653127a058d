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

inline std::vector<uint8_t> plain_text(const Value& value, bool cased) {
  std::vector<uint8_t> text;
  append_text(value, text);
  if (cased) return text;
  std::vector<uint8_t> folded(folded_bound(text.size()));
  folded.resize(fold_text(text.data(), text.size(), folded.data()));
  return folded;
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

inline bool some_related(const std::vector<std::vector<uint8_t>>& texts,
                         const std::vector<std::vector<uint8_t>>& parts, uint32_t relation) {
  for (const auto& text : texts) {
    for (const auto& part : parts) {
      if (related(text, part, relation)) return true;
    }
  }
  return false;
}

}  // namespace tocsin
