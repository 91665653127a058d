// Line filter: whether lines of JSON may hold a value that passes one of some tests.
//
// Place in the pipeline: in front of keyword tests, which look at every value of an event, and
// of everything where a rule set is small (`line_sieve.h`). From each test the filter takes a
// piece of text that a matching value must contain and that JSON has only one plain spelling
// for, and looks for all pieces at once in the bytes as they stand; only a line with one of
// them is looked at more closely.
// What holds: a line that the filter turns away holds no match, provided that it has no `\u`
// escapes (the caller looks at those lines in any case). Letters are found in either case; the
// two letters of Unicode that fold to an ASCII letter, U+017F and U+212A, are looked for too.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "json_check.h"
#include "nibbles.h"
#include "program.h"
#include "typical.h"

namespace tocsin {

class LineFilter {
 public:
  // `number` is for whoever wants to remember what a filter has said.
  explicit LineFilter(uint32_t number = 0) noexcept : number_(number) {}
  uint32_t number() const noexcept { return number_; }

  // Texts of so many bytes are searched faster than shorter ones.
  static constexpr std::ptrdiff_t kLeast = 34;

  // A filter that lets every line pass.
  static LineFilter open() {
    LineFilter made;
    made.passes_all_ = true;
    return made;
  }

  // Takes up a test in the classifier's form. A test without a usable piece makes the filter let
  // every line pass.
  void add(const uint8_t* record, size_t size) {
    const bool usable = size >= 8 && (record[0] == kGlob    ? add_glob(record + 8, size - 8)
                                      : record[0] == kOneOf ? add_texts(record + 8, size - 8)
                                                            : false);
    passes_all_ = passes_all_ || !usable;
  }

  bool passes_all() const noexcept { return passes_all_; }

  // The least size of a text that may pass.
  size_t shortest() const noexcept { return passes_all_ ? 0 : shortest_; }

  // Whether the text of a number may pass: digits, a fraction, an exponent, `inf` and `nan`.
  bool has_number() const noexcept {
    return passes_all_ || has_number_;
  }

  void finish() {
    if (passes_all_) return;
    has_number_ = std::any_of(pieces_.begin(), pieces_.end(), [](const std::string& piece) {
      return piece.find_first_not_of("0123456789+-.einfa") == std::string::npos;
    });
    // Before the two letters: written with one of them, a text is longer than with an s or k.
    for (const std::string& piece : pieces_) shortest_ = std::min(shortest_, piece.size());
    pieces_.push_back("\xC5\xBF");      // U+017F folds to s
    pieces_.push_back("\xE2\x84\xAA");  // U+212A folds to k
    std::sort(pieces_.begin(), pieces_.end());
    pieces_.erase(std::unique(pieces_.begin(), pieces_.end()), pieces_.end());
    windows_.resize(pieces_.size());
    std::vector<std::pair<std::string, size_t>> order;  // alike windows share a bucket
    for (size_t i = 0; i < pieces_.size(); ++i) {
      order.emplace_back(pieces_[i].substr(window(pieces_[i]), kWindow), i);
    }
    std::sort(order.begin(), order.end());
    for (size_t i = 0; i < order.size(); ++i) {
      const size_t number = order[i].second;
      place(number, window(pieces_[number]), static_cast<unsigned>(i * 8 / order.size()));
    }
  }

  bool may_match(const uint8_t* from, const uint8_t* end) const noexcept {
    return find(from, end) != nullptr;
  }

  // A place in the line with the first piece in a text, or null.
  const uint8_t* find(const uint8_t* from, const uint8_t* end) const noexcept {
    if (passes_all_) return from;
    if (static_cast<size_t>(end - from) < shortest_) return nullptr;
#if defined(TOCSIN_AVX2)
    if (kHasAvx2 && end - from >= kLeast) return find_avx2(from, end);
#endif
    return find_plain(from, from, end);
  }

 private:
  static constexpr uint8_t kGlob = 1, kOneOf = 6;
  static constexpr size_t kWindow = 3;
  static constexpr size_t kShortest = 4;
  static constexpr size_t kMostTexts = 64;
  static constexpr std::ptrdiff_t kStep = 32;
  static_assert(kLeast == kStep + kWindow - 1);

  static bool is_plain(uint8_t byte) noexcept {
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\' && byte != '/';
  }

