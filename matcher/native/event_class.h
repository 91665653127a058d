// Event classes: the program specialised for events whose header fields say the same.
//
// Place in the pipeline: made by the engine when a worker first meets a combination of header
// values; used by every worker for all further events of that kind. In: which tests on header
// fields hold. Out: the rules that are left, with those tests folded away, the fields they
// need, and which rules a true test triggers.
// What holds: an EventClass never changes once made; code only jumps forward; a rule that is
// not triggered, nor run always, cannot match.
#pragma once

#include <algorithm>
#include <memory>
#include <numeric>
#include <unordered_map>
#include <utility>
#include <vector>

#include "line_filter.h"
#include "program.h"
#include "unit.h"
#include "work_set.h"

namespace tocsin {

// Runs code from an entry; `holds(predicate)` answers tests. True if it accepts.
template <typename Code, typename Holds>
inline bool run_code(const Code& code, uint32_t at, Holds&& holds) {
  uint32_t counters[kCounters] = {};
  while (at < kAccept) {
    const CodeRow& row = code[at];
    if (row.operation == kTest) {
      at = holds(row.argument) ? row.yes : row.no;
    } else if (row.operation == kReset) {
      counters[row.argument] = row.no;
      at = row.yes;
    } else {
      at = --counters[row.argument] == 0 ? row.yes : row.no;
    }
  }
  return at == kAccept;
}

struct Field {
  uint32_t slot;
  uint32_t first;  // number of the field's first test within the class
  std::shared_ptr<const Unit> unit;
};

struct Relation {  // a test between two fields
  uint32_t slot, other, relation, test;
};

struct EventClass {
  std::vector<Field> fields;
  std::shared_ptr<const Unit> keywords;  // tests on the whole event, if any
  uint32_t keywords_first = 0;
  std::shared_ptr<const LineFilter> filter;  // which lines may pass one of them
  std::vector<Relation> relations;
  std::vector<CodeRow> code;
  struct Candidate { uint32_t rule, entry; };
  std::vector<Candidate> candidates;
  std::vector<uint32_t> trigger_begin;  // by test, and one past the end
  std::vector<uint32_t> triggers;       // numbers of candidates
  std::vector<uint32_t> always;         // candidates without a witness
  uint32_t tests = 0;
  bool recognised = false;
};

// What the builder needs from the engine: units, and filters of keyword tests, shared by content.
class Units {
 public:
  explicit Units(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

  std::shared_ptr<const Unit> get(const std::vector<uint32_t>& numbers) {
    const std::string key(reinterpret_cast<const char*>(numbers.data()), numbers.size() * 4);
    std::shared_ptr<const Unit>& known = known_[key];
    if (!known) known = std::make_shared<Unit>(program_, numbers);
    return known;
  }

  std::shared_ptr<const LineFilter> filter(const std::shared_ptr<const Unit>& unit) {
    std::shared_ptr<const LineFilter>& known = filters_[unit.get()];
    if (!known) {
      auto made = std::make_shared<LineFilter>(++filters_made_);
      for (const uint32_t check : unit->numbers()) {
        const CheckRow& row = program_->checks[check];
        made->add(program_->records.data + row.record, row.record_size);
      }
      made->finish();
      known = std::move(made);
    }
    return known;
  }

  void clear() {
    known_.clear();
    filters_.clear();
  }

 private:
  std::shared_ptr<const Program> program_;
  std::unordered_map<std::string, std::shared_ptr<const Unit>> known_;
  std::unordered_map<const Unit*, std::shared_ptr<const LineFilter>> filters_;
  uint32_t filters_made_ = 0;
};

// Working space for building classes, used again for the next one. Between two it is clean: only
// what a class touched is wiped, since most classes touch little of a program.
struct ClassScratch {
  std::vector<uint32_t> moved;    // by instruction: its new place, or kNone
  std::vector<uint32_t> numbers;  // by predicate: its test in the class, or kNone
  std::vector<uint32_t> ranks;    // by predicate: its place in `ranked`
  std::vector<uint32_t> ranked;   // predicates by field, value checks first, relations last
  WorkSet instructions, tests;    // of instructions; of ranks
  std::vector<CodeRow> code;      // that of the class
  std::vector<uint32_t> reached, numbered;  // instructions and predicates that it has
  struct Group { uint32_t when; std::vector<uint32_t> variants; };
  std::vector<Group> groups;      // all variants by their header condition

