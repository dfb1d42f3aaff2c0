import ShuffledCore

/// The rollups that answer for a filter's time: of hours that it holds whole, and of the minutes that it holds whole in the
/// hours at its ends. Minutes of which it wants a part are answered by frames; where retention has deleted these, they are
/// taken whole.
struct RollupScan {
  private let filter: QueryFilter
  private let coarsest: RollupSpan

  /// - coarsest: `minute` reads no hours, for who tells minutes apart.
  init(_ filter: QueryFilter, coarsest: RollupSpan = .hour) {
    self.filter = filter
    self.coarsest = coarsest
  }

  /// A part of it, to be read by one statement.
  struct Part {
    var span: RollupSpan
    /// The hour that the minutes are of.
    fileprivate var hour: Int64?
  }

  var parts: [Part] {
    [Part(span: coarsest)]
      + (coarsest == .hour ? ends(of: .hour).map { Part(span: .minute, hour: $0) } : [])
  }

  /// The frames of the filter's time that no part has.
  var rest: [FrameScan] {
    [FrameScan(filter, .newest, ofPredictions: false)]
      + ends(of: .minute).map { FrameScan(filter, .minute($0), ofPredictions: false) }
  }

  /// Those that the time begins or ends within.
  private func ends(of span: RollupSpan) -> [Int64] {
    Set(
      [filter.since, filter.until].compactMap { $0?.microseconds }.filter { $0 % span.microseconds != 0 }
        .map(span.of)
    ).sorted()
  }

  /// The plus keeps SQLite 3.40 from looking for the joined table's rows by the asked time, and not by the row's.
  /// m: `hours` or `minutes`; r: runs; s: streams; t: the table that is joined.
  func statement(
    _ part: Part, _ columns: String, joining table: Table? = nil, on connection: Connection
  ) throws -> Statement {
    let span = part.span
    let statement = try connection.prepare(
      """
      SELECT \(columns.replacing("$span", with: "\(span)"))
      FROM runs r
        CROSS JOIN streams s ON s.id = r.stream_id
        CROSS JOIN \(span)s m ON m.run_id = r.id
      \(table.map { "  CROSS JOIN \(span)_\($0) t ON t.run_id = m.run_id AND t.\(span) = +m.\(span)" } ?? "")
      \(conditions(part).isEmpty ? "" : "WHERE " + conditions(part).joined(separator: "\n  AND "))
      """.withoutBlankLines)
    statement.bindScope(of: filter)
    if let hour = part.hour { statement.bind(hour, to: ":hour") }
    return statement
  }

  enum Table: String { case labels, latencies }

  private func conditions(_ part: Part) -> [String] {
    var conditions: [String] = []
    if filter.run != nil { conditions.append("r.id = :run") }
    if filter.stream != nil { conditions.append("(s.name = :stream OR s.source = :stream)") }
    let (name, length) = ("m.\(part.span)", part.span.microseconds)
    if part.hour != nil { conditions.append("m.minute BETWEEN :hour * 60 AND :hour * 60 + 59") }
    var whole: [String] = []
    if filter.since != nil {
      conditions.append("\(name) >= :since / \(length)")
      whole.append("\(name) * \(length) >= :since")
    }
    if filter.until != nil {
      // The first of the two is for the index.
      conditions += ["\(name) <= :until / \(length)", "\(name) * \(length) < :until"]
      whole.append("\(name) * \(length) + \(length) <= :until")
    }
    if !whole.isEmpty {
      let isWhole = whole.joined(separator: " AND ")
      conditions.append(
        part.span == .hour ? isWhole : "(\(isWhole) OR m.last_sequence <= r.pruned_sequence)")
    }
    return conditions
  }
}
