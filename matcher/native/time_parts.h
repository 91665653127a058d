// Parts of time stamps in text (decision D27): the clock as written, no time zones.
//
// Read are `2024-05-01`, with slashes too, alone or with `T10:20`, `:30`, a fraction and a zone
// that is not looked at; and epoch numbers, UTC seconds, or milliseconds from 10^11 on. The same
// as `matcher/timestamps.py`, which defines it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <vector>

#include "bytes.h"
#include "number.h"

namespace tocsin {

enum class TimePart : uint8_t { kMinute, kHour, kDay, kWeekday, kWeek, kMonth, kYear };
constexpr uint8_t kTimeParts = 7;

// What a time stamp says, by TimePart; -1 for what it lacks.
struct TimeStamp {
  int parts[kTimeParts];

  int& operator[](TimePart part) noexcept { return parts[static_cast<int>(part)]; }

  // False for text that is no time stamp.
  bool read(View text) noexcept;

 private:
  bool read_written(View text) noexcept;
  bool read_epoch(View text) noexcept;
  void set_date(int64_t days, int year, int month, int day) noexcept;
};

namespace detail {

// Steps through a short text; once something does not fit, nothing does.
struct Cursor {
  const uint8_t* at;
  const uint8_t* end;
  bool ok = true;

  bool accept(char wanted) noexcept {
    if (at == end || *at != static_cast<uint8_t>(wanted)) return false;
    ++at;
    return true;
  }

  // Exactly `count` digits.
  int digits(int count) noexcept {
    int value = 0;
    for (; count != 0; --count) {
      if (at == end || !is_digit(*at)) {
        ok = false;
        return 0;
      }
      value = value * 10 + (*at++ - '0');
    }
    return value;
  }

