#pragma once
#include <sqlite3.h>

// Only what Swift cannot import: SQLITE_TRANSIENT is a cast of -1 to a function pointer.
static inline sqlite3_destructor_type shuffled_sqlite_transient(void) { return SQLITE_TRANSIENT; }
