import ShuffledCore

/// The part of a query that names frames and restricts them: runs, their batches in order, each batch's frames in
/// order. So rows come in the order of run and sequence without being sorted, and batches outside of the asked
/// time are passed over whole; a run's hours say where its batches of that time begin and end.
struct FrameScan {
  /// Which of the frames that a filter names.
  enum Part {
    case all
    /// Those of the run `:page_run` after the frame `:page_after` up to `:page_through`, which the caller binds.
    case page
    /// Those that are in no rollup yet.
    case newest
    /// Those that are in the rollup of this minute.
    case minute(Int64)
  }

  /// Restrictions of `label` and `minConfidence` are left out where `ofPredictions` is false.
  init(_ filter: QueryFilter, _ part: Part = .all, ofPredictions: Bool = true) {
    self.filter = filter
    if filter.run != nil { conditions.append("r.id = :run") }
    if filter.stream != nil { conditions.append("(s.name = :stream OR s.source = :stream)") }
    switch part {
    case .all: conditions += filter.boundsOfBatches(after: nil)
    case .page:
      conditions +=
        filter.boundsOfBatches(after: ":page_after") + [
          "r.id = :page_run", "b.first_sequence <= :page_through",
          // With a plus, so that each batch's own ends say where its frames are looked for.
          "+f.id > (:page_run << 36) + :page_after", "+f.id <= (:page_run << 36) + :page_through",
        ]
    case .newest:
      conditions += ["b.last_sequence > r.rolled_up_sequence", "f.id > (r.id << 36) + r.rolled_up_sequence"]
    case .minute(let minute):
      self.minute = minute
      conditions += [
        "b.last_sequence >= (SELECT first_sequence FROM minutes WHERE run_id = r.id AND minute = :minute)",
        "b.last_sequence <= \(FrameScan.lastBatch("SELECT last_sequence FROM minutes WHERE run_id = r.id AND minute = :minute"))",
        "(SELECT last_sequence FROM minutes WHERE run_id = r.id AND minute = :minute) > r.pruned_sequence",
        "f.id <= (r.id << 36) + r.rolled_up_sequence",
        "b.wall_us + f.wall_us BETWEEN :minute * 60000000 AND :minute * 60000000 + 59999999",
      ]
    }
    if filter.since != nil {
      conditions.append("b.wall_us + b.wall_span_us >= :since AND b.wall_us + f.wall_us >= :since")
    }
    if filter.until != nil { conditions.append("b.wall_us < :until AND b.wall_us + f.wall_us < :until") }
    guard ofPredictions else { return }
    if filter.label != nil {
      conditions += [FrameScan.batchesOfLabel, "\(FrameScan.nameOfLabel) = :label"]
      self.label = filter.label
    }
    if let confidence = filter.minConfidence {
      conditions.append("f.confidence >= :confidence")
      self.confidence = (confidence * StoredPrediction.confidenceScale).rounded()
    }
  }

  private let filter: QueryFilter
  private var conditions: [String] = []
  private var minute: Int64?
  private var label: String?
  private var confidence: Double?

  private static let nameOfLabel =
    "(SELECT name FROM labels l WHERE l.model_id = r.model_id AND l.label_index = f.label)"

  /// Batches that are in no rollup yet, or one of whose minutes has the label.
  private static let batchesOfLabel = """
    (b.last_sequence > r.rolled_up_sequence OR EXISTS (
        SELECT 1 FROM labels l JOIN minute_labels ml ON ml.label = l.label_index
        WHERE l.model_id = r.model_id AND l.name = :label AND ml.run_id = r.id
          AND ml.minute BETWEEN b.wall_us / 60000000 AND (b.wall_us + b.wall_span_us) / 60000000))
    """

  /// The batch of a sequence.
  fileprivate static func lastBatch(_ sequence: String) -> String {
    "(SELECT min(last_sequence) FROM batches WHERE run_id = r.id AND last_sequence >= (\(sequence)))"
  }

  /// CROSS JOIN keeps SQLite to this order. b: batches, e: failures, f: frames, r: runs, s: streams.
  /// - Parameters:
  ///   - columns: SQL.
  ///   - limit: at most so many rows.
  func statement(_ columns: String, limit: Int? = nil, on connection: Connection) throws -> Statement {
    let statement = try connection.prepare(sql(columns, limited: limit != nil))
    statement.bindScope(of: filter)
    if let minute { statement.bind(minute, to: ":minute") }
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
    \(conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: "\n  AND "))
    ORDER BY r.id, b.last_sequence, f.id
    \(limited ? "LIMIT :limit" : "")
    """.withoutBlankLines
  }
}

extension QueryFilter {
  /// SQL that holds for the batches of the asked time, and lets SQLite begin at the first of them and end at the last. A
  /// run's frames that are in no rollup yet come after all others.
  /// - after: SQL; only batches that go on after this sequence.
  fileprivate func boundsOfBatches(after: String?) -> [String] {
    var bounds: [String] = []
    if since != nil {
      let hours =
        "SELECT min(first_sequence) FROM hours WHERE run_id = r.id AND hour >= :since / 3600000000"
      let first = "ifnull((\(hours)), r.rolled_up_sequence + 1)"
      bounds.append("b.last_sequence >= " + (after.map { "max(\(first), \($0) + 1)" } ?? first))
    } else if let after {
      bounds.append("b.last_sequence > \(after)")
    }
    if until != nil {
      let last = "SELECT max(last_sequence) FROM hours WHERE run_id = r.id AND hour <= :until / 3600000000"
      let isOver = "EXISTS (SELECT 1 FROM hours WHERE run_id = r.id AND hour > :until / 3600000000)"
      bounds.append(
        "b.last_sequence <= CASE WHEN \(isOver) THEN ifnull(\(FrameScan.lastBatch(last)), -1) ELSE 68719476735 END"
      )
    }
    return bounds
  }
}

extension Statement {
  /// Binds what of the filter says which runs and times are meant.
  func bindScope(of filter: QueryFilter) {
    if let run = filter.run { bind(run, to: ":run") }
    if let stream = filter.stream { bind(stream, to: ":stream") }
    if let since = filter.since { bind(since.microseconds, to: ":since") }
    if let until = filter.until { bind(until.microseconds, to: ":until") }
  }

  func bind(_ value: Int64, to name: String) { bind(value, at: index(of: name)) }
  func bind(_ value: Double, to name: String) { bind(value, at: index(of: name)) }
  func bind(_ value: String, to name: String) { bind(value, at: index(of: name)) }
}
