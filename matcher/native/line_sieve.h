// Line sieve: finds the lines that a small rule set may match, without reading the others.
//
// Place in the pipeline: in front of the JSON index, where only matches are asked for and every
// rule has a witness (a test that holds whenever the rule matches) with a telling piece of text.
// In: lines of JSON. Out: which of them must be read.
// What holds: what it passes over cannot match. It does not tell malformed lines from others, so
// who counts events goes without. Where most lines pass it rests, since it then saves nothing.
#pragma once

#include <cstdint>

#include "line_filter.h"
#include "program.h"

namespace tocsin {

// The filter of a whole program; lets every line pass if a rule of it has no usable witness.
inline LineFilter sieve_of(const Program& program) {
  constexpr uint32_t kMostWitnesses = 64;  // with more, most lines hold a piece of some rule
  LineFilter made;
  uint32_t witnesses = 0;
  for (const VariantRow& row : program.variants) {
    witnesses += row.witness_count;
    if (row.witness_count == 0 || witnesses > kMostWitnesses) return LineFilter::open();
    for (uint32_t i = 0; i < row.witness_count; ++i) {
      const uint32_t predicate = program.witnesses[row.witnesses + i];
      const CheckRow& check = program.checks[program.predicates[predicate].check];
      if (check.kind != kValue) return LineFilter::open();
      made.add(program.records.data + check.record, check.record_size);
      if (made.passes_all()) return made;
    }
  }
  made.finish();
  return made;
}

// When a worker uses the sieve: for each piece, unless lately most lines passed.
class SieveUse {
 public:
  bool rests() noexcept {
    if (rest_ == 0) return false;
    --rest_;
    return true;
  }

  void judge(uint64_t lines, uint64_t passed) noexcept {
    if (passed * 2 > lines) rest_ = kRest;
  }

 private:
  static constexpr uint32_t kRest = 32;
  uint32_t rest_ = 0;
};

}  // namespace tocsin
