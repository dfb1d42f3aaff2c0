import ShuffledCore

/// The minutes that a filter's time holds whole: their rollups answer for them. The minutes at its ends, of which it wants a
/// part, are answered by frames; where retention has deleted these, they are taken whole.
struct MinuteScan {
  private let filter: QueryFilter
  private var conditions: [String] = []

  init(_ filter: QueryFilter) {
    self.filter = filter
    if filter.run != nil { conditions.append("r.id = :run") }
    if filter.stream != nil { conditions.append("(s.name = :stream OR s.source = :stream)") }
    var whole: [String] = []
    if filter.since != nil {
      conditions.append("m.minute >= :since / 60000000")
      whole.append("m.minute * 60000000 >= :since")
    }
    if filter.until != nil {
      conditions.append("m.minute * 60000000 < :until")
      whole.append("m.minute * 60000000 + 60000000 <= :until")
    }
    if !whole.isEmpty {
      conditions.append("(\(whole.joined(separator: " AND ")) OR m.last_sequence <= r.pruned_sequence)")
    }
  }

  /// The frames of the filter's time that these minutes do not have.
  var rest: [FrameScan] {
    let edges = [filter.since, filter.until].compactMap { $0?.microseconds }
      .filter { $0 % Minute.microseconds != 0 }.map(Minute.of)
    return [FrameScan(filter, .newest, ofPredictions: false)]
      + Set(edges).sorted().map { FrameScan(filter, .minute($0), ofPredictions: false) }
  }

  /// m: minutes; r: runs; s: streams; t: the table that is joined.
  func statement(_ columns: String, joining table: Table? = nil, on connection: Connection) throws -> Statement {
    let statement = try connection.prepare(
      """
      SELECT \(columns)
      FROM runs r
        CROSS JOIN streams s ON s.id = r.stream_id
        CROSS JOIN minutes m ON m.run_id = r.id
      \(table.map { "  CROSS JOIN \($0.rawValue) ON t.run_id = m.run_id AND t.minute = m.minute" } ?? "")
      \(conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: "\n  AND "))
      """.withoutBlankLines)
    statement.bindScope(of: filter)
    return statement
  }

  enum Table: String {
    case labels = "minute_labels t"
    case latencies = "minute_latencies t"
  }
}
