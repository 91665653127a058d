// Rows of Arrow batches all of whose columns hold single values.
//
// Place in the pipeline: in front of the general walk over rows, which takes over where this one
// declines: a batch with nested columns, an event class with tests between fields or on joined
// ones. In: the columns, coded, and which of them is which slot. Out: the verdict of a row.
// What holds: which column a slot is read from is the same for all rows of a batch, so the sets
// of tests of a row are looked up by codes; what depends on ids of the worker is thrown away
// when the worker's generation changes.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "arrow_codes.h"
#include "worker.h"

namespace tocsin {

class ScalarRows {
 public:
  explicit ScalarRows(Worker& worker) : worker_(worker) {}

  // Takes up a batch; false if it has columns that are not for this walk.
  bool open(const std::vector<Column>& columns, const MemoLimits& limits) {
    close();
    for (const Column& column : columns) {
      if (!CodedColumn::takes(column)) return false;
    }
    for (const Column& column : columns) {
      columns_.push_back(std::make_unique<CodedColumn>(column, limits));
    }
    for (uint32_t c = 0; c < columns.size(); ++c) {
      if (!columns[c].shadowed) searched_.push_back(c);
    }
    codes_.assign(columns.size(), CodedColumn::kNull);
    coded_in_.assign(columns.size(), 0);
    seats_.assign(worker_.program().slots.size, Taken{});
    return true;
  }

  // Says that a slot is found in a column; the best rank counts, and the last of equal ones.
  void place(uint32_t slot, uint32_t rank, uint32_t column) {
    Taken& taken = seats_[slot];
    if (taken.column == kNone || rank <= taken.rank) taken = Taken{column, rank};
  }

  // Ends the placing.
  void start() {
    const Program& program = worker_.program();
    for (uint32_t h = 0; h < program.headers.size; ++h) {
      const uint32_t column = seats_[program.headers[h]].column;
      if (column == kNone) continue;
      UnitState& unit = worker_.header(h);
      headers_.push_back(
          Header{h, column, CodedColumn::kFresh, &unit, &columns_[column]->table(&unit)});
    }
    generation_ = worker_.generation();
  }

  // Drops everything that points into the batch.
  void close() noexcept {
    plans_.clear();
    plan_ = nullptr;
    headers_.clear();
    columns_.clear();
    searched_.clear();
    row_ = 0;
  }

  // Finds the class of a row; null if the general walk must judge the row.
  ClassState* classify(int64_t row, uint32_t source) {
    worker_.begin();
    if (worker_.generation() != generation_) renew();
    ++row_;
    bool same = plan_ != nullptr;
    for (Header& header : headers_) {
      const uint32_t code = code_of(header.column, row);
      same = same && code == header.code && code != CodedColumn::kFresh;
      header.code = code;
    }
    if (!same) plan_ = &find_plan(row, source);
    return plan_->simple ? plan_->state : nullptr;
  }

  // The verdict on the row that has just been classified.
  Verdict judge(int64_t row) {
    ClassState& state = *plan_->state;
    if (state.event_class->candidates.empty()) return worker_.judge_sets(state, false);
    uint32_t* const key = state.key.data();
    for (const Read& read : plan_->reads) {
      const uint32_t code = code_of(read.column, row);
      const uint32_t known = read.table->find(code);
      key[read.position] = known != Memo::kMissing
                               ? known
                               : set_of(read.column, code, *read.table, *read.unit, row);
    }
    if (state.keywords != nullptr) search(*state.event_class->filter, row);
    return worker_.judge_sets(state, !worker_.everything.empty());
  }

 private:
  struct Taken {
    uint32_t column = kNone;
    uint32_t rank = 0;
  };
  struct Header {
    uint32_t number, column, code;
    UnitState* unit;
    CodedColumn::Table* table;
  };
  struct Read {  // of a field of a class
    uint32_t position, column;
    UnitState* unit;
    CodedColumn::Table* table;
  };
  struct Plan {
    ClassState* state = nullptr;
    bool simple = true;
    std::vector<Read> reads;
    std::vector<CodedColumn::Table*> passes;  // by column searched: 1 if a value may pass
  };

