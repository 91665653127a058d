// Runs a regular expression in time linear in the text: an automaton built while it runs.
//
// A state is the set of instructions where a match could stand, and what came before. States
// and their transitions are kept once computed. When memory for them runs out they are dropped
// and built anew; if that happens too often for the text at hand, the rest of it is run by
// computing each set without keeping any. There is no backtracking anywhere.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <unordered_map>
#include <utility>
#include <vector>

#include "byte_set.h"
#include "bytes.h"
#include "regex_program.h"

namespace tocsin {

// A set of numbers below a bound that is cleared at once.
class SparseSet {
 public:
  void resize(size_t bound) {
    if (dense_.size() < bound) dense_.resize(bound), sparse_.resize(bound);
  }
  void clear() noexcept { size_ = 0; }
  size_t size() const noexcept { return size_; }
  uint32_t operator[](size_t i) const noexcept { return dense_[i]; }

  // False if it was in there.
  bool insert(uint32_t number) noexcept {
    uint32_t place = sparse_[number];
    if (place < size_ && dense_[place] == number) return false;
    sparse_[number] = static_cast<uint32_t>(size_);
    dense_[size_++] = number;
    return true;
  }

 private:
  std::vector<uint32_t> dense_, sparse_;
  size_t size_ = 0;
};

// Working space for steps between sets; shared by all programs of a thread.
class Stepper {
 public:
  void prepare(const RegexProgram& program) {
    now_.resize(program.size());
    next_.resize(program.size());
    now_.clear();
    next_.clear();
    before_ = Before::kNothing;
  }

  // Sets out: true if the expression matches whatever the text.
  bool begin(const RegexProgram& program) {
    now_.clear();
    before_ = Before::kNothing;
    return close(program, now_, program.start());
  }

  // One step over a code point of class `klass` (or, being `classes()`, over the end of the
  // text). True if a match ends here. Leaves the next set in place.
  bool step(const RegexProgram& program, unsigned klass) {
    bool end = klass == program.classes();
    uint8_t flags = end ? 0 : program.flags(klass);
    next_.clear();
    for (size_t i = 0; i < now_.size(); ++i) {  // grows while assertions are passed
      const Instruction& here = program.at(now_[i]);
      if (here.opcode == Opcode::kAssert) {
        if (holds(static_cast<Position>(here.first), flags, end) &&
            close(program, now_, here.second)) {
          return true;
        }
      } else if (here.opcode == Opcode::kConsume && !end && program.consumes(here, klass)) {
        if (close(program, next_, here.second)) return true;
      }
    }
    before_ = flags & kLineFeedClass ? Before::kLineFeed
              : flags & kWordClass   ? Before::kWord
                                     : Before::kOther;
    if (!program.anchored() && close(program, next_, program.start())) return true;
    std::swap(now_, next_);
    return false;
  }

  bool dead() const noexcept { return now_.size() == 0; }

  // The current set as bits, with what came before in the last word.
  void save(const RegexProgram& program, std::vector<uint64_t>& key) const {
    key.assign(program.states() / 64 + 2, 0);
    for (size_t i = 0; i < now_.size(); ++i) {
      if (program.at(now_[i]).opcode == Opcode::kFork) continue;
      uint32_t number = program.number(now_[i]);
      key[number / 64] |= uint64_t{1} << number % 64;
    }
    if (program.asserts()) key.back() = static_cast<uint64_t>(before_);
  }

  void restore(const RegexProgram& program, const uint64_t* key) {
    size_t words = program.states() / 64 + 1;
    now_.clear();
    for (size_t word = 0; word < words; ++word) {
      for (uint64_t bits = key[word]; bits != 0; bits &= bits - 1) {
        now_.insert(program.kept(static_cast<uint32_t>(word * 64 + lowest_bit(bits))));
      }
    }
    before_ = static_cast<Before>(key[words]);
  }

 private:
  // Adds an instruction and all that forks lead to from it; true if one accepts.
  bool close(const RegexProgram& program, SparseSet& set, uint32_t from) {
    stack_.clear();
    stack_.push_back(from);
    while (!stack_.empty()) {
      uint32_t index = stack_.back();
      stack_.pop_back();
      if (!set.insert(index)) continue;
      const Instruction& here = program.at(index);
      if (here.opcode == Opcode::kAccept) return true;
      if (here.opcode == Opcode::kFork) {
        stack_.push_back(here.first);
        stack_.push_back(here.second);
      }
    }
    return false;
  }