  // Keeps the longest run of plain bytes of a text, if it is longer than `best`.
  static void take_run(const uint8_t* text, size_t size, std::string& best) {
    std::string run;
    for (size_t i = 0; i <= size; ++i) {
      if (i < size && is_plain(text[i])) {
        run.push_back(static_cast<char>(lower_ascii(text[i])));
        continue;
      }
      if (run.size() > best.size()) best = run;
      run.clear();
    }
  }

  bool add_piece(const std::string& piece) {
    if (piece.size() < kShortest) return false;
    pieces_.push_back(piece);
    return true;
  }

  // The longest run in the literal atoms of a pattern.
  bool add_glob(const uint8_t* at, size_t left) {
    std::string best;
    while (left != 0) {
      const uint8_t operation = *at++;
      --left;
      if (operation != 0) continue;
      if (left < 4 || load32(at) > left - 4) return false;
      const size_t size = load32(at);
      take_run(at + 4, size, best);
      at += 4 + size;
      left -= 4 + size;
    }
    return add_piece(best);
  }

  // A run of each of several texts, any of which passes the test.
  bool add_texts(const uint8_t* at, size_t left) {
    const size_t count = left < 4 ? 0 : load32(at);
    if (count == 0 || count > kMostTexts || left - 4 < count * 4) return false;
    const uint8_t* text = at + 4 + count * 4;
    left -= 4 + count * 4;
    for (size_t i = 0; i < count; ++i) {
      const size_t size = load32(at + 4 + i * 4);
      if (size > left) return false;
      std::string best;
      take_run(text, size, best);
      if (!add_piece(best)) return false;
      text += size;
      left -= size;
    }
    return true;
  }

  // How often bytes and pairs of them occur in lines, judged by a typical text and the names
  // and punctuation of a typical event.
  struct Frequencies {
    unsigned single[256] = {};
    unsigned pair[256][256] = {};

    Frequencies() {
      take(kTypical, kTypicalSize);
      static const char line[] =
          "\"xmlns\":\"http://schemas.microsoft.com/win/2004/08/events/event\",\"provider_name\":\""
          "microsoft-windows-security-auditing\",\"guid\":\"{54849625-5478-4994-a5ba-3e3b0328c30d}\""
          ",\"eventid\":1,\"version\":null,\"level\":4,\"task\":12801,\"opcode\":0,\"keywords\":\""
          "0x8020000000000000\",\"systemtime\":\"2024-07-19t12:20:13.021z\",\"eventrecordid\":12,"
          "\"processid\":\"4\",\"threadid\":5,\"channel\":\"microsoft-windows-sysmon/operational\","
          "\"computer\":\"dc01.example.com\",\"userid\":null,\"timecreated\":\"\",\"rulename\":\"-\","
          "\"utctime\":\"\",\"sourceprocessguid\":\"\",\"image\":\"\",\"targetobject\":\"\","
          "\"commandline\":\"\",\"currentdirectory\":\"\",\"logonid\":\"0x3e7\",\"integritylevel\":"
          "\"high\",\"hashes\":\"\",\"parentimage\":\"\",\"originalfilename\":\"\",\"description\":\"\""
          ",\"product\":\"operating system\",\"company\":\"microsoft corporation\",\"subjectusersid\":"
          "\"s-1-5-18\",\"grantedaccess\":\"0x1000\",\"calltrace\":\"ntdll.dll+9d4e4|kernelbase.dll";
      take(line, sizeof line - 1);
    }

    void take(const char* text, size_t size) {
      for (size_t i = 0; i < size; ++i) {
        const uint8_t byte = static_cast<uint8_t>(text[i]);
        ++single[byte];
        if (i + 1 < size) ++pair[byte][static_cast<uint8_t>(text[i + 1])];
      }
    }

    unsigned of(uint8_t first, uint8_t second) const noexcept {
      return 64 * pair[first][second] + std::min(single[first], single[second]) + 1;
    }
  };

  static unsigned commonness(const std::string& piece, size_t at) {
    static const Frequencies known;
    const auto byte = [&](size_t i) { return static_cast<uint8_t>(piece[at + i]); };
    return known.of(byte(0), byte(1)) * known.of(byte(1), byte(2));
  }

