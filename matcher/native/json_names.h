// Names met in events: which slots a key of a map is for, remembered by its bytes.
//
// SlotPlace in the pipeline: the walks over JSON and over mappings ask it at every key. The
// program says for each context (a place in the event where maps may stand) which keys matter;
// a worker's `Names` learn every spelling that really occurs, so that a key costs one
// comparison with the key that followed its predecessor last time.
// What holds: equal names in one context are one `Name`, however they are escaped; memory is
// bounded, and names that do not matter are forgotten first.
#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "hashing.h"
#include "program.h"
#include "text.h"

namespace tocsin {

struct SlotPlace {
  uint32_t slot;
  uint32_t rank;  // twice the place's rank, and one more if spaces were taken out
  bool leaf;      // only if the value is a leaf
};

struct alignas(64) Name {
  static constexpr uint32_t kSpelled = 32;

  // The name as it mostly stands in a file, with its quotes and colon, and which bits of that
  // count: so a key is recognised by one comparison, whatever its length.
  uint64_t spelled[kSpelled / 8] = {};
  uint64_t counts[kSpelled / 8] = {};
  uint32_t colon = kNone;  // where the colon stands in it; kNone if it is not spelled so
  bool guess = false;      // may be compared with bytes as they stand in a file
  bool matters = false;
  uint32_t place_count = 0;
  const SlotPlace* places = nullptr;
  uint64_t seen = 0;       // the last map that it was met in
  Name* next = nullptr;    // what followed it last time
  uint32_t size = 0;
  uint32_t child = kNone;       // context of the maps in its value
  uint32_t leaf_child = kNone;  // the same if the value is a leaf
  const uint8_t* data = nullptr;  // as it stands in the file if it has no escapes

  // Whether a key that begins at a quote is this name; `kSpelled` bytes there can be read.
  TOCSIN_INLINE bool is_at(const uint8_t* key, uint32_t to_colon) const noexcept {
    if (to_colon != colon) return false;
    uint64_t different = 0;
    for (uint32_t i = 0; i < kSpelled / 8; ++i) {
      different |= (load64(key + 8 * i) ^ spelled[i]) & counts[i];
    }
    return different == 0;
  }

  void spell() noexcept {
    if (!guess || size + 3 > kSpelled) return;
    uint8_t bytes[kSpelled] = {'"'}, mask[kSpelled] = {};
    if (size != 0) std::memcpy(bytes + 1, data, size);
    bytes[size + 1] = '"';
    bytes[size + 2] = ':';
    std::memset(mask, 0xFF, size + 3);
    std::memcpy(spelled, bytes, sizeof spelled);
    std::memcpy(counts, mask, sizeof counts);
    colon = size + 2;
  }
};

// The keys of all contexts by content; made once, shared by all workers.
class NameTables {
 public:
  explicit NameTables(const Program& program) : tables_(program.contexts.size) {
    for (uint32_t c = 0; c < program.contexts.size; ++c) {
      const ContextRow& row = program.contexts[c];
      for (uint32_t i = 0; i < row.entry_count; ++i) {
        const EntryRow& entry = program.entries[row.entries + i];
        const Bytes key = program.text(entry.key, entry.key_size);
        tables_[c].emplace(std::string(reinterpret_cast<const char*>(key.data), key.size),
                           row.entries + i);
      }
    }
  }

  uint32_t find(uint32_t context, const std::string& key) const {
    if (context >= tables_.size()) return kNone;
    const auto found = tables_[context].find(key);
    return found == tables_[context].end() ? kNone : found->second;
  }

 private:
  std::vector<std::unordered_map<std::string, uint32_t>> tables_;
};

class Names {
 public:
  Names(const Program& program, const NameTables& tables, uint64_t seed)
      : program_(program), tables_(tables), seed_(seed), contexts_(program.contexts.size + 1) {}

  // The name of a key as it stands in a JSON text, between its quotes. `before` is the place
  // where the guess is kept: the name found last time after the one before.
  Name* find(uint32_t context, const uint8_t* key, uint32_t size, Name*& before) {
    Name* const guess = before;
    if (guess != nullptr && guess->size == size && guess->guess &&
        same_bytes(guess->data, key, size)) {
      return guess;
    }
    Known& known = contexts_[context < program_.contexts.size ? context
                                                              : program_.contexts.size];
    const bool escaped = size != 0 && std::memchr(key, '\\', size) != nullptr;
    Name* const found = escaped ? by_spelling(known, context, key, size)
                                : by_content(known, context, key, size);
    before = found;
    return found;
  }

  // The name of a key as plain text, for adapters whose keys are.
  Name* find_plain(uint32_t context, const uint8_t* key, uint32_t size) {
    Known& known = contexts_[context < program_.contexts.size ? context
                                                              : program_.contexts.size];
    return by_content(known, context, key, size);
  }

