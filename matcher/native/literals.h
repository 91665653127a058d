// All literals that occur anywhere in a text: the right table for each length.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "arena.h"
#include "bytes.h"
#include "few_literals.h"
#include "grams.h"
#include "short_literals.h"
#include "utf8.h"

namespace tocsin {

// Tables for literals of any length.
class LiteralTables {
 public:
  // Builds from literals that are not empty, each text once.
  void build(const std::vector<CodedLiteral>& literals) {
    std::vector<CodedLiteral> shorts, quads, octets;
    for (const CodedLiteral& literal : literals) {
      const std::string_view text = literal.text;
      (text.size() < 4 ? shorts : is_hash(text) ? octets : quads).push_back(literal);
    }
    if (octets.size() < kFewHashes) {
      quads.insert(quads.end(), octets.begin(), octets.end());
      octets.clear();
    }
    if (FewLiterals::suits(shorts)) {
      few_.build(shorts);
      shorts.clear();
    }
    std::vector<CodedLiteral> singles, pairs, triples;
    for (const CodedLiteral& literal : shorts_.build(std::move(shorts))) {
      size_t size = literal.text.size();
      (size == 1 ? singles : size == 2 ? pairs : triples).push_back(literal);
    }
    singles_.build(singles);
    pairs_.build(pairs);
    triples_.build(triples);
    quads_.build(quads);
    octets_.build(octets);
  }

  size_t memory() const noexcept {
    return few_.memory() + shorts_.memory() + singles_.memory() + pairs_.memory() +
           triples_.memory() + quads_.memory() + octets_.memory();
  }

  // Behind the text there must be 64 bytes of zero.
  template <typename Sink>
  void run(View text, const uint32_t* codes, Sink& sink) const {
    few_.run(text, codes, sink);
    shorts_.run(text, codes, sink);
    singles_.run(text, codes, sink);
    pairs_.run(text, codes, sink);
    triples_.run(text, codes, sink);
    quads_.run(text, codes, sink);
    octets_.run(text, codes, sink);
  }

 private:
  // Whether four bytes of a text tell little: long runs of hexadecimal digits, as in hashes, of
  // which there may be thousands in the rules and a few in each value.
  static bool is_hash(std::string_view text) noexcept {
    for (size_t at = kHashDigits - 1; at < text.size(); at += kHashDigits) {  // none is missed
      size_t begin = at, end = at;
      while (begin != 0 && is_digit(text[begin - 1])) --begin;
      while (end != text.size() && is_digit(text[end])) ++end;
      if (end > at && end - begin >= kHashDigits) return true;
    }
    return false;
  }

  static bool is_digit(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }

  static constexpr size_t kHashDigits = 12;
  static constexpr size_t kFewHashes = 200;  // so few are no burden to four bytes

  FewLiterals few_;
  ShortLiterals shorts_;
  GramTable<1> singles_;  // this and the next two for what is too much for `shorts_`
  GramTable<2> pairs_;
  GramTable<3> triples_;
  GramTable<4> quads_;
  GramTable<8> octets_;
};

// All literals of a field. Those that are not ASCII (signs of other scripts, thousands of emoji) have
// tables of their own, which are not looked at for a text that is.
class LiteralScanner {
 public:
  // `code` goes to the sink when the text contains this one, which is not empty.
  void add(View text, uint32_t code) {
    const uint8_t* const kept = texts_.keep(text.data, text.size);
    built_.push_back({{reinterpret_cast<const char*>(kept), text.size}, code});
  }

  // Builds the tables. Call once, after the last `add`.
  void finish() {
    std::vector<CodedLiteral> plain, others;
    for (const CodedLiteral& literal : grouped()) {
      (is_ascii(view(literal.text)) ? plain : others).push_back(literal);
    }
    plain_.build(plain);
    if (!others.empty()) {
      others_ = std::make_unique<LiteralTables>();
      others_->build(others);
    }
    built_ = {};
    texts_.clear();
  }

  bool empty() const noexcept { return codes_.empty(); }
  size_t memory() const noexcept {
    return codes_.capacity() * 4 + plain_.memory() +
           (others_ ? sizeof *others_ + others_->memory() : 0);
  }

  // Behind the text there must be 64 bytes of zero.
  template <typename Sink>
  void run(View text, Sink& sink) const {
    plain_.run(text, codes_.data(), sink);
    if (others_ && !is_ascii(text)) others_->run(text, codes_.data(), sink);
  }

 private:
  // Each text once, in the order in which they were added; writes the lists of their codes.
  std::vector<CodedLiteral> grouped() {
    constexpr uint32_t kNone = ~uint32_t{0};
    size_t slots = 4;
    while (slots < built_.size() * 2) slots *= 2;
    std::vector<uint32_t> table(slots, kNone);  // by hash: the last literal of a text
    std::vector<uint32_t> before(built_.size(), kNone);  // by literal: another of the same text
    std::vector<size_t> used;
    for (uint32_t i = 0; i < built_.size(); ++i) {
      size_t slot = hash_text(built_[i].text) & (slots - 1);
      while (table[slot] != kNone && built_[table[slot]].text != built_[i].text) {
        slot = (slot + 1) & (slots - 1);
      }
      if (table[slot] == kNone) used.push_back(slot);
      before[i] = std::exchange(table[slot], i);
    }
    std::vector<CodedLiteral> made;
    made.reserve(used.size());
    codes_.reserve(built_.size());
    for (const size_t slot : used) {
      made.push_back({built_[table[slot]].text, static_cast<uint32_t>(codes_.size())});
      for (uint32_t i = table[slot]; i != kNone; i = before[i]) codes_.push_back(built_[i].code);
      codes_.back() |= kLastCode;
    }
    return made;
  }

  static View view(std::string_view text) noexcept {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
  }

  static size_t hash_text(std::string_view text) noexcept {
    return hash_bytes(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  }

  Arena texts_;  // of `built_`
  struct Built { std::string_view text; uint32_t code; };
  std::vector<Built> built_;
  std::vector<uint32_t> codes_;
  LiteralTables plain_;  // of ASCII, as most literals and nearly all values are
  std::unique_ptr<LiteralTables> others_;
};

}  // namespace tocsin
