// A seat: a worker with the adapters that feed it, as one thread uses it.
//
// Place in the pipeline: what the Cython module holds one of per thread. What holds: nothing in
// it throws across its interface; memory that runs out and classifiers that cannot be built are
// kept as an error text, which the caller must ask for after each call.
#pragma once

#include <deque>
#include <memory>
#include <new>
#include <string>

#include "arrow_rows.h"
#include "file_lines.h"
#include "haystack.h"
#include "json_lines.h"

namespace tocsin {

// The engine with the tables that adapters share.
struct Shared {
  explicit Shared(std::shared_ptr<const Program> program)
      : tables(*program),
        sieve(sieve_of(*program)),
        engine(std::make_shared<Engine>(std::move(program))) {}
  NameTables tables;
  LineFilter sieve;
  std::shared_ptr<Engine> engine;
};

// The engine of a program's bytes, which must outlive it; null and a message if there is none.
inline std::shared_ptr<Shared> open_program(const uint8_t* data, size_t size,
                                            std::string& error) noexcept {
  try {
    auto program = Program::load(data, size, error);
    return program ? std::make_shared<Shared>(std::move(program)) : nullptr;
  } catch (const std::bad_alloc&) {
    error = "out of memory";
    return nullptr;
  }
}

struct Statistics {
  uint64_t classes = 0, classified = 0, decided = 0, memory = 0, memo_looked = 0,
           memo_found = 0, memo_drops = 0, regex_runs = 0, repeated_names = 0, memo_passed = 0,
           memo_rests = 0, regex_drops = 0, regex_simulated = 0, set_drops = 0,
           verdict_drops = 0, class_drops = 0, name_drops = 0, shapes = 0, followed = 0,
           shape_rests = 0, shape_drops = 0;
};

class Seat {
 public:
  Seat(std::shared_ptr<Shared> shared, const WorkerLimits& limits)
      : shared_(std::move(shared)),
        worker_(shared_->engine, limits),
        names_(worker_.program(), shared_->tables, limits.memo.seed),
        lines_(worker_, shared_->tables, shared_->sieve, limits.memo.seed),
        rows_(worker_, shared_->tables, limits.memo.seed) {}

  Worker& worker() noexcept { return worker_; }
  Names& names() noexcept { return names_; }

  // Judges lines, only for their hits if `sieved`; false if something failed, see `error`.
  bool run_lines(const uint8_t* text, size_t size, size_t readable, uint32_t source, bool sieved,
                 Lines& out) noexcept {
    try {
      lines_.run(text, size, readable, source, sieved, out);
    } catch (const std::bad_alloc&) {
      return out_of_memory();
    }
    return good();
  }

  // Judges the lines of a part of a file; `out.unread` says why the rest of it could not be read.
  bool run_file(int file, uint64_t begin, uint64_t end, const FileLines::Sizes& sizes,
                uint32_t source, Lines& out) noexcept {
    try {
      file_.open(file, begin, end, sizes);
      for (auto found = file_.next(); found != FileLines::Found::kEnd; found = file_.next()) {
        if (found == FileLines::Found::kTooLong) {
          out.too_long();
        } else {
          lines_.run(file_.text(), file_.size(), file_.readable(), source, false, out);
        }
      }
      file_.close();
      out.unread = file_.error();
    } catch (const std::bad_alloc&) {
      return out_of_memory();
    }
    return good();
  }

  // Reads the schema of Arrow data; false if it has types that are not known.
  bool open_rows(const ArrowSchema& schema) noexcept {
    try {
      return rows_.open(schema, error_);
    } catch (const std::bad_alloc&) {
      return out_of_memory();
    }
  }

  // Judges the rows of a batch of the schema opened last.
  bool run_rows(const ArrowArray& array, uint32_t source, Lines& out) noexcept {
    try {
      rows_.run(array, source, out);
    } catch (const std::bad_alloc&) {
      return out_of_memory();
    }
    return good();
  }

  // Finds the class of the event whose values were offered since `begin_mapping`. `searches`: its
  // values are to be given to `collect` one by one, since one of them may pass a keyword test.
  bool classify(uint32_t source, bool& recognised, bool& searches) noexcept {
    try {
      state_ = &worker_.classify(source);
      recognised = state_->event_class->recognised;
      searches = state_->keywords != nullptr;
      gathers_ = searches && !state_->event_class->filter->passes_all();
      if (searches) searches = finds();
    } catch (const std::bad_alloc&) {
      return out_of_memory();
    }
    return true;
  }

