import ShuffledCore

/// A run as it is stored, with names instead of numbers.
public struct RunRow: Equatable, Sendable {
  public var run: Int64
  /// Its stream's name.
  public var stream: String
  public var source: String
  /// Its model's name.
  public var model: String
  public var modelSHA256: String
  public var program: String
  /// What it was asked to do: a JSON object, on one line.
  public var settings: String
  public var state: RunState
  /// Why it ended as it did, if something went wrong.
  public var error: String?
  public var started: WallTime
  /// nil while it runs, and where its process ended without a word before its first frame.
  public var ended: WallTime?
  /// All frames that were decoded; nil until it ends, and where nobody wrote it down.
  public var decoded: Int64?
  public var counts: FrameCounts

  package init(
    run: Int64, stream: String, source: String, model: String, modelSHA256: String, program: String,
    settings: String, state: RunState, error: String?, started: WallTime, ended: WallTime?, decoded: Int64?,
    counts: FrameCounts
  ) {
    self.run = run
    self.stream = stream
    self.source = source
    self.model = model
    self.modelSHA256 = modelSHA256
    self.program = program
    self.settings = settings
    self.state = state
    self.error = error
    self.started = started
    self.ended = ended
    self.decoded = decoded
    self.counts = counts
  }
}

extension Database {
  /// The runs that `filter` names, the newest first; its time asks for those that were under way meanwhile. Blocks
  /// until they are read.
  ///
  /// Throws `Failure`: `.usage` for a run or stream that the database does not know, otherwise `.inputOutput`.
  /// - Parameter filter: without label and confidence, which runs do not have.
  public func runs(matching filter: QueryFilter = QueryFilter(), limit: Int? = nil) throws -> [RunRow] {
    try withConnection { connection in
      try filter.check(connection)
      var rows: [RunRow] = []
      try RunQuery.statement(filter, limit, connection).forEachRow { rows.append(RunQuery.row($0)) }
      return rows
    }
  }
}

/// Reads rows of `runs`.
enum RunQuery {
  static func statement(_ filter: QueryFilter, _ limit: Int?, _ connection: Connection) throws -> Statement {
    let scope = RunScope(filter, limit: limit)
    return try scope.statement(
      """
      SELECT r.id AS run, s.name AS stream, s.source, m.name AS model, m.sha256, r.program,
        json(r.settings) AS settings, r.state, r.error, r.started_us, r.ended_us, r.frames_decoded,
        r.frames_classified, r.frames_failed, r.frames_dropped
      FROM runs r
        JOIN streams s ON s.id = r.stream_id
        JOIN models m ON m.id = r.model_id
      \(scope.clause)
      ORDER BY r.id DESC
      \(scope.limitClause)
      """, on: connection)
  }

  static func row(_ row: Statement) -> RunRow {
    guard let state = row.text(7).flatMap(RunState.init) else {
      preconditionFailure("the schema allows no run's state \(row.text(7) ?? "NULL")")
    }
    return RunRow(
      run: row.integer(0), stream: row.text(1) ?? "", source: row.text(2) ?? "", model: row.text(3) ?? "",
      modelSHA256: row.text(4) ?? "", program: row.text(5) ?? "", settings: row.text(6) ?? "{}", state: state,
      error: row.text(8), started: WallTime(microseconds: row.integer(9)),
      ended: row.optionalInteger(10).map(WallTime.init(microseconds:)), decoded: row.optionalInteger(11),
      counts: FrameCounts(classified: row.integer(12), failed: row.integer(13), dropped: row.integer(14)))
  }
}
