import Segmentation
import ShuffledCore

extension Database {
  /// Segments as they were recorded, in order of run and start. Of the filter, the least confidence is that of the mean, and
  /// times are those of the run. Blocks. Throws like `frames`.
  public func segments(matching filter: QueryFilter = QueryFilter()) throws -> [SegmentRow] {
    try withConnection { connection in
      try filter.check(connection)
      var found: [SegmentRow] = []
      for run in try SegmentedRun.all(filter, connection) {
        let statement = try connection.cached(
          """
          SELECT label, clock, start_us, end_us, frames, peak, confidence_sum, ending FROM segments
          WHERE run_id = ? ORDER BY start_us, label
          """)
        statement.bind(run.id, at: 1)
        try statement.forEachRow { row in
          let frames = row.integer(4)
          found.append(
            SegmentRow(
              run: run.id, stream: run.stream, label: run.name(row.integer(0)),
              clock: SegmentClock(rawValue: row.text(1) ?? "") ?? .wall, start: row.integer(2),
              end: row.integer(3), frames: frames, peak: row.real(5),
              meanConfidence: frames > 0 ? row.real(6) / Double(frames) : 0, ending: row.text(7)))
        }
      }
      return found.filter(filter.takes)
    }
  }

  /// The segments that these settings make of the stored scores, without the video. Memory grows with the segments, not
  /// with the frames. Blocks for a pass over the frames. Throws like `frames`.
  /// - settings: of each run, from what its row keeps.
  public func replay(
    matching filter: QueryFilter = QueryFilter(), settings: (_ run: String) throws -> SegmentationSettings
  ) throws -> [SegmentRow] {
    try withConnection { connection in
      try filter.check(connection)
      var found: [SegmentRow] = []
      for run in try SegmentedRun.all(filter, connection) {
        found += try run.replay(try settings(run.settings), connection)
      }
      return found.filter(filter.takes)
    }
  }
}

extension QueryFilter {
  fileprivate func takes(_ segment: SegmentRow) -> Bool {
    (label.map { segment.label == $0 } ?? true) && segment.meanConfidence >= (minConfidence ?? 0)
  }
}

/// A run whose segments are asked for.
private struct SegmentedRun {
  var id: Int64
  var stream: String
  /// JSON.
  var settings: String
  var labels: [Int64: String]

  func name(_ label: Int64) -> String { labels[label] ?? "label \(label)" }

  static func all(_ filter: QueryFilter, _ connection: Connection) throws -> [SegmentedRun] {
    let statement = try connection.prepare(
      """
      SELECT r.id, s.name, r.settings, r.model_id FROM runs r JOIN streams s ON s.id = r.stream_id
      WHERE (:run IS NULL OR r.id = :run) AND (:stream IS NULL OR s.name = :stream OR s.source = :stream)
        AND (:until IS NULL OR r.started_us < :until) AND (:since IS NULL OR ifnull(r.ended_us, :since) >= :since)
      ORDER BY r.id
      """)
    if let run = filter.run { statement.bind(run, to: ":run") }
    if let stream = filter.stream { statement.bind(stream, to: ":stream") }
    if let since = filter.since { statement.bind(since.microseconds, to: ":since") }
    if let until = filter.until { statement.bind(until.microseconds, to: ":until") }
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
      try labels.forEachRow { run.labels[$0.integer(0)] = $0.text(1) }
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
              run: id, stream: stream, label: name(Int64(segment.label)), clock: clock ?? .wall,
              start: segment.start, end: segment.end, frames: segment.frames, peak: segment.peak,
              meanConfidence: segment.meanConfidence, ending: segment.ending?.rawValue)
          ))
      }
    }
    try StoredScores(run: id).forEach(connection) { frame in
      let known = clock ?? SegmentClock(first: frame.mediaTime)
      clock = known
      guard let time = known.time(frame.mediaTime, frame.wallTime) else { return }
      add(segmenter.add(frame.predictions, time: time, sequence: frame.sequence))
    }
    add(segmenter.finish())
    return found.sorted { ($0.row.start, $0.label) < ($1.row.start, $1.label) }.map(\.row)
  }
}
