import ShuffledCore
import Store
import TestSupport
import Testing

/// Minutes' rollups against the frames that they sum up.
@Suite struct RollupTests {
  let folder = TemporaryFolder()

  /// Two streams, each some minutes long, with frames an hour before among them, and commits that take 10 ms.
  private func database() throws -> (Database, [String: [FrameRecord]]) {
    let database = try openForWriting(folder.file("x.db"))
    var written: [String: [FrameRecord]] = [:]
    for (stream, seed) in [("gate", UInt64(5)), ("door", 6)] {
      let records = mixedRecords(4_000, seed: seed)
      written[stream] = records
      try write(
        records, as: run(stream), to: database, batching: .init(rows: 96, interval: nil, capacity: 96),
        now: SteppingClock(origin + .seconds(60), step: .milliseconds(10)).now)
    }
    return (database, written)
  }

  private static let minute: Int64 = 60_000_000
  private static let firstMinute = wallOrigin.microseconds / minute * minute

  private struct Range: CustomStringConvertible {
    var since: WallTime?
    var until: WallTime?
    var filter: QueryFilter { QueryFilter(since: since, until: until) }
    func holds(_ time: WallTime) -> Bool {
      (since.map { time >= $0 } ?? true) && (until.map { time < $0 } ?? true)
    }
    var description: String { "\(since?.rfc3339 ?? "") ..< \(until?.rfc3339 ?? "")" }
  }

  /// Times within minutes, at their ends, and outside.
  private let ranges: [Range] = {
    func at(_ microseconds: Int64) -> WallTime { WallTime(microseconds: firstMinute + microseconds) }
    var ranges = [
      Range(), Range(since: at(2 * minute)), Range(until: at(2 * minute)),
      Range(since: at(2 * minute), until: at(3 * minute)), Range(since: at(-70 * minute), until: at(0)),
      Range(since: at(90_000_000), until: at(95_000_000)),
      Range(since: at(30_500_000), until: at(30_600_001)),
      Range(since: at(1_000 * minute)), Range(until: at(-1_000 * minute)),
    ]
    var random = SeededGenerator(seed: 17)
    for _ in 0..<16 {
      let first = Int64.random(in: -62 * minute...6 * minute, using: &random)
      ranges.append(
        Range(since: at(first), until: at(first + Int64.random(in: 0...10 * minute, using: &random))))
    }
    return ranges
  }()

