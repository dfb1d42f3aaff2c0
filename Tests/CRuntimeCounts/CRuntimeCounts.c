#define _GNU_SOURCE
#include "CRuntimeCounts.h"
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>

static _Thread_local long allocations;
static _Thread_local long bytes;
static _Thread_local long references;

long runtime_allocations(void) { return allocations; }
long runtime_allocated_bytes(void) { return bytes; }
long runtime_reference_counts(void) { return references; }

// glibc's allocator under its other names.
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) {
  allocations++;
  bytes += size;
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  allocations++;
  bytes += count * size;
  return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  allocations++;
  bytes += size;
  return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
  allocations++;
  bytes += size;
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  *memory = memalign(alignment, size);
  return *memory ? 0 : ENOMEM;
}

// Swift's reference counting, as compiled code calls it.

void *swift_retain(void *object) {
  static void *(*next)(void *);
  if (!next) next = (void *(*)(void *))dlsym(RTLD_NEXT, "swift_retain");
  references++;
  return next(object);
}

void swift_release(void *object) {
  static void (*next)(void *);
  if (!next) next = (void (*)(void *))dlsym(RTLD_NEXT, "swift_release");
  references++;
  next(object);
}
