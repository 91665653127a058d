// File lines: the lines that begin in a part of a file, in blocks.
//
// Place in the pipeline: in front of the JSON lines, for files that can be read from any place. In:
// a descriptor and two places in its file. Out: blocks of whole lines, each until the next one.
// What holds: parts that lie side by side hold every line once, wherever they are cut: a part has
// the lines that begin behind its begin, up to the one that begins at its end, and the first part
// the first line as well. Threads may read the same file at the same time. Memory is bounded by
// the longest line that is allowed.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#if !defined(_WIN32)
#include <unistd.h>
#endif

namespace tocsin {

class FileLines {
 public:
  enum class Found { kBlock, kTooLong, kEnd };
  struct Sizes {
    size_t block = 1u << 20;   // how many bytes are read at a time
    size_t limit = 64u << 20;  // how many a line may have, without its end
  };

  // Begins with a part of a file; one that goes on as far as there is anything ends at `~0`.
  void open(int file, uint64_t begin, uint64_t end, const Sizes& sizes) noexcept {
    file_ = file;
    read_at_ = begin;
    end_ = end;
    sizes_ = sizes;
    from_ = to_ = searched_ = buffer_.get();
    skips_ = begin != 0;
    drops_ = over_ = false;
    error_ = 0;
  }

  // Finds the next lines, of which `text`, `size` and `readable` are until the next call, or a
  // line over the limit, of which nothing is kept.
  Found next() {
    while (!over_ || drops_) {
      if (skips_) {
        if (!skip() && fill()) continue;  // it goes on in what was read now
        over_ = over_ || skips_;          // or is the last one
        skips_ = false;
        if (std::exchange(drops_, false)) return Found::kTooLong;
        continue;
      }
      uint8_t* const whole = lines_end();
      if (whole != from_) return block(whole);
      if (static_cast<size_t>(to_ - from_) > sizes_.limit + kAround) {
        skips_ = drops_ = true;
        from_ = to_;
      } else if (!fill()) {
        over_ = true;
        if (from_ != to_) return block(to_);
      }
    }
    return Found::kEnd;
  }

  const uint8_t* text() const noexcept { return text_; }
  size_t size() const noexcept { return size_; }
  // How many bytes can be read from `text` on.
  size_t readable() const noexcept { return static_cast<size_t>(to_ + kBehind - text_); }
  // Why no more could be read, as the system numbers it; 0 if the part is over.
  int error() const noexcept { return error_; }

  // To be called when a part is over: the room for a long line is not kept.
  void close() noexcept {
    if (room_ <= 2 * sizes_.block + kPage) return;
    buffer_.reset();
    room_ = 0;
  }

 private:
  // What is read comes to lie in its page where it lies in the system's page: on some processors
  // (AMD's Zen) it is copied four times slower if it lies a few bytes further there.
  static constexpr size_t kPage = 4096;
  static constexpr size_t kTail = 64u << 10;  // bytes to look for the end of the last line in
  static constexpr size_t kBehind = 64;       // bytes that those who judge lines may look at
  static constexpr size_t kAround = 5;        // bytes of a mark and of the end of a line

  uint64_t place(const uint8_t* at) const noexcept {
    return read_at_ - static_cast<uint64_t>(to_ - at);
  }

  static uint8_t* find(uint8_t* from, uint8_t* to) noexcept {
    return from == to ? nullptr : static_cast<uint8_t*>(
        std::memchr(from, '\n', static_cast<size_t>(to - from)));
  }

  // Goes on behind the next line feed; false if more must be read to find it.
  bool skip() noexcept {
    uint8_t* const found = find(from_, to_);
    from_ = searched_ = found == nullptr ? to_ : found + 1;
    skips_ = found == nullptr;
    // A line of another part that goes on behind this one leaves nothing to it.
    over_ = skips_ ? !drops_ && read_at_ >= end_ : place(from_) > end_;
    return !skips_ || over_;
  }

