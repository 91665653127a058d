// Line shape: what lines of JSON have in common that differ in their values alone.
//
// Place in the pipeline: in front of the JSON index. Logs are written by programs, so most lines
// have the names and the punctuation of one met before, and many of its values too. In: a line.
// Out: whether it has this shape, and which values are not those of the line before.
// What holds: a line of the shape of a well-formed one is well-formed and nests alike; values not
// said to be changed have the same bytes as before; only `readable` bytes of the line are read,
// and no more than a shape's longest line.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "blocks.h"
#include "hashing.h"
#include "json_check.h"
#include "program.h"
#include "text.h"

namespace tocsin {

enum class Followed {
  kYes,
  kOther,  // the line is not of this shape, see `stopped`
  kAlone,  // the line must be read by itself
};

class LineShape {
 public:
  struct Span { uint32_t begin, end; };  // a value without its quotes, from the line's begin
  struct Change {
    uint32_t value, begin, end;
    bool escapes;  // bytes other than backslashes are escaped in it
    bool unit;     // it has `\u` escapes
  };

  static constexpr uint32_t kLongest = 32u << 10, kMostValues = 1024;

  // `size` is that of the line with its line feed; `values` ascend; `hashes` as from `hash`.
  LineShape(const uint8_t* line, uint32_t size, const std::vector<Span>& values,
            const std::vector<uint64_t>& hashes)
      : text_(line), size_(size), hashes_(hashes), asked_(values.size(), 0) {
    for (const Span& value : values) {
      begins_.push_back(value.begin);
      ends_.push_back(value.end);
      escapes_.push_back(1);  // for all that is known
      strings_.push_back(line[value.begin - 1] == '"');
    }
    begins_.push_back(kNone);  // where the search for a value ends
    ends_.push_back(kNone);
    changes_.resize(values.size() + 1);
    calm_.resize(values.size());
    expected_.resize(values.size() / 64 + 1);
  }

  // Hashes all of a line but its values: for each value what stands before it, then everything.
  static void hash(const uint8_t* line, uint32_t size, const std::vector<Span>& values,
                   std::vector<uint64_t>& out) {
    uint64_t before = 0;
    uint32_t from = 0;
    out.clear();
    for (const Span& value : values) {
      out.push_back(before = hash_bytes(line + from, value.begin - from, before));
      from = value.end;
    }
    out.push_back(hash_bytes(line + from, size - from, before));
  }

  // The number of the value that begins at `begin`.
  static uint32_t number_of(const std::vector<Span>& values, uint32_t begin) noexcept {
    const auto found = std::lower_bound(
        values.begin(), values.end(), begin,
        [](const Span& span, uint32_t wanted) { return span.begin < wanted; });
    return static_cast<uint32_t>(found - values.begin());
  }

  // Makes changes of a value subject to the `accepts` of `follow`.
  void ask_for(uint32_t value) { asked_[value] = 1; }

  // Compares a line with the one before. `accepts(change)` says whether the line may have a
  // new value at a place that matters to it.
  //
  // Values that changed the last time are expected to change again: the text up to each of them
  // is compared in one go, and what is found there is read anew. Others are met as differences.
  template <typename Accepts>
  Followed follow(const uint8_t* line, size_t readable, const Accepts& accepts) {
    readable = std::min<size_t>(readable, kLongest);
#if defined(TOCSIN_AVX2)
    if (kHasAvx2) return follow_wide(line, readable, accepts);
#endif
    return follow_by<AnyBlocks>(line, readable, accepts);
  }

  // Where a line was found to be of another shape, and as what: a hash which is the same for all
  // shapes that have the same names up to there.
  uint64_t stopped() const noexcept { return stopped_; }

  // What the line followed last changes.
  const Change* changes() const noexcept { return changes_.data(); }
  uint32_t change_count() const noexcept { return change_count_; }
  uint32_t new_size() const noexcept { return new_size_; }

  // Makes the line followed last the line before.
  void advance(const uint8_t* line) noexcept {
    uint32_t *const begins = begins_.data(), *const ends = ends_.data();
    const uint32_t count = change_count_, values = static_cast<uint32_t>(asked_.size());
    for (uint32_t i = 0; i < calm_count_; ++i) expect(calm_[i], false);
    for (uint32_t i = 0; i < count; ++i) {
      const Change& change = changes_[i];
      const uint32_t shift = change.end - ends[change.value];
      begins[change.value] = change.begin;
      ends[change.value] = change.end;
      escapes_[change.value] = change.escapes;
      expect(change.value, true);
      if (shift == 0) continue;
      const uint32_t next = i + 1 < count ? changes_[i + 1].value : values;
      for (uint32_t value = change.value + 1; value < next; ++value) {
        begins[value] += shift;
        ends[value] += shift;
      }
    }
    text_ = line;
    size_ = new_size_;
  }

