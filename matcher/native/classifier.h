// Value classifier: which of a field's tests hold for one value.
//
// Place in the pipeline: the planner gathers all tests on one field and encodes
// them in normal form (`matcher/encode.py`); `Classifier::build` checks those bytes
// and builds the tables; `Classifier::classify` answers for one value at a time.
//
// In:  the value's text as valid UTF-8 (unescaped JSON text; numbers and booleans as
//      their JSON text), any length, no padding needed.
// Out: the numbers of the tests that hold, ascending, each once.
//
// What holds: a Classifier never changes after `build`, so any number of threads may
// use it, each with a Scratch of its own. Nothing throws across this interface, nothing
// touches Python, no value makes a call run longer than linear in its length (times the
// number and size of the tests), and memory of a Scratch is bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace tocsin {

class Scratch;

class Classifier {
 public:
  // Builds from bytes of the normal form. A null pointer and a message in `error`
  // for bytes that are damaged, hostile or of another version, or if memory runs out.
  static std::unique_ptr<const Classifier> build(const uint8_t* bytes, size_t size,
                                                 std::string& error) noexcept;
  ~Classifier();

  // Number of tests; results are numbers below it, in the order of the encoding.
  uint32_t size() const noexcept;

  // Memory of the tables, in bytes.
  size_t memory() const noexcept;

  // Writes the numbers of the tests that hold for the value to `scratch.ids()`, ascending,
  // and returns how many there are. They stay until the next call with this Scratch.
  // `value` may be null if `length` is 0.
  uint32_t classify(Scratch& scratch, const uint8_t* value, size_t length) const noexcept;
};

// Working space of one thread; serves any number of classifiers in turn.
class Scratch {
 public:
  // `regex_budget`: bytes that all lazily built regex automata may take; when it is
  // spent they are dropped and built anew.
  explicit Scratch(size_t regex_budget = 16u << 20) noexcept;
  ~Scratch();

  // Result of the last call of `classify`.
  const uint32_t* ids() const noexcept;

  // False once memory ran out in a call of `classify`, whose result was then incomplete
  // (count 0). The caller must report it; `reset_failure` clears the mark.
  bool failed() const noexcept;
  void reset_failure() noexcept;

  // Counters since construction, for --stats.
  uint64_t regex_runs() const noexcept;     // regexes run over a value
  uint64_t regex_flushes() const noexcept;  // times the automata were dropped
  size_t memory() const noexcept;           // bytes held now
};

// Simple case folding (Unicode CaseFolding C and S, one code point to one) of valid UTF-8,
// for tests that compare two fields. Writes at most `folded_bound(length)` bytes and
// returns how many.
size_t folded_bound(size_t length) noexcept;
size_t fold_text(const uint8_t* text, size_t length, uint8_t* out) noexcept;

}  // namespace tocsin