  // Where the window of a piece begins that is looked for: the part that is likely rarest.
  static size_t window(const std::string& piece) {
    size_t chosen = 0;
    for (size_t at = 1; at + kWindow <= piece.size(); ++at) {
      if (commonness(piece, at) < commonness(piece, chosen)) chosen = at;
    }
    return chosen;
  }

  void place(size_t number, size_t chosen, unsigned bucket) {
    const std::string& piece = pieces_[number];
    windows_[number] = static_cast<uint32_t>(chosen);
    buckets_[bucket].push_back(static_cast<uint32_t>(number));
    for (size_t i = 0; i < kWindow; ++i) {
      if (chosen + i >= piece.size()) {  // a piece of two bytes: anything may follow
        for (unsigned byte = 0; byte < 256; ++byte) mark(i, static_cast<uint8_t>(byte), bucket);
        continue;
      }
      const uint8_t byte = static_cast<uint8_t>(piece[chosen + i]);
      mark(i, byte, bucket);
      if (byte >= 'a' && byte <= 'z') mark(i, static_cast<uint8_t>(byte & ~0x20u), bucket);
    }
  }

  void mark(size_t position, uint8_t byte, unsigned bucket) noexcept {
    const uint8_t bit = static_cast<uint8_t>(1u << bucket);
    tables_.mark(position, byte, bucket);
    exact_[position][byte] |= bit;
  }

  // Whether a piece of one of these buckets stands around `at`, where its window begins.
  bool verify(unsigned buckets, const uint8_t* begin, const uint8_t* at,
              const uint8_t* end) const noexcept {
    for (unsigned bucket = 0; bucket < 8; ++bucket) {
      if ((buckets >> bucket & 1) == 0) continue;
      for (const uint32_t number : buckets_[bucket]) {
        const std::string& piece = pieces_[number];
        const size_t before = windows_[number];
        if (static_cast<size_t>(at - begin) < before) continue;
        const uint8_t* const from = at - before;
        if (static_cast<size_t>(end - from) < piece.size()) continue;
        size_t i = 0;
        while (i < piece.size() && lower_ascii(from[i]) == static_cast<uint8_t>(piece[i])) ++i;
        if (i == piece.size()) return true;
      }
    }
    return false;
  }

  const uint8_t* find_plain(const uint8_t* begin, const uint8_t* from,
                            const uint8_t* end) const noexcept {
    for (; end - from >= 2; ++from) {
      unsigned buckets = exact_[0][from[0]] & exact_[1][from[1]];
      if (buckets != 0 && end - from >= 3) buckets &= exact_[2][from[2]];
      if (buckets != 0 && verify(buckets, begin, from, end)) return from;
    }
    return nullptr;
  }

#if defined(TOCSIN_AVX2)
  // For texts of at least kLeast bytes.
  TOCSIN_WITH_AVX2 const uint8_t* find_avx2(const uint8_t* from,
                                            const uint8_t* end) const noexcept {
    const uint8_t* const begin = from;
    const __m256i none = _mm256_setzero_si256();
    for (bool last = false; !last; from += kStep) {
      if (end - from <= kLeast) {  // the last block may overlap the one before
        from = end - kLeast;
        last = true;
      }
      const __m256i found = tables_.groups(from);
      uint32_t hits =
          ~static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(found, none)));
      if (hits == 0) continue;
      alignas(32) uint8_t buckets[32];
      _mm256_store_si256(reinterpret_cast<__m256i*>(buckets), found);
      for (; hits != 0; hits &= hits - 1) {
        const unsigned i = lowest_bit(hits);
        const unsigned sure = buckets[i] & exact_[0][from[i]] & exact_[1][from[i + 1]] &
                              exact_[2][from[i + 2]];
        if (sure != 0 && verify(sure, begin, from + i, end)) return from + i;
      }
    }
    return find_plain(begin, end - 2, end);  // a piece of two bytes
  }
#endif

  uint32_t number_;
  bool passes_all_ = false;
  bool has_number_ = false;
  size_t shortest_ = ~size_t{0};
  std::vector<std::string> pieces_;
  std::vector<uint32_t> windows_;
  std::vector<uint32_t> buckets_[8];
  NibbleTables<kWindow> tables_;
  uint8_t exact_[kWindow][256] = {};
};

}  // namespace tocsin
