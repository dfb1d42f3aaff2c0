#pragma once

// Counts what the calling thread asks of the allocator and of Swift's reference counting. The functions in
// CRuntimeCounts.c take the place of the C library's and the Swift runtime's in the test program, count, and pass on.

/// Allocations by the calling thread so far.
long runtime_allocations(void);

/// Bytes that the calling thread has asked for so far; what it gave back is not subtracted.
long runtime_allocated_bytes(void);

/// Retains and releases by the calling thread so far, from code of the test program itself.
long runtime_reference_counts(void);
