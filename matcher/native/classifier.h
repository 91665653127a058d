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

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "byte_set.h"
#include "bytes.h"
#include "glob.h"
#include "network.h"
#include "number.h"
#include "regex_program.h"
#include "regex_run.h"
#include "sink.h"
#include "text_tests.h"
#include "time_parts.h"
#include "utf8.h"

namespace tocsin {

// Working space of one thread; serves any number of classifiers in turn.
class Scratch {
 public:
  // `regex_budget`: bytes that all lazily built regex automata may take; when it is spent they
  // are dropped and built anew.
  explicit Scratch(size_t regex_budget = size_t{16} << 20) noexcept : regexes_(regex_budget) {}

  // Result of the last call of `classify`.
  const uint32_t* ids() const noexcept { return sink_.ids(); }

  // True once memory ran out in a call of `classify`, whose result was then incomplete (count
  // 0). The caller must report it; `reset_failure` clears the mark.
  bool failed() const noexcept { return failed_; }
  void reset_failure() noexcept { failed_ = false; }

  // Counters since construction: regexes run over a value, times the automata were dropped, runs
  // that went on without an automaton because it would have been dropped too often.
  uint64_t regex_runs() const noexcept { return regexes_.runs(); }
  uint64_t regex_flushes() const noexcept { return regexes_.flushes(); }
  uint64_t regex_simulations() const noexcept { return regexes_.simulations(); }

  // Bytes held now.
  size_t memory() const noexcept {
    return folded_.capacity() + raw_.capacity() + sink_.memory() + regexes_.memory();
  }

 private:
  friend class Classifier;

  static constexpr size_t kPadding = 64;
  static constexpr size_t kKept = size_t{1} << 20;  // larger buffers are given back

  View fold(View value) {
    size_t bound = folded_bound(value.size) + kPadding;
    if (folded_.size() < bound) folded_.resize(bound);
    size_t size = fold_text(value.data, value.size, folded_.data());
    std::fill_n(folded_.data() + size, kPadding, uint8_t{0});
    return {folded_.data(), size};
  }

  View copy(View value) {
    if (raw_.size() < value.size + kPadding) raw_.resize(value.size + kPadding);
    if (value.size != 0) std::memcpy(raw_.data(), value.data, value.size);
    std::fill_n(raw_.data() + value.size, kPadding, uint8_t{0});
    return {raw_.data(), value.size};
  }

  void give_back() {
    if (folded_.capacity() > kKept) folded_ = {};
    if (raw_.capacity() > kKept) raw_ = {};
  }

  Sink sink_;
  RegexRunner regexes_;
  std::vector<uint8_t> folded_, raw_;
  bool failed_ = false;
};

// All tests on one field; see the head of this file.
class Classifier {
 public:
  // Builds from bytes of the normal form. A null pointer and a message in `error` for bytes
  // that are damaged, hostile or of another version, or if memory runs out.
  static std::unique_ptr<const Classifier> build(const uint8_t* bytes, size_t size,
                                                 std::string& error) noexcept {
    try {
      std::unique_ptr<Classifier> made(new Classifier);
      error = made->read(Reader({bytes, size}));
      if (!error.empty()) return nullptr;
      made->finish();
      return made;
    } catch (const std::exception&) {
      error.assign("no memory");  // short enough to need none
      return nullptr;
    }
  }

  // Number of tests; results are numbers below it, in the order of the encoding.
  uint32_t size() const noexcept { return tests_; }

  // Whether a value costs no more than a few look-ups, so that remembering it is not worth while.
  bool quick() const noexcept { return suspects_.empty() && caseless_.quick() && cased_.quick(); }

  // Memory of the tables, in bytes.
  size_t memory() const noexcept {
    size_t sum = sizeof *this + caseless_.memory() + cased_.memory() + numbers_.memory() +
                 networks_.memory() + times_.memory() + suspects_.capacity() * sizeof(Suspect);
    for (const Glob& glob : globs_) sum += glob.memory();
    for (const RegexProgram& regex : regexes_) sum += regex.memory();
    return sum;
  }

