// JSON lines: blocks of bytes to matches.
//
// Place in the pipeline: the outermost part of the byte path; everything below it runs without
// Python. In: whole lines, and the byte behind them. Out: which rules match which line, which
// lines are malformed, how many events there were.
// What holds: a line is judged by its own bytes alone. A piece of many lines is indexed at once;
// if anything in it is not JSON, its lines are indexed one by one, which finds the bad ones.
// Where only matches are asked for, lines that the sieve turns away are not read at all.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "json_index.h"
#include "json_walk.h"
#include "line_shapes.h"
#include "line_sieve.h"
#include "lines.h"

namespace tocsin {

class JsonLines {
 public:
  static constexpr size_t kPiece = 96u << 10;
  static constexpr size_t kLongest = 64u << 20;

  JsonLines(Worker& worker, const NameTables& tables, const LineFilter& sieve, uint64_t seed)
      : worker_(worker), walk_(worker, tables, seed), sieve_(sieve), shapes_(worker) {}

  // Judges the lines in [text, text + size), of which the last one need not end in a line feed.
  // `readable`: how many bytes can be read from `text` on; with some behind the lines, the last
  // one is judged as fast as the others. `out` is added to; if `sieved`, only its hits and lines
  // are all there.
  void run(const uint8_t* text, size_t size, size_t readable, uint32_t source, bool sieved,
           Lines& out) {
    out_ = &out;
    sieved_ = sieved && !sieve_.passes_all();
    source_ = source;
    shapes_.open(source);
    size_t whole = size;
    while (whole != 0 && text[whole - 1] != '\n') --whole;
    pieces(text, whole, readable);
    if (whole != size) {
      last_.assign(text + whole, text + size);  // with a byte behind it that may be looked at
      last_.push_back('\n');
      pieces(last_.data(), last_.size(), last_.size());
    }
    shapes_.close();
  }

  const JsonWalk& walk() const noexcept { return walk_; }
  const LineShapes& shapes() const noexcept { return shapes_; }

