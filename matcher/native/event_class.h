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
#include <unordered_map>
#include <utility>
#include <vector>

#include "line_filter.h"
#include "program.h"
#include "unit.h"

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
  LineFilter filter;  // which lines may hold a value that passes one of them
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

// What the builder needs from the engine: units shared by content.
class Units {
 public:
  explicit Units(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

  std::shared_ptr<const Unit> get(const std::vector<uint32_t>& numbers) {
    const std::string key(reinterpret_cast<const char*>(numbers.data()), numbers.size() * 4);
    std::shared_ptr<const Unit>& known = known_[key];
    if (!known) known = std::make_shared<Unit>(program_, numbers);
    return known;
  }
  void clear() { known_.clear(); }

 private:
  std::shared_ptr<const Program> program_;
  std::unordered_map<std::string, std::shared_ptr<const Unit>> known_;
};

// Working space for building classes, used again for the next one. Between two it is clean: only
// what a class touched is wiped, since most classes touch little of a program.
struct ClassScratch {
  std::vector<uint32_t> moved;    // by instruction: its new place, or kNone
  std::vector<uint32_t> numbers;  // by predicate: its test in the class, or kNone
  struct Group { uint32_t when; std::vector<uint32_t> variants; };
  std::vector<Group> groups;      // all variants by their header condition

  explicit ClassScratch(const Program& program)
      : moved(program.code.size, kNone), numbers(program.predicates.size, kNone) {
    std::unordered_map<uint32_t, size_t> known;
    for (uint32_t v = 0; v < program.variants.size; ++v) {
      const uint32_t when = program.variants[v].when;
      const auto placed = known.emplace(when, groups.size());
      if (placed.second) groups.push_back(Group{when, {}});
      groups[placed.first->second].variants.push_back(v);
    }
  }
};

class ClassBuilder {
 public:
  // `header`: by predicate, 1 if it holds, 0 if not; only read for tests on header fields.
  // `active`: by variant, 0 if it is for other events, 1 if it is for all of these, 2 if the
  // header decides; null if it decides for all.
  ClassBuilder(const Program& program, Units& units, const std::vector<uint8_t>& header,
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
  bool known(uint32_t predicate) const { return program_.predicates[predicate].header != 0; }

  bool runs(uint32_t entry) const {
    return run_code(program_.code, entry,
                    [this](uint32_t p) { return known(p) && header_[p] != 0; });
  }

  // Past all tests whose answer is known.
  uint32_t settle(uint32_t at) const {
    while (at < kAccept) {
      const CodeRow& row = program_.code[at];
      if (row.operation != kTest || !known(row.argument)) return at;
      at = header_[row.argument] != 0 ? row.yes : row.no;
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

  // Copies what the chosen variants can still reach, in the old order.
  void fold() {
    std::vector<uint32_t>& order = reached_;
    std::vector<uint32_t> stack;
    std::vector<uint32_t>& moved_to = scratch_.moved;
    for (const Chosen& chosen : chosen_) {
      stack.push_back(chosen.entry);
      while (!stack.empty()) {
        const uint32_t at = stack.back();
        stack.pop_back();
        if (at >= kAccept || moved_to[at] != kNone) continue;
        moved_to[at] = 0;
        order.push_back(at);
        const CodeRow& row = program_.code[at];
        stack.push_back(settle(row.yes));
        if (row.operation != kReset) stack.push_back(settle(row.no));
      }
    }
    std::sort(order.begin(), order.end());
    for (uint32_t i = 0; i < order.size(); ++i) moved_to[order[i]] = i;
    for (uint32_t at : order) {
      CodeRow row = program_.code[at];
      row.yes = moved(settle(row.yes));
      if (row.operation != kReset) row.no = moved(settle(row.no));
      made_->code.push_back(row);
    }
  }

  uint32_t moved(uint32_t at) const { return at >= kAccept ? at : scratch_.moved[at]; }

  // Gathers the tests that are left by field and gives them their numbers.
  void number_tests() {
    std::unordered_map<uint32_t, std::vector<uint32_t>> by_slot;
    std::vector<uint32_t> slots, relations;
    std::vector<uint32_t>& numbers = scratch_.numbers;
    for (const CodeRow& row : made_->code) {
      if (row.operation != kTest || numbers[row.argument] != kNone) continue;
      numbers[row.argument] = 0;
      numbered_.push_back(row.argument);
      const PredicateRow& predicate = program_.predicates[row.argument];
      if (program_.checks[predicate.check].kind == kRelation) {
        relations.push_back(row.argument);
        continue;
      }
      if (by_slot.find(predicate.slot) == by_slot.end()) slots.push_back(predicate.slot);
      by_slot[predicate.slot].push_back(row.argument);
    }
    std::sort(slots.begin(), slots.end());
    for (uint32_t slot : slots) add_field(slot, by_slot[slot]);
    for (uint32_t predicate : relations) add_relation(predicate);
    for (CodeRow& row : made_->code) {
      if (row.operation == kTest) row.argument = numbers[row.argument];
    }
  }

  void add_field(uint32_t slot, std::vector<uint32_t>& predicates) {
    const auto order = [this](uint32_t predicate) {
      const uint32_t check = program_.predicates[predicate].check;
      return std::make_pair(program_.checks[check].kind != kValue, check);
    };
    std::sort(predicates.begin(), predicates.end(),
              [&](uint32_t a, uint32_t b) { return order(a) < order(b); });
    std::vector<uint32_t> checks;
    const uint32_t first = made_->tests;
    for (uint32_t predicate : predicates) {
      const uint32_t check = program_.predicates[predicate].check;
      if (checks.empty() || checks.back() != check) checks.push_back(check);
      scratch_.numbers[predicate] = first + static_cast<uint32_t>(checks.size()) - 1;
    }
    made_->tests += static_cast<uint32_t>(checks.size());
    if (slot == kNone) {
      made_->keywords = units_.get(checks);
      made_->keywords_first = first;
      for (const uint32_t check : checks) {
        const CheckRow& row = program_.checks[check];
        made_->filter.add(program_.records.data + row.record, row.record_size);
      }
      made_->filter.finish();
    } else {
      made_->fields.push_back(Field{slot, first, units_.get(checks)});
    }
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
        always = always || (known(predicate) && header_[predicate] != 0);
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
    std::sort(linked.begin(), linked.end());
    size_t at = 0;
    for (uint32_t test = 0; test <= made_->tests; ++test) {
      made_->trigger_begin.push_back(static_cast<uint32_t>(made_->triggers.size()));
      for (; at < linked.size() && linked[at].first == test; ++at) {
        made_->triggers.push_back(linked[at].second);
      }
    }
  }

  void wipe() noexcept {
    for (const uint32_t at : reached_) scratch_.moved[at] = kNone;
    for (const uint32_t predicate : numbered_) scratch_.numbers[predicate] = kNone;
  }

  struct Chosen { uint32_t variant, entry; };

  const Program& program_;
  Units& units_;
  const std::vector<uint8_t>& header_;
  const std::vector<uint8_t>* active_;
  std::shared_ptr<EventClass> made_;
  std::vector<Chosen> chosen_;
  ClassScratch& scratch_;
  std::vector<uint32_t> reached_, numbered_;  // what of the scratch has been used
};

}  // namespace tocsin