  explicit ClassScratch(const Program& program)
      : moved(program.code.size, kNone),
        numbers(program.predicates.size, kNone),
        ranks(program.predicates.size),
        ranked(program.predicates.size),
        instructions(program.code.size),
        tests(program.predicates.size) {
    std::unordered_map<uint32_t, size_t> known;
    for (uint32_t v = 0; v < program.variants.size; ++v) {
      const uint32_t when = program.variants[v].when;
      const auto placed = known.emplace(when, groups.size());
      if (placed.second) groups.push_back(Group{when, {}});
      groups[placed.first->second].variants.push_back(v);
    }
    rank(program);
  }

 private:
  // By relation or not, field, kind of check, check; from the last to the first, so that each
  // pass keeps the order of the one before.
  void rank(const Program& program) {
    const uint32_t fields = program.slots.size + 1;  // with the whole event as the last
    std::iota(ranked.begin(), ranked.end(), 0);
    sort_by(program.checks.size, [&](uint32_t p) { return program.predicates[p].check; });
    sort_by(size_t{4} * fields, [&](uint32_t p) {
      const PredicateRow& row = program.predicates[p];
      const uint32_t kind = program.checks[row.check].kind;
      const size_t field = std::min(row.slot, fields - 1) + (kind == kRelation ? fields : 0);
      return field * 2 + (kind != kValue ? 1 : 0);
    });
    for (uint32_t i = 0; i < ranked.size(); ++i) ranks[ranked[i]] = i;
  }

  // Sorts `ranked` by a key below a bound, by counting.
  template <typename Key>
  void sort_by(size_t bound, Key&& key) {
    std::vector<uint32_t> next(bound + 1, 0);
    for (const uint32_t p : ranked) ++next[key(p) + 1];
    std::partial_sum(next.begin(), next.end(), next.begin());
    std::vector<uint32_t> sorted(ranked.size());
    for (const uint32_t p : ranked) sorted[next[key(p)]++] = p;
    ranked = std::move(sorted);
  }
};

// What the header of an event says about a test.
enum class Answer : uint8_t { kOpen, kFails, kHolds };

class ClassBuilder {
 public:
  // `header`: by predicate, what the header says.
  // `active`: by variant, 0 if it is for other events, 1 if it is for all of these, 2 if the
  // header decides; null if it decides for all.
  ClassBuilder(const Program& program, Units& units, const std::vector<Answer>& header,
               const std::vector<uint8_t>* active, ClassScratch& scratch)
      : program_(program), units_(units), header_(header), active_(active), scratch_(scratch) {}

  std::shared_ptr<const EventClass> build() {
    made_ = std::make_shared<EventClass>();
    made_->recognised = active_ != nullptr || runs(program_.facts.recognised);
    select();
    fold();
    number_tests();
    link_triggers();
    wipe();
    return made_;
  }

 private:
  bool runs(uint32_t entry) const {
    const auto holds = [this](uint32_t p) { return header_[p] == Answer::kHolds; };
    return run_code(program_.code, entry, holds);
  }

  // Past all tests whose answer is known.
  uint32_t settle(uint32_t at) const {
    while (at < kAccept) {
      const CodeRow& row = program_.code[at];
      if (row.operation != kTest || header_[row.argument] == Answer::kOpen) return at;
      at = header_[row.argument] == Answer::kHolds ? row.yes : row.no;
    }
    return at;
  }

  void select() {
    for (const ClassScratch::Group& group : scratch_.groups) {
      const bool holds = runs(group.when);
      if (!holds && active_ == nullptr) continue;
      for (const uint32_t v : group.variants) {
        const uint8_t active = active_ == nullptr ? 2 : (*active_)[v];
        if (active == 0 || (active == 2 && !holds)) continue;
        const uint32_t entry = settle(program_.variants[v].body);
        if (entry != kReject) chosen_.push_back(Chosen{v, entry});
      }
    }
  }

  // Copies what the chosen variants can still reach, in the old order. Code only jumps forward,
  // so one pass upwards meets everything.
  void fold() {
    WorkSet& open = scratch_.instructions;
    for (const Chosen& chosen : chosen_) open.add(chosen.entry);
    open.take([this, &open](uint32_t at) {
      CodeRow row = program_.code[at];
      open.add(row.yes = settle(row.yes));
      if (row.operation != kReset) open.add(row.no = settle(row.no));
      scratch_.moved[at] = static_cast<uint32_t>(scratch_.reached.size());
      scratch_.reached.push_back(at);
      scratch_.code.push_back(row);
    });
    for (CodeRow& row : scratch_.code) {
      row.yes = moved(row.yes);
      if (row.operation != kReset) row.no = moved(row.no);
    }
  }