  // Whether an assertion holds between what came before and what comes now.
  bool holds(Position position, uint8_t flags, bool end) const noexcept {
    bool boundary = (before_ == Before::kWord) != ((flags & kWordClass) != 0);
    switch (position) {
      case Position::kTextBegin: return before_ == Before::kNothing;
      case Position::kTextEnd: return end;
      case Position::kLineBegin:
        return before_ == Before::kNothing || before_ == Before::kLineFeed;
      case Position::kLineEnd: return end || (flags & kLineFeedClass) != 0;
      case Position::kWordBoundary: return boundary;
      case Position::kNoWordBoundary: return !boundary;
    }
    return false;
  }

  SparseSet now_, next_;
  std::vector<uint32_t> stack_;
  Before before_ = Before::kNothing;
};

// The states of one program that are known by now.
class StateTable {
 public:
  static constexpr uint32_t kUnknown = 0xffffffff;
  static constexpr uint32_t kMatch = 0xfffffffe;
  static constexpr uint32_t kDead = 0xfffffffd;

  explicit StateTable(const RegexProgram& program)
      : width_(program.classes() + 1), words_(program.states() / 64 + 2) {}

  // The characters at which a text may leave the first state; all others may be skipped there.
  const ByteSet& leaving() const noexcept { return leaving_; }
  void set_leaving(const ByteSet& leaving) noexcept { leaving_ = leaving; }

  bool empty() const noexcept { return moves_.empty(); }
  size_t count() const noexcept { return moves_.size() / width_; }
  const uint32_t* moves() const noexcept { return moves_.data(); }
  const uint64_t* key(uint32_t state) const noexcept { return &keys_[state / width_ * words_]; }
  void set(uint32_t state, unsigned klass, uint32_t next) noexcept { moves_[state + klass] = next; }
  size_t state_memory() const noexcept { return width_ * 4 + words_ * 8 + 64; }

  // The state with this key, made if need be. A state's number is where its moves begin.
  uint32_t intern(const std::vector<uint64_t>& key) {
    uint64_t hash = hash_bytes(reinterpret_cast<const uint8_t*>(key.data()), key.size() * 8);
    auto range = known_.equal_range(hash);
    for (auto found = range.first; found != range.second; ++found) {
      if (std::equal(key.begin(), key.end(), this->key(found->second))) return found->second;
    }
    auto state = static_cast<uint32_t>(moves_.size());
    moves_.resize(moves_.size() + width_, kUnknown);
    keys_.insert(keys_.end(), key.begin(), key.end());
    known_.emplace(hash, state);
    return state;
  }

 private:
  size_t width_, words_;
  ByteSet leaving_;
  std::vector<uint32_t> moves_;  // a row a state: the state behind each class, then at the end
  std::vector<uint64_t> keys_;
  std::unordered_multimap<uint64_t, uint32_t> known_;
};

// All lazily built automata of one thread, within a budget of memory.
class RegexRunner {
 public:
  explicit RegexRunner(size_t budget) noexcept : budget_(budget) {}

  // Whether the expression is found in the text.
  bool search(const RegexProgram& program, View text) {
    ++runs_;
    StateTable& table = table_of(program);
    const uint8_t *at = text.data, *end = at + text.size, *built = at;
    uint32_t state = initial(program, table);
    if (state >= StateTable::kDead) return state == StateTable::kMatch;
    const uint16_t* ascii = program.ascii();
    const uint32_t* moves = table.moves();
    while (at != end) {
      if (state == 0 && (at = table.leaving().find(at, end)) == end) break;
      unsigned klass = *at < 0x80 ? ascii[*at++] : program.class_of(next_point(at, end));
      uint32_t next = moves[state + klass];
      if (next >= StateTable::kDead) {
        if (next == StateTable::kUnknown) {
          if (full(table)) {
            bool often = static_cast<size_t>(at - built) < 8 * table.count();
            if (often) {
              ++simulations_;
              return simulate(program, table.key(state), klass, at, end);
            }
            state = flush(program, table, state);
            built = at;
          }
          next = learn(program, table, state, klass);
          moves = table.moves();
        }
        if (next >= StateTable::kDead) return next == StateTable::kMatch;
      }
      state = next;
    }
    if (!program.asserts()) return false;
    uint32_t last = moves[state + program.classes()];
    if (last == StateTable::kUnknown) last = learn_end(program, table, state);
    return last == StateTable::kMatch;
  }