  // Writes the numbers of the tests that hold for the value to `scratch.ids()`, ascending, and
  // returns how many there are. They stay until the next call with this Scratch. `value` may be
  // null if `length` is 0.
  uint32_t classify(Scratch& scratch, const uint8_t* value, size_t length) const noexcept {
    static const uint8_t kNothing[1] = {};
    View raw{value != nullptr ? value : kNothing, length};
    Sink& sink = scratch.sink_;
    try {
      sink.prepare(bound_, tests_);
      run_texts(scratch, raw);
    } catch (const std::exception&) {
      scratch.failed_ = true;
      if (sink.ready(bound_)) sink.finish(band_, bound_);
      return 0;
    }
    if (!numbers_.empty()) numbers_.run(raw, sink);
    if (!networks_.empty()) networks_.run(raw, sink);
    if (!times_.empty()) times_.run(raw, sink);
    for (uint32_t test : always_) sink.hit(test);
    return sink.finish(band_, bound_);
  }

 private:
  static constexpr uint32_t kMagic = 0x314c4354;  // "TCL1"
  static constexpr uint32_t kMostTests = uint32_t{1} << 26;
  static constexpr uint8_t kCaseless = 1;
  enum Kind : uint8_t { kGlob = 1, kRegex, kNumber, kNetwork, kTruth, kOneOf, kTimePart };

  // A test that no table decides: a pattern or regex to run when all its clues are there.
  struct Suspect {
    uint32_t test;
    uint32_t index;  // in `globs_` or `regexes_`
    uint64_t least, most;  // bytes a value must have for it
    bool regex, caseless;
    std::vector<uint32_t> others;  // codes of its clues besides the main one
  };

  // So many characters of a set that a text must have for a regex, side by side or in all.
  struct Gate {
    enum Kind : uint8_t { kRun, kCount, kAlone };  // kAlone: a run, and nothing else is asked
    Kind kind;
    uint32_t least;
    ByteSet set;

    bool lets_pass(View text) const noexcept {
      return kind == kCount ? set.has_count(text, least) : set.has_run(text, least);
    }

    // Whether a text that it lets pass is a match; a character of several bytes was counted so.
    bool decides(View text) const noexcept { return kind == kAlone && is_ascii(text); }
  };

  Classifier() = default;

  // Reads everything; returns what is wrong, or nothing.
  std::string read(Reader from) {
    if (from.u32() != kMagic) return "not the tests of a classifier";
    uint32_t count = from.u32();
    if (!from.ok() || count > kMostTests || count > from.left() / 8) return "damaged count of tests";
    tests_ = count;
    band_ = (count + 63) / 64 * 64;
    bound_ = 2 * band_;
    for (uint32_t test = 0; test < count; ++test) {
      uint8_t kind = from.u8(), flags = from.u8();
      from.u16();
      Reader payload(from.sized());
      if (!from.ok() || !read_test(kind, (flags & kCaseless) != 0, test, payload) ||
          !payload.done()) {
        return "damaged test " + std::to_string(test);
      }
    }
    return from.done() ? "" : "bytes behind the last test";
  }

  bool read_test(uint8_t kind, bool caseless, uint32_t test, Reader& from) {
    switch (kind) {
      case kGlob: return read_glob(caseless, test, from);
      case kRegex: return read_regex(test, from);
      case kNumber: return read_number(test, from);
      case kNetwork: return read_network(test, from);
      case kTruth: return read_truth(test, from);
      case kOneOf: return read_one_of(caseless, test, from);
      case kTimePart: return read_time_part(test, from);
      default: return false;
    }
  }

  TextTables& tables(bool caseless) noexcept { return caseless ? caseless_ : cased_; }

  static View view(const std::string& text) noexcept {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
  }

  bool read_glob(bool caseless, uint32_t test, Reader& from) {
    Single single;
    if (read_single(from, single)) {
      tables(caseless).add(single.place, caseless ? fold(single.text) : single.text, test);
      from.bytes(from.left());
      return true;
    }
    std::vector<Atom> atoms;
    if (!read_atoms(from, caseless, atoms)) return false;
    Lookup lookup = lookup_of(atoms);
    bool everything = lookup.place != Place::kWhole && lookup.texts == std::vector<std::string>{""};
    if (everything) {
      always_.push_back(test);
    } else if (!lookup.texts.empty()) {
      for (const std::string& text : lookup.texts) tables(caseless).add(lookup.place, view(text), test);
    } else {
      add_glob(caseless, test, atoms);
    }
    return true;
  }

