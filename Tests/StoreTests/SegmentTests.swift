import Foundation
import Segmentation
import ShuffledCore
import Store
import Synchronization
import Testing

/// Segments as they are recorded, and found again.
@Suite struct SegmentTests {
  let folder = TemporaryFolder()

  /// A cat from 1 s to 3 s and a dog from 5 s on, 25 frames a second for 8 s.
  private let frames: [FrameRecord] = (0..<200).map { frame in
    let isCat = (25..<75).contains(frame)
    let isDog = frame >= 125
    return classified(
      Int64(frame), [(1, isCat ? 0.875 : 0.0625), (2, isDog ? 0.75 : 0.03125)].sorted { $0.1 > $1.1 })
  }

  private var plain: SegmentationSettings {
    SegmentationSettings(
      thresholds: .init(enter: 0.6, exit: 0.4), smoothing: .zero, minimumDuration: .milliseconds(500))
  }

  private func write(
    _ records: [FrameRecord], to database: Database, rows: Int = 16, _ settings: SegmentationSettings,
    finishing: Bool = true
  ) throws {
    let writer = try RunWriter(
      database: database, run: run(), batching: .init(rows: rows, interval: nil, capacity: 2_048),
      segmentation: settings)
    for record in records { try writer.append(record) }
    if finishing { try writer.finish(.complete) } else { try writer.flush() }
  }

  private func row(
    _ label: String, _ start: Int64, _ end: Int64, frames: Int64, peak: Double, _ ending: String?
  ) -> SegmentRow {
    SegmentRow(
      run: 1, stream: "gate", label: label, labelIndex: label == "cat" ? 1 : 2, clock: .media, start: start,
      end: end, frames: frames,
      peak: peak, meanConfidence: peak, ending: ending)
  }

