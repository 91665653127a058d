// A regular expression as a program over classes of code points.
//
// `matcher/automaton.py` compiles: it divides all code points into classes that no part of the
// expression tells apart, and writes instructions that consume one class, fork, test a
// position, or accept. Here the bytes are checked and brought into the form that runs.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <vector>

#include "bytes.h"
#include "utf8.h"

namespace tocsin {

enum class Opcode : uint8_t { kConsume, kFork, kAssert, kAccept };

enum class Position : uint8_t {
  kTextBegin, kTextEnd, kLineBegin, kLineEnd, kWordBoundary, kNoWordBoundary
};

struct Instruction {
  Opcode opcode;
  uint32_t first;   // consume: the set of classes; fork: a target; assert: the Position
  uint32_t second;  // the next instruction; fork: the other target
};

// What came before a position, as far as assertions ask.
enum class Before : uint8_t { kNothing, kLineFeed, kWord, kOther };

constexpr uint8_t kWordClass = 1;      // flag of a class: word characters of ASCII
constexpr uint8_t kLineFeedClass = 2;  // flag of a class: the line feed

class RegexProgram {
 public:
  // False for bytes that are no sound program.
  bool read(Reader& from) {
    anchored_ = from.u8() != 0;
    classes_ = from.u16();
    start_ = from.u32();
    if (!from.ok() || classes_ == 0) return false;
    if (!read_alphabet(from) || !read_instructions(from) || !read_sets(from)) return false;
    number_states();
    serial_ = next_serial();
    return true;
  }

  unsigned classes() const noexcept { return classes_; }
  bool anchored() const noexcept { return anchored_; }      // may begin at the text's begin only
  bool asserts() const noexcept { return asserts_; }        // tests positions
  uint32_t start() const noexcept { return start_; }
  uint64_t serial() const noexcept { return serial_; }      // differs for each program made
  size_t size() const noexcept { return code_.size(); }
  const Instruction& at(uint32_t index) const noexcept { return code_[index]; }

  // Instructions that a state remembers (all but forks) are numbered without gaps.
  uint32_t states() const noexcept { return static_cast<uint32_t>(kept_.size()); }
  uint32_t kept(uint32_t number) const noexcept { return kept_[number]; }
  uint32_t number(uint32_t index) const noexcept { return numbers_[index]; }

  bool consumes(const Instruction& instruction, unsigned klass) const noexcept {
    return sets_[instruction.first * words_ + klass / 64] >> klass % 64 & 1;
  }

  uint8_t flags(unsigned klass) const noexcept { return flags_[klass]; }
  const uint16_t* ascii() const noexcept { return ascii_; }

  // The class of a code point that is not ASCII.
  unsigned class_of(uint32_t point) const noexcept {
    auto range = std::upper_bound(firsts_.begin(), firsts_.end(), point);
    return range_classes_[static_cast<size_t>(range - firsts_.begin()) - 1];
  }

  size_t memory() const noexcept {
    return sizeof *this + code_.capacity() * sizeof(Instruction) + sets_.capacity() * 8 +
           firsts_.capacity() * 6 + numbers_.capacity() * 8;
  }

 private:
  static uint64_t next_serial() noexcept {
    static std::atomic<uint64_t> last{0};
    return ++last;
  }

  bool read_alphabet(Reader& from) {
    for (uint16_t& klass : ascii_) {
      klass = from.u16();
      if (klass >= classes_) return false;
    }
    View flags = from.bytes(classes_);
    uint32_t ranges = from.u32();
    if (!from.ok() || ranges == 0 || ranges > from.left() / 6) return false;
    flags_.assign(flags.data, flags.data + flags.size);
    for (uint32_t i = 0; i < ranges; ++i) {
      firsts_.push_back(from.u32());
      range_classes_.push_back(from.u16());
      if (range_classes_.back() >= classes_) return false;
      if (i == 0 ? firsts_[0] != 0 : firsts_[i] <= firsts_[i - 1]) return false;
    }
    return from.ok();
  }

  bool read_instructions(Reader& from) {
    uint32_t count = from.u32();
    if (!from.ok() || count == 0 || count > from.left() / 9 || start_ >= count) return false;
    for (uint32_t i = 0; i < count; ++i) {
      uint8_t opcode = from.u8();
      Instruction made{static_cast<Opcode>(opcode), from.u32(), from.u32()};
      if (opcode > static_cast<uint8_t>(Opcode::kAccept) || made.second >= count) return false;
      if (made.opcode == Opcode::kFork && made.first >= count) return false;
      if (made.opcode == Opcode::kAssert) {
        asserts_ = true;
        if (made.first > static_cast<uint32_t>(Position::kNoWordBoundary)) return false;
      }
      code_.push_back(made);
    }
    return from.ok();
  }

  bool read_sets(Reader& from) {
    uint32_t count = from.u32();
    words_ = (classes_ + 63) / 64;
    if (!from.ok() || count > from.left() / (words_ * 8)) return false;
    View bits = from.bytes(count * words_ * 8);
    sets_.resize(count * words_);
    if (count != 0) std::memcpy(sets_.data(), bits.data, bits.size);
    return std::all_of(code_.begin(), code_.end(), [count](const Instruction& instruction) {
      return instruction.opcode != Opcode::kConsume || instruction.first < count;
    });
  }

  void number_states() {
    for (uint32_t i = 0; i < code_.size(); ++i) {
      numbers_.push_back(static_cast<uint32_t>(kept_.size()));
      if (code_[i].opcode != Opcode::kFork) kept_.push_back(i);
    }
  }

  bool anchored_ = false, asserts_ = false;
  unsigned classes_ = 0;
  uint32_t start_ = 0;
  uint64_t serial_ = 0;
  size_t words_ = 0;  // of eight bytes, in a set
  uint16_t ascii_[128] = {};
  std::vector<uint8_t> flags_;
  std::vector<uint32_t> firsts_;  // first code point of each range
  std::vector<uint16_t> range_classes_;
  std::vector<Instruction> code_;
  std::vector<uint64_t> sets_;  // a bit a class
  std::vector<uint32_t> numbers_, kept_;
};

}  // namespace tocsin
