import ShuffledCore

/// Keeps a run's rows of `coverage` up to what is known: the last one's end moves on with each batch, so that a process that
/// is killed leaves how far it had watched. In transactions that are already open, on the database's queue only.
struct CoverageRecorder {
  private let run: Int64
  /// The row that goes on, and since when it is in its state.
  private var row: (id: Int64, state: CoverageState, since: WallTime)?

  init(run: Int64) { self.run = run }

  /// Frames of these times are being stored: so the stream is observed, but for frames from before its last change, which come
  /// late, while they show the same picture all the time, and for the last ones of a stream that was stopped meanwhile.
  mutating func observe(_ first: WallTime, _ last: WallTime, _ connection: Connection) throws {
    if let row, row.state != .observed {
      if row.state == .frozen { return try extend(to: last, connection) }
      guard last > row.since, row.state != .stopped else { return }
      try note(CoverageChange(.observed, at: max(first, row.since)), connection)
    } else if row == nil {
      try note(CoverageChange(.observed, at: first), connection)
    }
    try extend(to: last, connection)
  }

  mutating func note(_ change: CoverageChange, _ connection: Connection) throws {
    if change.wasNoticedLater {
      try cut(at: change.time, connection)
    } else {
      try extend(to: change.time, connection)
    }
    let statement = try connection.cached(
      "INSERT INTO coverage (run_id, state, start_us, end_us, reason) VALUES (?1, ?2, ?3, ?3, ?4)")
    statement.bind(run, at: 1)
    statement.bind(change.state.rawValue, at: 2)
    statement.bind(change.time.microseconds, at: 3)
    statement.bind(change.reason, at: 4)
    try statement.run()
    row = (connection.lastInsertedRow, change.state, change.time)
  }

  mutating func finish(at ended: WallTime, _ connection: Connection) throws {
    try extend(to: ended, connection)
    row = nil
  }

  /// Never back: a clock that is set does not shorten what was watched.
  private func extend(to end: WallTime, _ connection: Connection) throws {
    guard let row else { return }
    let statement = try connection.cached("UPDATE coverage SET end_us = max(end_us, ?) WHERE id = ?")
    statement.bind(end.microseconds, at: 1)
    statement.bind(row.id, at: 2)
    try statement.run()
  }

  private func cut(at end: WallTime, _ connection: Connection) throws {
    guard let row else { return }
    let statement = try connection.cached("UPDATE coverage SET end_us = max(start_us, ?) WHERE id = ?")
    statement.bind(end.microseconds, at: 1)
    statement.bind(row.id, at: 2)
    try statement.run()
  }
}
