// What was found in lines of JSON, or in rows of columns.
//
// Place in the pipeline: between the engine, which fills it, and Python, which reads it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "arena.h"

namespace tocsin {

struct Hit {
  const uint8_t* text;  // a copy of the line
  uint32_t size;
  uint32_t line;   // from 0, blank lines counted
  uint32_t event;  // from 0, malformed lines counted
  uint32_t rule;
};

// Lines that matter are copied, so that what was judged may go as soon as that is done.
struct Lines {
  struct Fault { uint32_t line, event; };

  std::vector<Hit> hits;
  Arena texts;  // of the lines with hits
  std::vector<Fault> malformed;
  std::vector<uint8_t> first_malformed;
  int unread = 0;             // why no more could be read, as the system numbers it
  uint64_t lines = 0;
  uint64_t events = 0;        // malformed ones included
  uint64_t unrecognised = 0;  // events of no log source that is known

  void hit(const uint8_t* text, size_t size, uint32_t line, uint32_t event,
           const uint32_t* rules, size_t count) {
    const uint8_t* const kept = texts.keep(text, size);
    for (size_t i = 0; i < count; ++i) {
      hits.push_back(Hit{kept, static_cast<uint32_t>(size), line, event, rules[i]});
    }
  }

  void fault(const uint8_t* text, size_t size, uint32_t line, uint32_t event) {
    if (malformed.empty()) first_malformed.assign(text, text + size);
    malformed.push_back({line, event});
  }

  // The next line is over the limit, and was not kept.
  void too_long() {
    fault(nullptr, 0, static_cast<uint32_t>(lines), static_cast<uint32_t>(events));
    ++lines;
    ++events;
  }
};

}  // namespace tocsin