  // A text folded, until the next one is.
  View fold(View text) {
    if (folded_.size() < folded_bound(text.size)) folded_.resize(folded_bound(text.size));
    return {folded_.data(), fold_text(text.data, text.size, folded_.data())};
  }

  // Files the longest literal as the main clue; where that is short, the others too.
  void add_glob(bool caseless, uint32_t test, const std::vector<Atom>& atoms) {
    constexpr size_t kTelling = 6;
    Suspect suspect{test, static_cast<uint32_t>(globs_.size()), 0, ~uint64_t{0}, false, caseless, {}};
    size_t longest = 0;
    for (size_t i = 0; i < atoms.size(); ++i) {
      suspect.least += atoms[i].kind == AtomKind::kRun ? 0 : std::max<size_t>(1, atoms[i].text.size());
      if (atoms[i].text.size() > atoms[longest].text.size()) longest = i;
    }
    for (size_t i = 0; i < atoms.size(); ++i) {
      if (atoms[i].text.empty() || (i != longest && atoms[longest].text.size() >= kTelling)) continue;
      Place place = i == 0 ? Place::kFront : i + 1 == atoms.size() ? Place::kBack : Place::kAnywhere;
      add_clue(suspect, i == longest, place, {atoms[i].text});
    }
    globs_.emplace_back(atoms);
    add_suspect(suspect, !atoms[longest].text.empty());
  }

  // Files texts, any of which is one clue of the suspect.
  void add_clue(Suspect& suspect, bool main, Place place, const std::vector<std::string>& texts) {
    uint32_t code = main ? band_ + static_cast<uint32_t>(suspects_.size()) : bound_++;
    if (!main) suspect.others.push_back(code);
    for (const std::string& text : texts) tables(suspect.caseless).add(place, view(text), code);
  }

  void add_suspect(const Suspect& suspect, bool prompted) {
    if (!prompted) unprompted_.push_back(static_cast<uint32_t>(suspects_.size()));
    suspects_.push_back(suspect);
  }

  // Least and most bytes, the clues, the program.
  bool read_regex(uint32_t test, Reader& from) {
    Suspect suspect{test, static_cast<uint32_t>(regexes_.size()), from.u32(), from.u32(), true, true, {}};
    if (suspect.most == 0xffffffff) suspect.most = ~uint64_t{0};
    unsigned clues = from.u8();
    if (clues > 16) return false;
    for (unsigned i = 0; i < clues && from.ok(); ++i) {
      uint8_t place = from.u8();
      std::vector<std::string> texts(std::min<size_t>(from.u16(), from.left()));
      for (std::string& text : texts) text = folded(from.sized().str());
      bool empty = std::any_of(texts.begin(), texts.end(), [](const auto& text) { return text.empty(); });
      if (place > static_cast<uint8_t>(Place::kWhole) || texts.empty() || empty) return false;
      add_clue(suspect, i == 0, static_cast<Place>(place), texts);
    }
    if (!read_gates(from)) return false;
    regexes_.emplace_back();
    if (!from.ok() || !regexes_.back().read(from)) return false;
    add_suspect(suspect, clues != 0);
    return true;
  }

  bool read_gates(Reader& from) {
    unsigned count = from.u8();
    std::vector<Gate> gates;
    for (; count != 0 && from.ok(); --count) {
      uint8_t kind = from.u8(), wide = from.u8();
      Gate gate{static_cast<Gate::Kind>(kind), from.u32(), {}};
      View rows = from.bytes(16);
      if (!from.ok() || kind > Gate::kAlone || wide > 1) return false;
      gate.set.assign(rows.data);
      gate.set.set_wide(wide == 1);
      gates.push_back(gate);
    }
    gates_.push_back(std::move(gates));
    return from.ok();
  }

  bool read_number(uint32_t test, Reader& from) {
    uint8_t order = from.u8();
    View text = from.bytes(from.left());
    return from.ok() && order < kOrders && numbers_.add(static_cast<Order>(order), text, test);
  }

