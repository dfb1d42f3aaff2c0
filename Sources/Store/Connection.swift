import CSQLite
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
  private let log: LogKeeper
  /// In milliseconds.
  private let busyTimeout: Int32
  /// Once a lock has lasted for longer than that: who tries again has others waiting behind. Until the next transaction succeeds.
  private static let impatience: Int32 = 200
  private let path: String
  /// Kept for SQLite, which has a pointer to it.
  private var cancelCondition: CancelCondition?

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
          "file:\(PercentEncoding.encode(path, keeping: "/"))?immutable=1", &handle,
          SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | common, nil)
      }
    guard let handle else {
      throw Failure(.inputOutput, cannot: "open database", name, because: "out of memory")
    }
    self.handle = handle
    self.name = name
    self.path = path
    self.busyTimeout = Int32(clamping: busyTimeout.microseconds / 1_000)
    log = LogKeeper(handle)
    // From here on, `deinit` closes it.
    try check(code)
    log.start()
    sqlite3_busy_timeout(handle, self.busyTimeout)
  }

  deinit {
    cache = [:]
    // v2: waits for statements that outlive the connection instead of failing.
    sqlite3_close_v2(handle)
  }

  /// What is being done, for the text of failures; a verb phrase after "cannot".
  var operation = "open database"

  /// Throws the `Failure` that `code` means, if it is an error.
  @inline(__always)
  func check(_ code: Int32) throws {
    if code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE { return }
    throw failure(SQLiteFault(code, on: handle))
  }

  private func failure(_ fault: SQLiteFault) -> Failure {
    if fault.isLocked { sqlite3_busy_timeout(handle, min(busyTimeout, Self.impatience)) }
    let failure = fault.failure(operation: operation, name: name)
    if fault.isFailedSync, syncFailure == nil {
      syncFailure = failure
      // What is in the log may not be on the disk: nothing of it is to replace what is in the file.
      shuffled_sqlite_keep_log(handle)
    }
    return failure
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

  /// Runs a statement that gives no rows, with these parameters; it is kept for the next time.
  func run(_ sql: String, _ parameters: Int64...) throws {
    let statement = try cached(sql)
    for (index, value) in parameters.enumerated() { statement.bind(value, at: Int32(index + 1)) }
    try statement.run()
  }

  /// How many rows the last statement inserted, changed or deleted.
  package var changes: Int64 { sqlite3_changes64(handle) }

  /// Runs `body` in a transaction that may write from its start: a transaction that begins by reading gets
  /// SQLITE_BUSY_SNAPSHOT when it turns to writing, whatever the busy timeout.
  ///
  /// Also throws when what is committed could not be brought to the disk, and from then on: nothing more is committed
  /// once the disk has failed to sync.
  package func transaction<R>(_ body: () throws -> R) throws -> R {
    if let syncFailure { throw syncFailure }
    let result: R
    do {
      try cached("BEGIN IMMEDIATE").run()
      result = try body()
      try cached("COMMIT").run()
      sqlite3_busy_timeout(handle, busyTimeout)
    } catch {
      // Where SQLite rolled back by itself (a full disk), there is nothing left to do.
      if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
      throw error
    }
    switch log.checkpointIfDue(busyTimeout: busyTimeout) {
    case .done: break
    case .failed(let code): try check(code)
    case .held(let bytes):
      onLogHeld(LogHold(database: name, bytes: bytes, holders: LogHold.holders(of: path)))
    }
    return result
  }

  /// Runs `body`, which only reads, on one moment of the database, whatever others write meanwhile. Within another snapshot,
  /// on its moment.
  func snapshot<R>(_ body: () throws -> R) throws -> R {
    guard sqlite3_get_autocommit(handle) != 0 else { return try body() }
    try beginSnapshot()
    defer { endSnapshot() }
    return try body()
  }

  func beginSnapshot() throws {
    try execute("BEGIN")
    // The moment is that of the first read.
    do {
      _ = try prepare("SELECT 1 FROM sqlite_schema").firstInteger()
    } catch {
      endSnapshot()
      throw error
    }
  }

  /// It has changed nothing: however it ends is well.
  func endSnapshot() { sqlite3_exec(handle, "COMMIT", nil, nil, nil) }

  /// Statements end with a failure soon after `condition` has become true; it is asked some hundred times a second while they
  /// run. nil: they run to their end.
  func interrupt(when condition: CancelCondition?) {
    cancelCondition = condition
    guard let condition else { return sqlite3_progress_handler(handle, 0, nil, nil) }
    sqlite3_progress_handler(
      handle, 10_000,
      { context in
        guard let context else { return 0 }
        return Unmanaged<CancelCondition>.fromOpaque(context).takeUnretainedValue().isTrue() ? 1 : 0
      }, Unmanaged.passUnretained(condition).toOpaque())
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

  // MARK: Errors

  /// The last error was that a file of the write-ahead log could not be opened or made.
  var cannotUseLog: Bool {
    let code = sqlite3_errcode(handle) & 0xff
    return code == SQLITE_CANTOPEN || code == SQLITE_READONLY
  }

  /// Set for good when the disk has failed to sync.
  private var syncFailure: Failure?

  /// Told when a reader has kept the log from being brought into the file until it was 64 MB long.
  var onLogHeld: @Sendable (LogHold) -> Void = { _ in }

  /// The last error was that the file's content contradicts itself.
  var sawCorruption: Bool { sqlite3_errcode(handle) & 0xff == SQLITE_CORRUPT }

  /// The cause that failures tell of a file whose content contradicts itself.
  static let corruption = "it is corrupt"
}

/// When statements are to end early.
final class CancelCondition {
  let isTrue: () -> Bool

  init(_ isTrue: @escaping () -> Bool) { self.isTrue = isTrue }
}