  // Where the whole lines end that are of the part and have been read.
  uint8_t* lines_end() noexcept {
    uint8_t* bound = to_;
    if (read_at_ > end_) {
      bound = std::max(searched_, to_ - (read_at_ - end_));
      if (uint8_t* const last = find(bound, to_)) return last + 1;
    }
    while (bound != searched_ && bound[-1] != '\n') --bound;
    const bool found = bound != searched_;
    searched_ = to_;
    return found ? bound : from_;
  }

  // Hands on lines, at least one; one by one where some may be over the limit.
  Found block(uint8_t* to) noexcept {
    if (place(from_) == 0) from_ += mark_size(to);
    bool longer = false;
    if (static_cast<size_t>(to - from_) > sizes_.limit) {
      if (uint8_t* const first = find(from_, to)) to = first + 1;
      longer = line_size(to) > sizes_.limit;
    }
    text_ = from_;
    size_ = static_cast<size_t>(to - from_);
    from_ = searched_ = to;
    over_ = over_ || place(to) > end_;
    return longer ? Found::kTooLong : Found::kBlock;
  }

  // A mark at the begin of a file is no part of its first line.
  size_t mark_size(const uint8_t* to) const noexcept {
    return to - from_ >= 3 && std::memcmp(from_, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  }

  // Of the line that ends at `to`, without its end.
  size_t line_size(const uint8_t* to) const noexcept {
    while (to != from_ && (to[-1] == '\n' || to[-1] == '\r')) --to;
    return static_cast<size_t>(to - from_);
  }

  // Reads on behind what is kept, the begin of a line; false at the end of the file.
  bool fill() {
    const size_t kept = static_cast<size_t>(to_ - from_);
    const uint64_t left = end_ > read_at_ ? end_ - read_at_ : 0;
    const size_t wanted = left <= sizes_.block
                              ? static_cast<size_t>(left) + std::min(sizes_.block, kTail)
                              : sizes_.block;
    uint8_t* const at = make_room(kept, wanted);
    const size_t count = read(at, wanted);
    from_ = at - kept;
    searched_ = at;
    to_ = at + count;
    std::memset(to_, 0, kBehind);
    read_at_ += count;
    return count != 0;
  }

  // Moves what is kept to where it is followed by so much room; returns where that begins.
  uint8_t* make_room(size_t kept, size_t wanted) {
    const size_t at = (kept + kPage - 1) / kPage * kPage + read_at_ % kPage;
    const size_t needed = kPage + at + wanted + kBehind;
    std::unique_ptr<uint8_t[]> before;  // holds what is kept until it is moved
    if (needed > room_) {
      const size_t room = needed + needed / 2;
      before.reset(new uint8_t[room]);
      before.swap(buffer_);
      room_ = room;
    }
    uint8_t* const begin = first_page() + at;
    if (kept != 0) std::memmove(begin - kept, from_, kept);
    return begin;
  }

  uint8_t* first_page() const noexcept {
    const auto address = reinterpret_cast<uintptr_t>(buffer_.get());
    return buffer_.get() + (kPage - address % kPage) % kPage;
  }

  size_t read(uint8_t* into, size_t wanted) noexcept {
#if defined(_WIN32)
    error_ = ENOSYS;
    return 0;
#else
    ssize_t count;
    do {
      count = ::pread(file_, into, wanted, static_cast<off_t>(read_at_));
    } while (count < 0 && errno == EINTR);
    if (count < 0) error_ = errno;
    return count < 0 ? 0 : static_cast<size_t>(count);
#endif
  }

  int file_ = -1;
  int error_ = 0;
  uint64_t read_at_ = 0, end_ = 0;  // places in the file: where to read on, where the part ends
  Sizes sizes_;
  std::unique_ptr<uint8_t[]> buffer_;
  size_t room_ = 0;
  uint8_t* from_ = nullptr;      // what was read and not handed on is from here
  uint8_t* to_ = nullptr;        // to here
  uint8_t* searched_ = nullptr;  // up to here there is no line feed in it
  bool skips_ = false;           // the line that goes on is not of the part, or over the limit
  bool drops_ = false;           // it is over the limit
  bool over_ = false;
  const uint8_t* text_ = nullptr;
  size_t size_ = 0;
};

}  // namespace tocsin
