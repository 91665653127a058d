// The engine: a program and everything that is derived from it and shared by all workers.
//
// Place in the pipeline: made once from a program; workers ask it for event classes. What
// holds: classes and units are immutable, so workers use them without a lock; only making a
// new one takes the lock. The table of classes is bounded: when it is full it starts anew, and
// workers keep alive what they still use.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "event_class.h"
#include "program.h"

namespace tocsin {

class Engine {
 public:
  static constexpr uint32_t kAuto = 0;  // the event's header says where it is from

  explicit Engine(std::shared_ptr<const Program> program)
      : program_(std::move(program)), units_(program_), scratch_(*program_) {
    std::vector<std::vector<uint32_t>> checks(program_->slots.size);
    for (const PredicateRow& row : program_->predicates) {
      if (row.header != 0) checks[row.slot].push_back(row.check);
    }
    for (uint32_t slot : program_->headers) header_units_.push_back(unit(checks[slot]));
    predicate_of_.resize(program_->headers.size);
    unanswered_.resize(program_->predicates.size, Answer::kOpen);
    for (uint32_t p = 0; p < program_->predicates.size; ++p) {
      const PredicateRow& row = program_->predicates[p];
      if (row.header == 0) continue;
      predicate_of_[program_->header_of[row.slot]][row.check] = p;
      unanswered_[p] = Answer::kFails;
    }
  }

  const Program& program() const noexcept { return *program_; }
  const std::vector<std::shared_ptr<const Unit>>& header_units() const { return header_units_; }

  // The number under which events of a declared log source are judged: which variants are for
  // it. Numbers are never taken back; callers keep few of them.
  uint32_t declare(std::vector<uint8_t> active) {
    active.resize(program_->variants.size, 0);
    const std::lock_guard<std::mutex> held(lock_);
    declared_.push_back(std::make_unique<std::vector<uint8_t>>(std::move(active)));
    return static_cast<uint32_t>(declared_.size());
  }

  // How variants are judged for events of a source, as it was declared; empty if the header of
  // an event decides for each.
  std::vector<uint8_t> active(uint32_t source) const {
    const std::lock_guard<std::mutex> held(lock_);
    if (source == kAuto || source > declared_.size()) return {};
    return *declared_[source - 1];
  }

  // Some checks, for those who look at values apart from a class.
  std::shared_ptr<const Unit> tests(std::vector<uint32_t> checks) {
    const std::lock_guard<std::mutex> held(lock_);
    return unit(std::move(checks));
  }

  // The class of events of this source with these sets of header tests.
  std::shared_ptr<const EventClass> get(uint32_t source,
                                        const std::vector<Sets::Members>& header) {
    std::string key(reinterpret_cast<const char*>(&source), 4);
    std::vector<Answer> answers = unanswered_;
    for (size_t h = 0; h < header.size(); ++h) {
      key.append(reinterpret_cast<const char*>(&header[h].count), 4);
      key.append(reinterpret_cast<const char*>(header[h].begin), header[h].count * 4u);
      for (uint32_t i = 0; i < header[h].count; ++i) {
        const uint32_t check = header_units_[h]->numbers()[header[h].begin[i]];
        answers[predicate_of_[h].at(check)] = Answer::kHolds;
      }
    }
    const std::lock_guard<std::mutex> held(lock_);
    const auto known = classes_.find(key);
    if (known != classes_.end()) return known->second;
    if (classes_.size() >= kMostClasses) {
      classes_.clear();
      units_.clear();
    }
    const std::vector<uint8_t>* active = source == kAuto ? nullptr : declared_[source - 1].get();
    auto made = ClassBuilder(*program_, units_, answers, active, scratch_).build();
    classes_.emplace(std::move(key), made);
    return made;
  }

  size_t classes() const {
    const std::lock_guard<std::mutex> held(lock_);
    return classes_.size();
  }

 private:
  static constexpr size_t kMostClasses = 4096;

  // Value checks first, each group ascending: what `Unit` asks for.
  std::shared_ptr<const Unit> unit(std::vector<uint32_t> numbers) {
    std::sort(numbers.begin(), numbers.end(), [this](uint32_t a, uint32_t b) {
      const bool late_a = program_->checks[a].kind != kValue;
      const bool late_b = program_->checks[b].kind != kValue;
      return late_a != late_b ? late_b : a < b;
    });
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return units_.get(numbers);
  }

  std::shared_ptr<const Program> program_;
  Units units_;
  std::vector<std::shared_ptr<const Unit>> header_units_;
  std::vector<std::unordered_map<uint32_t, uint32_t>> predicate_of_;  // by header and check
  std::vector<Answer> unanswered_;  // by predicate, where the header passes no test
  std::vector<std::unique_ptr<std::vector<uint8_t>>> declared_;
  ClassScratch scratch_;
  mutable std::mutex lock_;
  std::unordered_map<std::string, std::shared_ptr<const EventClass>> classes_;
};

}  // namespace tocsin
