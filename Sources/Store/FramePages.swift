import ShuffledCore

/// Frames a page at a time: each page is read on a moment of its own, and together they are what was stored when the
/// first was asked for. Runs only grow at their ends, so it is enough to know where those were.
struct FramePages {
  private struct Stretch {
    var run: Int64
    /// Of the last frame that was read; -1 before the first.
    var after: Int64 = -1
    /// Of the last frame that is to be read.
    var through: Int64
  }

  /// Some 1 MB of rows.
  private static let size = 2_048

  private let statement: Statement
  private var query: FrameQuery
  /// What is left, the next at the end.
  private var stretches: [Stretch]
  private var left: Int

  init(_ filter: QueryFilter, after position: FramePosition?, limit: Int?, _ connection: Connection) throws {
    var stretches: [Stretch] = []
    // Not by time: a wall clock that was set puts frames where their run was not.
    let scope = RunScope(QueryFilter(run: filter.run, stream: filter.stream), limit: nil)
    let ends = try scope.statement(
      """
      SELECT r.id, (SELECT max(last_sequence) FROM batches WHERE run_id = r.id)
      FROM runs r JOIN streams s ON s.id = r.stream_id
      \(scope.clause)
      ORDER BY r.id DESC
      """, on: connection)
    try ends.forEachRow { row in
      guard let last = row.optionalInteger(1) else { return }
      var stretch = Stretch(run: row.integer(0), through: last)
      if let position {
        if stretch.run < position.run { return }
        if stretch.run == position.run { stretch.after = position.sequence }
      }
      if stretch.after < last { stretches.append(stretch) }
    }
    self.stretches = stretches
    left = limit ?? .max
    statement = try FrameScan(filter, .page).statement(FrameQuery.columns, limit: 0, on: connection)
    query = FrameQuery(connection: connection)
  }

  /// The next rows, never none; nil after the last.
  mutating func next() throws -> [FrameRow]? {
    while left > 0, var stretch = stretches.popLast() {
      let size = min(left, Self.size)
      statement.bind(stretch.run, to: ":page_run")
      statement.bind(stretch.after, to: ":page_after")
      statement.bind(stretch.through, to: ":page_through")
      statement.bind(Int64(size), to: ":limit")
      var rows: [FrameRow] = []
      try statement.forEachRow { rows.append(try query.row($0)) }
      if rows.count == size, let last = rows.last {
        stretch.after = last.sequence
        stretches.append(stretch)
      }
      left -= rows.count
      if !rows.isEmpty { return rows }
    }
    return nil
  }
}