  uint64_t runs() const noexcept { return runs_; }
  uint64_t flushes() const noexcept { return flushes_; }
  uint64_t simulations() const noexcept { return simulations_; }
  size_t memory() const noexcept { return used_; }

 private:
  StateTable& table_of(const RegexProgram& program) {
    auto found = tables_.find(program.serial());
    if (found == tables_.end()) found = tables_.emplace(program.serial(), StateTable(program)).first;
    stepper_.prepare(program);
    return found->second;
  }

  uint32_t initial(const RegexProgram& program, StateTable& table) {
    if (!table.empty()) return 0;
    if (stepper_.begin(program)) return StateTable::kMatch;
    stepper_.save(program, key_);
    used_ += table.state_memory();
    uint32_t state = table.intern(key_);
    find_leaving(program, table);
    return state;
  }

  // Finds out where the first state may be left, from all its moves over ASCII characters.
  void find_leaving(const RegexProgram& program, StateTable& table) {
    std::vector<uint32_t> next(program.classes(), StateTable::kUnknown);
    ByteSet leaving;
    leaving.set_wide(true);
    for (unsigned byte = 0; byte < 0x80; ++byte) {
      unsigned klass = program.ascii()[byte];
      if (next[klass] == StateTable::kUnknown) next[klass] = learn(program, table, 0, klass);
      if (next[klass] != 0) leaving.insert(static_cast<uint8_t>(byte));
    }
    table.set_leaving(leaving);
  }

  bool full(const StateTable& table) const noexcept {
    return used_ + table.state_memory() > budget_ && (used_ > budget_ || table.count() > 1);
  }

  // Forgets the states of all programs; returns the number that `state` has now.
  uint32_t flush(const RegexProgram& program, StateTable& table, uint32_t state) {
    ++flushes_;
    key_.assign(table.key(state), table.key(state) + program.states() / 64 + 2);
    for (auto entry = tables_.begin(); entry != tables_.end();) {
      entry = entry->first == program.serial() ? std::next(entry) : tables_.erase(entry);
    }
    table = StateTable(program);
    used_ = 0;
    std::vector<uint64_t> kept = key_;
    initial(program, table);
    used_ += table.state_memory();
    return table.intern(kept);
  }

  uint32_t learn(const RegexProgram& program, StateTable& table, uint32_t state, unsigned klass) {
    stepper_.restore(program, table.key(state));
    uint32_t next = StateTable::kMatch;
    if (!stepper_.step(program, klass)) {
      next = StateTable::kDead;
      if (!stepper_.dead()) {
        stepper_.save(program, key_);
        size_t before = table.count();
        next = table.intern(key_);
        used_ += (table.count() - before) * table.state_memory();
      }
    }
    table.set(state, klass, next);
    return next;
  }

  uint32_t learn_end(const RegexProgram& program, StateTable& table, uint32_t state) {
    stepper_.restore(program, table.key(state));
    bool matched = stepper_.step(program, program.classes());
    uint32_t next = matched ? StateTable::kMatch : StateTable::kDead;
    table.set(state, program.classes(), next);
    return next;
  }

  // The rest of a text without keeping states, from the code point of class `klass` on.
  bool simulate(const RegexProgram& program, const uint64_t* key, unsigned klass,
                const uint8_t* at, const uint8_t* end) {
    stepper_.restore(program, key);
    for (;;) {
      if (stepper_.step(program, klass)) return true;
      if (stepper_.dead()) return false;
      if (at == end) return program.asserts() && stepper_.step(program, program.classes());
      klass = *at < 0x80 ? program.ascii()[*at++] : program.class_of(next_point(at, end));
    }
  }

  size_t budget_, used_ = 0;
  uint64_t runs_ = 0, flushes_ = 0, simulations_ = 0;
  Stepper stepper_;
  std::vector<uint64_t> key_;
  std::unordered_map<uint64_t, StateTable> tables_;
};

}  // namespace tocsin
