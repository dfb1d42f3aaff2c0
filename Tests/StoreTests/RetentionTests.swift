import ShuffledCore
import Store
import TestSupport
import Testing

/// What is deleted, what stays, and what queries then answer.
@Suite struct RetentionTests {
  let folder = TemporaryFolder()

  private static let day: Int64 = 86_400_000_000

  /// A frame a second for so many minutes, from so many days after the origin on.
  private func frames(_ minutes: Int64, day: Int64, from first: Int64 = 0) -> [FrameRecord] {
    (first..<first + 60 * minutes).map {
      classified(
        $0, [(Int($0 % 3), 0.75)], wall: wallOrigin.microseconds + day * Self.day + ($0 - first) * 1_000_000)
    }
  }

  private func at(day: Int64) -> WallTime { WallTime(microseconds: wallOrigin.microseconds + day * Self.day) }

  /// A run a day for ten days, of five minutes each.
  private func database() throws -> Database {
    let database = try openForWriting(folder.file("x.db"))
    for day in Int64(0)..<10 {
      let writer = try RunWriter(
        database: database, run: run(at: at(day: day)), batching: .init(rows: 50, interval: nil, capacity: 50)
      )
      for frame in frames(5, day: day) { try writer.append(frame) }
      try writer.finish(
        .complete, decoded: 300, ended: WallTime(microseconds: at(day: day).microseconds + 300_000_000))
    }
    return database
  }

  private func pruned(_ database: Database, _ retention: Retention, now: WallTime) throws
    -> Retention.Progress
  {
    var all = Retention.Progress()
    while !all.isDone { all.add(try database.prune(retention, now: now)) }
    return all
  }

