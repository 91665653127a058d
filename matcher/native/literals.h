// All literals that occur anywhere in a text: the right table for each length.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "bytes.h"
#include "grams.h"

namespace tocsin {

class LiteralScanner {
 public:
  // `code` goes to the sink when the text contains this one, which is not empty.
  void add(View text, uint32_t code) { built_.push_back({text.str(), code}); }

  // Builds the tables. Call once, after the last `add`.
  void finish() {
    std::sort(built_.begin(), built_.end());
    std::vector<CodedLiteral> by_width[5];
    for (size_t i = 0; i < built_.size(); ++i) {
      bool last = i + 1 == built_.size() || built_[i + 1].text != built_[i].text;
      bool first = i == 0 || built_[i - 1].text != built_[i].text;
      if (first) {
        by_width[width_class(built_[i].text.size())].push_back(
            {built_[i].text, static_cast<uint32_t>(codes_.size())});
      }
      codes_.push_back(built_[i].code | (last ? kLastCode : 0));
    }
    for (const CodedLiteral& single : by_width[0]) {
      singles_.push_back({static_cast<uint8_t>(single.text[0]), single.codes});
    }
    pairs_.build(by_width[1]);
    triples_.build(by_width[2]);
    quads_.build(by_width[3]);
    octets_.build(by_width[4]);
    built_ = {};
  }

  bool empty() const noexcept { return codes_.empty(); }
  size_t memory() const noexcept {
    return codes_.capacity() * 4 + pairs_.memory() + triples_.memory() + quads_.memory() +
           octets_.memory();
  }

  // Eight bytes behind the text must be readable.
  template <typename Sink>
  void run(View text, Sink& sink) const {
    const uint32_t* codes = codes_.data();
    if (!singles_.empty()) run_singles(text, sink);
    pairs_.run(text, codes, sink);
    triples_.run(text, codes, sink);
    quads_.run(text, codes, sink);
    octets_.run(text, codes, sink);
  }

 private:
  struct Single {
    uint8_t byte;
    uint32_t codes;
  };

  static size_t width_class(size_t size) noexcept {
    return size < 4 ? size - 1 : size < 8 ? 3 : 4;
  }

  template <typename Sink>
  void run_singles(View text, Sink& sink) const {
    uint8_t seen[256] = {};
    for (size_t i = 0; i < text.size; ++i) seen[text.data[i]] = 1;
    for (const Single& single : singles_) {
      if (seen[single.byte]) sink.hits(codes_.data() + single.codes);
    }
  }

  std::vector<Literal> built_;
  std::vector<uint32_t> codes_;
  std::vector<Single> singles_;
  GramTable<2> pairs_;
  GramTable<3> triples_;
  GramTable<4> quads_;
  GramTable<8> octets_;
};

}  // namespace tocsin
