import ShuffledCore

/// What can be asked.
public enum Query: Sendable, CaseIterable {
  case frames, segments, summary, timeline, latency, coverage, runs, streams, models

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
      -- looks the names up in streams and labels: minutes and their labels first, then the frames that are in no
      -- minute's rollup, or in a minute at an end of the time. --limit is for the labels, not for these rows.
      """
    case .latency:
      """
      -- shuffled takes the percentiles of the rows with state 0 (in Swift, without sorting them all), or, of more than
      -- 200,000 frames, of the minutes' histograms. --limit is for the stages, not for these rows.
      """
    case .coverage:
      """
      -- shuffled lays these rows, the runs' times and the numbers of frames beside one another, by stream: what
      -- coverage does not tell of was offline. --limit is for the streams, not for these rows.
      """
    case .timeline:
      """
      -- shuffled counts these rows by stream, label and cell of time; cells shorter than a minute, and those of
      -- recordings, are counted from frames only.
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
      let statements =
        switch query {
        case .frames: [try FrameScan(filter).statement(FrameQuery.columns, limit: limit, on: connection)]
        case .summary: try SummaryQuery.statements(filter, connection)
        case .latency: try LatencyQuery.statements(filter, connection)
        case .segments: [try SegmentQuery.statement(filter, limit, connection)]
        case .coverage: try CoverageQuery.statements(filter, connection)
        case .timeline:
          try CoverageQuery.statements(filter, connection) + SummaryQuery.statements(filter, connection)
        case .runs: [try RunQuery.statement(filter, limit, connection)]
        case .streams: [try StreamQuery.statement(filter, limit, connection)]
        case .models: [try ModelQuery.statement(filter, limit, connection)]
        }
      return (statements.map { $0.expandedSQL + ";" } + [query.comment].compactMap(\.self)).joined(
        separator: "\n")
    }
  }
}
