import ShuffledCore

/// Which frames a query is about; what is nil does not restrict it.
public struct QueryFilter: Equatable, Sendable {
  public var run: Int64?
  /// A stream's name or its source.
  public var stream: String?
  /// The name of the most likely label.
  public var label: String?
  /// The least confidence of the most likely label, 0...1. Compared as stored, in steps of 1 / 65535.
  public var minConfidence: Double?
  /// The earliest wall time.
  public var since: WallTime?
  /// The wall time before which frames were decoded; it is not part of the range itself.
  public var until: WallTime?

  public init(
    run: Int64? = nil, stream: String? = nil, label: String? = nil, minConfidence: Double? = nil,
    since: WallTime? = nil, until: WallTime? = nil
  ) {
    self.run = run
    self.stream = stream
    self.label = label
    self.minConfidence = minConfidence
    self.since = since
    self.until = until
  }
}

extension QueryFilter {
  /// Throws a `.usage` failure for a run, stream or label that the database does not know: an empty answer would
  /// read as "it never happened".
  func check(_ connection: Connection) throws {
    if let run { try checkRun(run, connection) }
    if let stream { try checkStream(stream, connection) }
    if let label { try checkLabel(label, connection) }
  }

  private func checkRun(_ run: Int64, _ connection: Connection) throws {
    let known = try connection.prepare("SELECT 1 FROM runs WHERE id = ?")
    known.bind(run, at: 1)
    guard try known.firstInteger() == nil else { return }
    let range = try connection.prepare("SELECT count(*), min(id), max(id) FROM runs")
    _ = try range.step()
    let (count, first, last) = (range.integer(0), range.integer(1), range.integer(2))
    let has =
      switch count {
      case 0: "it has none yet"
      case 1: "it has run \(first)"
      case last - first + 1: "it has runs \(first) to \(last)"
      default: "it has \(count) runs between \(first) and \(last)"
      }
    throw Failure(
      .usage, cannot: "find run", "\(run)", because: "the database has no such run", remedy: has)
  }

  private func checkStream(_ stream: String, _ connection: Connection) throws {
    let known = try connection.prepare("SELECT 1 FROM streams WHERE name = ?1 OR source = ?1")
    known.bind(stream, at: 1)
    guard try known.firstInteger() == nil else { return }
    var names: [String] = []
    try connection.prepare("SELECT DISTINCT name FROM streams ORDER BY name").forEachRow {
      names.append($0.text(0) ?? "")
    }
    throw Failure(
      .usage, cannot: "find stream", stream, because: "no stream has this name or source",
      remedy: suggestion(for: stream, of: names, noun: "streams"))
  }

  private func checkLabel(_ label: String, _ connection: Connection) throws {
    let known = try connection.prepare("SELECT 1 FROM labels WHERE name = ?")
    known.bind(label, at: 1)
    guard try known.firstInteger() == nil else { return }
    var names: [String] = []
    try connection.prepare("SELECT DISTINCT name FROM labels ORDER BY name").forEachRow {
      names.append($0.text(0) ?? "")
    }
    throw Failure(
      .usage, cannot: "find label", label, because: "no model in the database has it",
      remedy: suggestion(for: label, of: names, noun: "labels"))
  }

  /// The nearest name, or all of them where they are few.
  private func suggestion(for name: String, of names: [String], noun: String) -> String {
    if let nearest = nearestName(to: name, in: names) { return "did you mean '\(nearest)'?" }
    if names.isEmpty { return "it has no \(noun) yet" }
    let shown = names.prefix(8).joined(separator: ", ")
    return names.count <= 8
      ? "it has the \(noun) \(shown)" : "it has \(names.count) \(noun), among them \(shown)"
  }
}

/// The part of every query that names tables and restricts them: runs, their batches in order, each batch's frames
/// in order. So rows come in the order of run and sequence without being sorted, and batches outside of the asked
/// time are passed over whole.
struct FrameScan {
  /// Restrictions of `label` and `minConfidence` are left out where `ofPredictions` is false.
  init(_ filter: QueryFilter, ofPredictions: Bool = true) {
    self.filter = filter
    if filter.run != nil { conditions.append("r.id = :run") }
    if filter.stream != nil { conditions.append("(s.name = :stream OR s.source = :stream)") }
    if filter.since != nil {
      conditions.append("b.wall_us + b.wall_span_us >= :since AND b.wall_us + f.wall_us >= :since")
    }
    if filter.until != nil { conditions.append("b.wall_us < :until AND b.wall_us + f.wall_us < :until") }
    guard ofPredictions else { return }
    if filter.label != nil {
      conditions.append(
        "(SELECT name FROM labels l WHERE l.model_id = r.model_id AND l.label_index = f.label) = :label")
      self.label = filter.label
    }
    if let confidence = filter.minConfidence {
      conditions.append("f.confidence >= :confidence")
      self.confidence = (confidence * StoredPrediction.confidenceScale).rounded()
    }
  }

  private let filter: QueryFilter
  private var conditions: [String] = []
  private var label: String?
  private var confidence: Double?

  /// CROSS JOIN keeps SQLite to this order. b: batches, e: failures, f: frames, r: runs, s: streams.
  /// - Parameters:
  ///   - columns: SQL.
  ///   - limit: at most so many rows.
  func statement(_ columns: String, limit: Int? = nil, on connection: Connection) throws -> Statement {
    let statement = try connection.prepare(sql(columns, limited: limit != nil))
    if let run = filter.run { statement.bind(run, to: ":run") }
    if let stream = filter.stream { statement.bind(stream, to: ":stream") }
    if let since = filter.since { statement.bind(since.microseconds, to: ":since") }
    if let until = filter.until { statement.bind(until.microseconds, to: ":until") }
    if let label { statement.bind(label, to: ":label") }
    if let confidence { statement.bind(confidence, to: ":confidence") }
    if let limit { statement.bind(Int64(limit), to: ":limit") }
    return statement
  }

  func sql(_ columns: String, limited: Bool = false) -> String {
    """
    SELECT \(columns)
    FROM runs r
      CROSS JOIN streams s ON s.id = r.stream_id
      CROSS JOIN batches b ON b.run_id = r.id
      CROSS JOIN frames f ON f.id BETWEEN (r.id << 36) + b.first_sequence AND (r.id << 36) + b.last_sequence
      LEFT JOIN failures e ON e.frame_id = f.id
    \(conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "))
    ORDER BY r.id, b.last_sequence, f.id
    \(limited ? "LIMIT :limit" : "")
    """.withoutBlankLines
  }
}

extension Statement {
  func bind(_ value: Int64, to name: String) { bind(value, at: index(of: name)) }
  func bind(_ value: Double, to name: String) { bind(value, at: index(of: name)) }
  func bind(_ value: String, to name: String) { bind(value, at: index(of: name)) }
}
