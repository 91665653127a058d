// What the processor can do beyond what all of its kind can.
//
// Functions for AVX2 are compiled beside the others and chosen at run time. Debug builds leave
// them out, so that the suite goes through the other paths too.
#pragma once

#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__) && !defined(TOCSIN_DEBUG)
#define TOCSIN_AVX2 1
#include <immintrin.h>
#define TOCSIN_WITH_AVX2 __attribute__((target("avx2")))

namespace tocsin {
inline const bool kHasAvx2 = __builtin_cpu_supports("avx2") != 0;
}  // namespace tocsin
#endif
