#pragma once
#include <sqlite3.h>

// What Swift cannot import. SQLITE_TRANSIENT is a cast of -1 to a function pointer.
static inline sqlite3_destructor_type shuffled_sqlite_transient(void) { return SQLITE_TRANSIENT; }

// Closing the connection leaves the write-ahead log as it is. sqlite3_db_config takes any arguments, which Swift does
// not import.
static inline void shuffled_sqlite_keep_log(sqlite3 *database) {
  sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

// The `errno` behind an SQLITE_IOERR, 0 where there is none: that of the write-ahead log, that of the database's file,
// or that of the connection, which does not hear of what fails in a COMMIT.
static inline int shuffled_sqlite_errno(sqlite3 *database) {
  int code = 0;
  sqlite3_file *log = 0;
  if (sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK && log && log->pMethods)
    log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &code);
  if (code == 0) sqlite3_file_control(database, "main", SQLITE_FCNTL_LAST_ERRNO, &code);
  return code == 0 ? sqlite3_system_errno(database) : code;
}
