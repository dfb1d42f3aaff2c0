import ShuffledCore

/// A run that the database has, as far as one needs to know to go on with it.
public struct StoredRun: Equatable, Sendable {
  public var id: Int64
  public var state: RunState
  /// What it was asked to do: a JSON object.
  public var settings: String
  public var modelSHA256: String
  public var modelName: String
  /// Of its last frame, whether that is still kept or not; -1 without any.
  public var lastSequence: Int64
  /// How many of its frames retention has deleted.
  public var framesDeleted: Int64
  public var counts: FrameCounts
}

extension Database {
  /// The newest run of a source; nil where there is none. Blocks.
  public func latestRun(ofSource source: String) throws -> StoredRun? {
    try withConnection { connection in
      let statement = try connection.prepare(
        """
        SELECT r.id, r.state, r.settings, m.sha256, m.name,
          max(r.pruned_sequence, ifnull((SELECT max(last_sequence) FROM batches WHERE run_id = r.id), -1)),
          r.frames_classified, r.frames_failed, r.frames_dropped, r.frames_pruned
        FROM runs r JOIN streams s ON s.id = r.stream_id JOIN models m ON m.id = r.model_id
        WHERE s.source = ? ORDER BY r.id DESC LIMIT 1
        """)
      statement.bind(source, at: 1)
      var run: StoredRun?
      try statement.forEachRow { row in
        guard let state = RunState(rawValue: row.text(1) ?? "") else {
          preconditionFailure("the schema allows no run's state '\(row.text(1) ?? "")'")
        }
        run = StoredRun(
          id: row.integer(0), state: state, settings: row.text(2) ?? "{}", modelSHA256: row.text(3) ?? "",
          modelName: row.text(4) ?? "", lastSequence: row.integer(5), framesDeleted: row.integer(9),
          counts: FrameCounts(
            classified: row.integer(6), failed: row.integer(7), dropped: row.integer(8)))
      }
      return run
    }
  }
}

extension StoredRun {
  /// Marks it as running again. In a transaction.
  func reopen(_ connection: Connection) throws {
    let statement = try connection.cached(
      "UPDATE runs SET state = 'running', error = NULL, ended_us = NULL, frames_decoded = NULL WHERE id = ?")
    statement.bind(id, at: 1)
    try statement.run()
  }
}
