import Segmentation
import ShuffledCore

extension Database {
  /// Segments as they were recorded, in order of run and start. Of the filter, the least confidence is that of the mean; times
  /// choose runs, and of those on the wall clock the segments that lie in them, in part at least. Blocks. Throws like `frames`.
  /// - Parameters:
  ///   - position: only segments that come after this one.
  ///   - ofKeptFrames: only those of which frames are kept, which a replay can find again.
  public func segments(
    matching filter: QueryFilter = QueryFilter(), after position: SegmentPosition? = nil, limit: Int? = nil,
    ofKeptFrames: Bool = false
  ) throws -> [SegmentRow] {
    try withConnection { connection in
      try filter.check(connection)
      var found: [SegmentRow] = []
      try SegmentQuery.statement(filter, after: position, limit, ofKeptFrames: ofKeptFrames, connection)
        .forEachRow { found.append(SegmentQuery.row($0)) }
      return found
    }
  }

  /// The segments that these settings make of the stored scores, without the video. Memory grows with the segments, not
  /// with the frames. Blocks for a pass over the frames. Throws like `frames`.
  /// - settings: of each run, from what its row keeps and the names of its model's labels by index.
  public func replay(
    matching filter: QueryFilter = QueryFilter(),
    settings: (_ run: String, _ labels: [Int: String]) throws -> SegmentationSettings
  ) throws -> [SegmentRow] {
    try withConnection { connection in
      try filter.check(connection)
      var found: [SegmentRow] = []
      for run in try SegmentedRun.all(filter, connection) {
        found += try run.replay(try settings(run.settings, run.labels), connection)
      }
      return found.filter(filter.takes)
    }
  }
}

extension Database {
  /// Runs that the filter names and that retention has deleted frames of, with how many. Blocks. Throws like `runs`.
  public func runsWithDeletedFrames(matching filter: QueryFilter) throws -> [(run: Int64, frames: Int64)] {
    try withConnection { connection in
      let scope = RunScope(filter.ofRuns, limit: nil)
      var runs: [(run: Int64, frames: Int64)] = []
      try scope.statement(
        """
        SELECT r.id, r.frames_pruned FROM runs r JOIN streams s ON s.id = r.stream_id
        WHERE \((scope.conditions + ["r.frames_pruned > 0"]).joined(separator: " AND "))
        ORDER BY r.id
        """, on: connection
      ).forEachRow { runs.append(($0.integer(0), $0.integer(1))) }
      return runs
    }
  }
}

extension QueryFilter {
  fileprivate func takes(_ segment: SegmentRow) -> Bool {
    (label.map { segment.label == $0 } ?? true) && segment.meanConfidence >= (minConfidence ?? 0)
  }
}

/// Reads rows of `segments`.
enum SegmentQuery {
  static func statement(
    _ filter: QueryFilter, after position: SegmentPosition? = nil, _ limit: Int?, ofKeptFrames: Bool = false,
    _ connection: Connection
  ) throws -> Statement {
    let scope = RunScope(filter.ofRuns, limit: limit)
    var conditions = scope.conditions
    if ofKeptFrames { conditions.append("g.last_sequence > r.pruned_sequence") }
    if filter.since != nil { conditions.append("(g.clock = 'media' OR g.end_us >= :since)") }
    if filter.until != nil { conditions.append("(g.clock = 'media' OR g.start_us < :until)") }
    if filter.label != nil { conditions.append("l.name = :label") }
    if position != nil {
      conditions.append("(g.run_id, g.start_us, g.label) > (:after_run, :after_start, :after_label)")
    }
    if filter.minConfidence != nil { conditions.append("g.confidence_sum / g.frames >= :confidence") }
    let statement = try scope.statement(
      """
      SELECT g.run_id AS run, s.name AS stream, ifnull(l.name, 'label ' || g.label) AS label, g.label AS label_index,
        g.clock, g.start_us, g.end_us, g.frames, g.peak, g.confidence_sum / g.frames AS mean_confidence, g.ending
      FROM segments g
        JOIN runs r ON r.id = g.run_id
        JOIN streams s ON s.id = r.stream_id
        LEFT JOIN labels l ON l.model_id = r.model_id AND l.label_index = g.label
      \(conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: "\n  AND "))
      ORDER BY g.run_id, g.start_us, g.label
      \(scope.limitClause)
      """, on: connection)
    if let label = filter.label { statement.bind(label, to: ":label") }
    if let confidence = filter.minConfidence { statement.bind(confidence, to: ":confidence") }
    if let position {
      statement.bind(position.run, to: ":after_run")
      statement.bind(position.start, to: ":after_start")
      statement.bind(position.label, to: ":after_label")
    }
    return statement
  }

  static func row(_ row: Statement) -> SegmentRow {
    SegmentRow(
      run: row.integer(0), stream: row.text(1) ?? "", label: row.text(2) ?? "", labelIndex: row.integer(3),
      clock: SegmentClock(rawValue: row.text(4) ?? "") ?? .wall, start: row.integer(5), end: row.integer(6),
      frames: row.integer(7), peak: row.real(8), meanConfidence: row.real(9), ending: row.text(10))
  }
}

/// A run whose segments are asked for.
private struct SegmentedRun {
  var id: Int64
  var stream: String
  /// JSON.
  var settings: String
  var labels: [Int: String]

  func name(_ label: Int) -> String { labels[label] ?? "label \(label)" }

  static func all(_ filter: QueryFilter, _ connection: Connection) throws -> [SegmentedRun] {
    let scope = RunScope(filter.ofRuns, limit: nil)
    let statement = try scope.statement(
      """
      SELECT r.id, s.name, r.settings, r.model_id FROM runs r JOIN streams s ON s.id = r.stream_id
      \(scope.clause)
      ORDER BY r.id
      """, on: connection)
    var runs: [(SegmentedRun, Int64)] = []
    try statement.forEachRow { row in
      runs.append(
        (
          SegmentedRun(
            id: row.integer(0), stream: row.text(1) ?? "", settings: row.text(2) ?? "{}", labels: [:]),
          row.integer(3)
        ))
    }
    return try runs.map { run, model in
      var run = run
      let labels = try connection.cached("SELECT label_index, name FROM labels WHERE model_id = ?")
      labels.bind(model, at: 1)
      try labels.forEachRow { run.labels[Int($0.integer(0))] = $0.text(1) }
      return run
    }
  }

  func replay(_ settings: SegmentationSettings, _ connection: Connection) throws -> [SegmentRow] {
    var segmenter = Segmenter(settings)
    var clock: SegmentClock?
    var found: [(label: Int, row: SegmentRow)] = []
    func add(_ events: [SegmentEvent]) {
      for case .closed(let segment) in events {
        found.append(
          (
            segment.label,
            SegmentRow(
              run: id, stream: stream, label: name(segment.label), labelIndex: Int64(segment.label),
              clock: clock ?? .wall,
              start: segment.start, end: segment.end, frames: segment.frames, peak: segment.peak,
              meanConfidence: segment.meanConfidence, ending: segment.ending?.rawValue)
          ))
      }
    }
    try StoredScores(run: id).forEach(connection) { frame in
      let known = try clock ?? SegmentClock(of: id, first: frame.mediaTime, connection)
      clock = known
      guard let time = known.time(frame.mediaTime, frame.wallTime) else { return }
      add(segmenter.add(frame.predictions, time: time, sequence: frame.sequence))
    }
    add(segmenter.finish())
    return found.sorted { ($0.row.start, $0.label) < ($1.row.start, $1.label) }.map(\.row)
  }
}
