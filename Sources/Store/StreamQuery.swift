import ShuffledCore

/// A stream as the database knows it, with what its runs stored.
public struct StreamRow: Equatable, Sendable {
  public var name: String
  public var source: String
  /// How many runs.
  public var runs: Int64
  /// The earliest and the latest moment that one of its stored frames was decoded; nil without frames.
  public var firstFrame: WallTime?
  public var lastFrame: WallTime?
  /// The frames of these runs.
  public var counts: FrameCounts

  package init(
    name: String, source: String, runs: Int64, firstFrame: WallTime?, lastFrame: WallTime?,
    counts: FrameCounts
  ) {
    self.name = name
    self.source = source
    self.runs = runs
    self.firstFrame = firstFrame
    self.lastFrame = lastFrame
    self.counts = counts
  }
}

extension Database {
  /// The streams, in order of their names, each with those of its runs that `filter` names, whole; streams without
  /// such a run are left out. Blocks for one pass over the batches of these runs. Throws like `runs`.
  /// - Parameter filter: without label and confidence, which runs do not have.
  public func streams(matching filter: QueryFilter = QueryFilter(), limit: Int? = nil) throws -> [StreamRow] {
    try withConnection { connection in
      try filter.check(connection)
      var rows: [StreamRow] = []
      try StreamQuery.statement(filter, limit, connection).forEachRow { rows.append(StreamQuery.row($0)) }
      return rows
    }
  }
}

/// Reads rows of `streams`.
enum StreamQuery {
  static func statement(_ filter: QueryFilter, _ limit: Int?, _ connection: Connection) throws -> Statement {
    let scope = RunScope(filter, limit: limit)
    return try scope.statement(
      """
      SELECT s.name, s.source, count(*) AS runs,
        min((SELECT min(b.wall_us) FROM batches b WHERE b.run_id = r.id)) AS first_us,
        max((SELECT max(b.wall_us + b.wall_span_us) FROM batches b WHERE b.run_id = r.id)) AS last_us,
        sum(r.frames_classified) AS classified, sum(r.frames_failed) AS failed, sum(r.frames_dropped) AS dropped
      FROM streams s JOIN runs r ON r.stream_id = s.id
      \(scope.clause)
      GROUP BY s.id
      ORDER BY s.name, s.id
      \(scope.limitClause)
      """, on: connection)
  }

  static func row(_ row: Statement) -> StreamRow {
    StreamRow(
      name: row.text(0) ?? "", source: row.text(1) ?? "", runs: row.integer(2),
      firstFrame: row.optionalInteger(3).map(WallTime.init(microseconds:)),
      lastFrame: row.optionalInteger(4).map(WallTime.init(microseconds:)),
      counts: FrameCounts(classified: row.integer(5), failed: row.integer(6), dropped: row.integer(7)))
  }
}
