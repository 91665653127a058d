// Line shapes: those that a worker has met, and which of them a line is likely of.
//
// Place in the pipeline: in front of the JSON index. What holds: a line is judged by a shape only
// if it has it, and its header fields the sets of the shape's class; guesses are guesses. Memory
// is bounded, by forgetting everything. Where few lines have the shape of one before, the shapes
// rest, and lines are read in large pieces; where many new shapes come, none is learned for a while.
#pragma once

#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "line_shape.h"
#include "shape_plan.h"

namespace tocsin {

class LineShapes {
 public:
  struct Header { uint32_t value, number, set; };  // kNone for a set: no new value is accepted

  struct Known {
    Known(LineShape line, ShapePlan made) : shape(std::move(line)), plan(std::move(made)) {}
    LineShape shape;
    ShapePlan plan;
    std::vector<Header> headers;
    uint32_t number = 0;
    uint32_t next = kNone;  // the shape of the line that followed one of this shape last
    bool open = false;      // the line before is in the block at hand
  };

  explicit LineShapes(Worker& worker)
      : worker_(worker), guesses_(kGuesses, kNone), enabled_(worker.limits().memo.enabled) {}

  // Whether lines are best read without looking at shapes; to be asked for each piece of lines.
  bool rests() noexcept {
    if (!enabled_) return true;
    if (rest_ == 0) return false;
    --rest_;
    return true;
  }

  // To be called before a block of lines of a log source, and when its text is about to go.
  void open(uint32_t source) {
    if (source != source_ || !open_.empty()) clear();
    source_ = source;
  }
  void close() {
    for (Known* const known : open_) {
      bytes_ -= known->shape.memory();
      known->shape.settle();
      bytes_ += known->shape.memory();
      known->open = false;
    }
    open_.clear();
  }

  // The shape of a line, which has then followed it, or null.
  Known* find(const uint8_t* line, size_t readable) {
    if (worker_.generation() != generation_ || bytes_ > kMostBytes) clear();
    if (++lines_ == kWindow) look_back();
    readable_ = readable;
    asked_count_ = 0;
    uint32_t number = last_ == kNone ? kNone : known_[last_]->next;
    if (number == kNone && !known_.empty()) number = 0;
    while (number != kNone) {
      Known& known = *known_[number];
      const Followed followed = follow(known, line, readable);
      if (followed == Followed::kYes) {
        expect(number);
        return &known;
      }
      if (followed == Followed::kAlone || asked_count_ == kTries) break;
      Asked& asked = asked_[asked_count_++];
      asked.general = &guesses_[known.shape.stopped() % kGuesses];
      asked.special = &guesses_[mix(known.shape.stopped() + number + 1) % kGuesses];
      number = *asked.special != kNone ? *asked.special : *asked.general;
    }
    return nullptr;
  }

  // Takes over the line that a known shape followed last.
  void advance(Known& known, const uint8_t* line) {
    ++followed_;
    known.shape.advance(line);
    if (known.open) return;
    known.open = true;
    open_.push_back(&known);
  }

  // Learns the shape of a line for which nothing was found, once the worker has judged it, with
  // every value in `Worker::everything`. `size` counts the line feed.
  void learn(ClassState& state, const uint8_t* line, size_t size) {
    const std::vector<Value>& all = worker_.everything;
    if (size > LineShape::kLongest || all.size() > LineShape::kMostValues) return;
    values_.clear();
    for (const Value& value : all) {
      const uint32_t begin = static_cast<uint32_t>(value.data - line);
      if (!values_.empty() && begin < values_.back().end) return;
      values_.push_back(LineShape::Span{begin, begin + value.size});
    }
    if (worker_.generation() != generation_) clear();  // the classes of the others are gone
    LineShape::hash(line, static_cast<uint32_t>(size), values_, hashes_);
    const uint64_t content = mix(hashes_.back() ^ reinterpret_cast<uintptr_t>(&state));
    const auto same = by_content_.find(content);
    if (same != by_content_.end()) meet_again(*same->second, line);
    if (same != by_content_.end() || pause_ != 0) return;
    auto made = std::make_unique<Known>(
        LineShape(line, static_cast<uint32_t>(size), values_, hashes_),
        ShapePlan(worker_, state, line, values_));
    add_headers(*made, line);
    made->number = static_cast<uint32_t>(known_.size());
    made->open = true;
    bytes_ += made->shape.memory() + made->plan.memory() + sizeof *made;
    open_.push_back(made.get());
    by_content_.emplace(content, made.get());
    known_.push_back(std::move(made));
    ++learned_;
    ++learned_lately_;
    expect(known_.back()->number);
  }

