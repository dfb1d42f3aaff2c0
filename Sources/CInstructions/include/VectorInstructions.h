#pragma once
#include <stdint.h>

// Instructions that Swift cannot name.

/// Asks for a cache line to be brought into the second-level cache; any address will do.
static inline void shuffled_prefetch(const void *address) { __builtin_prefetch(address, 0, 2); }

typedef float shuffled_f32x4 __attribute__((ext_vector_type(4)));
typedef float shuffled_f32x8 __attribute__((ext_vector_type(8)));
typedef float shuffled_f32x16 __attribute__((ext_vector_type(16)));

/// The sums of each four neighbouring lanes, by shuffles inside of them.
static inline shuffled_f32x4 shuffled_sums_of_four(shuffled_f32x16 v) {
  v += __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
  v += __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
  return __builtin_shufflevector(v, v, 0, 4, 8, 12);
}

/// The sum of each vector's lanes.
static inline shuffled_f32x4 shuffled_sums_of_vectors(
    shuffled_f32x4 a, shuffled_f32x4 b, shuffled_f32x4 c, shuffled_f32x4 d) {
  shuffled_f32x4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
  shuffled_f32x4 cd = __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
  return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

// Bytes as floats, and floats from 0 to 255 as bytes: Swift converts them lane by lane.
#define SHUFFLED_BYTES(n) \
  typedef uint8_t shuffled_u8x##n __attribute__((ext_vector_type(n))); \
  static inline shuffled_f32x##n shuffled_load_##n##_bytes(const uint8_t *address) { \
    shuffled_u8x##n bytes; \
    __builtin_memcpy(&bytes, address, n); \
    return __builtin_convertvector(bytes, shuffled_f32x##n); \
  } \
  static inline void shuffled_store_##n##_bytes(uint8_t *address, shuffled_f32x##n v) { \
    shuffled_u8x##n bytes = __builtin_convertvector(v, shuffled_u8x##n); \
    __builtin_memcpy(address, &bytes, n); \
  }
SHUFFLED_BYTES(4)
SHUFFLED_BYTES(8)
SHUFFLED_BYTES(16)
#undef SHUFFLED_BYTES
