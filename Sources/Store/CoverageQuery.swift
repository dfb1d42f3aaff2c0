import ShuffledCore

extension Database {
  /// How much of the filter's time each stream was watched, in order of the streams' names; without a time, from its first run
  /// until its last frame, or until `now` while a run goes on. Streams without a run in it are left out unless live.
  /// Blocks for a pass over the runs' coverage and their minutes. Throws like `runs`.
  /// - Parameter filter: a label and a confidence mean nothing here.
  public func coverage(
    matching filter: QueryFilter = QueryFilter(), now: WallTime = .now()
  ) throws -> [CoverageRow] {
    try withConnection { connection in
      try filter.check(connection)
      return try CoverageQuery(filter: filter, now: now, isBeingWritten: isBeingWritten).rows(connection)
    }
  }
}

struct CoverageQuery {
  let filter: QueryFilter
  let now: WallTime
  /// What was said last of a run that goes on holds until now.
  let isBeingWritten: Bool

  func rows(_ connection: Connection) throws -> [CoverageRow] {
    var tallies = LabelTallies(isOfCounts: true)
    try tallies.count(filter, connection)
    var counts: [Int64: FrameCounts] = [:]
    for (place, inPlace) in tallies.counts { counts[place.stream, default: FrameCounts()].add(inPlace) }
    let (runs, decoded) = (try runs(connection), try decoded(connection))
    let stretches = try stretches(connection)
    var rows: [(Int64, CoverageRow)] = []
    try connection.prepare("SELECT id, name, source, live FROM streams ORDER BY name, id").forEachRow { row in
      let (id, isLive) = (row.integer(0), row.integer(3) != 0)
      guard let runs = runs[id] else { return }
      let span = span(of: runs, isLive: isLive)
      let known = clipped(stretches[id] ?? [], to: span)
      let counted = counts[id] ?? FrameCounts()
      let coverage = CoverageRow(
        stream: row.text(1) ?? "", source: row.text(2) ?? "", isLive: isLive, start: span.start,
        end: span.end,
        stretches: isLive ? withGaps(known, span) : known, decoded: max(decoded[id] ?? 0, counted.total),
        counts: counted, framesDeletedUntil: nil)
      rows.append((id, coverage))
    }
    return try rows.map { id, row in
      var row = row
      row.framesDeletedUntil = try deletedUntil(of: id, row.start, connection)
      return row
    }
  }

  static func statements(_ filter: QueryFilter, _ connection: Connection) throws -> [Statement] {
    let query = CoverageQuery(filter: filter, now: .now(), isBeingWritten: false)
    return [try query.stretchesStatement(connection), try query.runsStatement(connection)]
      + (try LabelTallies(isOfCounts: true).sources(filter, connection).map(\.1))
  }

  // MARK: Reading

  private typealias Span = (start: WallTime, end: WallTime)

  /// What says which streams and runs are meant. The time does not: a live stream without a run in it was not watched.
  private var scope: RunScope { RunScope(QueryFilter(run: filter.run, stream: filter.stream), limit: nil) }

  private func runsStatement(_ connection: Connection) throws -> Statement {
    try scope.statement(
      """
      SELECT s.id AS stream_id, s.live, r.started_us, r.ended_us, r.state
      FROM runs r JOIN streams s ON s.id = r.stream_id
      \(scope.clause)
      """, on: connection)
  }

  /// The spans of runs by stream: of a recording those in the asked time.
  private func runs(_ connection: Connection) throws -> [Int64: [Span]] {
    var spans: [Int64: [Span]] = [:]
    try runsStatement(connection).forEachRow { row in
      let start = WallTime(microseconds: row.integer(2))
      // A run that was abandoned before its first frame has no end.
      let ended = row.optionalInteger(3).map(WallTime.init(microseconds:))
      let end = row.text(4) == RunState.running.rawValue ? now : ended ?? start
      let isOutside = end < filter.since ?? start || filter.until.map { start >= $0 } ?? false
      if row.integer(1) != 0 || !isOutside { spans[row.integer(0), default: []].append((start, end)) }
    }
    return spans
  }

  private func span(of runs: [Span], isLive: Bool) -> Span {
    let (first, last) = (runs.map(\.start).min() ?? now, runs.map(\.end).max() ?? now)
    // Whoever asks for a live stream's time since a moment means until now. A recording waits.
    let start = isLive ? filter.since ?? first : max(filter.since ?? first, first)
    let end = isLive && filter.since != nil ? now : last
    return (start, max(start, min(filter.until ?? end, end, now)))
  }

