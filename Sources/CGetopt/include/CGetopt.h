#pragma once
#include <getopt.h>

// glibc's getopt_long keeps its state in global variables, which Swift's concurrency checking does not let a
// program touch; these functions do. Not thread-safe, as getopt_long is not: callers take turns.

/// What one call of getopt_long found.
struct shuffled_option_result {
  /// The option's value in the table; '?' for one that is unknown, ':' for one that lacks its argument; -1 at
  /// the end.
  int code;
  /// The argument, or NULL.
  const char *argument;
  /// Index in argv of the next word.
  int next;
  /// For '?' and ':': the option's value where it is known, otherwise 0.
  int subject;
};

/// Begins a new command line. 0 is GNU's way to make getopt_long start afresh; its own messages are off.
static inline void shuffled_getopt_begin(void) {
  optind = 0;
  opterr = 0;
}

static inline struct shuffled_option_result shuffled_getopt_next(
    int argc, char *const *argv, const char *shorts, const struct option *longs) {
  struct shuffled_option_result result;
  optarg = 0;
  optopt = 0;
  result.code = getopt_long(argc, argv, shorts, longs, 0);
  result.argument = optarg;
  result.next = optind;
  result.subject = optopt;
  return result;
}
