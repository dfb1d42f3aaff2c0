import ShuffledCore
import Store
import TestSupport
import Testing

/// When a stream was watched, and when not.
@Suite struct CoverageTests {
  let folder = TemporaryFolder()

  private func at(_ seconds: Double) -> WallTime {
    WallTime(microseconds: wallOrigin.microseconds + Int64(seconds * 1e6))
  }

  /// Frames of one a second; `every`: only so many of the decoded ones.
  private func frames(_ seconds: ClosedRange<Int64>, every: Int64 = 1) -> [FrameRecord] {
    seconds.map { classified($0 * every, [(1, 0.75)], wall: at(Double($0)).microseconds, media: .some(nil)) }
  }

  private func live(_ database: Database, at start: Double, _ name: String = "gate") throws -> RunWriter {
    try RunWriter(
      database: database,
      run: RunDescription(
        stream: StreamIdentity(name: name, source: "rtsp://\(name)/", isLive: true), model: model,
        program: "shuffled 0.1.0", started: origin, startedAt: at(start)),
      batching: manual)
  }

  private func told(_ row: CoverageRow) -> [String] {
    row.stretches.map {
      let (start, end) = (
        ($0.start.microseconds - wallOrigin.microseconds) / 1_000_000,
        ($0.end.microseconds - wallOrigin.microseconds) / 1_000_000
      )
      return "\($0.name) \(start)-\(end)" + ($0.reason.map { ": \($0)" } ?? "")
    }
  }

  /// A camera that goes and comes back, and a daemon that is not running for a while.
  private func database() throws -> Database {
    let database = try openForWriting(folder.file("x.db"))
    let first = try live(database, at: 0)
    try first.note(CoverageChange(.connecting, at: at(0)))
    for frame in frames(10...100) { try first.append(frame) }
    try first.note(CoverageChange(.stalled, at: at(100), reason: "no frame for 10 s"))
    try first.note(CoverageChange(.connecting, at: at(120), reason: "connection refused"))
    for frame in frames(150...200) { try first.append(frame) }
    try first.finish(.interrupted, ended: at(200))
    let second = try live(database, at: 300)
    for frame in frames(300...400) { try second.append(frame) }
    try second.flush()
    return database
  }

