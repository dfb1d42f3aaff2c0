#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sched.h>
#include <stdbool.h>

// Processors and what they can do.

/// How many processors the calling process may run on; at least 1.
static inline int shuffled_available_processors(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

// Which instruction sets both the processor and the operating system support. The compiler's own check reads
// CPUID and, for the wide registers, XCR0: a kernel that does not save them makes the set unavailable.

/// x86-64-v3: AVX2, FMA, BMI1, BMI2, F16C, LZCNT, MOVBE.
static inline bool shuffled_supports_avx2(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi")
      && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("f16c") && __builtin_cpu_supports("lzcnt")
      && __builtin_cpu_supports("movbe");
#else
  return false;
#endif
}

/// x86-64-v4: v3 and AVX-512 F, BW, CD, DQ, VL.
static inline bool shuffled_supports_avx512(void) {
#if defined(__x86_64__)
  return shuffled_supports_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
      && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq")
      && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}
