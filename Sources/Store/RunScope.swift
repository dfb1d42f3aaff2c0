import ShuffledCore

/// The part of a query about runs, streams or models that says which runs count: those of `filter`'s run and stream
/// that were under way at some moment of its time. Such queries know no frames, so labels and confidences do not
/// restrict them.
struct RunScope {
  private let filter: QueryFilter
  private let limit: Int?
  /// SQL that holds for runs `r` of streams `s`, a line each.
  let conditions: [String]

  init(_ filter: QueryFilter, limit: Int?) {
    precondition(filter.label == nil && filter.minConfidence == nil, "runs have no label and no confidence")
    self.filter = filter
    self.limit = limit
    var conditions: [String] = []
    if filter.run != nil { conditions.append("r.id = :run") }
    if filter.stream != nil { conditions.append("(s.name = :stream OR s.source = :stream)") }
    if filter.since != nil {
      // A run that has not ended still goes on; one that was abandoned before its first frame never went far.
      conditions.append(
        "(r.ended_us >= :since OR r.ended_us IS NULL AND (r.state = 'running' OR r.started_us >= :since))")
    }
    if filter.until != nil { conditions.append("r.started_us < :until") }
    self.conditions = conditions
  }

  /// `WHERE` and the conditions; nothing where there are none.
  var clause: String { conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: "\n  AND ") }

  /// The last line of the SQL.
  var limitClause: String { limit == nil ? "" : "LIMIT :limit" }

  /// Prepares a query that holds `clause` and `limitClause`.
  func statement(_ sql: String, on connection: Connection) throws -> Statement {
    let statement = try connection.prepare(sql.withoutBlankLines)
    if let run = filter.run { statement.bind(run, to: ":run") }
    if let stream = filter.stream { statement.bind(stream, to: ":stream") }
    if let since = filter.since { statement.bind(since.microseconds, to: ":since") }
    if let until = filter.until { statement.bind(until.microseconds, to: ":until") }
    if let limit { statement.bind(Int64(limit), to: ":limit") }
    return statement
  }
}

extension String {
  /// SQL without the lines that a clause left empty.
  var withoutBlankLines: String { split(separator: "\n").joined(separator: "\n") }
}