 private:
  // The lines in [text, text + size), the last of which ends in a line feed.
  void pieces(const uint8_t* text, size_t size, size_t readable) {
    for (size_t at = 0; at < size;) {
      const size_t end = piece_end(text, at, size);
      piece(text + at, end - at, std::min(readable - at, kPiece + kLongest));
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

  // `size`: without its last line feed; `readable`: how many bytes can be read from its begin.
  void piece(const uint8_t* base, size_t size, size_t readable) {
    if (sieved_ && !use_.rests() && escapes_hold(base, base + size, units_)) {
      sieve(base, size);
      return;
    }
    if (!shapes_.rests()) {
      follow(base, size, readable);
      return;
    }
    const bool good = size <= kLongest && index_.build(base, size) &&
                      escapes_hold(base, base + size, units_);
    const uint32_t* at = index_.begin();
    for (size_t from = 0; from <= size;) {
      const size_t to = line_end(base, from, size);
      start_line(base + from, to - from);
      if (good) {
        if (*at < to) judge(base, at, static_cast<uint32_t>(to), static_cast<uint32_t>(readable));
      } else {
        alone(base + from, to - from);
      }
      ++out_->lines;
      from = to + 1;
    }
  }

  void start_line(const uint8_t* text, size_t size) noexcept { line_ = {text, size}; }

  // Judges the lines of a piece by those before them, where that is possible.
  void follow(const uint8_t* base, size_t size, size_t readable) {
    for (size_t from = 0; from <= size;) {
      const uint8_t* const line = base + from;
      worker_.begin();
      LineShapes::Known* const known = shapes_.find(line, readable - from);
      if (known != nullptr) {
        start_line(line, known->shape.new_size() - 1);
        shapes_.advance(*known, line);
        from += known->shape.new_size();
        add_hits(known->plan.state(), known->plan.judge(worker_, known->shape));
      } else {
        const size_t to = line_end(base, from, size);
        start_line(line, to - from);
        alone(line, to - from, true);
        from = to + 1;
      }
      ++out_->lines;
    }
  }

  // Judges the lines of a piece that hold something a rule asks for, or `\u` escapes.
  void sieve(const uint8_t* base, size_t size) {
    sieved_units_.swap(units_);
    size_t unit = 0, found = 0, from = 0;
    uint64_t passed = 0;
    const uint64_t before = out_->lines;
    while (from <= size) {
      if (found <= from) found = place_of(sieve_.find(base + from, base + size), base, size);
      while (unit < sieved_units_.size() && sieved_units_[unit] < from) ++unit;
      const size_t place = unit < sieved_units_.size() ? std::min<size_t>(found, sieved_units_[unit])
                                                       : found;
      size_t to = line_end(base, from, size);
      for (; to < place && to < size; to = line_end(base, from, size)) {
        ++out_->lines;
        from = to + 1;
      }
      if (place <= to) {
        start_line(base + from, to - from);
        alone(base + from, to - from);
        ++passed;
      }
      ++out_->lines;
      from = to + 1;
    }
    use_.judge(out_->lines - before, passed);
  }

  static size_t place_of(const uint8_t* found, const uint8_t* base, size_t size) noexcept {
    return found == nullptr ? size + 1 : static_cast<size_t>(found - base);
  }

  // A line by itself; if `learns`, its shape is learned.
  void alone(const uint8_t* text, size_t size, bool learns = false) {
    while (size != 0 && text[size - 1] == '\r') --size;
    if (is_blank(text, size)) return;
    if (size <= kLongest && index_.build(text, size) && !index_.empty() &&
        escapes_hold(text, text + size, units_)) {
      const uint32_t* at = index_.begin();
      judge(text, at, static_cast<uint32_t>(size), static_cast<uint32_t>(size + 1), learns);
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
    out_->fault(line_.text, line_.size, static_cast<uint32_t>(out_->lines),
                static_cast<uint32_t>(out_->events));
    ++out_->events;
  }

  void judge(const uint8_t* text, const uint32_t*& at, uint32_t end, uint32_t readable,
             bool learns = false) {
    const uint32_t from = *at;
    const uint32_t* const tokens = at;
    if (walk_.event(text, at, end, readable, learns) == Walked::kMalformed) {
      if (!is_blank(text + from, end - from)) fault();
      return;
    }
    ClassState& state = worker_.classify(source_);
    const bool search = state.keywords != nullptr && may_match(state, text, text + from, text + end);
    if (search && !learns) {
      const uint32_t* again = tokens;
      walk_.event(text, again, end, readable, true);
    }
    add_hits(state, worker_.judge(state, search));
    if (learns && !walk_.repeats()) shapes_.learn(state, text, line_.size + 1);
  }

  void add_hits(const ClassState& state, const Verdict& verdict) {
    if (!state.event_class->recognised) ++out_->unrecognised;
    if (verdict.count != 0) {
      out_->hit(line_.text, line_.size, static_cast<uint32_t>(out_->lines),
                static_cast<uint32_t>(out_->events), verdict.rules, verdict.count);
    }
    ++out_->events;
  }

  // Whether the values of a line must be looked at one by one.
  bool may_match(const ClassState& state, const uint8_t* text, const uint8_t* from,
                 const uint8_t* end) const {
    return has_unit(text, from, end) || state.event_class->filter->may_match(from, end);
  }

  // Whether a `\u` escape stands in a line of the text that was checked last.
  bool has_unit(const uint8_t* text, const uint8_t* from, const uint8_t* end) const noexcept {
    if (units_.empty()) return false;
    const auto found = std::lower_bound(units_.begin(), units_.end(),
                                        static_cast<uint32_t>(from - text));
    return found != units_.end() && *found < end - text;
  }

  Worker& worker_;
  JsonWalk walk_;
  const LineFilter& sieve_;
  SieveUse use_;
  LineShapes shapes_;
  bool sieved_ = false;
  JsonIndex index_;
  Lines* out_ = nullptr;
  struct {
    const uint8_t* text;
    size_t size;
  } line_{};
  uint32_t source_ = 0;
  UnitPlaces sieved_units_;  // of the piece that is sieved
  UnitPlaces units_;  // of the text that was checked last
  std::vector<uint8_t> last_;
};

}  // namespace tocsin
