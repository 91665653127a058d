// Which of many literals occur in a text: one pass over its grams (runs of a few bytes).
//
// Every literal is filed under one of its own grams, the one that looks rarest. At each place
// of the text the gram's hash is looked up in a bit map; where the bit is set, the literals
// filed there are compared. Few bits are set, so a text costs little more than one look-up a
// byte and one comparison a find, however many literals there are.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "byte_set.h"
#include "bytes.h"
#include "nibbles.h"
#include "typical.h"

namespace tocsin {

// Codes go to the sink in lists whose last member has this bit.
constexpr uint32_t kLastCode = uint32_t{1} << 31;

// The literals with the same text, as a list of codes.
struct CodedLiteral {
  std::string_view text;
  uint32_t codes;  // where the list begins
};

template <unsigned kWidth>
class GramTable {
 public:
  // Builds from literals that are at least `kWidth` bytes long, each text once.
  void build(const std::vector<CodedLiteral>& literals) {
    if (literals.empty()) return;
    unsigned bits = 9;
    while (bits < 20 && (size_t{1} << bits) < literals.size() * 32) ++bits;
    shift_ = (kWidth == 8 ? 64 : 32) - bits;
    const std::vector<uint32_t> offsets = choose(literals, bits);
    words_.assign(size_t{1} << (bits - 6), 0);
    firsts_.assign(words_.size(), 0);
    rows_.reserve(literals.size());
    for (const auto& [hash, literal] : by_hash(literals, offsets)) {
      const uint64_t bit = uint64_t{1} << hash % 64;
      if ((words_[hash / 64] & bit) == 0) open_bucket(hash / 64);
      words_[hash / 64] |= bit;
      add_row(literals[literal], offsets[literal]);
    }
    rows_.back().codes |= kLastRow;
    if (kWidth == 4 && literals.size() <= kFew) group(literals, offsets);
  }

  bool empty() const noexcept { return rows_.empty(); }
  size_t memory() const noexcept {
    return words_.capacity() * 12 + buckets_.capacity() * 4 + rows_.capacity() * sizeof(Row) +
           bytes_.capacity();
  }

  // Behind the text 64 bytes must be readable.
  template <typename Sink>
  void run(View text, const uint32_t* codes, Sink& sink) const {
    if (rows_.empty() || text.size < kWidth) return;
    size_t end = text.size - kWidth + 1;
    for (size_t start = 0; start < end; start += 64) {
      size_t size = std::min<size_t>(64, end - start);
      uint64_t found = filter(text.data + start, size);
      if (found != 0) check(text, start, found, codes, sink);
    }
  }

 private:
  static constexpr uint32_t kFactor = 0x9e3779b1u;
  static constexpr unsigned kWeightBits = 15;
  static constexpr size_t kFew = 48;

  struct Row {
    uint64_t head, tail;  // the first and the last eight bytes; a shorter text twice
    uint32_t offset;      // of the text in `bytes_`
    uint32_t size;
    uint32_t gram;   // where in the text the chosen gram begins
    uint32_t codes;  // where the list begins; marked in the last row of a bucket
  };
  static constexpr uint32_t kLastRow = uint32_t{1} << 31;

  static const uint8_t* bytes_of(const CodedLiteral& literal) noexcept {
    return reinterpret_cast<const uint8_t*>(literal.text.data());
  }

  TOCSIN_INLINE uint32_t hash(const uint8_t* at) const noexcept {
    if constexpr (kWidth == 8) return static_cast<uint32_t>(load64(at) * 0x9e3779b97f4a7c15u >> shift_);
    uint32_t gram = kWidth == 4 ? load32(at) : kWidth == 1 ? *at : load16(at);
    if constexpr (kWidth == 3) gram |= uint32_t{at[2]} << 16;
    return gram * kFactor >> shift_;
  }

  // Few literals are told apart by the bytes of their grams, which costs less than a look-up a place.
  void group(const std::vector<CodedLiteral>& literals, const std::vector<uint32_t>& offsets) {
    std::vector<std::string_view> grams;
    for (size_t i = 0; i < literals.size(); ++i) {
      grams.push_back(literals[i].text.substr(offsets[i], kWidth));
    }
    std::sort(grams.begin(), grams.end());  // alike ones share a group
    for (size_t i = 0; i < grams.size(); ++i) {
      for (size_t place = 0; place < kWidth; ++place) {
        groups_.mark(place, static_cast<uint8_t>(grams[i][place]),
                     static_cast<unsigned>(i * 8 / grams.size()));
      }
    }
    few_ = true;
  }