  /// Confidences are stored in steps of 1 / 65535.
  private func expect(
    _ found: [SegmentRow], _ expected: [SegmentRow], at location: SourceLocation = #_sourceLocation
  ) {
    try? #require(found.count == expected.count, "\(found)", sourceLocation: location)
    for (a, b) in zip(found, expected) {
      var rounded = a
      #expect(
        abs(a.peak - b.peak) < 1e-5 && abs(a.meanConfidence - b.meanConfidence) < 1e-5,
        sourceLocation: location)
      (rounded.peak, rounded.meanConfidence) = (b.peak, b.meanConfidence)
      #expect(rounded == b, sourceLocation: location)
    }
  }

  /// Each is told once when it begins and once when it ends, with the commit of the frames that made it so.
  @Test(arguments: [1, 16, 512]) func commitsTellWhatBeganAndEnded(rows: Int) throws {
    let database = try openForWriting(folder.file("x.db"))
    let told = Mutex<[String]>([])
    let writer = try RunWriter(
      database: database, run: run(), batching: .init(rows: rows, interval: nil, capacity: 1_024),
      segmentation: plain
    ) { batch in
      #expect(batch.run == 1 && (batch.segments.isEmpty || batch.clock == .media))
      #expect(batch.took >= .zero)
      told.withLock { told in
        told += batch.segments.map { event in
          switch event {
          case .opened(let segment): "opened \(segment.label) at \(segment.start)"
          case .closed(let segment):
            "closed \(segment.label) at \(segment.end), \(segment.ending?.rawValue ?? "-")"
          }
        }
      }
    }
    for record in frames { try writer.append(record) }
    try writer.finish(.complete)
    #expect(
      told.withLock { $0 } == [
        "opened 1 at 1000000", "closed 1 at 3000000, faded", "opened 2 at 5000000",
        "closed 2 at 7960000, ended",
      ])
  }

  /// A page after the other gives what one answer would.
  @Test func inPages() throws {
    let database = try openForWriting(folder.file("x.db"))
    for _ in 0..<3 { try write(frames, to: database, plain) }
    let all = try database.segments()
    try #require(all.count == 6)
    var (paged, position): ([SegmentRow], SegmentPosition?) = ([], nil)
    while true {
      let page = try database.segments(after: position, limit: 4)
      guard let last = page.last else { break }
      paged += page
      position = SegmentPosition(run: last.run, start: last.start, label: last.labelIndex)
    }
    #expect(paged == all)
  }

  /// On the wall clock, times choose segments, not only their runs.
  @Test func onTheWallClockTheAskedTimeCounts() throws {
    let database = try openForWriting(folder.file("x.db"))
    let live = frames.map { record in
      var record = record
      record.mediaTime = nil
      record.wallTime = WallTime(microseconds: 4_000_000_000_000_000 + record.sequence * 40_000)
      return record
    }
    // Its run is of today and goes on.
    try write(live, to: database, plain, finishing: false)
    let start: Int64 = 4_000_000_000_000_000
    func labels(since: Int64?, until: Int64?) throws -> [String] {
      try database.segments(
        matching: QueryFilter(
          since: since.map { WallTime(microseconds: start + $0) },
          until: until.map { WallTime(microseconds: start + $0) })
      ).map(\.label)
    }
    #expect(try labels(since: nil, until: nil) == ["cat", "dog"])
    #expect(try labels(since: 3_500_000, until: nil) == ["dog"])
    #expect(try labels(since: nil, until: 3_500_000) == ["cat"])
    #expect(try labels(since: 2_000_000, until: 6_000_000) == ["cat", "dog"])
    #expect(try labels(since: 3_500_000, until: 4_500_000) == [])
  }

  /// However frames are cut into transactions.
  @Test(arguments: [1, 7, 16, 200, 512]) func areRecordedAsFramesAreStored(rows: Int) throws {
    let database = try openForWriting(folder.file("x.db"))
    try write(frames, to: database, rows: rows, plain)
    expect(
      try database.segments(),
      [
        row("cat", 1_000_000, 3_000_000, frames: 50, peak: 0.875, "faded"),
        row("dog", 5_000_000, 7_960_000, frames: 75, peak: 0.75, "ended"),
      ])
  }

  @Test func whatGoesOnIsThereAndIsAbandonedWithItsProcess() throws {
    let path = folder.file("x.db")
    let database = try openForWriting(path)
    // Whole batches of 16.
    try write(Array(frames[..<176]), to: database, plain, finishing: false)
    let dog = row("dog", 5_000_000, 7_000_000, frames: 51, peak: 0.75, nil)
    expect(
      try database.segments(),
      [row("cat", 1_000_000, 3_000_000, frames: 50, peak: 0.875, "faded"), dog])
    database.close()
    var abandoned = dog
    abandoned.ending = "abandoned"
    let next = try openForWriting(path)
    expect(try next.segments(matching: QueryFilter(label: "dog")), [abandoned])
  }

  /// Everything the settings say, on frames of every kind: the same from the database as live, bit for bit.
  @Test(arguments: 0..<8 as Range<UInt64>) func aReplayIsWhatWasRecorded(seed: UInt64) throws {
    let database = try openForWriting(folder.file("x.db"))
    var settings = SegmentationSettings(thresholds: .init(enter: 0.4, exit: 0.3))
    settings.smoothing = .milliseconds(Int64(seed) * 40)
    settings.minimumDuration = .milliseconds(100)
    settings.labels = [
      1: .init(enter: 0.35), 2: .init(exit: 0.2, minimumDuration: .milliseconds(50)), 3: .init(enter: 0.2),
    ]
    try write(mixedRecords(2_000, seed: seed), to: database, settings)
    let recorded = try database.segments()
    #expect(recorded.count > 10)
    let replayed = try database.replay { text, names in
      #expect(text == #"{"top": 5}"#, "the run's own settings are given")
      #expect(names == Dictionary(uniqueKeysWithValues: zip(0..., labels)))
      return settings
    }
    // Not in the expectation, which would print thousands of them.
    let isSame = replayed == recorded
    #expect(isSame)
    let changes = SegmentChange.changes(recorded: recorded, replayed: replayed)
    #expect(changes.allSatisfy { $0.kind == .same } && changes.count == recorded.count)
  }

  @Test func aReplayMayAskOtherwise() throws {
    let database = try openForWriting(folder.file("x.db"))
    try write(frames, to: database, plain)
    var strict = plain
    strict.thresholds = .init(enter: 0.8, exit: 0.8)
    let recorded = try database.segments()
    let replayed = try database.replay { _, _ in strict }
    expect(replayed, [row("cat", 1_000_000, 3_000_000, frames: 50, peak: 0.875, "faded")])
    let fewer = SegmentChange.changes(recorded: recorded, replayed: replayed)
    #expect(fewer.map(\.kind) == [.same, .gone])
    #expect(fewer.last?.recorded?.label == "dog")
    var loose = plain
    loose.thresholds = .init(enter: 0.05, exit: 0.05)
    let more = SegmentChange.changes(recorded: recorded, replayed: try database.replay { _, _ in loose })
    #expect(more.map(\.kind) == [.moved, .same])
    #expect(try database.segments() == recorded, "nothing was changed")
  }

  @Test func withoutSettingsThereAreNone() throws {
    let database = try openForWriting(folder.file("x.db"))
    try StoreTests.write(frames, to: database)
    #expect(try database.segments() == [])
    #expect(try database.replay { _, _ in plain }.count == 2, "but they can be found afterwards")
  }

  @Test func framesWithoutMediaTimesAreToldByTheWallClock() throws {
    let database = try openForWriting(folder.file("x.db"))
    let live = (0..<100).map { classified(Int64($0), [(1, 0.75)], media: .some(nil)) }
    // Its run is of today and goes on.
    try write(live, to: database, plain, finishing: false)
    let found = try database.segments()
    #expect(found.map(\.clock) == [.wall])
    #expect(found.map(\.start) == [wallOrigin.microseconds])
    #expect(
      try rows("SELECT start_time, start_seconds, seconds FROM segment_overview", in: database)
        == [["2024-02-29T12:00:00.000007Z", "NULL", "3.96"]])
  }

  /// Its media's clock begins anew when it is connected to again.
  @Test func aCameraIsToldByTheWallClock() throws {
    let database = try openForWriting(folder.file("x.db"))
    var description = StoreTests.run(source: "rtsp://cam/1")
    description.stream.isLive = true
    let records = (Int64(0)..<100).map { number -> FrameRecord in
      let wall: Int64 = wallOrigin.microseconds + number * 40_000
      let media: Int64 = (number % 50) * 40_000
      return classified(number, [(number < 50 ? 1 : 2, 0.75)], wall: wall, media: media)
    }
    let writer = try RunWriter(database: database, run: description, segmentation: plain)
    for record in records { try writer.append(record) }
    try writer.finish(.complete)
    let found = try database.segments()
    #expect(found.map(\.clock) == [.wall, .wall])
    #expect(found.map { ($0.start - wallOrigin.microseconds) / 1_000 } == [0, 2_000])
    #expect(found.map { ($0.end - wallOrigin.microseconds) / 1_000 } == [2_000, 3_960])
    #expect(try database.replay { _, _ in plain } == found)
  }

  @Test func onlyWhatTheFilterNames() throws {
    let database = try openForWriting(folder.file("x.db"))
    try write(frames, to: database, plain)
    func labels(_ filter: QueryFilter) throws -> [String] {
      try database.segments(matching: filter).map(\.label)
    }
    #expect(try labels(QueryFilter(run: 1, label: "cat")) == ["cat"])
    #expect(try labels(QueryFilter(minConfidence: 0.8)) == ["cat"])
    #expect(try labels(QueryFilter(stream: "gate")) == ["cat", "dog"])
    #expect(try labels(QueryFilter(until: wallOrigin)) == [])
    #expect(try labels(QueryFilter(since: wallOrigin)) == ["cat", "dog"])
    let unknown = failure { try database.segments(matching: QueryFilter(run: 2)) }
    #expect(unknown?.description == "cannot find run '2': the database has no such run (it has run 1)")
  }
}
