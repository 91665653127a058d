// JSON lines: blocks of bytes to matches.
//
// Place in the pipeline: the outermost part of the byte path; everything below it runs without
// Python. In: whole lines, and the byte behind them. Out: which rules match which line, which
// lines are malformed, how many events there were.
// What holds: a line is judged by its own bytes alone. A piece of many lines is indexed at once;
// if anything in it is not JSON, its lines are indexed one by one, which finds the bad ones.
#pragma once

#include <memory>
#include <vector>

#include "json_index.h"
#include "json_walk.h"

namespace tocsin {

struct Hit {
  uint64_t begin;  // of the line, from the first byte given
  uint32_t size;
  uint32_t line;   // from 0, blank lines counted
  uint32_t event;  // from 0, malformed lines counted
  uint32_t rule;
};

struct Lines {
  std::vector<Hit> hits;
  struct Fault { uint64_t begin; uint32_t size, line, event; };
  std::vector<Fault> malformed;
  uint64_t lines = 0;
  uint64_t events = 0;        // malformed ones included
  uint64_t unrecognised = 0;  // events of no log source that is known

  void clear() {
    hits.clear();
    malformed.clear();
    lines = events = unrecognised = 0;
  }
};

class JsonLines {
 public:
  static constexpr size_t kPiece = 96u << 10;
  static constexpr size_t kLongest = 64u << 20;

  JsonLines(Worker& worker, const NameTables& tables, uint64_t seed)
      : worker_(worker), walk_(worker, tables, seed) {}

  // Judges the lines in [text, text + size), of which the last one need not end in a line feed.
  // `out` is added to.
  void run(const uint8_t* text, size_t size, uint32_t source, Lines& out) {
    out_ = &out;
    source_ = source;
    size_t whole = size;
    while (whole != 0 && text[whole - 1] != '\n') --whole;
    base_ = 0;
    pieces(text, whole);
    if (whole == size) return;
    last_.assign(text + whole, text + size);  // with a byte behind it that may be looked at
    last_.push_back('\n');
    base_ = whole;
    pieces(last_.data(), last_.size());
  }

  const JsonWalk& walk() const noexcept { return walk_; }

 private:
  // The lines in [text, text + size), the last of which ends in a line feed.
  void pieces(const uint8_t* text, size_t size) {
    for (size_t at = 0; at < size;) {
      const size_t end = piece_end(text, at, size);
      piece(text, at, end);
      at = end + 1;
    }
  }

  // Where a piece that begins at `at` ends: at a line feed, or at the end.
  static size_t piece_end(const uint8_t* text, size_t at, size_t size) noexcept {
    if (size - at <= kPiece) return size - 1;
    size_t end = at + kPiece;
    while (end > at && text[end] != '\n') --end;
    if (text[end] == '\n') return end;
    return line_end(text, at + kPiece, size - 1);
  }

  static size_t line_end(const uint8_t* text, size_t at, size_t size) noexcept {
    const void* found = std::memchr(text + at, '\n', size - at);
    return found == nullptr ? size
                            : static_cast<size_t>(static_cast<const uint8_t*>(found) - text);
  }

  void piece(const uint8_t* text, size_t begin, size_t end) {
    const uint8_t* const base = text + begin;
    const size_t size = end - begin;
    const bool good = size <= kLongest && index_.build(base, size) &&
                      escapes_hold(base, base + size, units_);
    const uint32_t* at = index_.begin();
    for (size_t from = 0; from <= size;) {
      const size_t to = line_end(base, from, size);
      line_ = Lines::Fault{base_ + begin + from, static_cast<uint32_t>(to - from),
                           static_cast<uint32_t>(out_->lines),
                           static_cast<uint32_t>(out_->events)};
      if (good) {
        if (*at < to) judge(base, at, static_cast<uint32_t>(to));
      } else {
        alone(base + from, to - from);
      }
      ++out_->lines;
      from = to + 1;
    }
  }

  // A line of a piece that is not all JSON.
  void alone(const uint8_t* text, size_t size) {
    while (size != 0 && text[size - 1] == '\r') --size;
    if (is_blank(text, size)) return;
    if (size <= kLongest && index_.build(text, size) && !index_.empty() &&
        escapes_hold(text, text + size, units_)) {
      const uint32_t* at = index_.begin();
      judge(text, at, static_cast<uint32_t>(size));
    } else {
      fault();
    }
  }

  static bool is_blank(const uint8_t* text, size_t size) noexcept {
    for (size_t i = 0; i < size; ++i) {
      if (text[i] != ' ' && (text[i] < '\t' || text[i] > '\r')) return false;
    }
    return true;
  }

  void fault() {
    out_->malformed.push_back(line_);
    ++out_->events;
  }

  void judge(const uint8_t* text, const uint32_t*& at, uint32_t end) {
    const uint32_t from = *at;
    const uint32_t* const tokens = at;
    if (walk_.event(text, at, end) == Walked::kMalformed) {
      if (!is_blank(text + from, end - from)) fault();
      return;
    }
    ++out_->events;
    ClassState& state = worker_.classify(source_);
    if (!state.event_class->recognised) ++out_->unrecognised;
    const bool search = state.keywords != nullptr && may_match(state, text + from, text + end);
    if (search) {
      const uint32_t* again = tokens;
      walk_.event(text, again, end, true);
    }
    const Verdict verdict = worker_.judge(state, search);
    for (uint32_t i = 0; i < verdict.count; ++i) {
      out_->hits.push_back(Hit{line_.begin, line_.size, line_.line, line_.event,
                               verdict.rules[i]});
    }
  }

  // Whether the values of a line must be looked at one by one.
  bool may_match(const ClassState& state, const uint8_t* from, const uint8_t* end) const {
    return (units_ && has_unit(from, end)) || state.event_class->filter->may_match(from, end);
  }

  static bool has_unit(const uint8_t* from, const uint8_t* end) noexcept {
    while (const void* found = std::memchr(from, '\\', static_cast<size_t>(end - from))) {
      from = static_cast<const uint8_t*>(found) + 2;
      if (from[-1] == 'u') return true;
    }
    return false;
  }

  Worker& worker_;
  JsonWalk walk_;
  JsonIndex index_;
  Lines* out_ = nullptr;
  Lines::Fault line_{};
  uint32_t source_ = 0;
  uint64_t base_ = 0;
  bool units_ = false;  // the piece has `\u` escapes
  std::vector<uint8_t> last_;
};

}  // namespace tocsin
