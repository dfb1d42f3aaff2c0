#pragma once
#include <stdint.h>

/// A counter of signals; -1 where the system has no descriptor left.
int shuffled_event_make(void);

/// Adds one to it. Never blocks.
void shuffled_event_signal(int event);

/// Sets it to zero; whether it was more.
int shuffled_event_take(int event);

/// Waits by the monotonic clock until it is more than zero, for `nanoseconds` at most. 1: it is, 0: the time is over, -1: a signal of the
/// system's came first. Of no event (-1) it waits for its time.
int shuffled_event_wait(int event, int64_t nanoseconds);