  @Test func framesGoByAgeAndMinutesStay() throws {
    let database = try database()
    let before = (try database.summary(), try database.latency(exactUpTo: -1), try database.runs())
    let progress = try pruned(database, Retention(frames: .seconds(7 * 86_400)), now: at(day: 10))
    #expect(progress.frames == 3 * 300 && progress.minutes == 0 && progress.runs == 0)
    #expect(
      try rows("SELECT run_id, count(*) FROM frames GROUP BY run_id LIMIT 1", in: database) == [["4", "300"]])
    #expect(try database.summary() == before.0)
    #expect(try database.latency(exactUpTo: -1) == before.1)
    // What is asked of all can no longer be told from frames.
    #expect(try database.latency().allSatisfy { !$0.isExact && $0.count > 0 })
    #expect(try database.runs() == before.2)
    #expect(try database.check().problems == [])
    #expect(
      try database.coverage(now: at(day: 10))[0].framesDeletedUntil
        == WallTime(microseconds: (at(day: 2).microseconds / 60_000_000 + 6) * 60_000_000 - 60_000_000))
  }

  /// Streams may keep their results for a time of their own.
  @Test func aScopeLeavesOtherStreamsAlone() throws {
    let database = try openForWriting(folder.file("x.db"))
    for (name, day) in [("gate", 0), ("yard", 0), ("lobby", 0), ("gate", 8)] as [(String, Int64)] {
      let writer = try RunWriter(
        database: database, run: run(name, source: "rtsp://\(name)/", at: at(day: day)),
        batching: .init(rows: 50, interval: nil, capacity: 50))
      for frame in frames(5, day: day) { try writer.append(frame) }
      try writer.finish(
        .complete, decoded: 300, ended: WallTime(microseconds: at(day: day).microseconds + 300_000_000))
    }
    let week = Retention(frames: .seconds(7 * 86_400), minutes: .seconds(7 * 86_400))
    func prune(_ scope: Retention.Scope) throws -> Retention.Progress {
      var all = Retention.Progress()
      while !all.isDone { all.add(try database.prune(week, of: scope, now: at(day: 10))) }
      return all
    }
    func left() throws -> [String] {
      try rows(
        "SELECT s.name, count(f.id) FROM runs r JOIN streams s ON s.id = r.stream_id LEFT JOIN frames f ON f.id >> 36 = r.id GROUP BY r.id",
        in: database
      ).map { $0.joined(separator: " ") }
    }
    let gate = try prune(.only(["rtsp://gate/", "rtsp://nobody/"]))
    #expect(gate.frames == 300 && gate.runs == 1)
    #expect(try left() == ["yard 300", "lobby 300", "gate 300"])
    let others = try prune(.except(["rtsp://gate/", "rtsp://lobby/"]))
    #expect(others.frames == 300 && others.runs == 1)
    #expect(try left() == ["lobby 300", "gate 300"])
    #expect(try prune(.only([])).frames == 0)
    #expect(try prune(.all).frames == 300)
    #expect(try left() == ["gate 300"])
    #expect(try database.check().problems == [])
  }

  @Test func minutesGoAfterTheirFramesAndRunsAfterTheirMinutes() throws {
    let database = try database()
    let retention = Retention(frames: .seconds(2 * 86_400), minutes: .seconds(5 * 86_400))
    let progress = try pruned(database, retention, now: at(day: 10))
    #expect(progress.frames == 8 * 300 && progress.runs == 5)
    #expect(try database.runs().map(\.run) == [10, 9, 8, 7, 6])
    #expect(try database.summary()[0].counts.classified == 5 * 300)
    for table in [
      "minutes", "minute_labels", "minute_latencies", "hours", "hour_labels", "hour_latencies", "coverage",
    ] {
      #expect(try rows("SELECT min(run_id) FROM \(table)", in: database) == [["6"]], "\(table)")
    }
    #expect(try database.check().problems == [])
    // Once more there is nothing to do.
    let again = try pruned(database, retention, now: at(day: 10))
    #expect(again.frames == 0 && again.minutes == 0 && again.runs == 0 && again.bytes == 0)
  }

  /// Its writer comes back to the row of an outage that has lasted for longer than anything is kept.
  @Test func whatGoesOnStays() throws {
    let database = try openForWriting(folder.file("x.db"))
    let writer = try RunWriter(
      database: database, run: run(at: at(day: 0)), batching: .init(rows: 50, interval: nil, capacity: 50))
    for frame in frames(5, day: 0) { try writer.append(frame) }
    try writer.note(
      CoverageChange(
        .connecting, at: WallTime(microseconds: at(day: 0).microseconds + 300_000_000), reason: "gone"))
    try writer.flush()
    let retention = Retention(frames: .seconds(86_400), minutes: .seconds(2 * 86_400))
    // Another's, so that there is something to delete and a row to be mistaken for.
    _ = try pruned(database, retention, now: at(day: 9))
    let coverage = "SELECT id, state FROM coverage ORDER BY id"
    let left = try rows(coverage, in: database)
    #expect(left.map { $0[1] } == ["connecting"])
    try writer.note(CoverageChange(.observed, at: at(day: 9)))
    try writer.finish(.complete, ended: at(day: 9))
    #expect(try rows(coverage, in: database).map { $0[1] } == ["connecting", "observed"])
    #expect(
      try rows("SELECT end_us - start_us FROM coverage WHERE state = 'connecting'", in: database)
        == [["\(9 * Self.day - 300_000_000)"]])
  }

  @Test func aSizeIsKeptByDeletingTheOldestFirst() throws {
    let database = try database()
    let pages = {
      try rows(
        "SELECT (SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count)",
        in: database)[0][0]
    }
    let size = (Int64(try pages()) ?? 0) * 4_096 - 40_000
    let progress = try pruned(database, Retention(size: size), now: at(day: 10))
    #expect(progress.frames > 300 && progress.frames < 1_500)
    #expect((Int64(try pages()) ?? .max) * 4_096 <= size)
    #expect(progress.bytes >= 40_000 && progress.bytes % 4_096 == 0)
    #expect(try rows("PRAGMA freelist_count", in: database) == [["0"]])
    let first = try rows("SELECT min(id) >> 36, count(*) FROM frames", in: database)[0]
    #expect(Int64(first[1]) == 3_000 - progress.frames)
    #expect((Int64(first[0]) ?? 0) >= 2)
    #expect(try database.check().problems == [])
  }

  /// A database that cannot become that small loses all it may, and then it is done.
  @Test func aSizeThatCannotBeReachedEnds() throws {
    let database = try database()
    let progress = try pruned(database, Retention(size: 0), now: at(day: 10))
    #expect(progress.frames == 3_000 && progress.runs == 0)
    #expect(try rows("SELECT count(*) FROM minutes", in: database) == [["0"]])
    #expect(try database.runs().count == 10)
    #expect(try database.check().problems == [])
  }

  /// Frames that are in no rollup yet stay, however old they look.
  @Test func whatIsNotRolledUpStays() throws {
    let database = try openForWriting(folder.file("x.db"))
    let writer = try RunWriter(
      database: database, run: run(), batching: .init(rows: 50, interval: nil, capacity: 50))
    for frame in frames(3, day: 0).prefix(170) { try writer.append(frame) }
    try writer.flush()
    let rolledUp = Int64(try rows("SELECT rolled_up_sequence FROM runs", in: database)[0][0]) ?? 0
    #expect(rolledUp > 0)
    let progress = try pruned(database, Retention(frames: .zero), now: at(day: 1))
    #expect(progress.frames == rolledUp + 1)
    #expect(try database.summary()[0].counts.classified == 170)
    try writer.finish(.complete)
    #expect(try database.summary()[0].counts.classified == 170)
    #expect(try database.check().problems == [])
  }

  /// The wall clock was a year behind for the first minutes of a run, or jumped back in it: what was stored a moment ago is
  /// not old.
  @Test func aClockThatWasWrongDeletesNothingNew() throws {
    let database = try openForWriting(folder.file("x.db"))
    let clock = SteppingClock(origin, step: .milliseconds(500))
    let writer = try RunWriter(
      database: database, run: run(at: at(day: -365)), batching: .init(rows: 60, interval: nil, capacity: 60),
      now: clock.now)
    for frame in frames(4, day: -365) + frames(4, day: 0, from: 240) + frames(4, day: -200, from: 480)
      + frames(4, day: 0, from: 720)
    {
      try writer.append(frame)
    }
    try writer.finish(.complete, ended: at(day: 0))
    let progress = try pruned(database, Retention(frames: .seconds(7 * 86_400)), now: at(day: 1))
    #expect(progress.frames == 0)
    #expect(try rows("SELECT count(*) FROM frames", in: database) == [["960"]])
  }

  /// An old-looking batch behind one that stays does not take that with it.
  @Test func whatComesAfterWhatStaysStays() throws {
    let database = try openForWriting(folder.file("x.db"))
    // No time passes on the run's own clock: only the wall clock says how old they are.
    let writer = try RunWriter(
      database: database, run: run(at: at(day: 0)), batching: .init(rows: 60, interval: nil, capacity: 60),
      now: SteppingClock(origin, step: .zero).now)
    for frame in frames(2, day: -30) + frames(2, day: 0, from: 120) + frames(2, day: -30, from: 240) {
      try writer.append(frame)
    }
    try writer.finish(.complete, ended: at(day: 0))
    let progress = try pruned(database, Retention(frames: .seconds(7 * 86_400)), now: at(day: 1))
    #expect(progress.frames == 120)
    #expect(try rows("SELECT min(sequence), count(*) FROM frames", in: database) == [["120", "240"]])
    #expect(try database.check().problems == [])
  }

  /// A page of frames is still right, and says what it can no longer show.
  @Test func framesThatAreLeftAreFound() throws {
    let database = try database()
    _ = try pruned(database, Retention(frames: .seconds(86_400)), now: at(day: 9))
    var found: [String] = []
    try database.frames(matching: QueryFilter(since: at(day: 7), until: at(day: 9))) {
      found.append("\($0.run)")
    }
    #expect(found == Array(repeating: "9", count: 300))
    var zebras = 0
    try database.frames(matching: QueryFilter(label: "dog", since: at(day: 0))) { _ in zebras += 1 }
    #expect(zebras == 200)
  }
}