  // Any number of digits, at least one.
  void run_of_digits() noexcept {
    const uint8_t* start = at;
    while (at != end && is_digit(*at)) ++at;
    if (at == start) ok = false;
  }
};

// Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
inline int64_t days_of(int64_t year, int month, int day) noexcept {
  year -= month <= 2;
  int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
  int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

inline int days_in(int year, int month) noexcept {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

inline int64_t floor_div(int64_t value, int64_t by) noexcept {
  return value / by - (value % by != 0 && (value < 0) != (by < 0));
}

// Steps over a space, then `Z`, `UTC`, `+02`, `-0200` or `+02:00`, both optional.
inline void skip_zone(Cursor& cursor) noexcept {
  cursor.accept(' ');
  if (cursor.accept('Z')) return;
  if (cursor.accept('U')) {
    cursor.ok = cursor.ok && cursor.accept('T') && cursor.accept('C');
    return;
  }
  if (!cursor.accept('+') && !cursor.accept('-')) return;
  cursor.digits(2);
  if (cursor.at != cursor.end) {
    cursor.accept(':');
    cursor.digits(2);
  }
}

}  // namespace detail

inline bool TimeStamp::read(View text) noexcept {
  constexpr size_t kLongest = 4096;
  for (int& part : parts) part = -1;
  if (text.size == 0 || text.size > kLongest) return false;
  return read_written(text) || read_epoch(text);
}

inline bool TimeStamp::read_written(View text) noexcept {
  detail::Cursor cursor{text.data, text.data + text.size};
  int year = cursor.digits(4);
  char dash = cursor.accept('-') ? '-' : '/';
  if (dash == '/' && !cursor.accept('/')) return false;
  int month = cursor.digits(2);
  if (!cursor.accept(dash)) return false;
  int day = cursor.digits(2), hour = -1, minute = -1, second = 0;
  if (cursor.at != cursor.end) {
    if (!cursor.accept('T') && !cursor.accept(' ')) return false;
    hour = cursor.digits(2);
    if (!cursor.accept(':')) return false;
    minute = cursor.digits(2);
    if (cursor.accept(':')) {
      second = cursor.digits(2);
      if (cursor.accept('.') || cursor.accept(',')) cursor.run_of_digits();
    }
    detail::skip_zone(cursor);
  }
  if (!cursor.ok || cursor.at != cursor.end || year == 0 || month < 1 || month > 12) return false;
  if (day < 1 || day > detail::days_in(year, month)) return false;
  if (hour > 23 || minute > 59 || second > 60) return false;
  set_date(detail::days_of(year, month, day), year, month, day);
  (*this)[TimePart::kHour] = hour;
  (*this)[TimePart::kMinute] = minute;
  return true;
}

inline bool TimeStamp::read_epoch(View text) noexcept {
  constexpr int64_t kFirst = -62135596800, kLast = 253402300799;  // the years 1 to 9999
  constexpr int64_t kMilliseconds = 100000000000;
  detail::Cursor cursor{text.data, text.data + text.size};
  bool negative = cursor.accept('-');
  const uint8_t* start = cursor.at;
  int64_t value = 0;
  while (cursor.at != cursor.end && detail::is_digit(*cursor.at) && cursor.at - start < 18) {
    value = value * 10 + (*cursor.at++ - '0');
  }
  if (cursor.at == start) return false;
  if (cursor.accept('.')) cursor.run_of_digits();
  if (!cursor.ok || cursor.at != cursor.end) return false;
  bool fine = value >= kMilliseconds;
  value = negative ? -value : value;
  int64_t seconds = fine ? detail::floor_div(value, 1000) : value;
  if (seconds < kFirst || seconds > kLast) return false;
  int64_t days = detail::floor_div(seconds, 86400);
  int64_t of_day = seconds - days * 86400;
  int year = static_cast<int>(1970 + detail::floor_div(days, days < 0 ? 365 : 366));  // or earlier
  while (detail::days_of(year + 1, 1, 1) <= days) ++year;
  int month = 12;
  while (detail::days_of(year, month, 1) > days) --month;
  set_date(days, year, month, static_cast<int>(days - detail::days_of(year, month, 1)) + 1);
  (*this)[TimePart::kHour] = static_cast<int>(of_day / 3600);
  (*this)[TimePart::kMinute] = static_cast<int>(of_day / 60 % 60);
  return true;
}

inline void TimeStamp::set_date(int64_t days, int year, int month, int day) noexcept {
  int weekday = static_cast<int>((days + 3) - detail::floor_div(days + 3, 7) * 7) + 1;
  // The ISO week is the one of its Thursday, counted in the Thursday's year.
  int64_t thursday = days + 4 - weekday;
  int64_t begin = detail::days_of(year, 1, 1);
  if (thursday < begin) {
    begin = detail::days_of(year - 1, 1, 1);
  } else if (thursday >= detail::days_of(year + 1, 1, 1)) {
    begin = detail::days_of(year + 1, 1, 1);
  }
  (*this)[TimePart::kYear] = year;
  (*this)[TimePart::kMonth] = month;
  (*this)[TimePart::kDay] = day;
  (*this)[TimePart::kWeekday] = weekday;
  (*this)[TimePart::kWeek] = static_cast<int>((thursday - begin) / 7) + 1;
}

// All tests of a field on parts of a time stamp.
class TimePartTests {
 public:
  // False if the text is no number.
  bool add(TimePart part, Order order, View text, uint32_t test) {
    rows_.push_back({part, order, text.str(), test});
    Decimal number;
    return number.read(text);
  }

  void finish() noexcept { rows_.shrink_to_fit(); }
  bool empty() const noexcept { return rows_.empty(); }
  size_t memory() const noexcept { return rows_.capacity() * sizeof(Row); }

  template <typename Sink>
  void run(View text, Sink& sink) const noexcept {
    TimeStamp stamp;
    if (!stamp.read(text)) return;
    for (const Row& row : rows_) {
      int value = stamp[row.part];
      if (value < 0) continue;
      char digits[12];
      int size = std::snprintf(digits, sizeof digits, "%d", value);
      Decimal found, wanted;
      found.read({reinterpret_cast<const uint8_t*>(digits), static_cast<size_t>(size)});
      wanted.read({reinterpret_cast<const uint8_t*>(row.number.data()), row.number.size()});
      if (stands(compare(found, wanted), row.order)) sink.hit(row.test);
    }
  }

 private:
  struct Row {
    TimePart part;
    Order order;
    std::string number;
    uint32_t test;
  };
  std::vector<Row> rows_;
};

}  // namespace tocsin
