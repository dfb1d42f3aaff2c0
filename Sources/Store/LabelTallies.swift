import ShuffledCore

/// Counts frames by stream, model, label and stretch of time, from rollups and from frames; sorting frames by label in SQL
/// would take several times as long.
struct LabelTallies {
  /// Equal stretches of time, or the whole of it.
  struct Grid: Equatable {
    var origin: Int64
    var width: Int64

    /// Which one a time is in.
    func index(of time: Int64) -> Int64 {
      let distance = time - origin
      return (distance - (distance < 0 ? width - 1 : 0)) / width
    }
  }

  /// nil: all is one.
  var grid: Grid?
  /// Whether the grid is one of media times; frames without one are then left out.
  var isOfMedia = false
  /// In 65535ths.
  var minConfidence: Int64 = 0
  /// Nobody asks for labels: frames are counted only.
  var isOfCounts = false

  struct Place: Hashable {
    var stream: Int64
    var cell: Int64
  }

  struct LabelID: Hashable {
    var place: Place
    var model: Int64
    var label: Int64
  }

  struct Tally {
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

  private(set) var counts: [Place: FrameCounts] = [:]
  private(set) var tallies: [LabelID: Tally] = [:]

  // MARK: Frames

  static let frameColumns = """
    s.id AS stream_id, r.model_id, f.state, f.label, f.confidence, b.wall_us + f.wall_us AS wall_us,
      b.media_us + f.media_us AS media_us
    """

  mutating func addFrame(_ row: Statement) {
    let (wall, media) = (row.integer(5), row.optionalInteger(6))
    guard let time = isOfMedia ? media : wall else { return }
    let place = Place(stream: row.integer(0), cell: grid?.index(of: time) ?? 0)
    switch FrameState(rawValue: row.integer(2)) {
    case .failed: counts[place, default: FrameCounts()].failed += 1
    case .dropped: counts[place, default: FrameCounts()].dropped += 1
    case .classified:
      counts[place, default: FrameCounts()].classified += 1
      let confidence = row.integer(4)
      guard confidence >= minConfidence else { return }
      tallies[LabelID(place: place, model: row.integer(1), label: row.integer(3)), default: Tally()].add(
        Tally(count: 1, confidence: confidence, wall: wall...wall, media: media.map { $0...$0 }))
    case nil: preconditionFailure("the schema allows no frame's state \(row.integer(2))")
    }
  }

  // MARK: Rollups

  static let rollupColumns = "s.id AS stream_id, m.$span, m.classified, m.failed, m.dropped"

  static let rollupLabelColumns = """
    s.id AS stream_id, m.$span, r.model_id, t.label, t.frames, t.confidence_sum, t.first_wall_us, t.last_wall_us,
      t.first_media_us, t.last_media_us
    """

  private mutating func addRollup(_ row: Statement, _ span: RollupSpan) {
    let place = Place(stream: row.integer(0), cell: grid?.index(of: span.start(row.integer(1))) ?? 0)
    counts[place, default: FrameCounts()].add(
      FrameCounts(classified: row.integer(2), failed: row.integer(3), dropped: row.integer(4)))
  }

  private mutating func addRollupLabel(_ row: Statement, _ span: RollupSpan) {
    let start = span.start(row.integer(1))
    let place = Place(stream: row.integer(0), cell: grid?.index(of: start) ?? 0)
    var media: ClosedRange<Int64>?
    if let first = row.optionalInteger(8), let last = row.optionalInteger(9) { media = first...last }
    tallies[LabelID(place: place, model: row.integer(2), label: row.integer(3)), default: Tally()].add(
      Tally(
        count: row.integer(4), confidence: row.integer(5),
        wall: (start + row.integer(6))...(start + row.integer(7)), media: media))
  }

  // MARK: Both

  /// Counts what the filter names, label and confidence aside: from rollups where they can answer.
  mutating func count(_ filter: QueryFilter, _ connection: Connection) throws {
    for (source, statement) in try sources(filter, connection) {
      try statement.forEachRow { row in
        switch source {
        case .frames: addFrame(row)
        case .rollups(let span): addRollup(row, span)
        case .rollupLabels(let span): addRollupLabel(row, span)
        }
      }
    }
  }

  enum Source {
    case frames
    case rollups(RollupSpan)
    case rollupLabels(RollupSpan)
  }

  /// What there is to read.
  func sources(_ filter: QueryFilter, _ connection: Connection) throws -> [(Source, Statement)] {
    let spans = RollupSpan.allCases.filter { grid?.isMade(of: $0) ?? true }
    guard minConfidence == 0, !isOfMedia, let coarsest = spans.last else {
      let frames = FrameScan(filter, ofPredictions: false)
      return [(.frames, try frames.statement(Self.frameColumns, on: connection))]
    }
    let scan = RollupScan(filter, coarsest: coarsest)
    var sources: [(Source, Statement)] = []
    for part in scan.parts {
      sources.append((.rollups(part.span), try scan.statement(part, Self.rollupColumns, on: connection)))
      if isOfCounts { continue }
      sources.append(
        (
          .rollupLabels(part.span),
          try scan.statement(part, Self.rollupLabelColumns, joining: .labels, on: connection)
        ))
    }
    return sources + (try scan.rest.map { (.frames, try $0.statement(Self.frameColumns, on: connection)) })
  }
}

extension LabelTallies.Grid {
  /// Whether each of its cells is so many whole spans.
  fileprivate func isMade(of span: RollupSpan) -> Bool {
    origin % span.microseconds == 0 && width % span.microseconds == 0
  }
}

extension FrameCounts {
  mutating func add(_ other: FrameCounts) {
    classified += other.classified
    failed += other.failed
    dropped += other.dropped
  }
}

private func extended(_ range: ClosedRange<Int64>?, _ other: ClosedRange<Int64>) -> ClosedRange<Int64> {
  guard let range else { return other }
  return min(range.lowerBound, other.lowerBound)...max(range.upperBound, other.upperBound)
}
