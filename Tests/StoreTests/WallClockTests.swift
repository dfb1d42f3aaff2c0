import ShuffledCore
import Store
import Testing

/// The date is set while a run is written: what frames cost is told by another clock.
@Suite struct WallClockTests {
  let folder = TemporaryFolder()

  @Test func stagesDoNotCareAboutTheDate() throws {
    let (day, year): (Int64, Int64) = (86_400_000_000, 31_536_000_000_000)
    // Back a day in the middle of a batch, forward a year at the begin of one, to 1970, and back to now.
    let jumps: [Int64] = (0..<400).map { place in
      switch place {
      case 50..<100: -day
      case 100..<200: year
      case 200..<250: -wallOrigin.microseconds
      default: 0
      }
    }
    let database = try openForWriting(folder.file("x.db"))
    // A batch begins when all of its frames are finished, 4 s after its first, and takes 10 ms.
    let clock = SteppingClock(origin + .seconds(100), step: .milliseconds(10))
    let records = jumps.enumerated().map { place, jump in
      classified(
        Int64(place), [(1, 0.9)], wall: wallOrigin.microseconds + Int64(place) * 40_000 + jump,
        finished: .milliseconds(Int64(place) * 40))
    }
    try write(
      records, to: database, batching: RunWriter.Batching(rows: 100, interval: nil, capacity: 100),
      now: clock.now)
    var place = 0
    try database.frames { frame in
      let committed = Duration.seconds(100) + .milliseconds(10) * (place / 100 * 2 + 1)
      let store = committed - .milliseconds(Int64(place) * 40)
      #expect(frame.sequence == Int64(place))
      #expect(frame.wallTime == records[place].wallTime)
      #expect(frame.latency[.store] == store)
      #expect(frame.total == store + .microseconds(1_000 + Int64(place) + 200 + 300 + 4_000))
      place += 1
    }
    #expect(place == 400)
    #expect(
      try rows("SELECT begun_us, commit_us FROM batches ORDER BY last_sequence", in: database)
        == (0..<4).map { ["\(100_000_000 + $0 * 20_000)", "10000"] })
    let latency = try database.latency()
    #expect(latency.allSatisfy { $0.count == 400 && $0.max < .seconds(101) })
  }
}
