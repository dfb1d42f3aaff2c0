import Service
import Testing

@Suite struct ProgressWatchTests {
  private static func complaint(
    frame: Double = 0, database: Double = 0, streams: [String: Double] = [:]
  ) -> String? {
    ProgressWatch().complaint(
      .init(
        longestFrame: .seconds(frame), database: .seconds(database),
        streams: streams.mapValues { .seconds($0) }))
  }

  @Test func allGetsOn() {
    #expect(Self.complaint(frame: 20, database: 20, streams: ["a": 60]) == nil)
  }

  @Test func aStuckFrameIsAComplaint() {
    #expect(Self.complaint(frame: 21) == "a worker has been at one frame for 21 s")
  }

  @Test func aStuckDatabaseIsAComplaint() {
    #expect(Self.complaint(database: 25.4) == "the database has not answered for 25 s")
  }

  @Test func oneStuckStreamIsNoneButAllAre() {
    #expect(Self.complaint(streams: ["a": 1_000, "b": 3]) == nil)
    #expect(
      Self.complaint(streams: ["a": 1_000, "b": 61])
        == "no stream has got on for 61 s more than its source may take")
  }
}
