// The yardstick: simdjson's own parser, line by line.
//
// For benchmarks only: how long parsing alone takes with the very copy that is linked here.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>

#include "simdjson.h"

namespace tocsin {

// How many lines of [text, text + size) are JSON, each parsed into simdjson's tree.
inline uint64_t count_parsed(const uint8_t* text, size_t size) {
  simdjson::dom::parser parser;
  std::string last;
  uint64_t parsed = 0;
  for (size_t at = 0; at < size;) {
    const void* found = std::memchr(text + at, '\n', size - at);
    const size_t end =
        found == nullptr ? size : static_cast<size_t>(static_cast<const uint8_t*>(found) - text);
    const uint8_t* line = text + at;
    const bool copy = size - end < simdjson::SIMDJSON_PADDING;  // the parser looks behind a line
    if (copy) {
      last.assign(reinterpret_cast<const char*>(line), end - at);
      last.append(simdjson::SIMDJSON_PADDING, ' ');
      line = reinterpret_cast<const uint8_t*>(last.data());
    }
    simdjson::dom::element element;
    if (parser.parse(line, end - at, false).get(element) == simdjson::SUCCESS) ++parsed;
    at = end + 1;
  }
  return parsed;
}

}  // namespace tocsin