  uint64_t learned() const noexcept { return learned_; }
  uint64_t followed() const noexcept { return followed_before_ + followed_; }
  uint64_t rested() const noexcept { return rests_; }
  uint64_t drops() const noexcept { return drops_; }
  size_t memory() const noexcept { return bytes_ + guesses_.capacity() * 4; }

 private:
  static constexpr uint32_t kGuesses = 8192, kTries = 4;
  static constexpr uint32_t kWindow = 512, kPause = 8;  // lines; windows of them
  static constexpr uint32_t kRest = 64;                  // pieces of lines
  static constexpr size_t kMostBytes = 16u << 20;

  Followed follow(Known& known, const uint8_t* line, size_t readable) {
    return known.shape.follow(line, readable, [&](const LineShape::Change& change) {
      return accepts(known, line, change);
    });
  }

  TOCSIN_APART bool accepts(const Known& known, const uint8_t* line,
                            const LineShape::Change& change) {
    for (const Header& header : known.headers) {
      if (header.value != change.value) continue;
      const Value value{line + change.begin, change.end - change.begin, Value::kJson};
      if (worker_.header(header.number).look_up(value) != header.set) return false;
    }
    return true;
  }

  // A line of a known shape that was not found by a guess.
  void meet_again(Known& known, const uint8_t* line) {
    if (follow(known, line, readable_) != Followed::kYes) return;
    advance(known, line);
    expect(known.number);
    worker_.begin();
    if (worker_.generation() != generation_) return;  // and then the plan is void
    known.plan.judge(worker_, known.shape);
  }

  // Remembers what the line at hand turned out to be, for lines like it.
  void expect(uint32_t number) noexcept {
    for (uint32_t i = 0; i < asked_count_; ++i) *asked_[i].general = *asked_[i].special = number;
    if (last_ != kNone) known_[last_]->next = number;
    last_ = number;
  }

  void add_headers(Known& known, const uint8_t* line) {
    for (uint32_t h = 0; h < worker_.program().headers.size; ++h) {
      const Cell* const cell = worker_.found(worker_.program().headers[h]);
      if (cell == nullptr || worker_.header(h).only_presence()) continue;
      for (uint32_t i = 0; i < cell->count; ++i) {
        const uint32_t begin = static_cast<uint32_t>(cell->value(i).data - line);
        const uint32_t value = LineShape::number_of(values_, begin);
        known.headers.push_back(
            Header{value, h, cell->count == 1 ? worker_.header_set(h) : kNone});
        known.shape.ask_for(value);
      }
    }
  }

  // After each window of lines: where few were followed, comparing them is not worth it; where
  // many shapes were new, they are not worth learning.
  void look_back() noexcept {
    if (followed_ * 2 < lines_) {
      rest_ = kRest;
      ++rests_;
    }
    if (pause_ != 0) --pause_;
    if (learned_lately_ * 4 > lines_) pause_ = kPause;
    learned_lately_ = 0;
    followed_before_ += followed_;
    followed_ = lines_ = 0;
  }

  void clear() noexcept {
    if (!known_.empty()) ++drops_;
    by_content_.clear();
    known_.clear();
    open_.clear();
    std::fill(guesses_.begin(), guesses_.end(), kNone);
    last_ = kNone;
    bytes_ = 0;
    generation_ = worker_.generation();
  }

  Worker& worker_;
  std::vector<std::unique_ptr<Known>> known_;
  std::unordered_map<uint64_t, Known*> by_content_;
  std::vector<Known*> open_;
  // By where a line differs from a shape, with the number of that shape or without: the shape it
  // may have.
  std::vector<uint32_t> guesses_;
  struct Asked { uint32_t *special, *general; };
  Asked asked_[kTries] = {};
  uint32_t asked_count_ = 0;
  uint32_t last_ = kNone;
  uint32_t source_ = 0, rest_ = 0, pause_ = 0, learned_lately_ = 0;
  bool enabled_;
  std::vector<LineShape::Span> values_;  // of the line that is learned
  std::vector<uint64_t> hashes_;
  size_t readable_ = 0;  // bytes from where the line at hand begins
  size_t bytes_ = 0;
  uint64_t generation_ = 0;
  uint64_t lines_ = 0, followed_ = 0, followed_before_ = 0, learned_ = 0, drops_ = 0, rests_ = 0;
};

}  // namespace tocsin