  Name*& first(uint32_t context) noexcept {
    return contexts_[context < program_.contexts.size ? context : program_.contexts.size].first;
  }

  uint64_t drops() const noexcept { return drops_; }

  // Whether so many names were met that it is time for `clear`, between two events.
  bool full() const noexcept { return count_ > kMost; }

  void clear() {
    for (Known& known : contexts_) known = Known();
    names_.clear();
    texts_.clear();
    places_.clear();
    count_ = 0;
    ++drops_;
  }

 private:
  static constexpr size_t kMost = 1u << 15;

  struct Known {
    std::vector<Name*> table;
    size_t count = 0;
    std::unordered_map<std::string, Name*> spellings;
    Name* first = nullptr;
  };

  Name* by_content(Known& known, uint32_t context, const uint8_t* key, uint32_t size) {
    if ((known.count + 1) * 2 > known.table.size()) grow(known);
    const size_t mask = known.table.size() - 1;
    size_t at = hash_bytes(key, size, seed_) & mask;
    for (; known.table[at] != nullptr; at = (at + 1) & mask) {
      Name* const name = known.table[at];
      if (name->size == size && same_bytes(name->data, key, size)) return name;
    }
    Name* const made = make(context, key, size);
    known.table[at] = made;
    ++known.count;
    return made;
  }

  Name* by_spelling(Known& known, uint32_t context, const uint8_t* key, uint32_t size) {
    Name*& found = known.spellings[std::string(reinterpret_cast<const char*>(key), size)];
    if (found == nullptr) {
      std::string plain(size, '\0');
      uint8_t* const out = reinterpret_cast<uint8_t*>(&plain[0]);
      plain.resize(unescape(key, size, out, true));
      found = by_content(known, context, reinterpret_cast<const uint8_t*>(plain.data()),
                         static_cast<uint32_t>(plain.size()));
      ++count_;
    }
    return found;
  }

  void grow(Known& known) {
    std::vector<Name*> before(known.table.empty() ? 64 : known.table.size() * 2, nullptr);
    before.swap(known.table);
    const size_t mask = known.table.size() - 1;
    for (Name* const name : before) {
      if (name == nullptr) continue;
      size_t at = hash_bytes(name->data, name->size, seed_) & mask;
      while (known.table[at] != nullptr) at = (at + 1) & mask;
      known.table[at] = name;
    }
  }

  Name* make(uint32_t context, const uint8_t* key, uint32_t size) {
    ++count_;
    texts_.emplace_back(reinterpret_cast<const char*>(key), size);
    names_.emplace_back();
    Name& made = names_.back();
    made.data = reinterpret_cast<const uint8_t*>(texts_.back().data());
    made.size = size;
    made.guess = size == 0 || std::memchr(key, '\\', size) == nullptr;
    made.spell();
    if (context < program_.contexts.size) resolve(made, context, texts_.back());
    made.matters = made.place_count != 0 || made.child != kNone;
    return &made;
  }

  // What the program says about a name, exactly and with its spaces taken out.
  void resolve(Name& made, uint32_t context, const std::string& key) {
    std::vector<SlotPlace> places;
    const uint32_t entry = tables_.find(context, key);
    made.child = program_.contexts[context].any_child;
    if (entry != kNone) {
      made.child = program_.entries[entry].child;
      made.leaf_child = program_.entries[entry].leaf_child;
      add(places, program_.entries[entry], 0);
    }
    if (key.find(' ') != std::string::npos) {
      std::string stripped;
      for (const char c : key) {
        if (c != ' ') stripped.push_back(c);
      }
      const uint32_t other = tables_.find(context, stripped);
      if (other != kNone) add(places, program_.entries[other], 1);
    }
    places_.push_back(std::move(places));
    made.places = places_.back().data();
    made.place_count = static_cast<uint32_t>(places_.back().size());
  }

  void add(std::vector<SlotPlace>& places, const EntryRow& entry, uint32_t spaced) const {
    for (uint32_t i = 0; i < entry.candidate_count; ++i) {
      const CandidateRow& row = program_.candidates[entry.candidates + i];
      places.push_back(SlotPlace{row.slot, row.rank * 2 + spaced, row.leaf != 0});
    }
  }

  const Program& program_;
  const NameTables& tables_;
  uint64_t seed_;
  std::vector<Known> contexts_;  // the last one for maps where nothing matters
  std::deque<Name> names_;
  std::deque<std::string> texts_;
  std::deque<std::vector<SlotPlace>> places_;
  size_t count_ = 0;
  uint64_t drops_ = 0;
};

}  // namespace tocsin