  // A bit a place, for up to 64 places: is a literal filed under the gram that begins there?
  uint64_t filter(const uint8_t* at, size_t size) const noexcept {
#if defined(TOCSIN_AVX2)
    if (kWidth == 4 && kHasAvx2) {
      uint64_t found = few_ ? filter_few(at) : filter_avx2(at, size);
      return size == 64 ? found : found & ((uint64_t{1} << size) - 1);
    }
#endif
    uint64_t found = 0;
    for (size_t i = 0; i < size; ++i) {
      uint32_t gram = hash(at + i);
      found |= (words_[gram / 64] >> gram % 64 & 1) << i;
    }
    return found;
  }

#if defined(TOCSIN_AVX2)
  // Places where a gram may stand; only those are looked up.
  TOCSIN_WITH_AVX2 uint64_t filter_few(const uint8_t* at) const noexcept {
    const __m256i none = _mm256_setzero_si256();
    const auto places = [&](const uint8_t* from) TOCSIN_WITH_AVX2 {
      const __m256i quiet = _mm256_cmpeq_epi8(groups_.groups(from), none);
      return static_cast<uint64_t>(~static_cast<uint32_t>(_mm256_movemask_epi8(quiet)));
    };
    uint64_t found = places(at) | places(at + 32) << 32;
    for (uint64_t rest = found; rest != 0; rest &= rest - 1) {
      const uint32_t gram = hash(at + lowest_bit(rest));
      if ((words_[gram / 64] >> gram % 64 & 1) == 0) found &= ~(rest & (0 - rest));
    }
    return found;
  }

  // Eight grams at once; reads up to seven bytes more than there are places.
  TOCSIN_WITH_AVX2 uint64_t filter_avx2(const uint8_t* at, size_t size) const noexcept {
    const __m256i pick = _mm256_setr_epi8(0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6, 4, 5, 6, 7,
                                          5, 6, 7, 8, 6, 7, 8, 9, 7, 8, 9, 10);
    const __m256i factor = _mm256_set1_epi32(static_cast<int>(kFactor));
    const __m256i low = _mm256_set1_epi32(31);
    const __m128i shift = _mm_cvtsi32_si128(static_cast<int>(shift_));
    const int* words = reinterpret_cast<const int*>(words_.data());
    uint64_t found = 0;
    for (size_t i = 0; i < size; i += 8) {
      __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + i));
      __m256i grams = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), pick);
      __m256i hashes = _mm256_srl_epi32(_mm256_mullo_epi32(grams, factor), shift);
      __m256i word = _mm256_i32gather_epi32(words, _mm256_srli_epi32(hashes, 5), 4);
      __m256i sign = _mm256_sllv_epi32(word, _mm256_andnot_si256(hashes, low));
      found |= uint64_t{static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(sign)))} << i;
    }
    return found;
  }
