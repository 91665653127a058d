// The walk over rows of Arrow batches.
//
// Place in the pipeline: beside the JSON walk. In: the columns of a batch. Out: for every row
// the values of the program's slots, offered to the worker, and its verdict. A row is the event
// that has a key for every column; structs are maps, lists are lists.
// What holds: names are looked up once for a batch; a text in a dictionary is classified once
// for a batch and unit, however many rows it stands in.
#pragma once

#include <vector>

#include "arrow_scalars.h"
#include "json_lines.h"

namespace tocsin {

// The dictionary of a column.
class ColumnDictionary final : public Dictionary {
 public:
  explicit ColumnDictionary(const Column& column) noexcept : column_(column) {}

  Value text(uint32_t entry) const noexcept override {
    const uint8_t* data;
    size_t size;
    column_.text(entry, data, size);
    return Value{data, static_cast<uint32_t>(size), Value::kUnchecked};
  }
  size_t size() const noexcept override { return static_cast<size_t>(column_.length()); }

 private:
  const Column& column_;
};

class ArrowRows {
 public:
  ArrowRows(Worker& worker, const NameTables& tables, uint64_t seed)
      : worker_(worker), names_(worker.program(), tables, seed), scalars_(worker) {}

  uint64_t name_drops() const noexcept { return names_.drops(); }

  bool open(const ArrowSchema& schema, std::string& error) {
    batch_ = Column();
    if (!batch_.open(schema, error)) return false;
    if (!batch_.is_struct()) error = "the data is no table";
    return batch_.is_struct();
  }

  // Judges the rows of a batch of the schema opened last.
  void run(const ArrowArray& array, uint32_t source, Lines& out) {
    batch_.bind(array);
    plans_.clear();
    if (names_.full()) names_.clear();
    plan(batch_, 0, plans_);
    const auto judged = [&](int64_t row, const ClassState& state, const Verdict& verdict) {
      ++out.events;
      if (!state.event_class->recognised) ++out.unrecognised;
      for (uint32_t i = 0; i < verdict.count; ++i) {
        out.hits.push_back(Hit{nullptr, 0, static_cast<uint32_t>(row), static_cast<uint32_t>(row),
                               verdict.rules[i]});
      }
    };
    const auto general = [&](int64_t row) {
      ClassState* state = nullptr;
      const Verdict verdict = judge(row, source, state);
      judged(row, *state, verdict);
    };
    if (open_scalars()) {
      scalars_.run(batch_.inner(0), array.length, source, judged, general);
    } else {
      for (int64_t row = 0; row < array.length; ++row) general(row);
    }
    scalars_.close();
    out.lines += static_cast<uint64_t>(array.length);
  }

 private:
  // What a column means in a context; the plans of the columns in it where it is a struct, or a
  // list of them.
  struct Plan {
    const Name* name = nullptr;
    bool matters = false;
    std::vector<Plan> inner;
    std::vector<Plan> leaf_inner;
    std::unique_ptr<ColumnDictionary> dictionary;
  };

  // Whether all columns hold single values; tells the walk for such rows which slots they are.
  bool open_scalars() {
    if (!scalars_.open(batch_.children, worker_.limits().memo)) return false;
    for (uint32_t i = 0; i < plans_.size(); ++i) {
      if (!plans_[i].matters) continue;
      for (uint32_t p = 0; p < plans_[i].name->place_count; ++p) {
        const SlotPlace& place = plans_[i].name->places[p];
        scalars_.place(place.slot, place.rank, i);
      }
    }
    scalars_.start();
    return true;
  }

  // Judges a row of any kind.
  Verdict judge(int64_t row, uint32_t source, ClassState*& state) {
    begin();
    offer(batch_, plans_, batch_.inner(row), ++maps_, 1);
    state = &worker_.classify(source);
    if (state->keywords != nullptr) collect_row(*state->event_class->filter, row);
    return worker_.judge(*state, !worker_.everything.empty());
  }

  void begin() {
    worker_.begin();
    used_ = 0;
  }

  void plan(const Column& parent, uint32_t context, std::vector<Plan>& plans) {
    for (size_t i = 0; i < parent.children.size(); ++i) {
      const Column& column = parent.children[i];
      plans.emplace_back();
      Plan& made = plans.back();
      made.name = names_.find_plain(context, reinterpret_cast<const uint8_t*>(column.name.data()),
                                    static_cast<uint32_t>(column.name.size()));
      if (column.shadowed) made.name = nullptr;
      if (column.dictionary && column.dictionary->is_text()) {
        made.dictionary = std::make_unique<ColumnDictionary>(*column.dictionary);
      }
      made.matters = made.name != nullptr && made.name->matters;
      if (!made.matters) continue;
      const Column* branch = &column;
      while (branch->is_list()) branch = &branch->children[0];
      if (!branch->is_struct()) continue;
      if (made.name->child != kNone) plan(*branch, made.name->child, made.inner);
      if (made.name->leaf_child != kNone) plan(*branch, made.name->leaf_child, made.leaf_inner);
    }
  }

  void offer(const Column& parent, std::vector<Plan>& plans, int64_t row, uint64_t map,
             uint32_t depth) {
    for (size_t i = 0; i < plans.size(); ++i) {
      Plan& plan = plans[i];
      if (!plan.matters) continue;
      const Column& column = parent.children[i];
      const bool null = column.is_null(row);
      if (!null && (column.is_struct() || column.is_list())) {
        branch(column, plan, row, map, depth);
        continue;
      }
      for (uint32_t p = 0; p < plan.name->place_count; ++p) {
        const SlotPlace& place = plan.name->places[p];
        Cell* const cell = worker_.offer(place.slot, place.rank, map);
        if (cell != nullptr && !null) add(*cell, column, row, plan.dictionary.get());
      }
    }
  }

