import ShuffledCore
import Store
import Testing

/// What runs, streams and models a database knows.
@Suite struct RunQueryTests {
  let folder = TemporaryFolder()

  static let other = ModelIdentity(
    sha256: String(repeating: "cd", count: 32), name: "a, \"b\"", architecture: #"{ "width" : 0.5 }"#,
    labels: ["one"])

  /// A moment so many seconds after the first run's start.
  private func second(_ seconds: Int64) -> WallTime {
    WallTime(microseconds: wallOrigin.microseconds + seconds * 1_000_000)
  }

  /// Run 1 on gate is complete after 10 s with every outcome; run 2 on door failed at 30 s after 20 s, without a
  /// frame; run 3 on gate, with another model, has been running since 40 s.
  private func database() throws -> Database {
    let database = try openForWriting(folder.file("x.db"))
    let first = try RunWriter(database: database, run: run(at: wallOrigin), batching: manual)
    var (failed, dropped) = (classified(1, [(0, 1)]), classified(2, [(0, 1)]))
    (failed.outcome, dropped.outcome) = (.failed("no number"), .dropped)
    for record in [classified(0, [(1, 1)]), failed, dropped, classified(3, [(1, 1)])] {
      try first.append(record)
    }
    try first.finish(.partial, error: "cannot decode all of 'gate'", decoded: 9, ended: second(10))
    let second = try RunWriter(database: database, run: run("door", at: second(10)), batching: manual)
    try second.finish(.failed, error: "disk full", decoded: 0, ended: self.second(30))
    let third = try RunWriter(
      database: database, run: run(model: Self.other, at: self.second(40)), batching: manual)
    try third.append(classified(0, [(0, 0.5)], wall: self.second(41).microseconds))
    try third.flush()
    return database
  }

  @Test func runsAreWhatTheyWereAskedAndHowTheyEnded() throws {
    let rows = try database().runs()
    #expect(rows.map(\.run) == [3, 2, 1])
    #expect(
      rows[2]
        == RunRow(
          run: 1, stream: "gate", source: "/videos/gate.mp4", model: "shufflenet_v2_x1_0",
          modelSHA256: model.sha256, program: "shuffled 0.1.0", settings: #"{"top":5}"#, state: .partial,
          error: "cannot decode all of 'gate'", started: wallOrigin, ended: second(10), decoded: 9,
          counts: FrameCounts(classified: 2, failed: 1, dropped: 1)))
    #expect(rows[1].state == .failed && rows[1].error == "disk full" && rows[1].counts.total == 0)
    #expect(rows[0].state == .running && rows[0].ended == nil && rows[0].decoded == nil)
    #expect(rows[0].model == Self.other.name && rows[0].counts == FrameCounts(classified: 1))
  }

  @Test func streamsSumUpTheirRuns() throws {
    let rows = try database().streams()
    #expect(
      rows == [
        StreamRow(
          name: "door", source: "/videos/door.mp4", runs: 1, firstFrame: nil, lastFrame: nil,
          counts: FrameCounts()),
        StreamRow(
          name: "gate", source: "/videos/gate.mp4", runs: 2, firstFrame: wallOrigin, lastFrame: second(41),
          counts: FrameCounts(classified: 3, failed: 1, dropped: 1)),
      ])
  }

  @Test func modelsSumUpTheirRuns() throws {
    let rows = try database().models()
    #expect(
      rows[0]
        == ModelRow(
          name: "a, \"b\"", sha256: Self.other.sha256, architecture: #"{"width":0.5}"#, labels: #"["one"]"#,
          labelCount: 1, runs: 1, counts: FrameCounts(classified: 1)))
    #expect(rows[1].labelCount == 6 && rows[1].runs == 2 && rows[1].counts.total == 4)
    #expect(
      rows[1].labels == #"["tench","cat","dog","zebra","'quoted\"; DROP TABLE frames --","naïve 猫"]"#)
    #expect(rows.count == 2)
  }

  /// A run counts when it was under way at some moment of the time: its end belongs to it, `until` does not.
  @Test func filters() throws {
    let database = try database()
    func runs(_ filter: QueryFilter) throws -> [Int64] { try database.runs(matching: filter).map(\.run) }
    #expect(try runs(QueryFilter(run: 2)) == [2])
    #expect(try runs(QueryFilter(stream: "gate")) == [3, 1])
    #expect(try runs(QueryFilter(stream: "/videos/door.mp4")) == [2])
    #expect(try runs(QueryFilter(run: 2, stream: "gate")) == [])
    #expect(try runs(QueryFilter(since: second(10))) == [3, 2, 1])
    #expect(try runs(QueryFilter(since: second(11))) == [3, 2])
    // Run 3 still goes on.
    #expect(try runs(QueryFilter(since: second(9_999))) == [3])
    #expect(try runs(QueryFilter(until: second(40))) == [2, 1])
    #expect(try runs(QueryFilter(until: wallOrigin)) == [])
    #expect(try runs(QueryFilter(since: second(15), until: second(20))) == [2])
    #expect(try database.runs(limit: 2).map(\.run) == [3, 2])

    #expect(try database.streams(matching: QueryFilter(run: 1))[0].counts.total == 4)
    #expect(try database.streams(matching: QueryFilter(since: second(31))).map(\.runs) == [1])
    #expect(try database.streams(matching: QueryFilter(until: wallOrigin)) == [])
    #expect(try database.streams(limit: 1).map(\.name) == ["door"])
    #expect(try database.models(matching: QueryFilter(stream: "door")).map(\.name) == ["shufflenet_v2_x1_0"])
    #expect(try database.models(matching: QueryFilter(run: 3)).map(\.runs) == [1])
    #expect(try database.models(limit: 1).map(\.name) == ["a, \"b\""])
  }

  /// A process that was gone before its first frame left no end behind: the run was under way when it began.
  @Test func anAbandonedRunWithoutFrames() throws {
    _ = try {
      let database = try openForWriting(folder.file("y.db"))
      defer { database.close() }
      _ = try RunWriter(database: database, run: run(at: wallOrigin), batching: manual)
    }()
    let database = try openForWriting(folder.file("y.db"))
    let row = try #require(try database.runs().first)
    #expect(row.state == .abandoned && row.ended == nil && row.counts == FrameCounts())
    #expect(try database.runs(matching: QueryFilter(since: wallOrigin)).count == 1)
    #expect(try database.runs(matching: QueryFilter(since: second(1))).isEmpty)
  }

  @Test func aDatabaseWithoutRuns() throws {
    let database = try openForWriting(folder.file("x.db"))
    #expect(try database.runs().isEmpty && database.streams().isEmpty && database.models().isEmpty)
    #expect(
      failure(of: { try database.runs(matching: QueryFilter(run: 1)) })
        == Failure(
          .usage, cannot: "find run", "1", because: "the database has no such run", remedy: "it has none yet")
    )
  }
}
