import Dispatch
import Glibc
import ShuffledCore

/// A results database, open for writing (by one process at a time) or for reading (by any number, also meanwhile).
/// `close` it: the last reference may go later than one thinks, with a block that has just run on another thread.
///
/// `@unchecked Sendable`: the connection, which is not Sendable, and the lock are private and touched only on `queue`,
/// one block at a time, and in `deinit`, when nobody else can reach them.
public final class Database: @unchecked Sendable {
  public enum Access: Sendable { case reading, writing }

  public let access: Access
  /// Its path as the user wrote it: what messages call it.
  public let path: String

  let queue: DispatchQueue
  private let absolutePath: String
  /// nil once it is closed.
  private var connection: Connection?
  private var lock: WriterLock?

  private init(connection: Connection, location: DatabaseLocation, lock: WriterLock?) {
    self.connection = connection
    path = location.path
    absolutePath = location.absolutePath
    self.lock = lock
    access = lock == nil ? .reading : .writing
    queue = DispatchQueue(label: "shuffled.database")
  }

  /// Opens a database for writing: creates it where there is none (in a folder that exists), brings an older one to
  /// the current schema, and marks runs that their process left running as abandoned.
  ///
  /// Blocks for at most about `busyTimeout`. Throws `Failure`: `.inputOutput`, or `.badConfiguration` for a database
  /// of a newer program. What is not ours is left as it is.
  /// - Parameters:
  ///   - command: what a second writer is told of this one: `shuffled process gate.mp4`. No passwords.
  ///   - durability: what a power cut may cost of what is committed.
  ///   - busyTimeout: how long to wait for a lock that another program holds.
  ///   - logHeld: told, on the database's queue, when a reader has held up its log until that was 64 MB long.
  public static func openForWriting(
    path: String, command: String, durability: Durability = .normal, busyTimeout: Duration = .seconds(5),
    logHeld: @escaping @Sendable (LogHold) -> Void = { _ in }
  ) throws -> Database {
    let location = try DatabaseLocation(path, access: .writing)
    if location.size > 0 { try refuseForeign(location) }
    let lock = try WriterLock(database: location.absolutePath, name: path, command: command)
    let connection = try Connection(
      path: location.absolutePath, name: path, mode: .readWriteCreate, busyTimeout: busyTimeout)
    let version = try schemaVersion(connection, canMigrate: true)
    // Created before it has a write-ahead log, so that the file itself says from its first page on that it is ours.
    if version == 0 { try Schema.migrate(connection, from: 0) }
    let mode = try connection.prepare("PRAGMA journal_mode = WAL")
    guard try mode.step(), mode.text(0) == "wal" else {
      throw Failure(
        .inputOutput, cannot: "open database", path, because: "its file system cannot hold a write-ahead log",
        remedy: "give a --database on a local disk")
    }
    _ = try mode.step()
    try connection.execute(
      """
      PRAGMA foreign_keys = ON;
      PRAGMA synchronous = \(durability.synchronous);
      PRAGMA journal_size_limit = 67108864;
      """)
    if version > 0 { try Schema.migrate(connection, from: version) }
    try abandonRuns(connection)
    connection.onLogHeld = logHeld
    connection.operation = "write to database"
    return Database(connection: connection, location: location, lock: lock)
  }

  /// Opens a database that is there for writing, as `openForWriting` does; throws `.noInput` where it is not.
  public static func openExistingForWriting(
    path: String, command: String, busyTimeout: Duration = .seconds(5)
  ) throws -> Database {
    _ = try DatabaseLocation(path, access: .reading)
    return try openForWriting(path: path, command: command, busyTimeout: busyTimeout)
  }

  /// Opens a database for reading only; works while another process writes it, and on a copy that may not be written.
  ///
  /// Blocks for at most about `busyTimeout`. Throws `Failure`: `.noInput` where there is no such file,
  /// `.badConfiguration` for a database of a newer program, otherwise `.inputOutput`.
  public static func openForReading(path: String, busyTimeout: Duration = .seconds(5)) throws -> Database {
    let location = try DatabaseLocation(path, access: .reading)
    var connection = try Connection(
      path: location.absolutePath, name: path, mode: .readOnly, busyTimeout: busyTimeout)
    do {
      try connection.execute("SELECT count(*) FROM sqlite_schema")
    } catch  where connection.cannotUseLog {
      // The database is in WAL mode and the files of its log can be neither found nor made. If there is no log, the
      // file alone is the whole database and nobody writes it.
      guard location.logSize == 0 else {
        throw Failure(
          .inputOutput, cannot: "open database", path,
          because: "its newest rows are in '\(path)-wal', which cannot be used here",
          remedy: "copy both files to a folder you can write")
      }
      connection = try Connection(
        path: location.absolutePath, name: path, mode: .immutable, busyTimeout: busyTimeout)
    }
    _ = try schemaVersion(connection, canMigrate: false)
    connection.operation = "read database"
    return Database(connection: connection, location: location, lock: nil)
  }

  deinit { letGo() }

