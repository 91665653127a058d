// A driver of the engine without Python: what sanitizers, valgrind and emulators can look into.
//
//   judge PROGRAM LINES print            the hits as text, a line each: event and rule
//   judge PROGRAM LINES cold [ROUNDS]    counts and a checksum, a new engine each round
//   judge PROGRAM LINES warm [ROUNDS]    the same engine and seat in every round
//   judge PROGRAM LINES race THREADS [ROUNDS]
//       in every round threads share a new engine, each with its own seat, and judge the blocks
//       of the lines: some all in the same order, some each from another block on, some of a log
//       source that they have declared; the hits of each block must be those of one thread alone
//   judge PROGRAM LINES parts THREADS [ROUNDS]
//       threads share a new engine and the parts of the file, which they read themselves; all parts
//       together must have what the whole has
//
// What holds: the same arguments always do the same work, since seeds are fixed. It ends with 1
// if the hits of threads differ, and with 2 if something cannot be read or judged.
#include <fcntl.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "seat.h"

namespace {

using namespace tocsin;
using Data = std::vector<uint8_t>;
struct Block { size_t begin, size; };
constexpr uint64_t kSeed = 0x0123456789ABCDEFu;
constexpr size_t kBlocks = 24;

[[noreturn]] void fail(const char* what, const std::string& why) {
  std::fprintf(stderr, "judge: %s: %s\n", what, why.c_str());
  std::exit(2);
}

Data read(const char* name) {
  std::FILE* file = std::fopen(name, "rb");
  if (file == nullptr) fail(name, "cannot be opened");
  Data all;
  uint8_t part[1 << 16];
  for (size_t got; (got = std::fread(part, 1, sizeof part, file)) != 0;) {
    all.insert(all.end(), part, part + got);
  }
  std::fclose(file);
  return all;
}

WorkerLimits limits() {
  WorkerLimits made;
  made.memo.seed = kSeed;
  return made;
}

std::shared_ptr<Shared> open(const Data& program) {
  std::string error;
  auto made = open_program(program.data(), program.size(), error);
  if (!made) fail("the program", error);
  return made;
}

void judge(Seat& seat, const Data& text, Block block, uint32_t source, Lines& out) {
  if (!seat.run_lines(text.data() + block.begin, block.size, text.size() - block.begin, source,
                      false, out)) {
    fail("judging", seat.error());
  }
}

uint64_t checksum(const Lines& lines) {
  uint64_t sum = 0xCBF29CE484222325u;
  const auto add = [&](uint64_t number) { sum = (sum ^ number) * 0x100000001B3u; };
  for (const Hit& hit : lines.hits) {
    add(hit.event);
    add(hit.rule);
    add(hit.line);
    add(hit.size);
  }
  for (const Lines::Fault& fault : lines.malformed) add(fault.event);
  add(lines.events);
  return sum;
}

// Blocks of whole lines that together are the text.
std::vector<Block> blocks_of(const Data& text) {
  std::vector<Block> made;
  size_t begin = 0;
  for (size_t i = 1; i <= kBlocks; ++i) {
    size_t end = text.size() * i / kBlocks;
    while (end < text.size() && end != begin && text[end - 1] != '\n') ++end;
    if (end > begin) made.push_back({begin, end - begin});
    begin = std::max(begin, end);
  }
  return made;
}

int print(const Data& program, const Data& text) {
  Seat seat(open(program), limits());
  Lines lines;
  judge(seat, text, {0, text.size()}, Engine::kAuto, lines);
  for (const Hit& hit : lines.hits) std::printf("%u %u\n", hit.event, hit.rule);
  return 0;
}

int rounds(const Data& program, const Data& text, bool cold, int count) {
  std::unique_ptr<Seat> seat;
  for (int i = 0; i < count; ++i) {
    if (cold || !seat) seat = std::make_unique<Seat>(open(program), limits());
    Lines lines;
    judge(*seat, text, {0, text.size()}, Engine::kAuto, lines);
    std::printf("events %llu malformed %zu hits %zu checksum %016llx\n",
                static_cast<unsigned long long>(lines.events), lines.malformed.size(),
                lines.hits.size(), static_cast<unsigned long long>(checksum(lines)));
  }
  return 0;
}

// What one thread does in a round, and whether the blocks came out as they should.
bool hammer(const std::shared_ptr<Shared>& shared, const Data& text,
            const std::vector<Block>& blocks, size_t thread, const std::vector<uint64_t> wanted[2]) {
  bool declared = thread % 3 == 2;
  uint32_t source = Engine::kAuto;
  if (declared) {
    const size_t variants = shared->engine->program().variants.size;
    source = shared->engine->declare(Data(variants, 1));
  }
  Seat seat(shared, limits());
  const size_t first = thread % 2 == 0 ? 0 : thread * blocks.size() / 5;
  bool good = true;
  for (size_t i = 0; i < blocks.size(); ++i) {
    const size_t block = (first + i) % blocks.size();
    Lines lines;
    judge(seat, text, blocks[block], source, lines);
    if (checksum(lines) != wanted[declared][block]) {
      std::fprintf(stderr, "judge: thread %zu differs in block %zu\n", thread, block);
      good = false;
    }
  }
  return good;
}

int race(const Data& program, const Data& text, size_t threads, int count) {
  const std::vector<Block> blocks = blocks_of(text);
  std::vector<uint64_t> wanted[2];
  size_t hits = 0;
  for (int declared = 0; declared < 2; ++declared) {
    auto shared = open(program);
    const size_t variants = shared->engine->program().variants.size;
    const uint32_t source = declared ? shared->engine->declare(Data(variants, 1)) : Engine::kAuto;
    for (const Block& block : blocks) {
      Seat seat(shared, limits());
      Lines lines;
      judge(seat, text, block, source, lines);
      wanted[declared].push_back(checksum(lines));
      hits += lines.hits.size();
    }
  }
  bool good = true;
  for (int i = 0; i < count; ++i) {
    auto shared = open(program);
    std::vector<char> same(threads, 0);
    std::vector<std::thread> running;
    for (size_t t = 0; t < threads; ++t) {
      running.emplace_back([&, t] { same[t] = hammer(shared, text, blocks, t, wanted); });
    }
    for (std::thread& thread : running) thread.join();
    for (char one : same) good = good && one;
  }
  std::printf("%zu threads, %d rounds, %zu hits: %s\n", threads, count, hits,
              good ? "the same" : "different");
  return good ? 0 : 1;
}

// What threads find in the parts of a file: hits, events and lines that are no events.
struct Found {
  std::atomic<uint64_t> hits{0}, events{0}, malformed{0};
  void add(const Lines& lines) {
    hits += lines.hits.size();
    events += lines.events;
    malformed += lines.malformed.size();
  }
};

void judge_parts(const std::shared_ptr<Shared>& shared, int file, std::atomic<uint64_t>& next,
                 uint64_t size, Found& found) {
  constexpr uint64_t kPart = 300'000;
  FileLines::Sizes sizes;
  sizes.block = 64u << 10;
  Seat seat(shared, limits());
  for (uint64_t begin; (begin = next.fetch_add(kPart)) < size;) {
    Lines lines;
    const uint64_t end = begin + kPart < size ? begin + kPart : ~uint64_t{0};
    if (!seat.run_file(file, begin, end, sizes, Engine::kAuto, lines) || lines.unread != 0) {
      fail("judging", seat.error());
    }
    found.add(lines);
  }
}

int parts(const Data& program, const Data& text, const char* name, size_t threads, int count) {
  Found whole;
  {
    Seat seat(open(program), limits());
    Lines lines;
    judge(seat, text, {0, text.size()}, Engine::kAuto, lines);
    whole.add(lines);
  }
  const int file = ::open(name, O_RDONLY);
  bool good = file >= 0;
  for (int i = 0; i < count && good; ++i) {
    auto shared = open(program);
    Found found;
    std::atomic<uint64_t> next{0};
    std::vector<std::thread> running;
    for (size_t t = 0; t < threads; ++t) {
      running.emplace_back([&] { judge_parts(shared, file, next, text.size(), found); });
    }
    for (std::thread& thread : running) thread.join();
    good = found.hits == whole.hits && found.events == whole.events &&
           found.malformed == whole.malformed;
  }
  std::printf("%zu threads, %d rounds, %llu hits in parts: %s\n", threads, count,
              static_cast<unsigned long long>(whole.hits), good ? "the same" : "different");
  return good ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  if (count < 4) fail("usage", "judge PROGRAM LINES print|cold|warm|race|parts [THREADS] [ROUNDS]");
  const Data program = read(words[1]), text = read(words[2]);
  const std::string mode = words[3];
  const auto number = [&](int index, int otherwise) {
    return count > index ? std::atoi(words[index]) : otherwise;
  };
  if (mode == "print") return print(program, text);
  if (mode == "cold" || mode == "warm") return rounds(program, text, mode == "cold", number(4, 1));
  const size_t threads = static_cast<size_t>(number(4, 4));
  if (mode == "race") return race(program, text, threads, number(5, 3));
  if (mode == "parts") return parts(program, text, words[2], threads, number(5, 3));
  fail(words[3], "no such mode");
}
