import ShuffledCore

/// What was seen on one stream, in all of the asked time or in one stretch of it.
public struct StreamSummary: Equatable, Sendable {
  /// The frames whose most likely label is this one.
  public struct Label: Equatable, Sendable {
    public var name: String
    public var count: Int64
    /// Of the classified frames, 0...1.
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
  /// Where the stretch begins; nil for all of the asked time.
  public var start: WallTime?
  /// All of the stream's frames in the asked run and time, whatever label or confidence was asked for.
  public var counts: FrameCounts
  /// The most frequent first; equally frequent ones by name.
  public var labels: [Label]
}

/// Stretches of time that a summary is told by. Days begin at midnight UTC.
public enum SummaryStretch: String, CaseIterable, Sendable {
  case minute, hour, day

  public var length: Duration {
    switch self {
    case .minute: .seconds(60)
    case .hour: .seconds(3_600)
    case .day: .seconds(86_400)
    }
  }

  var grid: LabelTallies.Grid { LabelTallies.Grid(origin: 0, width: length.microseconds) }
}

extension Database {
  /// Sums up the frames that `filter` names, a stream at a time, in order of the streams' names. Streams without
  /// frames in the asked run and time are left out, and so are stretches.
  ///
  /// Blocks: for a pass over the rollups, or for one over the frames where a least confidence is asked for, which
  /// rollups do not know. Throws like `frames`.
  /// - Parameter stretch: tell each of these apart.
  public func summary(
    matching filter: QueryFilter = QueryFilter(), by stretch: SummaryStretch? = nil
  ) throws -> [StreamSummary] {
    try withConnection { connection in
      try filter.check(connection)
      var query = SummaryQuery(filter: filter, grid: stretch?.grid)
      try query.tallies.count(filter, connection)
      return try query.result(connection)
    }
  }
}

struct SummaryQuery {
  private let label: String?
  var tallies: LabelTallies

  init(filter: QueryFilter, grid: LabelTallies.Grid?) {
    label = filter.label
    tallies = LabelTallies(grid: grid)
    tallies.minConfidence =
      filter.minConfidence.map { Int64(($0 * StoredPrediction.confidenceScale).rounded()) } ?? 0
  }

  static func statements(_ filter: QueryFilter, _ connection: Connection) throws -> [Statement] {
    try SummaryQuery(filter: filter, grid: nil).tallies.sources(filter, connection).map(\.1)
  }

  /// Looks up the names; labels of the same name are one, whichever model or index they come from.
  func result(_ connection: Connection) throws -> [StreamSummary] {
    let byName = try tallies.byName(connection)
    var cells = Dictionary(grouping: tallies.counts, by: \.key.stream)
    for stream in cells.keys { cells[stream]?.sort { $0.key.cell < $1.key.cell } }
    var summaries: [StreamSummary] = []
    try connection.prepare("SELECT id, name, source FROM streams ORDER BY name, id").forEachRow { row in
      for (place, counts) in cells[row.integer(0)] ?? [] {
        let labels = (byName[place] ?? [:]).filter { label == nil || label == $0.key }.map { name, tally in
          StreamSummary.Label(name, tally, of: counts.classified)
        }
        summaries.append(
          StreamSummary(
            stream: row.text(1) ?? "", source: row.text(2) ?? "",
            start: tallies.grid.map { WallTime(microseconds: $0.origin + place.cell * $0.width) },
            counts: counts, labels: labels.sorted { ($1.count, $0.name) < ($0.count, $1.name) }))
      }
    }
    return summaries
  }
}

extension LabelTallies {
  func byName(_ connection: Connection) throws -> [Place: [String: Tally]] {
    var names: [[Int64]: String] = [:]
    var byName: [Place: [String: Tally]] = [:]
    for (id, tally) in tallies {
      let name = try names[[id.model, id.label]] ?? connection.label(id.label, of: id.model)
      names[[id.model, id.label]] = name
      byName[id.place, default: [:]][name, default: Tally()].add(tally)
    }
    return byName
  }
}

extension Connection {
  fileprivate func label(_ label: Int64, of model: Int64) throws -> String {
    let statement = try cached("SELECT name FROM labels WHERE model_id = ? AND label_index = ?")
    statement.bind(model, at: 1)
    statement.bind(label, at: 2)
    var name = "label \(label)"
    try statement.forEachRow { name = $0.text(0) ?? name }
    return name
  }
}

extension StreamSummary.Label {
  fileprivate init(_ name: String, _ tally: LabelTallies.Tally, of classified: Int64) {
    guard let wall = tally.wall else { preconditionFailure("a label that was counted has a time") }
    self.init(
      name: name, count: tally.count, share: Double(tally.count) / Double(classified),
      meanConfidence: Double(tally.confidence) / Double(tally.count) / StoredPrediction.confidenceScale,
      firstWallTime: WallTime(microseconds: wall.lowerBound),
      lastWallTime: WallTime(microseconds: wall.upperBound),
      firstMediaTime: (tally.media?.lowerBound).map(MediaTime.init(microseconds:)),
      lastMediaTime: (tally.media?.upperBound).map(MediaTime.init(microseconds:)))
  }
}