  bool read_time_part(uint32_t test, Reader& from) {
    uint8_t part = from.u8(), order = from.u8();
    View text = from.bytes(from.left());
    return from.ok() && part < kTimeParts && order < kOrders &&
           times_.add(static_cast<TimePart>(part), static_cast<Order>(order), text, test);
  }

  bool read_network(uint32_t test, Reader& from) {
    Address address;
    uint8_t family = from.u8(), prefix = from.u8();
    address.size = family == 4 ? 4 : 16;
    View bytes = from.bytes(address.size);
    if (!from.ok() || (family != 4 && family != 6) || prefix > address.size * 8) return false;
    std::copy_n(bytes.data, bytes.size, address.bytes.begin());
    networks_.add(address, prefix, test);
    return true;
  }

  bool read_truth(uint32_t test, Reader& from) {
    uint8_t value = from.u8();
    if (!from.ok() || value > 1) return false;
    caseless_.add(Place::kWhole, view(value == 1 ? "true" : "false"), test);
    return true;
  }

  bool read_one_of(bool caseless, uint32_t test, Reader& from) {
    uint32_t count = from.u32();
    if (!from.ok() || count > from.left() / 4) return false;
    Reader sizes(from.bytes(size_t{count} * 4));
    for (; count != 0; --count) {
      View text = from.bytes(sizes.u32());
      if (!from.ok()) return false;
      if (caseless) {
        tables(true).add(Place::kWhole, fold(text), test);
      } else {
        tables(false).add(Place::kWhole, text, test);
      }
    }
    return true;
  }

  void finish() {
    bound_ = (bound_ + 63) / 64 * 64;
    caseless_.finish();
    cased_.finish();
    numbers_.finish();
    networks_.finish();
    times_.finish();
    folded_ = {};
  }

  // Tables first, then the suspects that they leave.
  void run_texts(Scratch& scratch, View raw) const {
    View lower, copied;
    if (!caseless_.empty() || !suspects_.empty()) {
      lower = scratch.fold(raw);
      caseless_.run(lower, scratch.sink_);
    }
    if (!cased_.empty()) {
      copied = scratch.copy(raw);
      cased_.run(copied, scratch.sink_);
    }
    for (uint32_t number : unprompted_) try_suspect(scratch, suspects_[number], raw, lower);
    uint32_t tried = scratch.sink_.take_tried(band_, 2 * band_);
    for (uint32_t i = 0; i < tried; ++i) {
      const Suspect& suspect = suspects_[scratch.sink_.tried(i)];
      if (has_others(scratch.sink_, suspect)) try_suspect(scratch, suspect, raw, lower);
    }
    scratch.give_back();
  }

  static bool has_others(const Sink& sink, const Suspect& suspect) noexcept {
    for (uint32_t code : suspect.others) {
      if (!sink.holds(code)) return false;
    }
    return true;
  }

  void try_suspect(Scratch& scratch, const Suspect& suspect, View raw, View lower) const {
    View text = suspect.regex || !suspect.caseless ? raw : lower;
    if (text.size < suspect.least || text.size > suspect.most) return;
    bool holds = suspect.regex ? search(scratch, suspect.index, text)
                               : globs_[suspect.index].matches(text);
    if (holds) scratch.sink_.hit(suspect.test);
  }

  bool search(Scratch& scratch, uint32_t regex, View text) const {
    for (const Gate& gate : gates_[regex]) {
      if (!gate.lets_pass(text)) return false;
      if (gate.decides(text)) return true;
    }
    return scratch.regexes_.search(regexes_[regex], text);
  }

  uint32_t tests_ = 0;
  uint32_t band_ = 0;   // codes of tests lie below, main clues from here to twice this
  uint32_t bound_ = 0;  // above all codes
  TextTables caseless_, cased_;
  NumberTests numbers_;
  NetworkTests networks_;
  TimePartTests times_;
  std::vector<uint32_t> always_;      // tests that hold for any text
  std::vector<Suspect> suspects_;
  std::vector<uint32_t> unprompted_;  // suspects without any clue
  std::vector<Glob> globs_;
  std::vector<RegexProgram> regexes_;
  std::vector<std::vector<Gate>> gates_;  // of each regex
  std::vector<uint8_t> folded_;           // while building
};

}  // namespace tocsin
