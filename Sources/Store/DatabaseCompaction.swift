import ShuffledCore

/// What making a database small again did.
public struct DatabaseCompaction: Equatable, Sendable {
  /// The file and its log, in bytes.
  public var before: Int64
  public var after: Int64
  /// Somebody reads what the file held before: it shrinks when the next writer closes it.
  public var isDelayed: Bool

  package init(
    before: Int64, after: Int64, isDelayed: Bool
  ) {
    self.before = before
    self.after = after
    self.isDelayed = isDelayed
  }
}

extension Database {
  /// Writes a database anew without the pages that hold nothing. Nobody else may write it meanwhile; readers may
  /// read. Needs about twice its size beside it while it lasts, and blocks for as long as writing that takes.
  ///
  /// Throws `Failure`: `.noInput` where there is no such file, otherwise like `openForWriting`. It stays as it was
  /// then.
  /// - Parameter command: what other writers are told of this one.
  public static func compact(
    path: String, command: String, busyTimeout: Duration = .seconds(5)
  ) throws -> DatabaseCompaction {
    let location = try DatabaseLocation(path, access: .reading)
    let before = location.size + location.logSize
    let database = try openForWriting(path: path, command: command, busyTimeout: busyTimeout)
    defer { database.close() }
    let isDelayed = try database.withConnection { connection in
      try connection.doing("compact database") {
        // Databases of earlier versions were made without it.
        try connection.execute("PRAGMA auto_vacuum = INCREMENTAL; VACUUM")
        return try connection.prepare("PRAGMA wal_checkpoint(TRUNCATE)").firstInteger() != 0
      }
    }
    let now = try DatabaseLocation(path, access: .reading)
    return DatabaseCompaction(before: before, after: now.size + now.logSize, isDelayed: isDelayed)
  }
}
