// What was found in lines of JSON, or in rows of columns.
//
// Place in the pipeline: between the engine, which fills it, and Python, which reads it.
#pragma once

#include <cstdint>
#include <vector>

namespace tocsin {

struct Hit {
  uint64_t begin;  // of the line, from the first byte given
  uint32_t size;
  uint32_t line;   // from 0, blank lines counted
  uint32_t event;  // from 0, malformed lines counted
  uint32_t rule;
};

struct Lines {
  std::vector<Hit> hits;
  struct Fault { uint64_t begin; uint32_t size, line, event; };
  std::vector<Fault> malformed;
  uint64_t lines = 0;
  uint64_t events = 0;        // malformed ones included
  uint64_t unrecognised = 0;  // events of no log source that is known

  void clear() {
    hits.clear();
    malformed.clear();
    lines = events = unrecognised = 0;
  }
};

}  // namespace tocsin
