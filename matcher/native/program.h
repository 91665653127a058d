// The program: the flat, checked form of a rule set that all workers share.
//
// Place in the pipeline: `matcher/program.py` and `sections.py` write it, `Program::load` reads it
// back; its layout is described there. In: untrusted bytes. Out: typed views of the sections.
// What holds after `load`: every number that names something is in range; code only jumps
// forward; so nothing that runs a program checks again.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "hashing.h"

namespace tocsin {

constexpr uint32_t kNone = 0xFFFFFFFFu;    // "no such thing"
constexpr uint32_t kAccept = 0xFFFFFFFEu;  // code targets that end a run
constexpr uint32_t kReject = 0xFFFFFFFFu;
constexpr uint32_t kVersion = 5;
constexpr uint32_t kCounters = 16;

template <typename T>
struct Rows {
  const T* data = nullptr;
  uint32_t size = 0;
  const T& operator[](size_t at) const noexcept { return data[at]; }
  const T* begin() const noexcept { return data; }
  const T* end() const noexcept { return data + size; }
};

struct SlotRow { uint32_t name, name_size, parts, part_count; };
struct ContextRow { uint32_t entries, entry_count, any_child; };
struct EntryRow {
  uint32_t key, key_size, candidates, candidate_count, child, leaf_child;
};
struct CandidateRow { uint32_t slot, rank, leaf; };
enum CheckKind : uint32_t { kValue = 0, kExists = 1, kMissing = 2, kIsNull = 3, kRelation = 4 };
struct CheckRow { uint32_t kind, record, record_size, relation; };
struct PredicateRow { uint32_t slot, check, other, header; };
enum Operation : uint32_t { kTest = 0, kReset = 1, kCount = 2 };
struct CodeRow { uint32_t operation, argument, yes, no; };
struct VariantRow { uint32_t rule, when, body, witnesses, witness_count; };
struct FactsRow { uint32_t rules, recognised; };

class Program {
 public:
  // Null, and a message, for bytes that are damaged, hostile or of another version. What is
  // returned refers to the bytes.
  static std::shared_ptr<const Program> load(const uint8_t* bytes, size_t size,
                                             std::string& error) {
    auto made = std::make_shared<Program>();
    if (!made->read(bytes, size, error) || !made->check(error)) return nullptr;
    return made;
  }

  // Tells damage; whoever means harm can have it right.
  static uint64_t checksum(const uint8_t* data, size_t size) noexcept {
    return hash_bytes(data, size, 0);
  }

  Bytes text(uint32_t offset, uint32_t size) const noexcept {
    return Bytes{strings.data + offset, size};
  }
  Bytes name(uint32_t slot) const noexcept { return text(slots[slot].name, slots[slot].name_size); }

  Rows<uint8_t> strings, records;
  Rows<SlotRow> slots;
  Rows<uint32_t> parts, witnesses, headers;
  Rows<ContextRow> contexts;
  Rows<EntryRow> entries;
  Rows<CandidateRow> candidates;
  Rows<CheckRow> checks;
  Rows<PredicateRow> predicates;
  Rows<CodeRow> code;
  Rows<VariantRow> variants;
  FactsRow facts{};
  std::vector<uint32_t> header_of;  // by slot: its number among the headers, or kNone
  bool has_keywords = false;

 private:
  static constexpr size_t kHeader = 32, kRow = 24;

  struct Section { uint32_t kind, width; uint64_t offset, size; };

  bool read(const uint8_t* bytes, size_t size, std::string& error) {
    if (size < kHeader || std::memcmp(bytes, "TOCSINPG", 8) != 0) {
      error = "not a Tocsin program";
      return false;
    }
    if (load32(bytes + 8) != kVersion) {
      error = "a program of another version";
      return false;
    }
    const uint64_t count = load32(bytes + 12);
    if (load64(bytes + 16) != size || count > 64 || kHeader + count * kRow > size) {
      error = "a program cut short";
      return false;
    }
    if (load64(bytes + 24) != checksum(bytes + kHeader, size - kHeader)) {
      error = "a damaged program";
      return false;
    }
    const uint8_t* const base = aligned(bytes, size);
    for (uint64_t i = 0; i < count; ++i) {
      Section section;
      std::memcpy(&section, base + kHeader + i * kRow, sizeof section);
      if (section.offset > size || section.size > size - section.offset ||
          section.offset % 8 != 0 || !take(base, section)) {
        error = "a program with a damaged section";
        return false;
      }
    }
    if (facts_.size != 1) {
      error = "a program without its facts";
      return false;
    }
    facts = facts_[0];
    return true;
  }

  // The bytes, or a copy of them, at an address that any number may stand at.
  const uint8_t* aligned(const uint8_t* bytes, size_t size) {
    if (reinterpret_cast<uintptr_t>(bytes) % 8 == 0) return bytes;
    copy_.resize((size + 7) / 8);
    std::memcpy(copy_.data(), bytes, size);
    return reinterpret_cast<const uint8_t*>(copy_.data());
  }

