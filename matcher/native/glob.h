// Patterns with wildcards: `*` any run, `?` one code point, and the class of dashes.
//
// A pattern is cut at its stars into pieces, which are looked for in order: each piece takes
// the first place it fits behind the one before, the last piece of an anchored pattern the
// end. Pieces have no choice of length, so the first place is always as good as a later one.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "bytes.h"
#include "utf8.h"

namespace tocsin {

enum class AtomKind : uint8_t { kLiteral, kRun, kOne, kDash };

struct Atom {
  AtomKind kind;
  std::string text;  // of a literal; not empty
};

// The five characters that begin an option, as UTF-8.
inline constexpr const char* kDashes[] = {"-", "/", "\xe2\x80\x93", "\xe2\x80\x94",
                                          "\xe2\x80\x95"};

class Glob {
 public:
  // `atoms` holds no two runs side by side and no empty literal.
  explicit Glob(const std::vector<Atom>& atoms) {
    pieces_.emplace_back();
    for (const Atom& atom : atoms) {
      if (atom.kind == AtomKind::kRun) {
        pieces_.emplace_back();
      } else {
        pieces_.back().push_back(atom);
      }
    }
  }

  // Whether the pattern stands for the whole text.
  bool matches(View text) const noexcept {
    const uint8_t *at = text.data, *end = at + text.size;
    if (!fits(pieces_.front(), at, end)) return false;
    if (pieces_.size() == 1) return at == end;
    for (size_t i = 1; i + 1 < pieces_.size(); ++i) {
      if (!find(pieces_[i], at, end)) return false;
    }
    return fits_before(pieces_.back(), at, end);
  }

  size_t memory() const noexcept { return pieces_.size() * 128; }

 private:
  using Piece = std::vector<Atom>;

  // The size of the dash at `at`, or 0.
  static size_t dash_at(const uint8_t* at, const uint8_t* end) noexcept {
    if (at == end) return 0;
    if (*at == '-' || *at == '/') return 1;
    if (end - at < 3 || at[0] != 0xe2 || at[1] != 0x80) return 0;
    return at[2] >= 0x93 && at[2] <= 0x95 ? 3 : 0;
  }

  // Moves `at` over the piece; false, `at` being anywhere, if it does not stand there.
  static bool fits(const Piece& piece, const uint8_t*& at, const uint8_t* end) noexcept {
    for (const Atom& atom : piece) {
      if (atom.kind == AtomKind::kLiteral) {
        size_t size = atom.text.size();
        if (static_cast<size_t>(end - at) < size || std::memcmp(at, atom.text.data(), size) != 0) {
          return false;
        }
        at += size;
      } else if (atom.kind == AtomKind::kOne) {
        if (at == end) return false;
        for (++at; at != end && is_continuation(*at); ++at) {
        }
      } else {
        size_t size = dash_at(at, end);
        if (size == 0) return false;
        at += size;
      }
    }
    return true;
  }

  // Moves `at` behind the first place where the piece stands.
  static bool find(const Piece& piece, const uint8_t*& at, const uint8_t* end) noexcept {
    bool literal = piece.front().kind == AtomKind::kLiteral;
    for (const uint8_t* start = at; start != end;) {
      if (literal) {
        const void* found = std::memchr(start, piece.front().text[0], static_cast<size_t>(end - start));
        if (found == nullptr) return false;
        start = static_cast<const uint8_t*>(found);
      }
      at = start;
      if (fits(piece, at, end)) return true;
      for (++start; start != end && is_continuation(*start); ++start) {
      }
    }
    return false;
  }

  // Whether the piece stands at the very end, not reaching before `start`.
  static bool fits_before(const Piece& piece, const uint8_t* start, const uint8_t* end) noexcept {
    const uint8_t* at = end;
    for (auto atom = piece.rbegin(); atom != piece.rend(); ++atom) {
      size_t size = atom->text.size();
      if (atom->kind != AtomKind::kLiteral) {
        if (at == start) return false;
        for (size = 1; at - size != start && is_continuation(*(at - size)); ++size) {
        }
      }
      if (static_cast<size_t>(at - start) < size) return false;
      at -= size;
      if (atom->kind == AtomKind::kDash && dash_at(at, end) != size) return false;
      if (atom->kind == AtomKind::kLiteral && std::memcmp(at, atom->text.data(), size) != 0) {
        return false;
      }
    }
    return true;
  }

  std::vector<Piece> pieces_;  // what stands between the stars; the outer ones may be empty
};

}  // namespace tocsin
