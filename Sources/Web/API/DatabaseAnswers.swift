import HTTP
import Results
import ShuffledCore
import Store

/// What is answered from the database: the queries of `shuffled query`, with the same rows.
enum DatabaseAnswers {
  typealias Answer = @Sendable (HTTPRequest, Database) throws -> HTTPResponse

  /// By the path's last part.
  static let all: [String: Answer] = [
    "frames": frames, "segments": segments, "summary": summary, "timeline": timeline, "latency": latency,
    "coverage": coverage, "gaps": gaps, "models": models, "runs": runs,
  ]

  private static let rows = 1...10_000
  private static let usualRows = 1_000
  private static let usualCells = 96

  private static let frames: Answer = { request, database in
    let query = try APIQuery(request, taking: APIQuery.ofFrames.union(["limit", "after"]))
    let (filter, limit) = (try query.filter(), try query.integer("limit", in: rows) ?? usualRows)
    let after = try FramePosition(query)
    var found: [FrameRow] = []
    // One more than is given tells whether more follow.
    try database.frames(matching: filter, after: after, limit: limit + 1) { found.append($0) }
    let hasMore = found.count > limit
    if hasMore { found.removeLast() }
    let next = hasMore ? found.last.map { "\($0.run).\($0.sequence)" } : nil
    return try RowsAnswer(found).withCoverage(filter, database).withNext(next).response
  }

  private static let segments: Answer = { request, database in
    let query = try APIQuery(request, taking: APIQuery.ofFrames.union(["limit", "after"]))
    let (filter, limit) = (try query.filter(), try query.integer("limit", in: rows) ?? usualRows)
    let after = try SegmentPosition(query)
    var found = try database.segments(matching: filter, after: after, limit: limit + 1)
    let hasMore = found.count > limit
    if hasMore { found.removeLast() }
    let next = hasMore ? found.last.map { "\($0.run).\($0.start).\($0.labelIndex)" } : nil
    return try RowsAnswer(found).withCoverage(filter, database).withNext(next).response
  }

  private static let summary: Answer = { request, database in
    let query = try APIQuery(request, taking: APIQuery.ofFrames.union(["by"]))
    let (filter, stretch) = (try query.filter(), try query.choice("by") as SummaryStretch?)
    if let stretch { try check(stretch, filter) }
    let rows = SummaryRow.rows(try database.summary(matching: filter, by: stretch))
    return try RowsAnswer(rows.map { $0.json(by: stretch) }).withCoverage(filter, database).response
  }

  /// Throws `Failure` of kind `usage` where there could be more stretches than anybody reads: each is held in memory.
  private static func check(_ stretch: SummaryStretch, _ filter: QueryFilter) throws(Failure) {
    let remedy = "give 'since', and 'until' where it is long ago"
    guard let since = filter.since else {
      // Of days there are never too many.
      if stretch == .day { return }
      throw Failure(
        .usage, cannot: "tell by", stretch.rawValue, because: "no time is given", remedy: remedy)
    }
    let span = Double((filter.until ?? .now()).microseconds) - Double(since.microseconds)
    guard span / Double(stretch.length.microseconds) <= Double(rows.upperBound) else {
      throw Failure(
        .usage, cannot: "tell by", stretch.rawValue,
        because: "the time has more than \(rows.upperBound) of them", remedy: "ask for a shorter time")
    }
  }

  private static let timeline: Answer = { request, database in
    let query = try APIQuery(request, taking: APIQuery.ofFrames.union(["width"]))
    let (filter, cells) = (try query.filter(), try query.integer("width", in: 1...2_000) ?? usualCells)
    let strips = try database.timeline(matching: filter, cells: cells)
    let rows = strips.flatMap { strip in strip.cells.indices.map { strip.json($0) } }
    return try RowsAnswer(rows).withCoverage(filter, database).response
  }

  private static let latency: Answer = { request, database in
    let filter = try APIQuery(request, taking: APIQuery.ofFrames).filter()
    return try RowsAnswer(database.latency(matching: filter)).withCoverage(filter, database).response
  }

  private static let coverage: Answer = { request, database in
    let filter = try APIQuery(request, taking: APIQuery.ofRuns).filter()
    return RowsAnswer(try database.coverage(matching: filter)).response
  }

  private static let gaps: Answer = { request, database in
    let query = try APIQuery(request, taking: APIQuery.ofRuns.union(["limit"]))
    let (filter, limit) = (try query.filter(), try query.integer("limit", in: rows) ?? usualRows)
    return RowsAnswer(try database.coverage(matching: filter).lazy.flatMap(Gap.all).prefix(limit)).response
  }

  private static let models: Answer = { request, database in
    let filter = try APIQuery(request, taking: APIQuery.ofRuns).filter()
    return RowsAnswer(try database.models(matching: filter)).response
  }

  private static let runs: Answer = { request, database in
    let query = try APIQuery(request, taking: APIQuery.ofRuns.union(["limit"]))
    let (filter, limit) = (try query.filter(), try query.integer("limit", in: rows) ?? usualRows)
    return RowsAnswer(try database.runs(matching: filter, limit: limit)).response
  }
}

extension FramePosition {
  /// From the parameter `after`; nil without one.
  fileprivate init?(_ query: APIQuery) throws(Failure) {
    guard let numbers = try query.position(of: 2) else { return nil }
    self.init(run: numbers[0], sequence: numbers[1])
  }
}

extension SegmentPosition {
  /// From the parameter `after`; nil without one.
  fileprivate init?(_ query: APIQuery) throws(Failure) {
    guard let numbers = try query.position(of: 3) else { return nil }
    self.init(run: numbers[0], start: numbers[1], label: numbers[2])
  }
}
