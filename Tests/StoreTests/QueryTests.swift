import ShuffledCore
import Store
import Testing

/// Frames, summary and latency against the same computed the plain way from what was written.
@Suite struct QueryTests {
  let folder = TemporaryFolder()

  /// Three runs on two streams: run 1 and 3 on gate, 2 on door. Commits take 10 ms, batches hold 64.
  private func database() throws -> (Database, [(run: Int64, stream: String, record: FrameRecord)]) {
    let database = try openForWriting(folder.file("x.db"))
    var written: [(run: Int64, stream: String, record: FrameRecord)] = []
    for (place, stream) in ["gate", "door", "gate"].enumerated() {
      let records = mixedRecords(500, seed: UInt64(31 + place))
      let clock = SteppingClock(origin + .seconds(60), step: .milliseconds(10))
      let run = try write(
        records, as: run(stream), to: database, batching: .init(rows: 64, interval: nil, capacity: 64),
        now: clock.now)
      written += records.map { (run, stream, $0) }
    }
    return (database, written)
  }

  private func top(_ record: FrameRecord) -> (label: String, confidence: Double)? {
    guard case .classified(let predictions) = record.outcome else { return nil }
    let confidence = (Double(predictions[0].confidence) * 65_535).rounded() / 65_535
    return (labels[predictions[0].index], confidence)
  }

  private let filters: [QueryFilter] = [
    QueryFilter(),
    QueryFilter(run: 2),
    QueryFilter(stream: "gate"),
    QueryFilter(stream: "/videos/door.mp4"),
    QueryFilter(label: labels[4]),
    QueryFilter(minConfidence: 0.5),
    QueryFilter(since: WallTime(microseconds: wallOrigin.microseconds + 10_000_000)),
    QueryFilter(until: WallTime(microseconds: wallOrigin.microseconds + 10_000_000)),
    // In the hour before, where the clock was put back for single frames.
    QueryFilter(until: wallOrigin),
    QueryFilter(
      run: 3, stream: "gate", label: "cat", minConfidence: 0.25,
      since: WallTime(microseconds: wallOrigin.microseconds + 5_000_000),
      until: WallTime(microseconds: wallOrigin.microseconds + 35_000_000)),
    QueryFilter(since: WallTime(microseconds: wallOrigin.microseconds + 86_400_000_000)),
  ]

  private func matches(_ filter: QueryFilter, _ item: (run: Int64, stream: String, record: FrameRecord))
    -> Bool
  {
    let top = top(item.record)
    return (filter.run.map { $0 == item.run } ?? true)
      && (filter.stream.map { $0 == item.stream || $0 == "/videos/\(item.stream).mp4" } ?? true)
      && (filter.label.map { $0 == top?.label } ?? true)
      && (filter.minConfidence.map { (top?.confidence ?? -1) >= $0 } ?? true)
      && (filter.since.map { item.record.wallTime >= $0 } ?? true)
      && (filter.until.map { item.record.wallTime < $0 } ?? true)
  }

  @Test func framesAreThoseOfTheFilterInOrder() throws {
    let (database, written) = try database()
    for filter in filters {
      var got: [[Int64]] = []
      try database.frames(matching: filter) { got.append([$0.run, $0.sequence, $0.wallTime.microseconds]) }
      let wanted = written.filter { matches(filter, $0) }
        .map { [$0.run, $0.record.sequence, $0.record.wallTime.microseconds] }
      #expect(got == wanted, "\(filter)")
      var limited: [[Int64]] = []
      try database.frames(matching: filter, limit: 3) {
        limited.append([$0.run, $0.sequence, $0.wallTime.microseconds])
      }
      #expect(limited == Array(wanted.prefix(3)), "\(filter)")
    }
  }

  /// The boundaries themselves: `since` belongs to the range, `until` does not.
  @Test func theTimeRangeIsHalfOpen() throws {
    let database = try openForWriting(folder.file("x.db"))
    try write((0..<5).map { classified($0, [(0, 1)]) }, to: database)
    let frame1 = WallTime(microseconds: wallOrigin.microseconds + 40_000)
    let frame3 = WallTime(microseconds: wallOrigin.microseconds + 120_000)
    var got: [Int64] = []
    try database.frames(matching: QueryFilter(since: frame1, until: frame3)) { got.append($0.sequence) }
    #expect(got == [1, 2])
  }

  /// A threshold holds for the confidence that was written, though what is stored may be rounded below it.
  @Test(arguments: [Float(0), 0.1, 0.32, 0.5, 0.9, 1])
  func aConfidenceIsAtLeastItself(_ confidence: Float) throws {
    let database = try openForWriting(folder.file("x.db"))
    try write([classified(0, [(0, confidence)])], to: database)
    var count = 0
    try database.frames(matching: QueryFilter(minConfidence: Double(confidence))) { _ in count += 1 }
    #expect(count == 1)
    try database.frames(matching: QueryFilter(minConfidence: Double(confidence) + 0.0001)) { _ in count += 1 }
    #expect(count == 1)
  }

