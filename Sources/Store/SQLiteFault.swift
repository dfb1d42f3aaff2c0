import CSQLite
import Glibc
import ShuffledCore

/// An error of SQLite's, with what the operating system said about it.
struct SQLiteFault {
  /// An extended result code.
  private let code: Int32
  /// The `errno`, 0 where there is none.
  private let system: Int32
  private let message: String

  /// Right after the call that gave `code`.
  init(_ code: Int32, on handle: OpaquePointer) {
    self.code = code
    system = code & 0xff == SQLITE_IOERR ? shuffled_sqlite_errno(handle) : sqlite3_system_errno(handle)
    message = String(cString: sqlite3_errmsg(handle))
  }

  // Extended codes are macros of a kind that Swift does not see: SQLITE_IOERR | n << 8.
  private static let write: Int32 = SQLITE_IOERR | 3 << 8
  private static let sync: Int32 = SQLITE_IOERR | 4 << 8
  private static let folderSync: Int32 = SQLITE_IOERR | 5 << 8
  /// Making the log's index larger, which is a file too.
  private static let indexSize: Int32 = SQLITE_IOERR | 19 << 8

  /// There was no space: nothing was written, and the same may succeed later.
  var isNoSpace: Bool {
    if code & 0xff == SQLITE_FULL { return true }
    // A failed sync is never one: nobody knows what it left out.
    return (code == Self.write || code == Self.indexSize) && (system == ENOSPC || system == EDQUOT)
  }

  /// Another program had a lock for longer than is waited for one.
  var isLocked: Bool { code & 0xff == SQLITE_BUSY || code & 0xff == SQLITE_LOCKED }

  /// The disk did not take what was written. Linux says so once: a second sync that succeeds proves nothing.
  var isFailedSync: Bool { code == Self.sync || code == Self.folderSync }

  /// As a person is told.
  func failure(operation: String, name: String) -> Failure {
    var failure = told(operation: operation, name: name)
    failure.isTemporary = isNoSpace || isLocked
    return failure
  }

  private func told(operation: String, name: String) -> Failure {
    func because(_ cause: String, _ remedy: String? = nil) -> Failure {
      Failure(.inputOutput, cannot: operation, name, because: cause, remedy: remedy)
    }
    if isNoSpace {
      return because(
        system == EDQUOT ? "the disk quota is used up" : "database or disk is full",
        "free space, or give another --database")
    }
    if isFailedSync {
      return because(
        "the disk failed to sync" + (system == 0 ? "" : ": \(systemText(system))"),
        "check the disk; the newest rows may be lost")
    }
    switch code & 0xff {
    case SQLITE_BUSY, SQLITE_LOCKED:
      return because("another program holds a lock on it", "close that program, or give another --database")
    case SQLITE_CORRUPT:
      return because(
        Connection.corruption, "it was left as it is; restore a copy, or give another --database")
    case SQLITE_NOTADB:
      return because("not a SQLite database", "it was left as it is; give another --database")
    case SQLITE_READONLY:
      return because("it is read-only", "make it writable, or give another --database")
    case SQLITE_CANTOPEN where system != 0: return because(systemText(system))
    case SQLITE_IOERR:
      let what = String(cString: sqlite3_errstr(code))
      return because(system == 0 ? what : "\(what): \(systemText(system))", "check the disk")
    default: return because(message)
    }
  }
}
