import ShuffledCore

/// What can be asked.
public enum Query: Sendable, CaseIterable {
  case frames, segments, summary, latency, runs, streams, models

  /// What the program does with the rows, for who runs the SQL without it.
  fileprivate var comment: String? {
    switch self {
    case .frames:
      """
      -- label is a label_index of the table labels; confidence is in 65535ths; runners_up has 4 bytes a
      -- prediction: label and confidence, big endian. The view results has names and seconds instead.
      """
    case .summary:
      """
      -- shuffled counts these rows by stream, model and label (in Swift, which is faster than sorting them), and
      -- looks the names up in streams and labels. --limit is for the labels, not for these rows.
      """
    case .latency:
      """
      -- shuffled takes the percentiles of the rows with state 0 (in Swift, without sorting them all). --limit is for
      -- the stages, not for these rows.
      """
    case .segments, .runs, .streams, .models: nil
    }
  }
}

extension Database {
  /// The SQL that a query runs, with all values in it as literals, so that `sqlite3` gives the same rows. Two lines
  /// of comment follow where the program does more than show them. (Before it, they would look like an option to
  /// `sqlite3 x.db "$(...)"`.) Nothing is run but the look-up of the names
  /// in `filter`: throws like the query.
  public func sql(
    of query: Query, matching filter: QueryFilter = QueryFilter(), limit: Int? = nil
  ) throws -> String {
    try withConnection { connection in
      try filter.check(connection)
      let statement =
        switch query {
        case .frames: try FrameScan(filter).statement(FrameQuery.columns, limit: limit, on: connection)
        case .summary:
          try FrameScan(filter, ofPredictions: false).statement(SummaryQuery.columns, on: connection)
        case .latency: try FrameScan(filter).statement(LatencyQuery.columns, on: connection)
        case .segments: try SegmentQuery.statement(filter, limit, connection)
        case .runs: try RunQuery.statement(filter, limit, connection)
        case .streams: try StreamQuery.statement(filter, limit, connection)
        case .models: try ModelQuery.statement(filter, limit, connection)
        }
      return statement.expandedSQL + ";" + (query.comment.map { "\n" + $0 } ?? "")
    }
  }
}