  // Copies the line before, which is in a block of lines that is about to go.
  void settle() {
    if (own_.size() < size_ + kBlock) own_.resize(size_ + kBlock);
    std::memcpy(own_.data(), text_, size_);
    text_ = own_.data();
  }

  const uint8_t* text() const noexcept { return text_; }
  bool is_string(uint32_t value) const noexcept { return strings_[value] != 0; }
  Span span(uint32_t value) const noexcept { return Span{begins_[value], ends_[value]}; }
  size_t memory() const noexcept {
    return own_.capacity() + asked_.capacity() * 23 + changes_.capacity() * sizeof(Change);
  }

 private:
  static constexpr size_t kAhead = 1024;  // is fetched: the processor stops doing so at each page
  static constexpr size_t kEscape = 6;    // bytes of the longest escape
  static constexpr size_t kSeen = 8;      // of a line where it differs

#if defined(TOCSIN_AVX2)
  // Flattened, since what is compiled for AVX2 can only become a part of what is so too.
  template <typename Accepts>
  TOCSIN_WITH_AVX2 __attribute__((flatten)) Followed follow_wide(
      const uint8_t* line, size_t readable, const Accepts& accepts) {
    return follow_by<WideBlocks>(line, readable, accepts);
  }
#endif

  template <typename Blocks, typename Accepts>
  Followed follow_by(const uint8_t* line, size_t readable, const Accepts& accepts) {
    change_count_ = calm_count_ = 0;
    const uint8_t* const text = text_;
    const uint32_t *const begins = begins_.data(), *const ends = ends_.data();
    size_t before = 0, now = 0;  // how far the line before and this one are compared
    uint32_t value = 0, expected = next_expected(0);
    while (true) {
      const size_t target = std::min(begins[expected], size_);
      uint64_t bits = 0;
      while (before < target) {
        if (now + kBlock > readable) return Followed::kAlone;
        fetch(line + now + kAhead);
        const size_t step = std::min(target - before, kBlock);
        bits = Blocks::differing(text + before, line + now) & first_bits(step);
        const size_t same = bits != 0 ? lowest_bit(bits) : step;
        before += same;
        now += same;
        if (bits != 0) break;
      }
      if (bits != 0) {
        while (ends[value] < before) ++value;
        if (begins[value] > before) {
          const bool number = is_digit(line[now]);
          const uint64_t shared = value == 0 ? before
                                             : hashes_[value - 1] + (before - ends[value - 1]);
          return stop(shared, line + now, number ? 0 : std::min(readable - now, kSeen));
        }
      } else if (begins[expected] == kNone) {
        new_size_ = static_cast<uint32_t>(now);
        return Followed::kYes;
      } else {
        value = expected;
      }
      Change& change = changes_[change_count_];
      change = Change{value, static_cast<uint32_t>(now - (before - begins[value])), 0, false, false};
      if (strings_[value] != 0) {
        if (!end_string<Blocks>(change, line, now, readable)) return Followed::kAlone;
      } else if (!end_word(change, line, readable)) {
        return stop(hashes_[value], line + change.begin,
                    std::min(readable - change.begin, kSeen));
      }
      before = ends[value];
      now = change.end;
      if (bits == 0 && is_as_before(change, line)) {
        calm_[calm_count_++] = value;
      } else if (asked_[value] != 0 && !accepts(change)) {
        return stop(hashes_[value], line + change.begin, change.end - change.begin);
      } else {
        ++change_count_;
      }
      if (value++ == expected) expected = next_expected(value);
    }
  }

  static uint64_t first_bits(size_t count) noexcept {
    return count == kBlock ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
  }

  void expect(uint32_t value, bool change) noexcept {
    const uint64_t bit = uint64_t{1} << value % 64;
    uint64_t& word = expected_[value / 64];
    word = change ? word | bit : word & ~bit;
  }