  /// Closes the database: brings the write-ahead log's rows into the file, removes the log, and lets the next
  /// writer in. Blocks until what is under way is done. The database cannot be used afterwards; closing it again does
  /// nothing. Runs are to be finished before.
  public func close() {
    dispatchPrecondition(condition: .notOnQueue(queue))
    queue.sync { letGo() }
  }

  private func letGo() {
    connection = nil
    // Last: the next writer finds everything in place.
    lock = nil
  }

  /// Whether somebody writes it now: runs that say that they go on then do.
  var isBeingWritten: Bool { access == .writing || WriterLock.isHeld(database: absolutePath) }

  /// Calls `body` on the database's queue when its turn has come: a sign that the queue gets on. Does not block.
  public func onTurn(_ body: @escaping @Sendable () -> Void) { queue.async(execute: body) }

  /// Lends the connection to `body` on the database's queue and waits for it. Not to be called from there.
  package func withConnection<R>(_ body: (Connection) throws -> R) rethrows -> R {
    dispatchPrecondition(condition: .notOnQueue(queue))
    return try queue.sync { try onQueue(body) }
  }

  /// Runs `body`, all of whose reads see the database as it is at one moment; another process may write it meanwhile and is
  /// not held up, but its log grows until `body` is done. Called where queries are; nothing else reads meanwhile. Throws what
  /// `body` throws, or `.inputOutput`.
  ///
  /// Returns nil when `isCancelled` said so, also while a query runs; whatever `body` threw then does not matter.
  /// - isCancelled: asked some hundred times a second, on the thread of `body` and on the database's queue.
  public func atOneMoment<R>(
    isCancelled: @escaping @Sendable () -> Bool = { false }, _ body: () throws -> R
  ) throws -> R? {
    precondition(access == .reading, "who writes does not read one moment")
    do {
      try withConnection { connection in
        connection.interrupt(when: CancelCondition(isCancelled))
        try connection.beginSnapshot()
      }
      defer {
        withConnection { connection in
          connection.interrupt(when: nil)
          connection.endSnapshot()
        }
      }
      let result = try body()
      return isCancelled() ? nil : result
    } catch {
      if isCancelled() { return nil }
      throw error
    }
  }

  /// Lends the connection to `body`, which is already on the database's queue.
  func onQueue<R>(_ body: (Connection) throws -> R) rethrows -> R {
    dispatchPrecondition(condition: .onQueue(queue))
    guard let connection else { preconditionFailure("the database '\(path)' is closed") }
    return try body(connection)
  }

  // MARK: Checks

  /// Looks at the file as it lies there, without a lock, a log or a repair, so that nothing of another program's is
  /// changed. (Opening it with anything but SQLite would do harm: closing a descriptor of a file drops all of the
  /// process's locks on it.)
  private static func refuseForeign(_ location: DatabaseLocation) throws {
    let connection = try Connection(
      path: location.absolutePath, name: location.path, mode: .immutable, busyTimeout: .zero)
    do {
      _ = try schemaVersion(connection, canMigrate: true)
    } catch  where connection.sawCorruption {
      // The file may have been read in the middle of another process's checkpoint. If it is corrupt, the real
      // connection will say so.
    }
  }

  /// The database's schema version, 0 if it has none yet.
  private static func schemaVersion(_ connection: Connection, canMigrate: Bool) throws -> Int64 {
    func refused(_ kind: Failure.Kind, _ cause: String, _ remedy: String) -> Failure {
      Failure(kind, cannot: "open database", connection.name, because: cause, remedy: remedy)
    }
    let application = try connection.prepare("PRAGMA application_id").firstInteger()
    guard application == Schema.applicationID else {
      let objects = try connection.prepare("SELECT count(*) FROM sqlite_schema").firstInteger() ?? 0
      if canMigrate, application == 0, objects == 0 { return 0 }
      throw refused(
        .inputOutput, objects == 0 ? "it is empty" : "it is another program's database",
        "it was left as it is; give another --database")
    }
    let version = try connection.prepare("PRAGMA user_version").firstInteger() ?? 0
    let current = Schema.currentVersion
    if version > current {
      throw refused(
        .badConfiguration, "schema version \(version) is newer than this program's \(current)",
        "upgrade shuffled"
      )
    }
    if version < current, !canMigrate {
      throw refused(
        .badConfiguration, "schema version \(version) is older than this program's \(current)",
        "let shuffled write to it once")
    }
    return version
  }

  /// Runs still marked as running were left so by a process that is gone: this one has the writer's lock. Their newest frames
  /// are in no rollup yet.
  /// Takes SQLite's write lock even when there is none of them, to find out now that another program holds it, or
  /// that the file may only be read.
  private static func abandonRuns(_ connection: Connection) throws {
    try connection.transaction {
      try connection.execute(
        """
        UPDATE segments SET ending = 'abandoned'
        WHERE ending IS NULL AND run_id IN (SELECT id FROM runs WHERE state = 'running');
        UPDATE runs SET state = 'abandoned',
          ended_us = (SELECT max(wall_us + wall_span_us) FROM batches WHERE run_id = runs.id)
        WHERE state = 'running'
        """)
      try RollupRecovery.run(connection)
    }
  }
}
