// All literals that occur anywhere in a text: the right table for each length.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "arena.h"
#include "bytes.h"
#include "few_literals.h"
#include "grams.h"
#include "short_literals.h"

namespace tocsin {

class LiteralScanner {
 public:
  // `code` goes to the sink when the text contains this one, which is not empty.
  void add(View text, uint32_t code) {
    const uint8_t* const kept = texts_.keep(text.data, text.size);
    built_.emplace_back(std::string_view(reinterpret_cast<const char*>(kept), text.size), code);
  }

  // Builds the tables. Call once, after the last `add`.
  void finish() {
    std::sort(built_.begin(), built_.end());
    std::vector<CodedLiteral> shorts, quads, octets;
    for (size_t i = 0; i < built_.size(); ++i) {
      const uint32_t begin = static_cast<uint32_t>(codes_.size());
      for (; i + 1 < built_.size() && built_[i + 1].text == built_[i].text; ++i) {
        codes_.push_back(built_[i].code);
      }
      codes_.push_back(built_[i].code | kLastCode);
      const std::string_view text = built_[i].text;
      std::vector<CodedLiteral>& table = text.size() < 4 ? shorts : is_hash(text) ? octets : quads;
      table.push_back({text, begin});
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
    for (CodedLiteral& literal : shorts_.build(std::move(shorts))) {
      size_t size = literal.text.size();
      (size == 1 ? singles : size == 2 ? pairs : triples).push_back(std::move(literal));
    }
    singles_.build(singles);
    pairs_.build(pairs);
    triples_.build(triples);
    quads_.build(quads);
    octets_.build(octets);
    built_ = {};
    texts_.clear();
  }

  bool empty() const noexcept { return codes_.empty(); }
  size_t memory() const noexcept {
    return codes_.capacity() * 4 + few_.memory() + shorts_.memory() + singles_.memory() +
           pairs_.memory() + triples_.memory() + quads_.memory() + octets_.memory();
  }

  // Behind the text there must be 64 bytes of zero.
  template <typename Sink>
  void run(View text, Sink& sink) const {
    const uint32_t* codes = codes_.data();
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
    size_t run = 0;
    for (char c : text) {
      bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      run = digit ? run + 1 : 0;
      if (run >= kHashDigits) return true;
    }
    return false;
  }
  static constexpr size_t kHashDigits = 12;
  static constexpr size_t kFewHashes = 200;  // so few are no burden to four bytes

  Arena texts_;  // of `built_`
  std::vector<Literal> built_;
  std::vector<uint32_t> codes_;
  FewLiterals few_;
  ShortLiterals shorts_;
  GramTable<1> singles_;  // this and the next two for what is too much for `shorts_`
  GramTable<2> pairs_;
  GramTable<3> triples_;
  GramTable<4> quads_;
  GramTable<8> octets_;
};

}  // namespace tocsin
