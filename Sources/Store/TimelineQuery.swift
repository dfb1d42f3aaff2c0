import ShuffledCore

extension Database {
  /// A strip of cells a stream, in order of the streams' names. Live streams are told on the wall clock, from the first to the
  /// last moment that the filter names or that is known; of a recording the newest run in that time, on its own clock. Cells
  /// have all labels, whichever the filter names.
  ///
  /// Blocks: for a pass over the minutes' rollups where a cell is a minute or more by the wall clock, otherwise over the
  /// frames. Throws like `frames`.
  /// - Parameters:
  ///   - cells: at most so many.
  ///   - now: until when a live stream's time goes.
  public func timeline(
    matching filter: QueryFilter = QueryFilter(), cells: Int, now: WallTime = .now()
  ) throws -> [TimelineRow] {
    precondition(cells > 0, "a timeline of \(cells) cells")
    return try withConnection { connection in
      try filter.check(connection)
      let query = TimelineQuery(filter: filter, cells: Int64(cells))
      let coverage = try CoverageQuery(filter: filter, now: now, isBeingWritten: isBeingWritten).rows(
        connection)
      return try coverage.compactMap { row in
        row.isLive ? try query.live(row, connection) : try query.recording(row, connection)
      }
    }
  }
}

private struct TimelineQuery {
  let filter: QueryFilter
  let cells: Int64

  func live(_ coverage: CoverageRow, _ connection: Connection) throws -> TimelineRow {
    var filter = filter
    (filter.stream, filter.since, filter.until) = (coverage.source, coverage.start, coverage.end)
    let span = coverage.end.microseconds - coverage.start.microseconds
    let grid = LabelTallies.Grid(origin: coverage.start.microseconds, span: span, cells: cells)
    var row = TimelineRow(
      stream: coverage.stream, source: coverage.source, run: nil, clock: .wall, start: grid.origin,
      width: grid.width, cells: try cells(grid, span, isOfMedia: false, filter, connection))
    for index in row.cells.indices {
      let start = grid.origin + Int64(index) * grid.width
      row.cells[index].unwatched = coverage.unwatched(from: start, to: start + grid.width)
    }
    return row
  }

  /// Without cells where none of its frames is kept, or has a time; nil without a run.
  func recording(_ coverage: CoverageRow, _ connection: Connection) throws -> TimelineRow? {
    var filter = filter
    filter.stream = coverage.source
    guard let run = try newestRun(filter, connection) else { return nil }
    filter.run = run
    // A container may claim times that are further apart than can be told.
    guard let span = try mediaSpan(of: run, filter, connection),
      case let (length, isTooMuch) = span.upperBound.subtractingReportingOverflow(span.lowerBound),
      !isTooMuch, length < .max / 4
    else {
      return TimelineRow(
        stream: coverage.stream, source: coverage.source, run: run, clock: .media, start: 0, width: 0,
        cells: [])
    }
    let grid = LabelTallies.Grid(
      origin: span.lowerBound, span: length + 1, cells: cells)
    return TimelineRow(
      stream: coverage.stream, source: coverage.source, run: run, clock: .media, start: grid.origin,
      width: grid.width,
      cells: try cells(
        grid, length + 1, isOfMedia: true, filter, connection))
  }

  private func newestRun(_ filter: QueryFilter, _ connection: Connection) throws -> Int64? {
    let scope = RunScope(
      QueryFilter(run: filter.run, stream: filter.stream, since: filter.since, until: filter.until),
      limit: nil)
    return try scope.statement(
      "SELECT max(r.id) FROM runs r JOIN streams s ON s.id = r.stream_id \(scope.clause)", on: connection
    ).firstInteger()
  }

  private func mediaSpan(
    of run: Int64, _ filter: QueryFilter, _ connection: Connection
  ) throws -> ClosedRange<Int64>? {
    var span: ClosedRange<Int64>?
    try FrameScan(filter, ofPredictions: false).statement("b.media_us + f.media_us", on: connection)
      .forEachRow { row in
        guard let time = row.optionalInteger(0) else { return }
        span = min(span?.lowerBound ?? time, time)...max(span?.upperBound ?? time, time)
      }
    return span
  }

  private func cells(
    _ grid: LabelTallies.Grid, _ span: Int64, isOfMedia: Bool, _ filter: QueryFilter, _ connection: Connection
  ) throws -> [TimelineRow.Cell] {
    var tallies = LabelTallies(grid: grid)
    tallies.isOfMedia = isOfMedia
    tallies.minConfidence =
      filter.minConfidence.map { Int64(($0 * StoredPrediction.confidenceScale).rounded()) } ?? 0
    try tallies.count(filter, connection)
    let count = max(1, Int((span + grid.width - 1) / grid.width))
    var cells = [TimelineRow.Cell](repeating: TimelineRow.Cell(labels: [:], unwatched: nil), count: count)
    for (place, labels) in try tallies.byName(connection) {
      // Whole minutes at the ends reach beyond them.
      let index = min(max(Int(place.cell), 0), count - 1)
      for (label, tally) in labels { cells[index].labels[label, default: 0] += tally.count }
    }
    return cells
  }
}

extension LabelTallies.Grid {
  /// `cells` cells or fewer; of whole hours or minutes, from a whole one, where they are that long: then rollups answer.
  fileprivate init(origin: Int64, span: Int64, cells: Int64) {
    let exact = max(1, (span + cells - 1) / cells)
    guard let unit = RollupSpan.allCases.last(where: { exact >= $0.microseconds }) else {
      self.init(origin: origin, width: exact)
      return
    }
    let start = unit.start(unit.of(origin))
    let all = cells * unit.microseconds
    self.init(origin: start, width: (origin - start + span + all - 1) / all * unit.microseconds)
  }
}

extension CoverageRow {
  /// The share of this time, as far as it is asked for, in which nobody watched.
  fileprivate func unwatched(from first: Int64, to last: Int64) -> Double {
    let (first, last) = (max(first, start.microseconds), min(last, end.microseconds))
    guard last > first else { return 0 }
    let lost = stretches.filter { $0.state != .observed }.reduce(Int64(0)) { sum, stretch in
      sum + max(0, min(last, stretch.end.microseconds) - max(first, stretch.start.microseconds))
    }
    return Double(lost) / Double(last - first)
  }
}
