import ShuffledCore

/// What makes a SQLite file one of ours, and how an older one becomes a current one.
enum Schema {
  /// "SHFL" in SQLite's `application_id`.
  static let applicationID: Int64 = 0x5348_464C

  /// One step from the version before to `version`.
  struct Migration {
    var version: Int64
    var sql: String
  }

  /// In order, without gaps. A migration that was released never changes; a new one is added.
  static let migrations = [
    Migration(version: 1, sql: schemaVersion1), Migration(version: 2, sql: schemaVersion2),
    Migration(version: 3, sql: schemaVersion3),
  ]

  static var currentVersion: Int64 { Int64(migrations.count) }

  /// Brings a database of `version` (0: empty) to the current one, a transaction a step. What later versions know besides of
  /// frames that are there already, `RollupRecovery` adds.
  static func migrate(_ connection: Connection, from version: Int64) throws {
    // Only an empty file takes it; `db compact` gives it to others. It lets retention hand back pages, a few at a time.
    if version == 0 { try connection.execute("PRAGMA auto_vacuum = INCREMENTAL") }
    for migration in migrations where migration.version > version {
      try connection.transaction {
        try connection.execute(migration.sql)
        // These two take no bound parameters; both are our own integers.
        try connection.execute("PRAGMA application_id = \(applicationID)")
        try connection.execute("PRAGMA user_version = \(migration.version)")
      }
    }
  }
}

/// A frame's key: its run's number in the upper bits and its number in the stream in the lower 36. Rows of a run lie
/// together and in order, rows are only ever added at the end of the last page (which leaves pages full), and the
/// key costs 6 or 7 bytes, not a column each for run and sequence.
enum FrameKey {
  static let sequenceBits: Int64 = 36
  static let sequences: Int64 = 1 << sequenceBits
  static let runs: Int64 = 1 << (63 - sequenceBits)

  @inline(__always)
  static func make(run: Int64, sequence: Int64) -> Int64 {
    precondition(
      (0..<sequences).contains(sequence), "a run has frames 0 to \(sequences - 1), not \(sequence)")
    precondition((0..<runs).contains(run), "a database has runs 0 to \(runs - 1), not \(run)")
    return run << sequenceBits | sequence
  }
}

/// How a frame's outcome is stored in `frames.state`.
public enum FrameState: Int64, Sendable, CaseIterable {
  case classified = 0
  case failed = 1
  case dropped = 2

  /// What the views call it.
  public var name: String {
    switch self {
    case .classified: "classified"
    case .failed: "failed"
    case .dropped: "dropped"
    }
  }
}

/// How a run ended; what `runs.state` says.
public enum RunState: String, Sendable, CaseIterable {
  /// It has not ended.
  case running
  /// All of its source was seen.
  case complete
  /// Its source could not be read to its end; what came before is there.
  case partial
  /// Somebody stopped it.
  case interrupted
  /// The program gave up.
  case failed
  /// Its process ended without a word; found by the next one.
  case abandoned
}
