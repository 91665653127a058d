// The walk over one event of JSON text by its structural index.
//
// SlotPlace in the pipeline: between `JsonIndex` and the worker. In: a line and the tokens in it.
// Out: the values of the program's slots, offered to the worker as they stand in the text; if
// asked for, every value of the event.
// What holds: the walk accepts exactly the JSON objects (escapes are checked apart, by
// `escapes_hold`) that nest at most `kDepth` levels; nothing outside the line is taken for part
// of it; of equal names in one map the last one counts (`MEANING.md`, "Events").
#pragma once

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "json_check.h"
#include "json_names.h"
#include "worker.h"

namespace tocsin {

enum class Walked { kEvent, kMalformed };

class JsonWalk {
 public:
  static constexpr uint32_t kDepth = 512;

  JsonWalk(Worker& worker, const NameTables& tables, uint64_t seed)
      : worker_(worker),
        names_(worker.program(), tables, seed) {}

  // Walks the event whose first token is at `at`; moves `at` behind its tokens. `text` is what
  // the index was built from, `end` the offset at which the line ends, `readable` how many bytes
  // of `text` can be read. If `collect` is set, every value of the event is put into
  // `Worker::everything` too.
  Walked event(const uint8_t* text, const uint32_t*& at, uint32_t end, uint32_t readable,
               bool collect = false) {
    if (names_.full()) names_.clear();
    swift_end_ = readable < Name::kSpelled ? 0 : readable - Name::kSpelled;
    collects_ = collect;
    text_ = text;
    end_ = end;
    const uint32_t* const start = at;
    repeats_ = false;
    Walked result = once(at);
    if (result == Walked::kMalformed && suspicious_) {
      at = start;
      careful_ = repeats_ = true;
      find_repeated(start);
      result = once(at);
      careful_ = false;
    }
    while (*at < end) {  // more text behind the value
      result = Walked::kMalformed;
      ++at;
    }
    return result;
  }

  // Whether names that count repeat in one map of the event walked last.
  bool repeats() const noexcept { return repeats_; }

  uint64_t repeated_names() const noexcept { return repeated_names_; }
  uint64_t name_drops() const noexcept { return names_.drops(); }

 private:
  Walked once(const uint32_t*& at) {
    worker_.begin();
    suspicious_ = false;
    at_ = at;
    const uint32_t* const start = at;
    const bool good = text_[*at_] == '{' && object(0, 1) && at_[-1] < end_;
    at = at_;
    while (at > start && at[-1] >= end_) --at;  // a broken line may have led into the next
    return good ? Walked::kEvent : Walked::kMalformed;
  }

  static bool is_space(uint8_t byte) noexcept {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
  }

  // The end of the token before the offset `next`.
  uint32_t token_end(uint32_t next) const noexcept {
    while (is_space(text_[next - 1])) --next;
    return next;
  }

  // The end of the string token before the next token, without its quote.
  uint32_t string_end(uint32_t next) const noexcept {
    if (text_[next - 1] == '"') return next - 1;
    return token_end(next) - 1;
  }

  // The members of a map. What is used for every member is kept in local variables: the walk
  // stands or falls with this loop.
  bool object(uint32_t context, uint32_t depth) {
    if (depth > kDepth) return false;
    const uint8_t* const text = text_;
    const uint32_t* at = at_ + 1;
    if (text[*at] == '}') {
      at_ = at + 1;
      return true;
    }
    const uint64_t map = ++maps_;
    Name** before = &names_.first(context);
    while (true) {
      const uint32_t key = at[0], colon = at[1], from = at[2];
      if (from >= end_) return false;
      Name* name = *before;
      if (name == nullptr || key > swift_end_ || !name->is_at(text + key, colon - key)) {
        if (text[key] != '"' || text[colon] != ':') return false;
        name = names_.find(context, text + key + 1, string_end(colon) - key - 1, *before);
      }
      before = &name->next;
      if (text[from] == '"') {
        at += 3;
        if ((name->matters || collects_) && first_time(*name, map, key)) {
          const Value value{text + from + 1, string_end(*at) - from - 1, Value::kJson};
          if (name->place_count == 1 && !collects_) {
            Cell* const cell = worker_.offer(name->places->slot, name->places->rank, map);
            if (cell != nullptr) cell->add(value);
          } else {
            take(*name, map, value);
          }
        }
      } else if (at[3] - from == 4 && std::memcmp(text + from, "null", 4) == 0) {
        at += 3;
        if ((name->matters || collects_) && first_time(*name, map, key)) offer_null(*name, map);
      } else {
        at_ = at + 2;
        if (!member(*name, map, key, depth)) return false;
        at = at_;
      }
      if (suspicious_) return false;
      const uint8_t after = text[*at++];
      if (after == ',') continue;
      at_ = at;
      return after == '}';
    }
  }