  uint32_t moved(uint32_t at) const { return at >= kAccept ? at : scratch_.moved[at]; }

  // Gathers the tests that are left by field and gives them their numbers.
  void number_tests() {
    for (const CodeRow& row : scratch_.code) {
      if (row.operation == kTest) scratch_.tests.add(scratch_.ranks[row.argument]);
    }
    std::vector<uint32_t>& numbered = scratch_.numbered;
    scratch_.tests.take([&](uint32_t rank) { numbered.push_back(scratch_.ranked[rank]); });
    for (size_t at = 0; at < numbered.size();) at = add_tests(at);
    for (CodeRow& row : scratch_.code) {
      if (row.operation == kTest) row.argument = scratch_.numbers[row.argument];
    }
    made_->code = scratch_.code;
  }

  bool is_relation(uint32_t predicate) const {
    return program_.checks[program_.predicates[predicate].check].kind == kRelation;
  }

  // Numbers the tests of a field, or a relation, from a place in `numbered`; the place behind.
  size_t add_tests(size_t at) {
    const std::vector<uint32_t>& numbered = scratch_.numbered;
    if (is_relation(numbered[at])) {
      add_relation(numbered[at]);
      return at + 1;
    }
    const uint32_t slot = program_.predicates[numbered[at]].slot, first = made_->tests;
    std::vector<uint32_t> checks;
    for (; at < numbered.size(); ++at) {
      const PredicateRow& row = program_.predicates[numbered[at]];
      if (row.slot != slot || is_relation(numbered[at])) break;
      if (checks.empty() || checks.back() != row.check) checks.push_back(row.check);
      scratch_.numbers[numbered[at]] = first + static_cast<uint32_t>(checks.size()) - 1;
    }
    made_->tests += static_cast<uint32_t>(checks.size());
    if (slot == kNone) {
      made_->keywords = units_.get(checks);
      made_->keywords_first = first;
      made_->filter = units_.filter(made_->keywords);
    } else {
      made_->fields.push_back(Field{slot, first, units_.get(checks)});
    }
    return at;
  }

  void add_relation(uint32_t predicate) {
    const PredicateRow& row = program_.predicates[predicate];
    scratch_.numbers[predicate] = made_->tests;
    made_->relations.push_back(
        Relation{row.slot, row.other, program_.checks[row.check].relation, made_->tests++});
  }

  void link_triggers() {
    std::vector<std::pair<uint32_t, uint32_t>> linked;  // test and candidate
    for (const Chosen& chosen : chosen_) {
      const VariantRow& row = program_.variants[chosen.variant];
      const uint32_t number = static_cast<uint32_t>(made_->candidates.size());
      made_->candidates.push_back(EventClass::Candidate{row.rule, moved(chosen.entry)});
      bool always = row.witness_count == 0;
      for (uint32_t i = 0; i < row.witness_count; ++i) {
        const uint32_t predicate = program_.witnesses[row.witnesses + i];
        always = always || header_[predicate] == Answer::kHolds;
      }
      if (always) {
        made_->always.push_back(number);
        continue;
      }
      for (uint32_t i = 0; i < row.witness_count; ++i) {
        const uint32_t test = scratch_.numbers[program_.witnesses[row.witnesses + i]];
        if (test != kNone) linked.emplace_back(test, number);
      }
    }
    std::vector<uint32_t>& begin = made_->trigger_begin;  // sorted by counting
    begin.assign(made_->tests + 1, 0);
    for (const auto& [test, candidate] : linked) ++begin[test];
    uint32_t sum = 0;
    for (uint32_t& count : begin) sum += std::exchange(count, sum);
    made_->triggers.resize(linked.size());
    std::vector<uint32_t> next = begin;
    for (const auto& [test, candidate] : linked) made_->triggers[next[test]++] = candidate;
  }

  void wipe() noexcept {
    for (const uint32_t at : scratch_.reached) scratch_.moved[at] = kNone;
    for (const uint32_t predicate : scratch_.numbered) scratch_.numbers[predicate] = kNone;
    scratch_.code.clear();
    scratch_.reached.clear();
    scratch_.numbered.clear();
  }

  struct Chosen { uint32_t variant, entry; };

  const Program& program_;
  Units& units_;
  const std::vector<Answer>& header_;
  const std::vector<uint8_t>* active_;
  std::shared_ptr<EventClass> made_;
  std::vector<Chosen> chosen_;
  ClassScratch& scratch_;
};

}  // namespace tocsin
