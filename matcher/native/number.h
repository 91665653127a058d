// Exact decimal numbers read from text (decision D9): optional sign, digits, fraction, exponent.
//
// Numbers are never turned into floating point. A number is kept as its significant digits and
// the power of ten of the first of them, so that comparing takes time linear in the digits,
// whatever the exponent says.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "bytes.h"

namespace tocsin {

struct Decimal {
  int sign = 0;           // -1, 0 or 1
  int64_t magnitude = 0;  // the first significant digit stands for digit * 10^magnitude
  View digits;            // from the first to the last significant digit, maybe with a point

  // Reads text that is a number from end to end; false for anything else.
  bool read(View text) noexcept;
};

namespace detail {

inline bool is_digit(uint8_t byte) noexcept { return static_cast<uint8_t>(byte - '0') < 10; }

// Reads `e`, an optional sign and digits up to the end; huge exponents are held at a bound.
inline bool read_exponent(const uint8_t* at, const uint8_t* end, int64_t& exponent) noexcept {
  constexpr int64_t kBound = 100000000000000000;
  if (at == end || (*at | 0x20) != 'e') return false;
  ++at;
  bool negative = at != end && *at == '-';
  if (at != end && (*at == '-' || *at == '+')) ++at;
  if (at == end) return false;
  int64_t value = 0;
  for (; at != end; ++at) {
    if (!is_digit(*at)) return false;
    value = std::min(kBound, value * 10 + (*at - '0'));
  }
  exponent = negative ? -value : value;
  return true;
}

// Compares significant digits, left to right, points skipped, missing digits being zeros.
inline int compare_digits(View left, View right) noexcept {
  const uint8_t *a = left.data, *b = right.data;
  const uint8_t *a_end = a + left.size, *b_end = b + right.size;
  for (;;) {
    if (a != a_end && *a == '.') ++a;
    if (b != b_end && *b == '.') ++b;
    if (a == a_end && b == b_end) return 0;
    uint8_t x = a == a_end ? '0' : *a++, y = b == b_end ? '0' : *b++;
    if (x != y) return x < y ? -1 : 1;
  }
}

}  // namespace detail

inline bool Decimal::read(View text) noexcept {
  const uint8_t *at = text.data, *end = at + text.size;
  if (text.size == 0) return false;
  bool negative = *at == '-';
  if (*at == '-' || *at == '+') ++at;
  const uint8_t *point = nullptr, *first = nullptr, *last = nullptr;
  size_t count = 0;
  const uint8_t* start = at;
  for (; at != end && (detail::is_digit(*at) || (*at == '.' && point == nullptr)); ++at) {
    if (*at == '.') {
      point = at;
      continue;
    }
    ++count;
    if (*at == '0') continue;
    if (first == nullptr) first = at;
    last = at;
  }
  int64_t exponent = 0;
  if (count == 0 || (at != end && !detail::read_exponent(at, end, exponent))) return false;
  if (!detail::is_digit(*start) || (point != nullptr && point + 1 == at)) return false;
  sign = first == nullptr ? 0 : negative ? -1 : 1;
  if (first == nullptr) return true;
  const uint8_t* unit = point != nullptr ? point : at;  // just behind the digit of 10^0
  magnitude = exponent + (first < unit ? unit - first - 1 : unit - first);
  digits = {first, static_cast<size_t>(last - first + 1)};
  return true;
}

// -1, 0 or 1 as `left` is below, equal to or above `right`.
inline int compare(const Decimal& left, const Decimal& right) noexcept {
  if (left.sign != right.sign) return left.sign < right.sign ? -1 : 1;
  if (left.sign == 0) return 0;
  if (left.magnitude != right.magnitude) {
    return left.magnitude < right.magnitude ? -left.sign : left.sign;
  }
  return left.sign * detail::compare_digits(left.digits, right.digits);
}

enum class Order : uint8_t { kEqual, kBelow, kAtMost, kAbove, kAtLeast };

constexpr uint8_t kOrders = 5;

inline bool stands(int comparison, Order order) noexcept {
  switch (order) {
    case Order::kEqual: return comparison == 0;
    case Order::kBelow: return comparison < 0;
    case Order::kAtMost: return comparison <= 0;
    case Order::kAbove: return comparison > 0;
    case Order::kAtLeast: return comparison >= 0;
  }
  return false;
}

// All numbers that a field is compared with.
class NumberTests {
 public:
  // False if the text is no number.
  bool add(Order order, View text, uint32_t test) {
    texts_.push_back(text.str());
    const std::string& kept = texts_.back();  // a deque's elements stay where they are
    Decimal number;
    if (!number.read({reinterpret_cast<const uint8_t*>(kept.data()), kept.size()})) return false;
    rows_.push_back({number, order, test});
    return true;
  }

  // Sorts, so that equality is found by halving. Call once, after the last `add`.
  void finish() {
    auto middle = std::partition(rows_.begin(), rows_.end(),
                                 [](const Row& row) { return row.order == Order::kEqual; });
    equal_ = static_cast<size_t>(middle - rows_.begin());
    std::sort(rows_.begin(), middle,
              [](const Row& a, const Row& b) { return compare(a.number, b.number) < 0; });
  }

  bool empty() const noexcept { return rows_.empty(); }
  size_t memory() const noexcept { return rows_.size() * (sizeof(Row) + sizeof(std::string)); }

  template <typename Sink>
  void run(View text, Sink& sink) const {
    Decimal value;
    if (rows_.empty() || !value.read(text)) return;
    auto end = rows_.begin() + static_cast<std::ptrdiff_t>(equal_);
    auto row = std::lower_bound(rows_.begin(), end, value, [](const Row& r, const Decimal& wanted) {
      return compare(r.number, wanted) < 0;
    });
    for (; row != end && compare(row->number, value) == 0; ++row) sink.hit(row->test);
    for (row = end; row != rows_.end(); ++row) {
      if (stands(compare(value, row->number), row->order)) sink.hit(row->test);
    }
  }

 private:
  struct Row {
    Decimal number;  // its digits lie in `texts_`
    Order order;
    uint32_t test;
  };
  std::deque<std::string> texts_;
  std::vector<Row> rows_;
  size_t equal_ = 0;
};

}  // namespace tocsin