  void branch(const Column& column, Plan& plan, int64_t row, uint64_t map, uint32_t depth) {
    const bool leaf = is_leaf(column, row);
    std::vector<Plan>& inner = leaf && plan.name->leaf_child != plan.name->child
                                   ? plan.leaf_inner
                                   : plan.inner;
    if (!inner.empty()) below(column, inner, row, depth);
    for (uint32_t p = 0; p < plan.name->place_count; ++p) {
      const SlotPlace& place = plan.name->places[p];
      if (place.leaf && !leaf) continue;
      Cell* const cell = worker_.offer(place.slot, place.rank, map);
      if (cell != nullptr) add(*cell, column, row, nullptr);
    }
  }

  void below(const Column& column, std::vector<Plan>& plans, int64_t row, uint32_t depth) {
    if (column.is_null(row)) return;
    if (column.is_struct()) {
      offer(column, plans, column.inner(row), ++maps_, depth + 1);
    } else if (column.is_list()) {
      int64_t begin, end;
      column.members(row, begin, end);
      for (; begin < end; ++begin) below(column.children[0], plans, begin, depth + 1);
    }
  }

  static const Column* text_child(const Column& column) {
    const Column* found = nullptr;
    for (const Column& child : column.children) {
      if (child.name == "#text") found = &child;
    }
    return found;
  }

  static bool is_leaf(const Column& column, int64_t row) {
    if (column.is_struct()) return text_child(column) != nullptr;
    return !has_map(column, row);
  }

  static bool has_map(const Column& column, int64_t row) {
    if (column.is_null(row)) return false;
    if (!column.is_list()) return column.is_struct();
    int64_t begin, end;
    column.members(row, begin, end);
    for (; begin < end; ++begin) {
      if (has_map(column.children[0], begin)) return true;
    }
    return false;
  }

  // Adds the values that a value stands for to a cell.
  void add(Cell& cell, const Column& column, int64_t row, Dictionary* dictionary) {
    if (column.is_null(row)) return;
    if (column.is_list()) {
      int64_t begin, end;
      column.members(row, begin, end);
      for (; begin < end; ++begin) add(cell, column.children[0], begin, nullptr);
    } else if (column.is_struct()) {
      const Column* const text = text_child(column);
      if (text == nullptr) {
        cell.filled = true;
      } else {
        add(cell, *text, column.inner(row), nullptr);
      }
    } else if (column.dictionary) {
      add_entry(cell, column, row, dictionary);
    } else {
      cell.add(value(column, row));
    }
  }

  void add_entry(Cell& cell, const Column& column, int64_t row, Dictionary* dictionary) {
    const int64_t entry = column.index(row);
    if (entry < 0 || entry >= column.dictionary->length()) return;
    if (!column.dictionary->is_text() || column.dictionary->is_null(entry)) {
      add(cell, *column.dictionary, entry, nullptr);
      return;
    }
    if (dictionary == nullptr) {
      add(cell, *column.dictionary, entry, nullptr);
    } else {
      cell.add(Value{reinterpret_cast<const uint8_t*>(dictionary), static_cast<uint32_t>(entry),
                     Value::kEntry});
    }
  }

  Value value(const Column& column, int64_t row) {
    if (column.is_text()) {
      const uint8_t* data;
      size_t size;
      column.text(row, data, size);
      return Value{data, static_cast<uint32_t>(size), Value::kUnchecked};
    }
    if (used_ == texts_.size()) texts_.emplace_back();
    std::string& text = texts_[used_++];
    text = column.spelled(row);
    return Value{reinterpret_cast<const uint8_t*>(text.data()),
                 static_cast<uint32_t>(text.size()), Value::kPlain};
  }

  // Gathers every value of a row that may pass a test on the whole event.
  void collect_row(const LineFilter& filter, int64_t row) {
    const int64_t at = batch_.inner(row);
    for (size_t i = 0; i < batch_.children.size(); ++i) {
      const Column& column = batch_.children[i];
      if (column.shadowed) continue;
      if (plans_[i].dictionary && !column.is_null(at)) {
        const int64_t entry = column.index(at);
        if (entry < 0 || entry >= column.dictionary->length()) continue;
        if (column.dictionary->is_null(entry)) continue;
        worker_.everything.push_back(
            Value{reinterpret_cast<const uint8_t*>(plans_[i].dictionary.get()),
                  static_cast<uint32_t>(entry), Value::kEntry});
      } else {
        collect(filter, column, at);
      }
    }
  }

  void collect(const LineFilter& filter, const Column& column, int64_t row) {
    if (column.is_null(row)) return;
    if (column.is_struct()) {
      for (const Column& child : column.children) {
        if (!child.shadowed) collect(filter, child, column.inner(row));
      }
    } else if (column.is_list()) {
      int64_t begin, end;
      column.members(row, begin, end);
      for (; begin < end; ++begin) collect(filter, column.children[0], begin);
    } else if (column.dictionary) {
      const int64_t entry = column.index(row);
      if (entry >= 0 && entry < column.dictionary->length()) {
        collect(filter, *column.dictionary, entry);
      }
    } else {
      const Value found = value(column, row);
      if (filter.may_match(found.data, found.data + found.size)) {
        worker_.everything.push_back(found);
      }
    }
  }

  Worker& worker_;
  Names names_;
  ScalarRows scalars_;
  Column batch_;
  std::vector<Plan> plans_;
  std::deque<std::string> texts_;
  size_t used_ = 0;
  uint64_t maps_ = 0;
};

}  // namespace tocsin