  @Test func summariesAreThoseOfTheFrames() throws {
    let (database, written) = try database()
    for range in ranges {
      let summaries = try database.summary(matching: range.filter)
      for (stream, records) in written {
        let summary = summaries.first { $0.stream == stream }
        let frames = records.filter { range.holds($0.wallTime) }
        #expect(summary?.counts.total ?? 0 == Int64(frames.count), "\(stream) \(range)")
        var counts: [String: Int64] = [:]
        var confidences: [String: Double] = [:]
        for case .classified(let predictions) in frames.map(\.outcome) {
          counts[labels[predictions[0].index], default: 0] += 1
          confidences[labels[predictions[0].index], default: 0] +=
            (Double(predictions[0].confidence) * 65_535).rounded() / 65_535
        }
        let told = summary?.labels ?? []
        #expect(
          Dictionary(uniqueKeysWithValues: told.map { ($0.name, $0.count) }) == counts, "\(stream) \(range)")
        for label in told {
          let mean = (confidences[label.name] ?? .nan) / Double(label.count)
          #expect(abs(label.meanConfidence - mean) < 1e-9, "\(stream) \(range) \(label.name)")
        }
        let times = frames.filter { $0.outcome.isClassified }.map(\.wallTime)
        #expect(told.map(\.firstWallTime).min() == times.min(), "\(stream) \(range)")
        #expect(told.map(\.lastWallTime).max() == times.max(), "\(stream) \(range)")
        let media = frames.filter { $0.outcome.isClassified }.compactMap(\.mediaTime?.microseconds)
        #expect(told.compactMap(\.firstMediaTime?.microseconds).min() == media.min(), "\(stream) \(range)")
        #expect(told.compactMap(\.lastMediaTime?.microseconds).max() == media.max(), "\(stream) \(range)")
      }
    }
  }

  /// Counts, sums and maxima are the same; percentiles to within a bucket.
  @Test func latenciesFromHistogramsAreThoseOfTheFrames() throws {
    let (database, _) = try database()
    for range in ranges {
      let exact = try database.latency(matching: range.filter)
      let summed = try database.latency(matching: range.filter, exactUpTo: -1)
      #expect(summed.map(\.name) == exact.map(\.name), "\(range)")
      for (exact, summed) in zip(exact, summed) {
        #expect(exact.isExact && !summed.isExact)
        #expect(
          summed.count == exact.count && summed.mean == exact.mean && summed.max == exact.max, "\(range)")
        for (found, wanted) in [(summed.p50, exact.p50), (summed.p90, exact.p90), (summed.p99, exact.p99)] {
          #expect(abs(found.seconds - wanted.seconds) <= wanted.seconds / 64 + 1e-9, "\(range) \(exact.name)")
        }
      }
    }
  }

  @Test func hoursAndDaysAddUp() throws {
    let (database, written) = try database()
    for stretch in SummaryStretch.allCases {
      let told = try database.summary(by: stretch)
      for (stream, records) in written {
        let width: Int64 = [.minute: 60, .hour: 3_600, .day: 86_400][stretch, default: 0] * 1_000_000
        let wanted = Dictionary(grouping: records) { $0.wallTime.microseconds / width * width }
        let cells = told.filter { $0.stream == stream }
        #expect(cells.map { $0.start?.microseconds } == wanted.keys.sorted(), "\(stretch)")
        for cell in cells {
          let frames = cell.start.map { wanted[$0.microseconds]?.count } ?? nil
          #expect(cell.counts.total == Int64(frames ?? -1), "\(stretch)")
        }
      }
    }
  }

  /// Frames of the minute that is not over are in no rollup yet, and are told all the same.
  @Test func aRunThatGoesOnIsToldInFull() throws {
    let database = try openForWriting(folder.file("x.db"))
    let records = mixedRecords(4_000, seed: 8)
    let writer = try RunWriter(
      database: database, run: run(), batching: .init(rows: 100, interval: nil, capacity: 100))
    for (count, record) in records.enumerated() {
      try writer.append(record)
      guard count % 1_000 == 499 else { continue }
      try writer.flush()
      #expect(try database.summary()[0].counts.total == Int64(count + 1))
      let middle = WallTime(microseconds: records[count / 2].wallTime.microseconds)
      let since = records[...count].filter { $0.wallTime >= middle }.count
      #expect(try database.summary(matching: QueryFilter(since: middle))[0].counts.total == Int64(since))
    }
    let last = try #require(records.last).sequence
    func rolledUp() throws -> Int64? {
      Int64(try rows("SELECT rolled_up_sequence FROM runs", in: database)[0][0])
    }
    let before = try #require(try rolledUp())
    #expect(before > 0 && before < last)
    try writer.finish(.complete)
    #expect(try rolledUp() == last)
    #expect(try database.check().problems == [])
  }

  /// What a killed process had not rolled up, the next writer does: the same as if it had ended well.
  @Test func theNextWriterRollsUpWhatWasLeft() throws {
    let (database, _) = try database()
    let tables = ["minute", "hour"].flatMap { ["\($0)s", "\($0)_labels", "\($0)_latencies"] }
      .map { "SELECT * FROM \($0)" }
    let before = try tables.map { try hexRows($0, in: database) }
    try database.withConnection { connection in
      try connection.execute(
        """
        UPDATE runs SET state = 'running', rolled_up_sequence = -1;
        DELETE FROM minutes; DELETE FROM minute_labels; DELETE FROM minute_latencies;
        DELETE FROM hours; DELETE FROM hour_labels; DELETE FROM hour_latencies;
        """)
    }
    database.close()
    let again = try openForWriting(folder.file("x.db"))
    #expect(try tables.map { try hexRows($0, in: again) } == before)
    #expect(try again.check().problems == [])
  }

  @Test func aDamagedRollupIsFound() throws {
    let (database, _) = try database()
    try database.withConnection { connection in
      try connection.execute(
        """
        UPDATE minutes SET dropped = dropped + 2 WHERE run_id = 1 AND minute = (SELECT min(minute) FROM minutes);
        UPDATE minute_latencies SET histogram = x'0080' WHERE run_id = 2 AND stage = 3
          AND minute = (SELECT min(minute) FROM minutes WHERE run_id = 2);
        UPDATE hour_latencies SET histogram = x'0105FF' WHERE run_id = 2 AND stage = 0
          AND hour = (SELECT max(hour) FROM hours WHERE run_id = 2);
        """)
    }
    let minute = try rows("SELECT min(minute) FROM minutes WHERE run_id = 2", in: database)[0][0]
    let hour = try rows("SELECT max(hour) FROM hours WHERE run_id = 2", in: database)[0][0]
    let wrong = try rows("SELECT min(hour) FROM hours WHERE run_id = 1", in: database)[0][0]
    let counts = try database.runs().first { $0.run == 1 }?.counts.total ?? 0
    #expect(
      try database.check().problems == [
        "run 1 counts \(counts) frames; its minutes and the frames after them are \(counts + 2)",
        "run 2: stage 3's histogram of minute \(minute) is damaged",
        "run 2: stage 0's histogram of hour \(hour) is damaged",
        "run 1: hour \(wrong) is not the sum of its minutes",
      ])
    #expect(
      failure { try database.latency(exactUpTo: -1) }?.description
        == "cannot read database '\(folder.file("x.db"))': a histogram is damaged (run 'shuffled db check')"
    )
  }
}

extension FrameOutcome {
  fileprivate var isClassified: Bool { if case .classified = self { true } else { false } }
}

/// As `rows`, with BLOBs as hexadecimal digits.
private func hexRows(_ sql: String, in database: Database) throws -> [[String]] {
  try database.withConnection { connection in
    var rows: [[String]] = []
    try connection.prepare(sql).forEachRow { row in
      rows.append((0..<row.columnCount).map { row.blob($0).map { "\($0)" }.joined(separator: " ") })
    }
    return rows
  }
}