  private func stretchesStatement(_ connection: Connection) throws -> Statement {
    var conditions = scope.conditions
    let goesOn =
      "r.state = 'running' AND c.id = (SELECT max(last.id) FROM coverage last WHERE last.run_id = r.id)"
    if filter.since != nil { conditions.append("(c.end_us > :since OR \(goesOn))") }
    if filter.until != nil { conditions.append("c.start_us < :until") }
    let statement = try connection.prepare(
      """
      SELECT s.id AS stream_id, c.state, c.start_us, c.end_us, c.reason,
        \(goesOn) AS goes_on
      FROM runs r CROSS JOIN streams s ON s.id = r.stream_id CROSS JOIN coverage c ON c.run_id = r.id
      \(conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "))
      ORDER BY s.id, c.start_us, c.id
      """.withoutBlankLines)
    statement.bindScope(of: filter)
    return statement
  }

  private func stretches(_ connection: Connection) throws -> [Int64: [CoverageRow.Stretch]] {
    var stretches: [Int64: [CoverageRow.Stretch]] = [:]
    try stretchesStatement(connection).forEachRow { row in
      guard let state = CoverageState(rawValue: row.text(1) ?? "") else {
        preconditionFailure("the schema allows no state '\(row.text(1) ?? "")'")
      }
      let (start, end) = (WallTime(microseconds: row.integer(2)), WallTime(microseconds: row.integer(3)))
      let goesOn = isBeingWritten && row.integer(5) != 0
      stretches[row.integer(0), default: []].append(
        CoverageRow.Stretch(
          state: state, start: start, end: goesOn ? max(end, now) : end, reason: row.text(4)))
    }
    return stretches
  }

  /// Where two tell of one time, the later one is right.
  private func clipped(_ stretches: [CoverageRow.Stretch], to span: Span) -> [CoverageRow.Stretch] {
    var clipped: [CoverageRow.Stretch] = []
    for var stretch in stretches {
      (stretch.start, stretch.end) = (max(stretch.start, span.start), min(stretch.end, span.end))
      if let last = clipped.last, last.end > stretch.start {
        clipped[clipped.count - 1].end = max(last.start, stretch.start)
      }
      clipped.append(stretch)
    }
    return clipped.filter { $0.end > $0.start }
  }

  private func withGaps(_ stretches: [CoverageRow.Stretch], _ span: Span) -> [CoverageRow.Stretch] {
    var all: [CoverageRow.Stretch] = []
    var known = span.start
    for stretch in stretches {
      if stretch.start > known {
        all.append(CoverageRow.Stretch(state: nil, start: known, end: stretch.start, reason: nil))
      }
      all.append(stretch)
      known = max(known, stretch.end)
    }
    if span.end > known {
      all.append(CoverageRow.Stretch(state: nil, start: known, end: span.end, reason: nil))
    }
    return all
  }

  /// Frames by stream: a run decoded all from the first sequence of the time to the last.
  private func decoded(_ connection: Connection) throws -> [Int64: Int64] {
    var runs: [Int64: (stream: Int64, sequences: ClosedRange<Int64>)] = [:]
    func add(_ row: Statement) {
      let (first, last) = (row.integer(2), row.integer(3))
      let known = runs[row.integer(1)]?.sequences ?? first...last
      runs[row.integer(1)] = (row.integer(0), min(known.lowerBound, first)...max(known.upperBound, last))
    }
    let scan = RollupScan(filter)
    for part in scan.parts {
      try scan.statement(part, "s.id, r.id, m.first_sequence, m.last_sequence", on: connection).forEachRow(
        add)
    }
    for frames in scan.rest {
      try frames.statement("s.id, r.id, f.id & 68719476735, f.id & 68719476735", on: connection).forEachRow(
        add)
    }
    return runs.values.reduce(into: [:]) { $0[$1.stream, default: 0] += Int64($1.sequences.count) }
  }

  /// The end of the last minute whose frames were deleted, if it is after `start`.
  private func deletedUntil(
    of stream: Int64, _ start: WallTime, _ connection: Connection
  ) throws -> WallTime? {
    let statement = try connection.prepare(
      """
      SELECT max(m.minute) FROM runs r CROSS JOIN minutes m ON m.run_id = r.id
      WHERE r.stream_id = ? AND r.pruned_sequence >= 0 AND m.minute >= ? AND m.last_sequence <= r.pruned_sequence
      """)
    statement.bind(stream, at: 1)
    statement.bind(RollupSpan.minute.of(start.microseconds), at: 2)
    return try statement.firstInteger().map {
      WallTime(microseconds: ($0 + 1) * RollupSpan.minute.microseconds)
    }
  }
}
