import CSQLite
import Glibc
import ShuffledCore

/// A SQLite connection. It is not Sendable, and SQLite's own locking is off: whoever owns it (`Database`) sees to it
/// that one thread at a time uses it.
package final class Connection {
  package enum Mode {
    case readWriteCreate
    case readOnly
    /// The file as it lies on disk: no locks, no write-ahead log, nothing created beside it. Right only while
    /// nobody writes.
    case immutable
  }

  let handle: OpaquePointer
  /// What messages call the database.
  let name: String
  private var cache: [String: Statement] = [:]
  /// How many pages the write-ahead log has since the last commit; SQLite's hook writes it.
  private let logPages = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  /// A log of so many pages (4 MB) is brought into the file; SQLite's own number.
  private static let checkpointPages: Int32 = 1_000

  /// - Parameters:
  ///   - path: absolute, so that no special name (`:memory:`) can be meant.
  ///   - name: what messages call it: the path as the user wrote it.
  init(path: String, name: String, mode: Mode, busyTimeout: Duration) throws {
    precondition(path.hasPrefix("/"), "'\(path)' is not absolute")
    var handle: OpaquePointer?
    // NOMUTEX: see above. EXRESCODE: errors say what failed, not only that something did.
    let common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let code =
      switch mode {
      case .readWriteCreate:
        sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | common, nil)
      case .readOnly: sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY | common, nil)
      case .immutable:
        sqlite3_open_v2(
          "file:\(percentEncoded(path))?immutable=1", &handle,
          SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | common, nil)
      }
    guard let handle else {
      logPages.deallocate()
      throw Failure(.inputOutput, cannot: "open database", name, because: "out of memory")
    }
    self.handle = handle
    self.name = name
    // From here on, `deinit` closes it.
    try check(code)
    logPages.initialize(to: 0)
    // In place of SQLite's automatic checkpoint, which keeps a failed fsync to itself.
    sqlite3_wal_hook(
      handle,
      { context, _, _, pages in
        context?.assumingMemoryBound(to: Int32.self).pointee = pages
        return SQLITE_OK
      }, logPages)
    sqlite3_busy_timeout(handle, Int32(clamping: busyTimeout.microseconds / 1_000))
  }

  deinit {
    cache = [:]
    // v2: waits for statements that outlive the connection instead of failing.
    sqlite3_close_v2(handle)
    logPages.deallocate()
  }

  /// What is being done, for the text of failures; a verb phrase after "cannot".
  var operation = "open database"

  /// Throws the `Failure` that `code` means, if it is an error.
  @inline(__always)
  func check(_ code: Int32) throws {
    if code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE { return }
    throw Connection.failure(code, handle: handle, operation: operation, name: name)
  }

  /// Runs `body` with failures told as "cannot `operation` ...".
  package func doing<R>(_ operation: String, _ body: () throws -> R) rethrows -> R {
    let before = self.operation
    self.operation = operation
    defer { self.operation = before }
    return try body()
  }

  /// Runs statements that take no parameters and whose rows nobody wants.
  package func execute(_ sql: String) throws {
    try check(sqlite3_exec(handle, sql, nil, nil, nil))
  }

  package func prepare(_ sql: String) throws -> Statement { try Statement(sql, on: self) }

  /// A statement that is kept for the next time; one use at a time.
  package func cached(_ sql: String) throws -> Statement {
    if let statement = cache[sql] { return statement }
    let statement = try prepare(sql)
    cache[sql] = statement
    return statement
  }

  package var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

  /// How many rows the last statement inserted, changed or deleted.
  package var changes: Int64 { sqlite3_changes64(handle) }

  /// Runs `body` in a transaction that may write from its start: a transaction that begins by reading gets
  /// SQLITE_BUSY_SNAPSHOT when it turns to writing, whatever the busy timeout.
  ///
  /// Also throws when what is committed could not be brought to the disk.
  package func transaction<R>(_ body: () throws -> R) throws -> R {
    try cached("BEGIN IMMEDIATE").run()
    do {
      let result = try body()
      try cached("COMMIT").run()
      try checkpointIfDue()
      return result
    } catch {
      // Where SQLite rolled back by itself (a full disk), there is nothing left to do.
      if sqlite3_get_autocommit(handle) == 0 { try? cached("ROLLBACK").run() }
      throw error
    }
  }

  /// Runs `body`, which only reads, on one moment of the database, whatever others write meanwhile.
  func snapshot<R>(_ body: () throws -> R) throws -> R {
    try execute("BEGIN")
    // It has changed nothing: however it ends is well.
    defer { sqlite3_exec(handle, "COMMIT", nil, nil, nil) }
    // The moment is that of the first read.
    _ = try prepare("SELECT 1 FROM sqlite_schema").firstInteger()
    return try body()
  }

  /// Copies this database over what `target` holds, as it is at one moment. False when `isCancelled` said so; the
  /// target is then worth nothing, and also when this throws. Failures are the target's unless this one is corrupt or
  /// cannot be read.
  func copy(to target: Connection, isCancelled: () -> Bool) throws -> Bool {
    try snapshot {
      guard let backup = sqlite3_backup_init(target.handle, "main", handle, "main") else {
        try target.check(sqlite3_errcode(target.handle))
        preconditionFailure("there is no copy, and no error")
      }
      // 4 MB at a time.
      var code = SQLITE_OK
      while code == SQLITE_OK, !isCancelled() { code = sqlite3_backup_step(backup, 1_000) }
      let last = sqlite3_backup_finish(backup)
      switch code {
      case SQLITE_OK: return false
      case SQLITE_DONE:
        try target.check(last)
        return true
      case SQLITE_CORRUPT, SQLITE_IOERR | 1 << 8, SQLITE_IOERR | 2 << 8:
        // SQLITE_IOERR_READ and SQLITE_IOERR_SHORT_READ, which are macros of a kind that Swift does not see.
        try check(code)
      default: try target.check(code)
      }
      preconditionFailure("sqlite3_backup_step says \(code), which is no error and no result")
    }
  }

  /// Moves what no reader needs any more from the log to the file.
  private func checkpointIfDue() throws {
    guard logPages.pointee >= Connection.checkpointPages else { return }
    let code = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    // Busy: a reader still needs the log, or another program has it; the next commit tries again.
    if code & 0xff != SQLITE_BUSY { try check(code) }
  }

  // MARK: Errors

  /// The last error was that a file of the write-ahead log could not be opened or made.
  var cannotUseLog: Bool {
    let code = sqlite3_errcode(handle) & 0xff
    return code == SQLITE_CANTOPEN || code == SQLITE_READONLY
  }

  /// The last error was that the file's content contradicts itself.
  var sawCorruption: Bool { sqlite3_errcode(handle) & 0xff == SQLITE_CORRUPT }

  /// The cause that failures tell of a file whose content contradicts itself.
  static let corruption = "it is corrupt"

  private static func failure(
    _ code: Int32, handle: OpaquePointer, operation: String, name: String
  ) -> Failure {
    func because(_ cause: String, _ remedy: String? = nil) -> Failure {
      Failure(.inputOutput, cannot: operation, name, because: cause, remedy: remedy)
    }
    let system = sqlite3_system_errno(handle)
    switch code & 0xff {
    case SQLITE_FULL:
      return because("database or disk is full", "free space, or give another --database")
    case SQLITE_BUSY, SQLITE_LOCKED:
      return because("another program holds a lock on it", "close that program, or give another --database")
    case SQLITE_CORRUPT:
      return because(corruption, "it was left as it is; restore a copy, or give another --database")
    case SQLITE_NOTADB:
      return because("not a SQLite database", "it was left as it is; give another --database")
    case SQLITE_READONLY:
      return because("it is read-only", "make it writable, or give another --database")
    case SQLITE_CANTOPEN where system != 0: return because(systemText(system))
    case SQLITE_IOERR:
      let what = String(cString: sqlite3_errstr(code))
      return because(system == 0 ? what : "\(what): \(systemText(system))", "check the disk")
    default: return because(String(cString: sqlite3_errmsg(handle)))
    }
  }
}

/// The path as the path of a URI.
private func percentEncoded(_ path: String) -> String {
  let digits = Array("0123456789ABCDEF")
  var text = ""
  for byte in path.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
      UInt8(ascii: "_"):
      text.unicodeScalars.append(Unicode.Scalar(byte))
    default:
      text.append("%")
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
  }
  return text
}
