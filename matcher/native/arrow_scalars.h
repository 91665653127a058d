// Rows of Arrow batches all of whose columns hold single values.
//
// Place in the pipeline: in front of the general walk over rows, which takes over where this one
// declines: a batch with nested columns, an event class with tests between fields or on joined
// ones. In: the columns, coded, and which of them is which slot. Out: the verdicts of the rows.
// What holds: which column a slot is read from is the same for all rows of a batch, so the sets
// of tests of a row are looked up by codes, column by column for some hundred rows at a time;
// what depends on ids of the worker is thrown away when the worker's generation changes.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "arrow_codes.h"
#include "arrow_plan.h"
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
    for (const Column& column : columns) columns_.emplace_back(column, limits);
    for (uint32_t c = 0; c < columns.size(); ++c) {
      if (!columns[c].shadowed) searched_.push_back(c);
    }
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
      headers_.push_back(Header{h, column, &unit, &columns_[column].coded.table(&unit)});
    }
    generation_ = worker_.generation();
  }

  // Drops everything that points into the batch.
  void close() noexcept {
    plans_.clear();
    headers_.clear();
    columns_.clear();
    searched_.clear();
  }

  // Judges the rows from `first` on: calls `judged(row, state, verdict)` for each in turn, or
  // `general(row)` where it declines.
  template <typename Judged, typename General>
  void run(int64_t first, int64_t length, uint32_t source, Judged&& judged, General&& general) {
    for (int64_t done = 0; done < length; done += kRows) {
      first_ = first + done;
      count_ = static_cast<uint32_t>(std::min<int64_t>(length - done, kRows));
      ++part_;
      for (const Header& header : headers_) codes_of(header.column);
      for (uint32_t begin = 0; begin < count_;) {
        const uint32_t end = alike(begin);
        ColumnPlan& plan = find_plan(begin, source);
        if (plan.simple) {
          judge(plan, begin, end, done, judged);
        } else {
          for (uint32_t row = begin; row < end; ++row) general(done + row);
        }
        begin = end;
      }
    }
  }

 private:
  static constexpr uint32_t kRows = 512;

  struct Taken {
    uint32_t column = kNone;
    uint32_t rank = 0;
  };
  struct Header {
    uint32_t number, column;
    UnitState* unit;
    CodedColumn::Table* table;
  };
  // A column, and the codes of the rows at hand where `part` says so.
  struct Held {
    Held(const Column& column, const MemoLimits& limits) : coded(column, limits) {}
    CodedColumn coded;
    uint64_t part = 0;
    uint32_t codes_end = 0;  // above all of the codes
    uint32_t codes[kRows];
  };

  const uint32_t* codes_of(uint32_t column) {
    Held& held = columns_[column];
    if (held.part != part_) {
      held.part = part_;
      held.coded.codes(first_, count_, held.codes);
      uint32_t end = 0;
      for (uint32_t i = 0; i < count_; ++i) {  // of a null it is 0, without a code beyond all
        end = std::max(end, held.codes[i] + 1);
      }
      held.codes_end = end;
    }
    return held.codes;
  }

  // The end of the rows from one on that have the same header for certain.
  uint32_t alike(uint32_t begin) const noexcept {
    uint32_t end = count_;
    for (const Header& header : headers_) {
      const uint32_t* const codes = columns_[header.column].codes;
      const uint32_t code = codes[begin];
      if (code == CodedColumn::kFresh) return begin + 1;
      uint32_t row = begin + 1;
      while (row < end && codes[row] == code) ++row;
      end = std::min(end, row);
    }
    return end;
  }

  TOCSIN_APART uint32_t set_of(uint32_t column, uint32_t row, CodedColumn::Table& table,
                               UnitState& unit) {
    const uint32_t code = columns_[column].codes[row];
    const uint32_t known = table.find(code);
    if (known != Memo::kMissing) return known;
    if (code == CodedColumn::kNull) return unit.null();
    const uint32_t found = unit.look_up(columns_[column].coded.value(first_ + row, room_));
    if (code != CodedColumn::kFresh) table.keep(code, found);
    return found;
  }

  ColumnPlan& find_plan(uint32_t row, uint32_t source) {
    worker_.begin();
    if (worker_.generation() != generation_) renew();
    for (const Header& header : headers_) {
      worker_.set_header(header.number, set_of(header.column, row, *header.table, *header.unit));
    }
    ClassState& state = worker_.class_of(source);
    if (worker_.generation() != generation_) renew();
    ColumnPlan& plan = plans_[&state];
    if (plan.state == nullptr) make(plan, state);
    return plan;
  }

  void renew() noexcept {
    plans_.clear();
    for (Held& held : columns_) held.coded.empty_tables();
    generation_ = worker_.generation();
  }

  void make(ColumnPlan& plan, ClassState& state) {
    const EventClass& known = *state.event_class;
    plan.simple = known.relations.empty();
    for (uint32_t i = 0; i < known.fields.size(); ++i) {
      UnitState& unit = *state.units[i];
      const uint32_t column = seats_[known.fields[i].slot].column;
      if (column == kNone) {
        plan.fix(i, unit.missing());
        plan.simple = plan.simple && !joins(known.fields[i].slot);
      } else {
        plan.reads.push_back({i, column, &unit, &columns_[column].coded.table(&unit), {}, {}});
      }
    }
    for (const uint32_t column : searched_) {
      plan.passes.push_back(&columns_[column].coded.table(known.filter.get()));
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

  // Judges rows of one class.
  template <typename Judged>
  void judge(ColumnPlan& plan, uint32_t begin, uint32_t end, int64_t done, Judged& judged) {
    ClassState& state = *plan.state;
    if (state.event_class->candidates.empty()) {
      for (uint32_t row = begin; row < end; ++row) judged(done + row, state, Verdict{});
      return;
    }
    if (numbers_.size() < plan.reads.size()) numbers_.resize(plan.reads.size());
    for (size_t i = 0; i < plan.reads.size(); ++i) number(plan.reads[i], begin, end, numbers_[i]);
    plan.widen();
    name(plan, begin, end);
    const bool searches = state.keywords != nullptr;
    if (searches) find_telling(plan, begin, end);
    for (uint32_t row = begin; row < end; ++row) {
      const auto number_of = [&](size_t read) { return numbers_[read].of[row]; };
      if (searches && telling_[row] != 0) {
        plan.fill_key(number_of);
        collect(plan, row);
        judged(done + row, state, worker_.judge_sets(state, true));
      } else {
        judged(done + row, state, plan.verdict(worker_, names_[row], number_of));
      }
    }
  }

  struct Numbers { uint32_t of[kRows]; };

  // The numbers of the sets that the values of a column pass.
  void number(ColumnPlan::Read& read, uint32_t begin, uint32_t end, Numbers& out) {
    const uint32_t* const codes = codes_of(read.column);
    for (uint32_t row = begin; row < end;) {
      row = number_known(read, codes, row, end, out);
      if (row == end) break;
      out.of[row] = read.number(set_of(read.column, row, *read.table, *read.unit));
      ++row;
    }
  }

  // Does so up to the first value that has no number yet; what it looks at does not move.
  static uint32_t number_known(ColumnPlan::Read& read, const uint32_t* codes, uint32_t row,
                               uint32_t end, Numbers& out) {
    const size_t known_codes = read.table->values.size();
    if (known_codes == 0) return row;
    const uint32_t null = read.number(read.unit->null());
    const uint32_t* const sets = read.table->values.data();
    const uint32_t* const numbers = read.numbers.data();
    const size_t known_sets = read.numbers.size();
    for (; row < end; ++row) {
      const bool is_null = codes[row] == CodedColumn::kNull;  // at random: not branched on
      const uint32_t code = is_null ? 0 : codes[row];
      if (code >= known_codes) break;
      const uint32_t set = sets[code];
      const uint32_t number = is_null ? null : set < known_sets ? numbers[set] : kNone;
      if (number == kNone) break;
      out.of[row] = number;
    }
    return row;
  }

  // Puts the numbers of each row side by side.
  void name(const ColumnPlan& plan, uint32_t begin, uint32_t end) noexcept {
    std::fill(names_ + begin, names_ + end, 0);
    if (!plan.fits()) return;
    for (size_t i = 0; i < plan.reads.size(); ++i) {
      const uint32_t shift = plan.shift(i);
      const uint32_t* const numbers = numbers_[i].of;
      for (uint32_t row = begin; row < end; ++row) {
        names_[row] |= uint64_t{numbers[row]} << shift;
      }
    }
  }

  // Finds the rows with a value that may pass a test on the whole event. Most columns never hold
  // one, which is seen by the greatest of their codes.
  void find_telling(ColumnPlan& plan, uint32_t begin, uint32_t end) {
    const LineFilter& filter = *plan.state->event_class->filter;
    std::fill(telling_ + begin, telling_ + end, 0);
    for (size_t i = 0; i < searched_.size(); ++i) {
      const uint32_t* const codes = codes_of(searched_[i]);
      if (columns_[searched_[i]].codes_end <= plan.passes[i]->zeros) continue;
      for (uint32_t row = begin; row < end; ++row) {
        telling_[row] |= static_cast<uint8_t>(passes(plan, filter, i, codes[row], row));
      }
      plan.passes[i]->count_zeros();
    }
  }

  // 1 if a value may pass a test on the whole event, 0 if not.
  TOCSIN_INLINE uint32_t passes(ColumnPlan& plan, const LineFilter& filter, size_t i,
                                uint32_t code, uint32_t row) {
    if (code == CodedColumn::kNull) return 0;
    const uint32_t known = plan.passes[i]->find(code);
    return known != Memo::kMissing ? known : find_passes(plan, filter, i, code, row);
  }

  TOCSIN_APART uint32_t find_passes(ColumnPlan& plan, const LineFilter& filter, size_t i,
                                    uint32_t code, uint32_t row) {
    const Value value = columns_[searched_[i]].coded.value(first_ + row, room_);
    const uint32_t found = filter.may_match(value.data, value.data + value.size) ? 1 : 0;
    if (code != CodedColumn::kFresh) plan.passes[i]->keep(code, found);
    return found;
  }

  // Gathers the values of a row that may pass a test on the whole event.
  void collect(ColumnPlan& plan, uint32_t row) {
    const LineFilter& filter = *plan.state->event_class->filter;
    size_t used = 0;
    worker_.everything.clear();
    for (size_t i = 0; i < searched_.size(); ++i) {
      const Held& held = columns_[searched_[i]];
      if (passes(plan, filter, i, held.codes[row], row) == 0) continue;
      if (used == texts_.size()) texts_.emplace_back();
      worker_.everything.push_back(held.coded.value(first_ + row, texts_[used++]));
    }
  }

  Worker& worker_;
  std::deque<Held> columns_;
  std::vector<uint32_t> searched_;  // columns that are not hidden by a later one
  std::vector<Taken> seats_;
  std::vector<Header> headers_;
  std::unordered_map<const ClassState*, ColumnPlan> plans_;
  std::deque<Numbers> numbers_;  // by read
  uint64_t names_[kRows] = {};
  uint8_t telling_[kRows] = {};
  std::deque<std::string> texts_;
  std::string room_;
  int64_t first_ = 0;   // the rows at hand
  uint32_t count_ = 0;
  uint64_t part_ = 0;
  uint64_t generation_ = 0;
};

}  // namespace tocsin