  // Whether a name counts: not if a later one in the same map is equal. If that may be so the
  // walk is broken off, to be done again with care.
  bool first_time(Name& name, uint64_t map, uint32_t key) {
    if (careful_) return !is_repeated(key);
    if (name.seen >= map) suspicious_ = true;
    name.seen = map;
    return !suspicious_;
  }

  // A member whose value is not a string.
  bool member(Name& name, uint64_t map, uint32_t key, uint32_t depth) {
    const uint32_t from = *at_;
    if ((name.matters || collects_) && !first_time(name, map, key)) return skip(depth);
    if (text_[from] == '{' || text_[from] == '[') return branch(name, map, depth);
    return word(name, map, from);
  }

  void take(const Name& name, uint64_t map, const Value& value) {
    for (uint32_t i = 0; i < name.place_count; ++i) {
      Cell* const cell = worker_.offer(name.places[i].slot, name.places[i].rank, map);
      if (cell != nullptr) cell->add(value);
    }
    if (collects_) worker_.everything.push_back(value);
  }

  bool word(const Name& name, uint64_t map, uint32_t from) {
    const uint32_t end = token_end(*++at_);
    const uint8_t* const text = text_ + from;
    if (is_null(text, end - from)) {
      offer_null(name, map);
      return true;
    }
    if (!is_scalar(text, end - from)) return false;
    take(name, map, Value{text, end - from, Value::kJson});
    return true;
  }

  void offer_null(const Name& name, uint64_t map) {
    for (uint32_t i = 0; i < name.place_count; ++i) {
      worker_.offer(name.places[i].slot, name.places[i].rank, map);
    }
  }

  // A map or list under a name: walked for the names in it, then gathered for its own slots.
  bool branch(const Name& name, uint64_t map, uint32_t depth) {
    const uint32_t* const start = at_;
    const bool leaf = name.leaf_child != name.child && is_leaf();
    const uint32_t child = leaf ? name.leaf_child : name.child;
    if (child == kNone && !collects_ ? !skip(depth) : !below(child, depth)) return false;
    if (name.place_count == 0) return true;
    const uint32_t* const stop = at_;
    for (uint32_t i = 0; i < name.place_count; ++i) {
      const SlotPlace& place = name.places[i];
      if (place.leaf && !leaf && !is_leaf_at(start)) continue;
      Cell* const cell = worker_.offer(place.slot, place.rank, map);
      at_ = start;
      if (cell != nullptr) gather(*cell);
    }
    at_ = stop;
    return true;
  }

  // Walks a value whose maps are of a context.
  bool below(uint32_t context, uint32_t depth) {
    const uint32_t from = *at_;
    if (from >= end_) return false;
    if (text_[from] == '{') return object(context, depth + 1);
    if (text_[from] == '[') return list(context, depth + 1);
    return loose(from);
  }

  // A scalar in a list: of no name, but a value of the event.
  bool loose(uint32_t from) {
    static const Name nameless{};
    if (text_[from] != '"') return word(nameless, 0, from);
    const uint32_t next = *++at_;
    take(nameless, 0, Value{text_ + from + 1, string_end(next) - from - 1, Value::kJson});
    return true;
  }

  bool list(uint32_t context, uint32_t depth) {
    if (depth > kDepth) return false;
    ++at_;
    if (text_[*at_] == ']') {
      ++at_;
      return true;
    }
    while (true) {
      if (!below(context, depth)) return false;
      const uint32_t after = *at_++;
      if (text_[after] == ',') continue;
      return text_[after] == ']';
    }
  }

  // Passes over a value that does not matter, checking its grammar.
  bool skip(uint32_t depth) {
    const uint32_t from = *at_;
    if (from >= end_) return false;
    const uint8_t first = text_[from];
    if (first == '"') {
      ++at_;
      return true;
    }
    if (first == '{') return skip_object(depth + 1);
    if (first == '[') return skip_list(depth + 1);
    const uint32_t size = token_end(*++at_) - from;
    return is_null(text_ + from, size) || is_scalar(text_ + from, size);
  }

  bool skip_object(uint32_t depth) {
    if (depth > kDepth) return false;
    ++at_;
    if (text_[*at_] == '}') {
      ++at_;
      return true;
    }
    while (true) {
      if (at_[1] >= end_ || text_[at_[0]] != '"' || text_[at_[1]] != ':') return false;
      at_ += 2;
      if (!skip(depth)) return false;
      const uint32_t after = *at_++;
      if (text_[after] == ',') continue;
      return text_[after] == '}';
    }
  }

  bool skip_list(uint32_t depth) {
    if (depth > kDepth) return false;
    ++at_;
    if (text_[*at_] == ']') {
      ++at_;
      return true;
    }
    while (true) {
      if (!skip(depth)) return false;
      const uint32_t after = *at_++;
      if (text_[after] == ',') continue;
      return text_[after] == ']';
    }
  }