#endif

  // The offset of the gram under which each literal is filed: rare in typical text, rare among
  // the literals, and not yet taken by many others.
  std::vector<uint32_t> choose(const std::vector<CodedLiteral>& literals, unsigned bits) const {
    const unsigned coarse = bits > kWeightBits ? bits - kWeightBits : 0;  // stay in the cache
    std::vector<uint32_t> weight(size_t{1} << (bits - coarse), 0);
    const auto at = [&](const uint8_t* gram) -> uint32_t& { return weight[hash(gram) >> coarse]; };
    for (size_t i = 0; i + kWidth <= kTypicalSize; ++i) {
      at(reinterpret_cast<const uint8_t*>(kTypical) + i) += 64;
    }
    for (const CodedLiteral& literal : literals) {
      for (size_t i = 0; i < grams_of(literal); ++i) ++at(bytes_of(literal) + i);
    }
    std::vector<uint32_t> chosen;
    chosen.reserve(literals.size());
    for (const CodedLiteral& literal : literals) {
      uint64_t best = ~uint64_t{0};  // the cost, then the place: the least without a branch
      for (uint32_t i = 0; i < grams_of(literal); ++i) {
        best = std::min(best, uint64_t{at(bytes_of(literal) + i)} << 32 | i);
      }
      chosen.push_back(static_cast<uint32_t>(best));
      at(bytes_of(literal) + chosen.back()) += 8;
    }
    return chosen;
  }

  static size_t grams_of(const CodedLiteral& literal) noexcept {
    return std::min<size_t>(256, literal.text.size() - kWidth + 1);
  }

  void add_row(const CodedLiteral& literal, uint32_t gram) {
    uint8_t ends[16] = {};
    size_t size = literal.text.size(), held = std::min<size_t>(8, size);
    std::memcpy(ends, literal.text.data(), held);
    std::memcpy(ends + 8, literal.text.data() + size - held, held);
    rows_.push_back({load64(ends), load64(ends + 8), static_cast<uint32_t>(bytes_.size()),
                     static_cast<uint32_t>(size), gram, literal.codes});
    if (size > 16) bytes_ += literal.text;
  }

  struct Filed { uint32_t hash, literal; };

  // The literals by the hash of their chosen gram, sorted by counting.
  std::vector<Filed> by_hash(const std::vector<CodedLiteral>& literals,
                             const std::vector<uint32_t>& offsets) const {
    const auto hash_of = [&](uint32_t i) { return hash(bytes_of(literals[i]) + offsets[i]); };
    std::vector<uint32_t> next(words_.size() + 1, 0);
    for (uint32_t i = 0; i < literals.size(); ++i) ++next[hash_of(i) / 64 + 1];
    std::partial_sum(next.begin(), next.end(), next.begin());
    std::vector<Filed> order(literals.size());
    for (uint32_t i = 0; i < literals.size(); ++i) order[next[hash_of(i) / 64]++] = {hash_of(i), i};
    for (size_t word = 0, begin = 0; word < words_.size(); begin = next[word++]) {
      std::sort(order.begin() + static_cast<std::ptrdiff_t>(begin), order.begin() + next[word],
                [](const Filed& a, const Filed& b) { return a.hash < b.hash; });
    }
    return order;
  }

  // Begins the bucket of a gram; its bit is the next one that is set.
  void open_bucket(uint32_t word) {
    if (!rows_.empty()) rows_.back().codes |= kLastRow;
    if (words_[word] == 0) firsts_[word] = static_cast<uint32_t>(buckets_.size());
    buckets_.push_back(static_cast<uint32_t>(rows_.size()));
  }

  // The first row of the bucket of a gram that is filed.
  TOCSIN_INLINE const Row* bucket_of(const uint8_t* at) const noexcept {
    const uint32_t gram = hash(at);
    const uint64_t before = words_[gram / 64] & ((uint64_t{1} << gram % 64) - 1);
    const uint32_t first = firsts_[gram / 64];
    return &rows_[buckets_[before == 0 ? first : first + count_bits(before)]];
  }

  // Compares what is filed under the grams at the places found. All rows are fetched before the
  // first is looked at, so that memory works on them side by side.
  template <typename Sink>
  TOCSIN_INLINE void check(View text, size_t start, uint64_t found, const uint32_t* codes,
                           Sink& sink) const {
    const Row* rows[64];
    unsigned count = 0;
    for (uint64_t rest = found; rest != 0; rest &= rest - 1) {
      rows[count] = bucket_of(text.data + start + lowest_bit(rest));
      fetch(rows[count++]);
    }
    for (unsigned i = 0; i < count; ++i, found &= found - 1) {
      for (const Row* row = rows[i];; ++row) {
        if (found_at(text, start + lowest_bit(found), *row)) {
          sink.hits(codes + (row->codes & ~kLastRow));
        }
        if ((row->codes & kLastRow) != 0) break;
      }
    }
  }

  TOCSIN_INLINE bool found_at(View text, size_t place, const Row& row) const noexcept {
    if (place < row.gram || place - row.gram + row.size > text.size) return false;
    const uint8_t* at = text.data + place - row.gram;
    const uint8_t* tail = at + (row.size > 8 ? row.size - 8 : 0);
    unsigned unused = row.size < 8 ? 64 - 8 * row.size : 0;
    uint64_t difference = (load64(at) ^ row.head) | (load64(tail) ^ row.tail);
    if (difference << unused != 0) return false;
    return row.size <= 16 || std::memcmp(at, bytes_.data() + row.offset, row.size) == 0;
  }

  unsigned shift_ = 0;
  bool few_ = false;
  NibbleTables<kWidth> groups_;
  std::vector<uint64_t> words_;    // a bit a hash: is a literal filed there?
  std::vector<uint32_t> firsts_;   // by word: the number of its first bucket
  std::vector<uint32_t> buckets_;  // by number: the first row
  std::vector<Row> rows_;
  std::string bytes_;  // texts of more than sixteen bytes
};

}  // namespace tocsin