  void renew() noexcept {
    plans_.clear();
    plan_ = nullptr;
    for (const auto& column : columns_) column->empty_tables();
    generation_ = worker_.generation();
  }

  TOCSIN_INLINE uint32_t code_of(uint32_t column, int64_t row) {
    if (coded_in_[column] != row_) {
      coded_in_[column] = row_;
      codes_[column] = columns_[column]->code(row);
    }
    return codes_[column];
  }

  uint32_t set_of(uint32_t column, uint32_t code, CodedColumn::Table& table, UnitState& unit,
                  int64_t row) {
    const uint32_t known = table.find(code);
    if (known != Memo::kMissing) return known;
    if (code == CodedColumn::kNull) return unit.null();
    const uint32_t found = unit.look_up(columns_[column]->value(row, room_));
    if (code != CodedColumn::kFresh) table.keep(code, found);
    return found;
  }

  Plan& find_plan(int64_t row, uint32_t source) {
    for (Header& header : headers_) {
      worker_.set_header(header.number, set_of(header.column, header.code, *header.table,
                                               *header.unit, row));
    }
    ClassState& state = worker_.class_of(source);
    if (worker_.generation() != generation_) renew();
    Plan& plan = plans_[&state];
    if (plan.state == nullptr) make(plan, state);
    return plan;
  }

  void make(Plan& plan, ClassState& state) {
    const EventClass& known = *state.event_class;
    plan.simple = known.relations.empty();
    for (uint32_t i = 0; i < known.fields.size(); ++i) {
      UnitState& unit = *state.units[i];
      const uint32_t column = seats_[known.fields[i].slot].column;
      if (column == kNone) {
        state.key[i] = unit.missing();
        plan.simple = plan.simple && !joins(known.fields[i].slot);
      } else {
        plan.reads.push_back(Read{i, column, &unit, &columns_[column]->table(&unit)});
      }
    }
    for (const uint32_t column : searched_) {
      plan.passes.push_back(&columns_[column]->table(&known));
    }
    plan.state = &state;
  }

  // Whether a slot without a column may be a joined field of this batch.
  bool joins(uint32_t slot) const noexcept {
    const SlotRow& row = worker_.program().slots[slot];
    for (uint32_t i = 0; i < row.part_count; ++i) {
      if (seats_[worker_.program().parts[row.parts + i]].column == kNone) return false;
    }
    return row.part_count != 0;
  }

  // Gathers the values of a row that may pass a test on the whole event.
  TOCSIN_INLINE void search(const LineFilter& filter, int64_t row) {
    used_ = 0;
    for (size_t i = 0; i < searched_.size(); ++i) {
      const uint32_t code = code_of(searched_[i], row);
      if (code == CodedColumn::kNull) continue;
      const uint32_t passes = plan_->passes[i]->find(code);
      if (passes != 0) gather(filter, row, i, code, passes);
    }
  }

  void gather(const LineFilter& filter, int64_t row, size_t i, uint32_t code, uint32_t passes) {
    if (used_ == texts_.size()) texts_.emplace_back();
    const Value value = columns_[searched_[i]]->value(row, texts_[used_]);
    if (passes == Memo::kMissing) {
      passes = filter.may_match(value.data, value.data + value.size) ? 1 : 0;
      if (code != CodedColumn::kFresh) plan_->passes[i]->keep(code, passes);
    }
    if (passes == 0) return;
    ++used_;
    worker_.everything.push_back(value);
  }

  Worker& worker_;
  std::vector<std::unique_ptr<CodedColumn>> columns_;
  std::vector<uint32_t> searched_;  // columns that are not hidden by a later one
  std::vector<uint32_t> codes_;     // of the row, where `coded_in_` says so
  std::vector<uint64_t> coded_in_;
  std::vector<Taken> seats_;
  std::vector<Header> headers_;
  std::unordered_map<const ClassState*, Plan> plans_;
  Plan* plan_ = nullptr;
  std::deque<std::string> texts_;
  std::string room_;
  size_t used_ = 0;
  uint64_t row_ = 0;
  uint64_t generation_ = 0;
};

}  // namespace tocsin