  // Adds the values that a value stands for to a cell; its grammar is already checked.
  void gather(Cell& cell) {
    const uint32_t from = *at_;
    if (text_[from] == '"') {
      const uint32_t next = *++at_;
      cell.add(Value{text_ + from + 1, string_end(next) - from - 1, Value::kJson});
    } else if (text_[from] == '[') {
      gather_list(cell);
    } else if (text_[from] == '{') {
      gather_map(cell);
    } else {
      const uint32_t size = token_end(*++at_) - from;
      if (!is_null(text_ + from, size)) cell.add(Value{text_ + from, size, Value::kJson});
    }
  }

  void gather_list(Cell& cell) {
    ++at_;
    while (text_[*at_] != ']') {
      gather(cell);
      if (text_[*at_] == ',') ++at_;
    }
    ++at_;
  }

  // A map stands for its `#text`, if it has one; else it is something, but no value.
  void gather_map(Cell& cell) {
    const uint32_t* text = nullptr;
    const uint32_t* at = at_ + 1;
    while (text_[*at] != '}') {
      if (is_text_key(at)) text = at + 2;
      at += 2;
      pass(at);
      if (text_[*at] == ',') ++at;
    }
    if (text == nullptr) {
      cell.filled = true;
    } else {
      at_ = text;
      gather(cell);
    }
    at_ = at + 1;
  }

  // Moves behind a value whose grammar is already checked.
  void pass(const uint32_t*& at) const noexcept {
    uint32_t open = 0;
    do {
      const uint8_t byte = text_[*at++];
      if (byte == '{' || byte == '[') ++open;
      if (byte == '}' || byte == ']') --open;
    } while (open != 0);
  }

  bool is_text_key(const uint32_t* at) const {
    const uint8_t* const key = text_ + at[0] + 1;
    const uint32_t size = string_end(at[1]) - at[0] - 1;
    if (size == 5) return std::memcmp(key, "#text", 5) == 0;
    if (size > 30 || std::memchr(key, '\\', size) == nullptr) return false;
    UnitPlaces unused;
    if (!escapes_hold(key, key + size, unused)) return false;
    uint8_t plain[32];
    return unescape(key, size, plain, true) == 5 && std::memcmp(plain, "#text", 5) == 0;
  }

  bool is_leaf_at(const uint32_t* at) {
    const uint32_t* const kept = at_;
    at_ = at;
    const bool leaf = is_leaf();
    at_ = kept;
    return leaf;
  }

  // Whether the map or list at hand is a leaf: a map with `#text`, a list without maps. Looks
  // ahead over tokens that are not checked yet, so it stops at the end of the line.
  bool is_leaf() const {
    const bool map = text_[*at_] == '{';
    uint32_t open = 0;
    for (const uint32_t* at = at_; *at < end_; ++at) {
      const uint8_t byte = text_[*at];
      if (map && open == 1 && byte == '"' && at[1] < end_ && text_[at[1]] == ':' &&
          is_text_key(at)) {
        return true;
      }
      if (byte == '{' && !map) return false;
      if (byte == '{' || byte == '[') ++open;
      if ((byte == '}' || byte == ']') && --open == 0) break;
    }
    return !map;
  }

  // Finds the names that a later equal one in the same map makes void, by their offsets.
  void find_repeated(const uint32_t* at) {
    ++repeated_names_;
    repeated_.clear();
    std::vector<std::unordered_map<std::string, uint32_t>> open;
    for (; *at < end_; ++at) {
      const uint8_t byte = text_[*at];
      if (byte == '{' && open.size() <= kDepth) open.emplace_back();
      if (byte == '}' && !open.empty()) open.pop_back();
      if (byte != '"' || open.empty() || at[1] >= end_ || text_[at[1]] != ':') continue;
      const uint32_t size = string_end(at[1]) - *at - 1;
      std::string key(reinterpret_cast<const char*>(text_ + *at + 1), size);
      if (key.find('\\') != std::string::npos) {
        uint8_t* const out = reinterpret_cast<uint8_t*>(&key[0]);
        const std::string raw = key;
        key.resize(unescape(reinterpret_cast<const uint8_t*>(raw.data()), size, out, true));
      }
      const auto placed = open.back().emplace(std::move(key), *at);
      if (placed.second) continue;
      repeated_.push_back(placed.first->second);
      placed.first->second = *at;
    }
    std::sort(repeated_.begin(), repeated_.end());
  }

  bool is_repeated(uint32_t key) const noexcept {
    return std::binary_search(repeated_.begin(), repeated_.end(), key);
  }

  Worker& worker_;
  Names names_;
  bool collects_ = false;
  const uint8_t* text_ = nullptr;
  const uint32_t* at_ = nullptr;
  uint32_t end_ = 0;
  uint32_t swift_end_ = 0;  // up to which offset a key may be compared with spelled names
  uint64_t maps_ = 0;
  bool careful_ = false;
  bool repeats_ = false;
  bool suspicious_ = false;
  std::vector<uint32_t> repeated_;
  uint64_t repeated_names_ = 0;
};

}  // namespace tocsin