  /// Rows are given as they are found: nothing is sorted, so nothing is collected.
  @Test func framesAreNotSorted() throws {
    let (database, _) = try database()
    for filter in filters {
      let plan = try queryPlan(of: filter, in: database)
      #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
      #expect(!plan.contains { $0.hasPrefix("SCAN f") }, "\(plan)")
    }
  }

  @Test func whatTheBodyThrowsEndsTheQuery() throws {
    struct Enough: Error {}
    let (database, _) = try database()
    var count = 0
    #expect(throws: Enough.self) {
      try database.frames { _ in
        count += 1
        if count == 3 { throw Enough() }
      }
    }
    #expect(count == 3)
    #expect(try database.summary().count == 2)
  }

  @Test func summaryCountsWhatIsThere() throws {
    let (database, written) = try database()
    for filter in filters {
      var withoutPredictions = filter
      withoutPredictions.label = nil
      withoutPredictions.minConfidence = nil
      let inRange = written.filter { matches(withoutPredictions, $0) }
      let summaries = try database.summary(matching: filter)
      #expect(summaries.map(\.stream) == Set(inRange.map(\.stream)).sorted(), "\(filter)")
      for summary in summaries {
        let frames = inRange.filter { $0.stream == summary.stream }
        let classified = frames.count { top($0.record) != nil }
        #expect(summary.source == "/videos/\(summary.stream).mp4")
        #expect(summary.counts.classified == Int64(classified))
        #expect(summary.counts.dropped == Int64(frames.count { $0.record.outcome == .dropped }))
        #expect(summary.counts.total == Int64(frames.count))
        let byLabel = Dictionary(grouping: frames.filter { matches(filter, $0) && top($0.record) != nil }) {
          top($0.record)?.label ?? ""
        }
        let order = byLabel.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        #expect(summary.labels.map(\.name) == order.map(\.key), "\(filter)")
        for (label, (name, frames)) in zip(summary.labels, order) {
          let confidences = frames.compactMap { top($0.record)?.confidence }
          let wall = frames.map(\.record.wallTime)
          let media = frames.compactMap(\.record.mediaTime)
          #expect(label.count == Int64(frames.count), "\(name)")
          #expect(label.share == Double(frames.count) / Double(classified))
          // Summed as integers there and as rounded quotients here: each of the additions rounds once.
          let bound = Double(frames.count + 2) * Double.ulpOfOne
          #expect(abs(label.meanConfidence - confidences.reduce(0, +) / Double(frames.count)) <= bound)
          #expect([label.firstWallTime, label.lastWallTime] == [wall.min(), wall.max()])
          #expect([label.firstMediaTime, label.lastMediaTime] == [media.min(), media.max()])
        }
      }
    }
  }

  @Test func labelsOfTheSameNameAreOne() throws {
    let database = try openForWriting(folder.file("x.db"))
    var reversed = model
    reversed.sha256 = "cd"
    reversed.labels = labels.reversed()
    try write([classified(0, [(1, 0.25)])], to: database)
    try write([classified(0, [(labels.count - 2, 0.75)])], as: run(model: reversed), to: database)
    let summaries = try database.summary()
    #expect(summaries.count == 1)
    #expect(summaries[0].labels.map(\.name) == ["cat"])
    #expect(summaries[0].labels[0].count == 2)
    // 0.25 and 0.75 are stored as 16384 and 49151 of 65535.
    #expect(summaries[0].labels[0].meanConfidence == 0.5)
    #expect(summaries[0].labels[0].share == 1)
  }

  // MARK: Latency

  @Test func latencyIsThatOfTheNaiveComputation() throws {
    let (database, written) = try database()
    for filter in filters {
      var times: [String: [Int64]] = [:]
      for (place, item) in written.enumerated() where matches(filter, item) && top(item.record) != nil {
        let latency = item.record.latency
        let batch = place % 500 / 64
        let committed: Instant = origin + .seconds(60) + .milliseconds(10) * (batch * 2 + 1)
        let all: [(String, Int64)] = [
          ("decode", latency.decode.microseconds), ("wait", latency.wait.microseconds),
          ("preprocess", latency.preprocess.microseconds), ("inference", latency.inference.microseconds),
          ("store", (committed - item.record.finished).microseconds),
        ]
        for (name, time) in all { times[name, default: []].append(time) }
        times["total", default: []].append(all.reduce(0) { $0 + $1.1 })
      }
      let summaries = try database.latency(matching: filter)
      #expect(summaries.map(\.name) == (times.isEmpty ? [] : Stage.allCases.map(\.rawValue) + ["total"]))
      for summary in summaries {
        let sorted = (times[summary.name] ?? []).sorted()
        func nearestRank(_ percent: Double) -> Duration {
          .microseconds(sorted[Int((percent / 100 * Double(sorted.count)).rounded(.up)) - 1])
        }
        #expect(summary.count == Int64(sorted.count), "\(summary.name)")
        #expect(summary.p50 == nearestRank(50), "\(summary.name) \(filter)")
        #expect(summary.p90 == nearestRank(90), "\(summary.name) \(filter)")
        #expect(summary.p99 == nearestRank(99), "\(summary.name) \(filter)")
        #expect(summary.max == sorted.last.map { .microseconds($0) })
        let mean = Double(sorted.reduce(0, +)) / Double(sorted.count) / 1_000
        // Told in whole nanoseconds.
        #expect(abs(summary.mean.milliseconds - mean) <= 0.51e-6, "\(summary.name)")
      }
    }
  }

  /// Nearest rank at its edges: of 1, 2, 10, 100 and 101 equally spaced times.
  @Test(arguments: [
    [1, 1, 1, 1, 1], [2, 1, 2, 2, 2], [10, 5, 9, 10, 10], [100, 50, 90, 99, 100], [101, 51, 91, 100, 101],
  ])
  func percentilesOfAFewTimes(_ countAndPercentiles: [Int64]) throws {
    let (count, expected) = (countAndPercentiles[0], Array(countAndPercentiles.dropFirst()))
    let database = try openForWriting(folder.file("x.db"))
    try write(
      (0..<count).map { sequence in
        var record = classified(sequence, [(0, 1)])
        record.latency.decode = .microseconds((sequence * 37) % count + 1)
        return record
      }, to: database)
    let decode = try #require(try database.latency().first)
    #expect(decode.stage == .decode)
    #expect([decode.p50, decode.p90, decode.p99, decode.max] == expected.map { .microseconds($0) })
  }

  @Test func framesWithoutACommitTimeAreLeftOutOfStoreAndTotal() throws {
    let database = try openForWriting(folder.file("x.db"))
    let writer = try RunWriter(
      database: database, run: run(), batching: .init(rows: 10, interval: nil, capacity: 10))
    for sequence: Int64 in 0..<25 { try writer.append(classified(sequence, [(0, 1)])) }
    try writer.flush()
    func counts() throws -> [String: Int64] {
      Dictionary(uniqueKeysWithValues: try database.latency().map { ($0.name, $0.count) })
    }
    #expect(
      try counts()
        == ["decode": 25, "wait": 25, "preprocess": 25, "inference": 25, "store": 20, "total": 20])
    try writer.finish(.complete)
    #expect(
      try counts()
        == ["decode": 25, "wait": 25, "preprocess": 25, "inference": 25, "store": 25, "total": 25])
  }

  @Test func nothingWasMeasured() throws {
    let database = try openForWriting(folder.file("x.db"))
    #expect(try database.latency() == [])
    #expect(try database.summary() == [])
  }

  // MARK: Names that are not there

  @Test func unknownNamesAreToldWithTheNearest() throws {
    let (database, _) = try database()
    let cases: [(QueryFilter, String)] = [
      (QueryFilter(run: 9), "cannot find run '9': the database has no such run (it has runs 1 to 3)"),
      (
        QueryFilter(stream: "gaet"),
        "cannot find stream 'gaet': no stream has this name or source (did you mean 'gate'?)"
      ),
      (
        QueryFilter(stream: "cellar"),
        "cannot find stream 'cellar': no stream has this name or source (it has the streams door, gate)"
      ),
      (
        QueryFilter(label: "zerba"),
        "cannot find label 'zerba': no model in the database has it (did you mean 'zebra'?)"
      ),
      (
        QueryFilter(label: "elephant"),
        "cannot find label 'elephant': no model in the database has it "
          + "(it has the labels 'quoted\"; DROP TABLE frames --, cat, dog, naïve 猫, tench, zebra)"
      ),
    ]
    for (filter, text) in cases {
      let refused = [
        failure { try database.frames(matching: filter) { _ in } },
        failure { try database.summary(matching: filter) },
        failure { try database.latency(matching: filter) },
      ]
      for refusal in refused {
        #expect(refusal?.description == text)
        #expect(refusal?.kind == .usage)
      }
    }
  }

  @Test func anEmptyDatabaseSaysSo() throws {
    let database = try openForWriting(folder.file("x.db"))
    func text(_ filter: QueryFilter) -> String? {
      failure { try database.summary(matching: filter) }?.description
    }
    #expect(
      text(QueryFilter(run: 1)) == "cannot find run '1': the database has no such run (it has none yet)")
    #expect(
      text(QueryFilter(stream: "gate"))
        == "cannot find stream 'gate': no stream has this name or source (it has no streams yet)")
    #expect(
      text(QueryFilter(label: "cat"))
        == "cannot find label 'cat': no model in the database has it (it has no labels yet)")
  }
}