  template <typename T>
  static bool set(Rows<T>& view, const uint8_t* base, const Section& section) {
    if (section.width != sizeof(T) || section.size % sizeof(T) != 0) return false;
    const uint64_t count = section.size / sizeof(T);
    if (count >= 0x7FFFFFFFu) return false;
    view.data = reinterpret_cast<const T*>(base + section.offset);
    view.size = static_cast<uint32_t>(count);
    return true;
  }

  bool take(const uint8_t* base, const Section& section) {
    switch (section.kind) {
      case 1: return set(strings, base, section);
      case 2: return set(slots, base, section);
      case 3: return set(parts, base, section);
      case 4: return set(contexts, base, section);
      case 5: return set(entries, base, section);
      case 6: return set(candidates, base, section);
      case 7: return set(checks, base, section);
      case 8: return set(records, base, section);
      case 9: return set(predicates, base, section);
      case 10: return set(code, base, section);
      case 11: return set(witnesses, base, section);
      case 12: return set(variants, base, section);
      case 13: return set(headers, base, section);
      case 14: return set(facts_, base, section);
      default: return true;  // for Python only
    }
  }

  template <typename T>
  static bool within(uint32_t begin, uint32_t count, const Rows<T>& view) {
    return begin <= view.size && count <= view.size - begin;
  }
  static bool optional(uint32_t number, uint32_t size) { return number == kNone || number < size; }
  bool target(uint32_t to, uint32_t from) const {
    return to == kAccept || to == kReject || (to > from && to < code.size);
  }
  bool entry_point(uint32_t at) const {
    return at == kAccept || at == kReject || at < code.size;
  }

  bool check(std::string& error) {
    const char* fault = !check_places()       ? "fields"
                        : !check_predicates() ? "predicates"
                        : !check_code()       ? "code"
                                              : nullptr;
    if (fault != nullptr) error = std::string("a program with damaged ") + fault;
    return fault == nullptr;
  }

  bool check_places() {
    header_of.assign(slots.size, kNone);
    for (const SlotRow& row : slots) {
      if (!within(row.name, row.name_size, strings) || !within(row.parts, row.part_count, parts)) {
        return false;
      }
      for (uint32_t i = 0; i < row.part_count; ++i) {  // a part has no parts of its own
        const uint32_t part = parts[row.parts + i];
        if (part >= slots.size || slots[part].part_count != 0) return false;
      }
    }
    for (uint32_t i = 0; i < headers.size; ++i) {
      const uint32_t slot = headers[i];
      if (slot >= slots.size || header_of[slot] != kNone) return false;
      header_of[slot] = i;
    }
    for (const ContextRow& row : contexts) {
      if (!within(row.entries, row.entry_count, entries)) return false;
      if (!optional(row.any_child, contexts.size)) return false;
    }
    for (const EntryRow& row : entries) {
      if (!within(row.key, row.key_size, strings)) return false;
      if (!within(row.candidates, row.candidate_count, candidates)) return false;
      if (!optional(row.child, contexts.size)) return false;
      if (!optional(row.leaf_child, contexts.size)) return false;
    }
    for (const CandidateRow& row : candidates) {
      if (row.slot >= slots.size || row.rank >= 0x10000u) return false;
    }
    return contexts.size != 0;
  }

  bool check_predicates() {
    for (const CheckRow& row : checks) {
      if (row.kind > kRelation || !within(row.record, row.record_size, records)) return false;
      if (row.kind == kRelation && row.relation > 7) return false;
    }
    for (const PredicateRow& row : predicates) {
      if (row.check >= checks.size || !optional(row.slot, slots.size)) return false;
      const uint32_t kind = checks[row.check].kind;
      if (row.slot == kNone && kind != kValue) return false;
      if (kind == kRelation && row.other >= slots.size) return false;
      if (row.header != 0 &&
          (kind == kRelation || row.slot == kNone || header_of[row.slot] == kNone)) {
        return false;
      }
      if (row.slot == kNone) has_keywords = true;
    }
    return true;
  }

  bool check_code() {
    for (uint32_t at = 0; at < code.size; ++at) {
      const CodeRow& row = code[at];
      if (row.operation > kCount || !target(row.yes, at)) return false;
      if (row.operation == kTest && row.argument >= predicates.size) return false;
      if (row.operation != kTest && row.argument >= kCounters) return false;
      if (row.operation != kReset && !target(row.no, at)) return false;
    }
    for (const VariantRow& row : variants) {
      if (row.rule >= facts.rules || !entry_point(row.when) || !entry_point(row.body) ||
          !within(row.witnesses, row.witness_count, witnesses)) {
        return false;
      }
    }
    for (uint32_t predicate : witnesses) {
      if (predicate >= predicates.size) return false;
    }
    return entry_point(facts.recognised);
  }

  std::vector<uint64_t> copy_;
  Rows<FactsRow> facts_;
};

}  // namespace tocsin
