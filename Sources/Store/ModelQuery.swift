import ShuffledCore

/// A model as the database knows it, with what its runs stored.
public struct ModelRow: Equatable, Sendable {
  public var name: String
  /// Of its file, lower-case hexadecimal.
  public var sha256: String
  /// A JSON object, on one line.
  public var architecture: String
  /// By class index: a JSON array of texts, on one line.
  public var labels: String
  public var labelCount: Int64
  /// How many runs.
  public var runs: Int64
  /// The frames of these runs.
  public var counts: FrameCounts

  package init(
    name: String, sha256: String, architecture: String, labels: String, labelCount: Int64, runs: Int64,
    counts: FrameCounts
  ) {
    self.name = name
    self.sha256 = sha256
    self.architecture = architecture
    self.labels = labels
    self.labelCount = labelCount
    self.runs = runs
    self.counts = counts
  }
}

extension Database {
  /// The models, in order of their names, each with those of its runs that `filter` names, whole; models without
  /// such a run are left out. Blocks until they are read. Throws like `runs`.
  /// - Parameter filter: without label and confidence, which runs do not have.
  public func models(matching filter: QueryFilter = QueryFilter(), limit: Int? = nil) throws -> [ModelRow] {
    try withConnection { connection in
      try filter.check(connection)
      var rows: [ModelRow] = []
      try ModelQuery.statement(filter, limit, connection).forEachRow { rows.append(ModelQuery.row($0)) }
      return rows
    }
  }
}

/// Reads rows of `models`.
enum ModelQuery {
  static func statement(_ filter: QueryFilter, _ limit: Int?, _ connection: Connection) throws -> Statement {
    let scope = RunScope(filter, limit: limit)
    return try scope.statement(
      """
      SELECT m.name, m.sha256, json(m.architecture) AS architecture,
        (SELECT json_group_array(name)
          FROM (SELECT name FROM labels WHERE model_id = m.id ORDER BY label_index)) AS label_names,
        (SELECT count(*) FROM labels WHERE model_id = m.id) AS labels,
        count(*) AS runs,
        sum(r.frames_classified) AS classified, sum(r.frames_failed) AS failed, sum(r.frames_dropped) AS dropped
      FROM models m JOIN runs r ON r.model_id = m.id JOIN streams s ON s.id = r.stream_id
      \(scope.clause)
      GROUP BY m.id
      ORDER BY m.name, m.id
      \(scope.limitClause)
      """, on: connection)
  }

  static func row(_ row: Statement) -> ModelRow {
    ModelRow(
      name: row.text(0) ?? "", sha256: row.text(1) ?? "", architecture: row.text(2) ?? "{}",
      labels: row.text(3) ?? "[]", labelCount: row.integer(4), runs: row.integer(5),
      counts: FrameCounts(classified: row.integer(6), failed: row.integer(7), dropped: row.integer(8)))
  }
}