  // The first value from one on that is expected to change, or their number.
  uint32_t next_expected(uint32_t value) const noexcept {
    const uint32_t count = static_cast<uint32_t>(asked_.size());
    uint64_t bits = expected_[value / 64] >> value % 64 << value % 64;
    for (uint32_t word = value / 64; word < expected_.size(); bits = expected_[word]) {
      if (bits != 0) return word * 64 + lowest_bit(bits);
      if (++word == expected_.size()) break;
    }
    return count;
  }

  // Whether a value that was expected to change has not.
  bool is_as_before(const Change& change, const uint8_t* line) const noexcept {
    const size_t size = change.end - change.begin;
    if (size != ends_[change.value] - begins_[change.value]) return false;
    return same_bytes(text_ + begins_[change.value], line + change.begin, size);
  }

  // Notes where a line differs: by what it shares before, and what stands there up to a quote.
  Followed stop(uint64_t shared, const uint8_t* at, size_t size) noexcept {
    const void* const quote = size == 0 ? nullptr : std::memchr(at, '"', size);
    if (quote != nullptr) size = static_cast<size_t>(static_cast<const uint8_t*>(quote) - at) + 1;
    stopped_ = hash_bytes(at, size, shared);
    return Followed::kOther;
  }

  // Finds the end of a string that is as the one before up to `from`; false if it is not
  // well-formed, or goes on past what can be read.
  template <typename Blocks>
  bool end_string(Change& change, const uint8_t* line, size_t from, size_t readable) {
    const size_t begin = change.begin;
    const bool whole = escapes_[change.value] != 0 || from - begin <= kEscape;
    from = whole ? begin : from - kEscape;  // an escape may have changed halfway
    uint64_t carry = 0, high = 0;
    for (size_t at = from; at > begin && line[at - 1] == '\\'; --at) carry ^= 1;
    for (size_t at = from; at + kBlock <= readable; at += kBlock) {
      const BlockMarks marks = Blocks::marks_of(line + at);
      const uint64_t escaped = (marks.slashes | carry) != 0 ? escaped_bytes(marks.slashes, carry)
                                                            : 0;
      const uint64_t ends = marks.quotes & ~escaped;
      const uint64_t inside = ends == 0 ? ~uint64_t{0} : (ends & (0 - ends)) - 1;
      if ((marks.controls & inside) != 0) return false;
      const uint64_t letters = escaped & ~marks.slashes & inside;
      if (letters != 0 && !are_escapes(change, line + at, letters, readable - at)) return false;
      high |= marks.high & inside;
      if (ends == 0) continue;
      change.end = static_cast<uint32_t>(at) + lowest_bit(ends);
      return high == 0 || is_utf8(line + begin, change.end - begin);
    }
    return false;
  }

  // Whether bytes of a block that are escaped may be.
  static bool are_escapes(Change& change, const uint8_t* block, uint64_t letters,
                          size_t readable) noexcept {
    change.escapes = true;
    for (; letters != 0; letters &= letters - 1) {
      const size_t at = lowest_bit(letters);
      if (is_escape(block[at])) continue;
      if (block[at] != 'u' || at + 5 > readable || hex_unit(block + at + 1) < 0) return false;
      change.unit = true;
    }
    return true;
  }

  // Finds the end of a bare word; false if it is none, or is `null`, which is no value.
  static bool end_word(Change& change, const uint8_t* line, size_t readable) noexcept {
    size_t end = change.begin;
    while (end < readable && is_of_word(line[end])) ++end;
    change.end = static_cast<uint32_t>(end);
    return end < readable && is_scalar(line + change.begin, change.end - change.begin);
  }

  static bool is_of_word(uint8_t byte) noexcept {
    return is_digit(byte) || (byte >= 'a' && byte <= 'z') || byte == '-' || byte == '+' ||
           byte == '.' || byte == 'E';
  }

  const uint8_t* text_;  // the line before, in the block at hand or in `own_`
  uint32_t size_;
  uint32_t new_size_ = 0;
  std::vector<uint64_t> hashes_;  // as from `hash`
  std::vector<uint32_t> begins_, ends_;
  std::vector<uint8_t> strings_, asked_;
  std::vector<uint8_t> escapes_;  // by value, as in `Change`
  std::vector<uint64_t> expected_;  // a bit by value: it changed the last time
  std::vector<Change> changes_;
  std::vector<uint32_t> calm_;  // values that did not change, although expected to
  uint32_t change_count_ = 0, calm_count_ = 0;
  uint64_t stopped_ = 0;
  std::vector<uint8_t> own_;
};

}  // namespace tocsin
