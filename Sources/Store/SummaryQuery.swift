import ShuffledCore

/// What was seen on one stream.
public struct StreamSummary: Equatable, Sendable {
  /// The frames whose most likely label is this one.
  public struct Label: Equatable, Sendable {
    public var name: String
    public var count: Int64
    /// Of the stream's classified frames, 0...1.
    public var share: Double
    public var meanConfidence: Double
    public var firstWallTime: WallTime
    public var lastWallTime: WallTime
    /// nil where no frame has a media time.
    public var firstMediaTime: MediaTime?
    public var lastMediaTime: MediaTime?
  }

  public var stream: String
  public var source: String
  /// All of the stream's frames in the asked run and time, whatever label or confidence was asked for.
  public var counts: FrameCounts
  /// The most frequent first; equally frequent ones by name.
  public var labels: [Label]
}

extension Database {
  /// Sums up the frames that `filter` names, a stream at a time, in order of the streams' names. Streams without
  /// frames in the asked run and time are left out.
  ///
  /// Blocks for one pass over the frames. Throws like `frames`.
  public func summary(matching filter: QueryFilter = QueryFilter()) throws -> [StreamSummary] {
    try withConnection { connection in
      try filter.check(connection)
      var query = SummaryQuery(filter: filter)
      let scan = FrameScan(filter, ofPredictions: false)
      try scan.statement(SummaryQuery.columns, on: connection).forEachRow { query.count($0) }
      return try query.result(connection)
    }
  }
}

/// Counts frames by stream, model and label in one pass; sorting them by label in SQL would take several times as
/// long.
struct SummaryQuery {
  static let columns = """
    s.id AS stream_id, r.model_id, f.state, f.label, f.confidence, b.wall_us + f.wall_us AS wall_us,
      b.media_us + f.media_us AS media_us
    """

  private struct LabelID: Hashable {
    var stream: Int64
    var model: Int64
    var label: Int64
  }

  private struct Tally {
    var count: Int64 = 0
    var confidence: Int64 = 0
    var wall: ClosedRange<Int64>?
    var media: ClosedRange<Int64>?

    mutating func add(_ other: Tally) {
      count += other.count
      confidence += other.confidence
      if let range = other.wall { wall = extended(wall, range) }
      if let range = other.media { media = extended(media, range) }
    }
  }

  private let minConfidence: Int64
  private let label: String?
  private var streams: [Int64: FrameCounts] = [:]
  private var tallies: [LabelID: Tally] = [:]

  init(filter: QueryFilter) {
    label = filter.label
    minConfidence = filter.minConfidence.map { Int64(($0 * StoredPrediction.confidenceScale).rounded()) } ?? 0
  }

  mutating func count(_ row: Statement) {
    let stream = row.integer(0)
    switch FrameState(rawValue: row.integer(2)) {
    case .failed: streams[stream, default: FrameCounts()].failed += 1
    case .dropped: streams[stream, default: FrameCounts()].dropped += 1
    case .classified:
      streams[stream, default: FrameCounts()].classified += 1
      let confidence = row.integer(4)
      guard confidence >= minConfidence else { return }
      let wall = row.integer(5)
      let media = row.optionalInteger(6)
      let id = LabelID(stream: stream, model: row.integer(1), label: row.integer(3))
      tallies[id, default: Tally()].add(
        Tally(count: 1, confidence: confidence, wall: wall...wall, media: media.map { $0...$0 }))
    case nil: preconditionFailure("the schema allows no frame's state \(row.integer(2))")
    }
  }

  /// Looks up the names; labels of the same name are one, whichever model or index they come from.
  func result(_ connection: Connection) throws -> [StreamSummary] {
    var byName: [Int64: [String: Tally]] = [:]
    for (id, tally) in tallies {
      let statement = try connection.cached("SELECT name FROM labels WHERE model_id = ? AND label_index = ?")
      statement.bind(id.model, at: 1)
      statement.bind(id.label, at: 2)
      var name = "label \(id.label)"
      try statement.forEachRow { name = $0.text(0) ?? name }
      if label == nil || label == name { byName[id.stream, default: [:]][name, default: Tally()].add(tally) }
    }
    var summaries: [StreamSummary] = []
    try connection.prepare("SELECT id, name, source FROM streams ORDER BY name, id").forEachRow { row in
      guard let counts = streams[row.integer(0)] else { return }
      let labels = (byName[row.integer(0)] ?? [:]).map { name, tally in
        label(name, tally, of: counts.classified)
      }
      summaries.append(
        StreamSummary(
          stream: row.text(1) ?? "", source: row.text(2) ?? "", counts: counts,
          labels: labels.sorted { ($1.count, $0.name) < ($0.count, $1.name) }))
    }
    return summaries
  }

  private func label(_ name: String, _ tally: Tally, of classified: Int64) -> StreamSummary.Label {
    guard let wall = tally.wall else { preconditionFailure("a label that was counted has a time") }
    return StreamSummary.Label(
      name: name, count: tally.count, share: Double(tally.count) / Double(classified),
      meanConfidence: Double(tally.confidence) / Double(tally.count) / StoredPrediction.confidenceScale,
      firstWallTime: WallTime(microseconds: wall.lowerBound),
      lastWallTime: WallTime(microseconds: wall.upperBound),
      firstMediaTime: (tally.media?.lowerBound).map(MediaTime.init(microseconds:)),
      lastMediaTime: (tally.media?.upperBound).map(MediaTime.init(microseconds:)))
  }
}

private func extended(_ range: ClosedRange<Int64>?, _ other: ClosedRange<Int64>) -> ClosedRange<Int64> {
  guard let range else { return other }
  return min(range.lowerBound, other.lowerBound)...max(range.upperBound, other.upperBound)
}