  @Test func everyStateAndTheTimeBetweenRunsIsTold() throws {
    let database = try database()
    let row = try #require(try database.coverage(now: at(450)).first)
    #expect(
      told(row) == [
        "connecting 0-10", "observed 10-100", "stalled 100-120: no frame for 10 s",
        "connecting 120-150: connection refused", "observed 150-200", "offline 200-300", "observed 300-450",
      ])
    #expect(row.isLive && row.total == .seconds(450))
    #expect(row.share(of: .observed) == 290.0 / 450)
    #expect(row.share(of: .stalled) == 20.0 / 450)
    #expect(row.share(of: .connecting) == 40.0 / 450)
    #expect(row.share(of: nil) == 100.0 / 450)
    #expect(!row.isComplete)
  }

  @Test func aTimeIsCutOutOfIt() throws {
    let database = try database()
    func told(_ since: Double?, _ until: Double?) throws -> [String] {
      let rows = try database.coverage(
        matching: QueryFilter(since: since.map(at), until: until.map(at)), now: at(1_000))
      return rows.flatMap(self.told)
    }
    #expect(try told(50, 110) == ["observed 50-100", "stalled 100-110: no frame for 10 s"])
    #expect(try told(210, 290) == ["offline 210-290"])
    #expect(try told(-100, -50) == ["offline -100--50"])
    #expect(try told(390, nil) == ["observed 390-1000"])
    // Nobody watches the future.
    #expect(try told(900, 2_000) == ["observed 900-1000"])
    #expect(try told(nil, 20) == ["connecting 0-10", "observed 10-20"])
  }

  /// An outage is noted when it begins: as long as somebody is at it, it goes on.
  @Test func anOutageThatGoesOnIsTold() throws {
    let database = try openForWriting(folder.file("x.db"))
    let writer = try live(database, at: 0)
    for frame in frames(0...10) { try writer.append(frame) }
    try writer.note(CoverageChange(.connecting, at: at(10), reason: "connection refused"))
    func told(since: Double?) throws -> [String] {
      try database.coverage(matching: QueryFilter(since: since.map(at)), now: at(500)).flatMap(self.told)
    }
    #expect(try told(since: nil) == ["observed 0-10", "connecting 10-500: connection refused"])
    #expect(try told(since: 400) == ["connecting 400-500: connection refused"])
  }

  @Test func aRecordingsTimeIsThatOfItsRuns() throws {
    let database = try openForWriting(folder.file("x.db"))
    for start in [0.0, 86_400] {
      let writer = try RunWriter(database: database, run: run(at: at(start)), batching: manual)
      for frame in frames(Int64(start)...Int64(start) + 9) { try writer.append(frame) }
      try writer.finish(.complete, ended: at(start + 9))
    }
    let all = try database.coverage(now: at(1e6))
    #expect(all.map(told) == [["observed 0-9", "observed 86400-86409"]])
    #expect(all[0].total == .seconds(18) && all[0].share(of: .observed) == 1 && all[0].isComplete)
    // Two weeks later nobody watches it, and nobody misses that.
    #expect(try database.coverage(matching: QueryFilter(since: at(90_000)), now: at(1e6)) == [])
    #expect(
      try database.coverage(matching: QueryFilter(run: 2), now: at(1e6)).map(told) == [
        ["observed 86400-86409"]
      ])
  }

  @Test func framesThatWereLostOrPassedOverAreSharesOfTheDecoded() throws {
    let database = try openForWriting(folder.file("x.db"))
    let writer = try live(database, at: 0)
    // 101 decoded; every second one was asked for; of those one was dropped, two failed.
    for var frame in frames(0...50, every: 2) {
      if frame.sequence == 20 { frame.outcome = .dropped }
      if [40, 60].contains(frame.sequence) { frame.outcome = .failed("no number at logit 3") }
      try writer.append(frame)
    }
    try writer.flush()
    let row = try #require(try database.coverage(now: at(50)).first)
    #expect(row.decoded == 101)
    #expect(row.counts == FrameCounts(classified: 48, failed: 2, dropped: 1))
    #expect(
      row.droppedShare == 1.0 / 101 && row.failedShare == 2.0 / 101 && row.sampledOutShare == 50.0 / 101)
    #expect(row.share(of: .observed) == 1 && !row.isComplete)
  }

  /// A process that is killed leaves how far it had come with each batch.
  @Test func whatAKilledProcessWatchedIsKnownToItsLastCommit() throws {
    let database = try openForWriting(folder.file("x.db"))
    let writer = try live(database, at: 0)
    for frame in frames(0...30) { try writer.append(frame) }
    try writer.flush()
    for frame in frames(31...60) { try writer.append(frame) }
    // While it lives, what was said last goes on; so it is for other processes, which find its lock.
    let reader = try Database.openForReading(path: folder.file("x.db"))
    for database in [database, reader] {
      #expect(try database.coverage(now: at(100)).map(told) == [["observed 0-100"]])
    }
    database.close()
    #expect(try reader.coverage(now: at(100)).map(told) == [["observed 0-30", "offline 30-100"]])
    let again = try openForWriting(folder.file("x.db"))
    #expect(try again.coverage(now: at(100)).map(told) == [["observed 0-30"]])
    #expect(
      try again.coverage(matching: QueryFilter(since: at(0)), now: at(100)).map(told)
        == [["observed 0-30", "offline 30-100"]])
  }

  /// A clock that is put back does not take back what was watched.
  @Test func aClockThatIsSetBackShortensNothing() throws {
    let database = try openForWriting(folder.file("x.db"))
    let writer = try live(database, at: 0)
    for frame in frames(0...30) { try writer.append(frame) }
    try writer.flush()
    try writer.append(classified(31, [(1, 0.5)], wall: at(-1_000).microseconds))
    try writer.finish(.complete, ended: at(-1_000))
    #expect(
      try rows("SELECT start_us, end_us FROM coverage", in: database)
        == [["\(at(0).microseconds)", "\(at(30).microseconds)"]])
  }

  /// A picture that stands still is noticed later than it began to, and its frames go on being stored.
  @Test func aFrozenPictureTakesBackWhatWasThoughtToBeObserved() throws {
    let database = try openForWriting(folder.file("x.db"))
    let writer = try live(database, at: 0)
    for frame in frames(0...90) { try writer.append(frame) }
    try writer.flush()
    try writer.note(
      CoverageChange(.frozen, at: at(30), reason: "the picture does not change", wasNoticedLater: true))
    for frame in frames(91...120) { try writer.append(frame) }
    try writer.note(CoverageChange(.observed, at: at(120)))
    for frame in frames(121...150) { try writer.append(frame) }
    try writer.finish(.interrupted, ended: at(150))
    let row = try #require(try database.coverage(now: at(150)).first)
    #expect(
      told(row) == ["observed 0-30", "frozen 30-120: the picture does not change", "observed 120-150"])
  }

  /// Frames that were under way when the camera fell silent are stored after that was noted.
  @Test func framesFromBeforeAChangeDoNotUndoIt() throws {
    let database = try openForWriting(folder.file("x.db"))
    let writer = try live(database, at: 0)
    for frame in frames(0...98) { try writer.append(frame) }
    try writer.note(CoverageChange(.stalled, at: at(100), reason: "no frames"))
    for frame in frames(99...100) { try writer.append(frame) }
    try writer.flush()
    for frame in frames(110...120) { try writer.append(frame) }
    try writer.finish(.interrupted, ended: at(120))
    let row = try #require(try database.coverage(now: at(120)).first)
    #expect(told(row) == ["observed 0-100", "stalled 100-110: no frames", "observed 110-120"])
  }

  /// The last frames of a stream that is being stopped come a moment after that was noted.
  @Test func whatWasStoppedStaysSo() throws {
    let database = try openForWriting(folder.file("x.db"))
    let writer = try live(database, at: 0)
    for frame in frames(0...98) { try writer.append(frame) }
    try writer.note(CoverageChange(.stopped, at: at(99), reason: "SIGTERM came"))
    for frame in frames(99...100) { try writer.append(frame) }
    try writer.finish(.interrupted, ended: at(101))
    #expect(
      try rows("SELECT state, end_us FROM coverage", in: database)
        == [["observed", "\(at(99).microseconds)"], ["stopped", "\(at(101).microseconds)"]])
  }

  /// Whatever seconds are rounded to: runs that were watched from beginning to end are all of their time.
  @Test func allOfTheTimeIsAShareOfOne() throws {
    let database = try openForWriting(folder.file("x.db"))
    var chance = SeededGenerator(seed: 3)
    for stream in 0..<40 {
      var moment = 0.0
      for _ in 0..<3 {
        let start = moment
        moment += Double(Int.random(in: 1...60_000, using: &chance)) / 1e6
        let writer = try RunWriter(
          database: database,
          run: RunDescription(
            stream: StreamIdentity(name: "s\(stream)", source: "s\(stream)"), model: model,
            program: "shuffled 0.1.0", started: origin, startedAt: at(start)),
          batching: manual)
        try writer.append(classified(0, [(1, 0.75)], wall: at(start).microseconds))
        try writer.append(classified(1, [(1, 0.75)], wall: at(moment).microseconds))
        try writer.finish(.complete, ended: at(moment))
        moment += 1
      }
    }
    let rows = try database.coverage(now: at(1_000))
    #expect(rows.count == 40)
    for row in rows { #expect(row.share(of: .observed) == 1, "\(row.stretches.map(\.length))") }
  }
}
