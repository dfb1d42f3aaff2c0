import ShuffledCore
import Store
import Synchronization
import Testing

/// Several queries on one moment of a database.
@Suite struct MomentTests {
  let folder = TemporaryFolder()

  @Test func whatIsWrittenMeanwhileIsNotSeen() throws {
    let path = folder.file("x.db")
    let writer = try openForWriting(path)
    try write(mixedRecords(600, seed: 1), to: writer)
    let database = try Database.openForReading(path: path)
    defer { database.close() }
    let counts = try database.atOneMoment {
      let before = try database.runs().map(\.counts.total)
      try write(mixedRecords(900, seed: 2), to: writer)
      var frames: Int64 = 0
      try database.frames { _ in frames += 1 }
      let check = try database.check()
      return [before, [frames, check.frames, check.runs], try database.runs().map(\.counts.total)]
    }
    #expect(counts == [[600], [600, 600, 1], [600]])
    #expect(try database.runs().map(\.counts.total) == [900, 600], "the next one sees it")
    writer.close()
  }

  /// In the middle of a query that gives no rows meanwhile.
  @Test func aCancelledOneEndsEarly() throws {
    let path = folder.file("x.db")
    try write(mixedRecords(3_000, seed: 3), toFile: path)
    let database = try Database.openForReading(path: path)
    defer { database.close() }
    let questions = Mutex(0)
    let whole: Void? = try database.atOneMoment(isCancelled: {
      questions.withLock { count in
        count += 1
        return count > 1
      }
    }) {
      _ = try database.latency()
      Issue.record("the query was not ended")
    }
    #expect(whole == nil)
    #expect(questions.withLock { $0 } == 3, "the second ended the query, the third asked why")
    #expect(try database.atOneMoment { try database.latency().count } == 6, "it can be used afterwards")
  }

  @Test func failuresAreTold() throws {
    let path = folder.file("x.db")
    try write(mixedRecords(10, seed: 4), toFile: path)
    let database = try Database.openForReading(path: path)
    defer { database.close() }
    let refused = failure {
      try database.atOneMoment { try database.frames(matching: QueryFilter(run: 7)) { _ in } }
    }
    #expect(refused?.description == "cannot find run '7': the database has no such run (it has run 1)")
  }
}