  // Whether values are best put into the haystack while fields are looked for.
  bool gathers() const noexcept { return gathers_; }
  Haystack& haystack() noexcept { return haystack_; }

  // Takes a value of an event for tests on the whole event, if it may pass one.
  void collect(const Value& value) {
    if (state_->event_class->filter->may_match(value.data, value.data + value.size)) {
      worker_.everything.push_back(value);
    }
  }

  // Judges the event that `classify` was called for.
  bool judge(Verdict& verdict) noexcept {
    try {
      verdict = worker_.judge(*state_, !worker_.everything.empty());
    } catch (const std::bad_alloc&) {
      return out_of_memory();
    }
    return good();
  }

  // Text that lives until `begin_mapping` is called again.
  Value keep(const char* text, size_t size) {
    texts_.emplace_back(text, size);
    const std::string& kept = texts_.back();
    return Value{reinterpret_cast<const uint8_t*>(kept.data()),
                 static_cast<uint32_t>(kept.size()), Value::kPlain};
  }

  Value keep_number(int64_t number) {
    if (digits_used_ == kNumbers) {
      const std::string text = std::to_string(number);
      return keep(text.data(), text.size());
    }
    char* const end = digits_[digits_used_++] + kDigits;
    char* at = end;
    uint64_t left = number < 0 ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
    do {
      *--at = static_cast<char>('0' + left % 10);
      left /= 10;
    } while (left != 0);
    if (number < 0) *--at = '-';
    return Value{reinterpret_cast<const uint8_t*>(at), static_cast<uint32_t>(end - at),
                 Value::kPlain};
  }

  void begin_mapping() {
    if (!texts_.empty()) texts_.clear();
    digits_used_ = 0;
    gathered_ = gathers_;
    if (gathers_) haystack_.begin();
    worker_.begin();
  }
  uint64_t next_map() noexcept { return ++maps_; }

  const std::string& error() const noexcept { return error_; }

  Statistics statistics() const {
    Statistics made;
    made.classes = worker_.classes().size();
    made.decided = worker_.decided();
    made.memory = worker_.memory() + lines_.shapes().memory();
    made.repeated_names = lines_.walk().repeated_names();
    worker_.each_unit([&](const UnitState& unit) {
      for (const Memo* memo : {&unit.escaped_memo(), &unit.plain_memo()}) {
        made.memo_looked += memo->looked();
        made.memo_found += memo->found();
        made.memo_drops += memo->drops();
        made.memo_passed += memo->passed();
        made.memo_rests += memo->rests();
      }
    });
    made.classified = worker_.bench().classified;
    made.regex_runs = worker_.bench().scratch.regex_runs();
    made.regex_drops = worker_.bench().scratch.regex_flushes();
    made.regex_simulated = worker_.bench().scratch.regex_simulations();
    made.set_drops = worker_.drops().sets;
    made.verdict_drops = worker_.drops().verdicts;
    made.class_drops = worker_.drops().classes;
    made.name_drops = names_.drops() + lines_.walk().name_drops() + rows_.name_drops();
    made.shapes = lines_.shapes().learned();
    made.followed = lines_.shapes().followed();
    made.shape_rests = lines_.shapes().rested();
    made.shape_drops = lines_.shapes().drops();
    return made;
  }

 private:
  static constexpr size_t kNumbers = 32, kDigits = 24;

  // Whether the values must be looked at one by one; a haystack without a piece says no.
  bool finds() noexcept {
    const LineFilter& filter = *state_->event_class->filter;
    const bool found = !gathered_ || haystack_.may_match(filter);
    haystack_.expect(filter);
    return found;
  }

  bool out_of_memory() noexcept {
    error_ = "out of memory";
    worker_.clear();
    return false;
  }

  bool good() noexcept {
    Bench& bench = worker_.bench();
    if (!bench.failed) return true;
    error_ = bench.error;
    bench.failed = false;
    bench.scratch.reset_failure();
    worker_.clear();
    return false;
  }

  std::shared_ptr<Shared> shared_;
  Worker worker_;
  Names names_;
  FileLines file_;
  JsonLines lines_;
  ArrowRows rows_;
  std::deque<std::string> texts_;
  char digits_[kNumbers][kDigits];  // of the first numbers of an event
  size_t digits_used_ = 0;
  Haystack haystack_;
  bool gathers_ = false;   // as the event before would have been best served
  bool gathered_ = false;  // what was done for this event
  std::string error_;
  ClassState* state_ = nullptr;
  uint64_t maps_ = 0;
};

}  // namespace tocsin
