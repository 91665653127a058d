// The text tests of one field that compare in one way, caseless or cased, as tables.
//
// A pattern becomes a row of the cheapest table that decides it: a whole text, a beginning, an
// end, a literal anywhere. A pattern that no table decides is a suspect: each literal in it is
// filed as a clue, and only when all its clues were found is the pattern itself compared.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "affix.h"
#include "bytes.h"
#include "exact.h"
#include "glob.h"
#include "literals.h"
#include "utf8.h"

namespace tocsin {

// Where a literal must stand.
enum class Place : uint8_t { kAnywhere, kFront, kBack, kWhole };

// The tables of one way to compare. Texts added are folded already where case does not count.
class TextTables {
 public:
  void add(Place place, View text, uint32_t code) {
    switch (place) {
      case Place::kWhole: exact_.add(text, code); break;
      case Place::kFront: fronts_.add(text, code); break;
      case Place::kBack: backs_.add(text, code); break;
      case Place::kAnywhere: anywhere_.add(text, code); break;
    }
    empty_ = false;
  }

  void finish() {
    exact_.finish();
    fronts_.finish();
    backs_.finish();
    anywhere_.finish();
  }

  bool empty() const noexcept { return empty_; }
  bool quick() const noexcept { return anywhere_.empty(); }  // nothing walks over the text
  size_t memory() const noexcept {
    return exact_.memory() + fronts_.memory() + backs_.memory() + anywhere_.memory();
  }

  // Behind the text there must be 64 bytes of zero.
  template <typename Sink>
  void run(View text, Sink& sink) const {
    exact_.run(text, sink);
    fronts_.run(text, sink);
    backs_.run(text, sink);
    anywhere_.run(text, sink);
  }

 private:
  ExactTable exact_;
  AffixTable<End::kFront> fronts_;
  AffixTable<End::kBack> backs_;
  LiteralScanner anywhere_;
  bool empty_ = true;
};

// The same text folded, for tables that do not tell cases apart.
inline std::string folded(const std::string& text) {
  std::string out(folded_bound(text.size()), '\0');
  out.resize(fold_text(reinterpret_cast<const uint8_t*>(text.data()), text.size(),
                       reinterpret_cast<uint8_t*>(&out[0])));
  return out;
}

// Reads a pattern and brings it into normal form: literals joined, runs side by side made one.
inline bool read_atoms(Reader& from, bool caseless, std::vector<Atom>& atoms) {
  while (from.ok() && from.left() != 0) {
    uint8_t kind = from.u8();
    if (kind > static_cast<uint8_t>(AtomKind::kDash)) return false;
    Atom atom{static_cast<AtomKind>(kind), {}};
    bool joins = !atoms.empty() && atoms.back().kind == atom.kind;
    if (atom.kind == AtomKind::kLiteral) {
      atom.text = from.sized().str();
      if (caseless) atom.text = folded(atom.text);
      if (atom.text.empty()) continue;
      if (joins) {
        atoms.back().text += atom.text;
        continue;
      }
    }
    if (atom.kind == AtomKind::kRun && joins) continue;
    atoms.push_back(std::move(atom));
  }
  return from.ok();
}

// How a pattern without inner wildcards is looked up: where, and as which texts.
struct Lookup {
  Place place;
  std::vector<std::string> texts;
};

inline Place place_of(bool front, bool back) noexcept {
  return front ? (back ? Place::kWhole : Place::kFront) : (back ? Place::kBack : Place::kAnywhere);
}

// A pattern of one literal, with or without a run before and behind, as most are.
struct Single {
  Place place;
  View text;  // not folded
};

// Reads such a pattern without a copy; false if it is another, or damaged.
inline bool read_single(Reader from, Single& single) noexcept {
  const auto is = [](uint8_t kind, AtomKind wanted) { return kind == static_cast<uint8_t>(wanted); };
  uint8_t kind = from.u8();
  const bool front = !is(kind, AtomKind::kRun);
  if (!front) kind = from.u8();
  if (!is(kind, AtomKind::kLiteral)) return false;
  single.text = from.sized();
  const bool back = from.left() == 0;
  if (!back && !is(from.u8(), AtomKind::kRun)) return false;
  single.place = place_of(front, back);
  return from.done() && single.text.size != 0;
}

// The texts that literals and a few dashes stand for; none if there are too many.
inline std::vector<std::string> spellings(const std::vector<Atom>& atoms, size_t begin, size_t end) {
  constexpr size_t kMost = 25;
  std::vector<std::string> made{""};
  for (size_t i = begin; i < end; ++i) {
    std::vector<std::string> longer;
    if (atoms[i].kind == AtomKind::kRun || atoms[i].kind == AtomKind::kOne) return {};
    for (const std::string& start : made) {
      if (atoms[i].kind == AtomKind::kLiteral) {
        longer.push_back(start + atoms[i].text);
      } else {
        for (const char* dash : kDashes) longer.push_back(start + dash);
      }
    }
    if (longer.size() > kMost) return {};
    made = std::move(longer);
  }
  return made;
}

// How the tables decide a pattern; no texts if they cannot.
inline Lookup lookup_of(const std::vector<Atom>& atoms) {
  size_t begin = 0, end = atoms.size();
  bool front = true, back = true;
  if (begin < end && atoms[begin].kind == AtomKind::kRun) front = false, ++begin;
  if (begin < end && atoms[end - 1].kind == AtomKind::kRun) back = false, --end;
  return {place_of(front, back), spellings(atoms, begin, end)};
}

}  // namespace tocsin
