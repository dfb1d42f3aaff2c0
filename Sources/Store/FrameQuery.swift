import ShuffledCore

/// A frame as it is stored, with names instead of numbers.
public struct FrameRow: Equatable, Sendable {
  public struct Prediction: Equatable, Sendable {
    public var label: String
    /// 0...1, to the nearest 1 / 65535.
    public var confidence: Double

    public init(label: String, confidence: Double) {
      self.label = label
      self.confidence = confidence
    }
  }

  public var run: Int64
  /// The stream's name.
  public var stream: String
  public var sequence: Int64
  public var mediaTime: MediaTime?
  public var wallTime: WallTime
  public var state: FrameState
  /// Most likely first; empty unless the frame is classified.
  public var predictions: [Prediction]
  /// What each stage cost. Without preprocess and inference for a dropped frame, and without store where the process
  /// ended before it could write down how long the commit took.
  public var latency: [Stage: Duration]
  /// The sum of the stages; nil without store.
  public var total: Duration?
  /// Why classification failed.
  public var error: String?

  package init(
    run: Int64, stream: String, sequence: Int64, mediaTime: MediaTime?, wallTime: WallTime, state: FrameState,
    predictions: [Prediction], latency: [Stage: Duration], total: Duration?, error: String?
  ) {
    self.run = run
    self.stream = stream
    self.sequence = sequence
    self.mediaTime = mediaTime
    self.wallTime = wallTime
    self.state = state
    self.predictions = predictions
    self.latency = latency
    self.total = total
    self.error = error
  }
}

extension Database {
  /// Gives `body` the frames that `filter` names and that are stored when it begins, in order of run and sequence, one
  /// at a time; memory does not grow with their number. Blocks until all are given; while it reads through a database
  /// open for writing, that waits. `body` must not use the database.
  ///
  /// They are read in pages, and nothing is held on to while `body` has one: however long it takes, the write-ahead log
  /// of who writes meanwhile does not grow for it. What is deleted meanwhile is left out.
  ///
  /// Throws `Failure`: `.usage` for names that the database does not know, otherwise `.inputOutput`; and what `body`
  /// throws.
  /// - Parameter position: only frames that come after this one.
  public func frames(
    matching filter: QueryFilter = QueryFilter(), after position: FramePosition? = nil, limit: Int? = nil,
    _ body: (FrameRow) throws -> Void
  ) throws {
    try withConnection { connection in
      try filter.check(connection)
      var pages = try FramePages(filter, after: position, limit: limit, connection)
      while let page = try pages.next() { for row in page { try body(row) } }
    }
  }
}

/// A frame's place among all.
public struct FramePosition: Equatable, Sendable {
  public var run: Int64
  public var sequence: Int64

  public init(run: Int64, sequence: Int64) {
    self.run = run
    self.sequence = sequence
  }
}

/// How SQLite goes about finding the frames that `filter` names: the lines of EXPLAIN QUERY PLAN.
package func queryPlan(of filter: QueryFilter, in database: Database) throws -> [String] {
  try database.withConnection { connection in
    var lines: [String] = []
    let sql = "EXPLAIN QUERY PLAN " + FrameScan(filter).sql(FrameQuery.columns)
    try connection.prepare(sql).forEachRow { lines.append($0.text(3) ?? "") }
    return lines
  }
}

/// Reads rows of `frames`.
struct FrameQuery {
  static let columns = """
    r.id AS run, r.model_id, s.name AS stream, f.id & 68719476735 AS sequence,
      b.media_us + f.media_us AS media_us, b.wall_us + f.wall_us AS wall_us, f.state, f.label, f.confidence,
      f.runners_up, f.decode_us, f.wait_us, f.preprocess_us, f.inference_us, f.queued_us + b.commit_us AS store_us,
      e.error
    """

  let connection: Connection
  private var labels: [Int64: [Int64: String]] = [:]

  init(connection: Connection) { self.connection = connection }

  mutating func row(_ statement: Statement) throws -> FrameRow {
    guard let state = FrameState(rawValue: statement.integer(6)) else {
      preconditionFailure("the schema allows no frame's state \(statement.integer(6))")
    }
    var latency: [Stage: Duration] = [:]
    for (column, stage) in zip(Int32(10)..., Stage.allCases) {
      if let microseconds = statement.optionalInteger(column) { latency[stage] = .microseconds(microseconds) }
    }
    let total = latency[.store].map { _ in latency.values.reduce(.zero, +) }
    return FrameRow(
      run: statement.integer(0), stream: statement.text(2) ?? "", sequence: statement.integer(3),
      mediaTime: statement.optionalInteger(4).map(MediaTime.init(microseconds:)),
      wallTime: WallTime(microseconds: statement.integer(5)), state: state,
      predictions: state == .classified ? try predictions(statement) : [], latency: latency, total: total,
      error: statement.text(15))
  }

  private mutating func predictions(_ statement: Statement) throws -> [FrameRow.Prediction] {
    let model = statement.integer(1)
    let names = try labels[model] ?? readLabels(of: model)
    let top = (label: statement.integer(7), confidence: statement.real(8) / StoredPrediction.confidenceScale)
    return ([top] + StoredPrediction.decode(statement.blob(9))).map { prediction in
      FrameRow.Prediction(
        label: names[prediction.label] ?? "label \(prediction.label)", confidence: prediction.confidence)
    }
  }

  private mutating func readLabels(of model: Int64) throws -> [Int64: String] {
    var names: [Int64: String] = [:]
    let statement = try connection.cached("SELECT label_index, name FROM labels WHERE model_id = ?")
    statement.bind(model, at: 1)
    try statement.forEachRow { names[$0.integer(0)] = $0.text(1) }
    labels[model] = names
    return names
  }
}
