// The structural index: where the tokens of a stretch of JSON text begin.
//
// Place in the pipeline: simdjson's first stage behind an interface of our own. In: any bytes.
// Out: ascending offsets of every bracket, comma, colon and of the first byte of every string
// and bare word, and whether the bytes are UTF-8 with closed strings free of control
// characters. The kernel is chosen at run time.
#pragma once

#include <cstdint>
#include <memory>

#include "simdjson.h"

namespace tocsin {

class JsonIndex {
 public:
  // False if the bytes are certainly not (a series of) JSON texts, or memory ran out.
  bool build(const uint8_t* text, size_t size) {
    count_ = 0;
    if (size == 0 || size > kMost) return size == 0;
    if (!reserve(size)) return false;
    const simdjson::error_code error =
        parser_->stage1(text, size, simdjson::stage1_mode::regular);
    if (error == simdjson::EMPTY) return true;
    if (error != simdjson::SUCCESS) return false;
    count_ = parser_->n_structural_indexes;
    // a walk may look two tokens past the last one
    parser_->structural_indexes[count_] = static_cast<uint32_t>(size);
    parser_->structural_indexes[count_ + 1] = static_cast<uint32_t>(size);
    parser_->structural_indexes[count_ + 2] = static_cast<uint32_t>(size);
    return true;
  }

  // The offsets, and behind them some that lie at or past the end.
  const uint32_t* begin() const noexcept {
    static const uint32_t nothing[3] = {~0u, ~0u, ~0u};
    return count_ != 0 ? parser_->structural_indexes.get() : nothing;
  }
  bool empty() const noexcept { return count_ == 0; }
  size_t memory() const noexcept { return capacity_ * sizeof(uint32_t); }

  static constexpr size_t kMost = size_t{1} << 31;

 private:
  bool reserve(size_t size) {
    if (parser_ && size <= capacity_) return true;
    const size_t wanted = size < 4096 ? 4096 : size;
    if (!parser_) {
      const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
          wanted, 1, parser_);
      if (error != simdjson::SUCCESS) return false;
    } else if (parser_->set_capacity(wanted) != simdjson::SUCCESS) {
      capacity_ = 0;
      parser_.reset();
      return false;
    }
    capacity_ = wanted;
    return true;
  }

  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser_;
  size_t capacity_ = 0;
  size_t count_ = 0;
};

}  // namespace tocsin
