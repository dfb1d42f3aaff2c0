import ShuffledCore
import Store
import TestSupport
import Testing

/// Strips of cells against the frames that they were made of.
@Suite struct TimelineTests {
  let folder = TemporaryFolder()

  private func told(_ row: TimelineRow) -> String {
    String(
      row.cells.map { cell in
        cell.label?.first ?? ((cell.unwatched ?? 0) > 0.5 ? " " : ".")
      })
  }

  /// A frame a second: ten minutes of cats, ten of nobody watching, ten of dogs with a zebra in each tenth frame.
  private func live() throws -> Database {
    let database = try openForWriting(folder.file("x.db"))
    let stream = StreamIdentity(name: "gate", source: "rtsp://gate/", isLive: true)
    let minute = WallTime(microseconds: wallOrigin.microseconds / 60_000_000 * 60_000_000)
    for (start, label) in [(0, 1), (1_200, 2)] {
      let began = WallTime(microseconds: minute.microseconds + Int64(start) * 1_000_000)
      let writer = try RunWriter(
        database: database,
        run: RunDescription(stream: stream, model: model, program: "x", started: origin, startedAt: began),
        batching: manual)
      for second in Int64(0)..<600 {
        try writer.append(
          classified(
            second, [(label == 2 && second % 10 == 0 ? 3 : label, 0.75)],
            wall: began.microseconds + second * 1_000_000, media: .some(nil)))
      }
      try writer.finish(.interrupted, ended: WallTime(microseconds: began.microseconds + 600_000_000))
    }
    return database
  }

  @Test func cellsOfMinutesComeFromRollups() throws {
    let database = try live()
    let row = try #require(try database.timeline(cells: 30).first)
    #expect(row.width == 60_000_000 && row.clock == .wall && row.run == nil)
    #expect(told(row) == "cccccccccc          dddddddddd")
    #expect(row.cells[25].labels == ["dog": 54, "zebra": 6] && row.cells[25].unwatched == 0)
    #expect(row.cells[15].unwatched == 1)
    let coarse = try #require(try database.timeline(cells: 4).first)
    #expect(coarse.width == 480_000_000)
    #expect(told(coarse) == "cc d" || told(coarse) == "ccdd")
    #expect(coarse.cells.reduce(0) { $0 + $1.frames } == 1_200)
    #expect(coarse.cells[1].unwatched == 360.0 / 480)
  }

  @Test func cellsOfSecondsComeFromFrames() throws {
    let database = try live()
    let row = try #require(try database.timeline(cells: 90).first)
    #expect(row.width == 20_000_000)
    #expect(
      told(row) == String(repeating: "c", count: 30) + String(repeating: " ", count: 30)
        + String(repeating: "d", count: 30))
    #expect(row.cells[70].labels == ["dog": 18, "zebra": 2])
  }

  @Test func unsureFramesAreLeftOut() throws {
    let database = try live()
    #expect(
      try database.timeline(matching: QueryFilter(minConfidence: 0.8), cells: 30)[0].cells.allSatisfy {
        $0.frames == 0
      })
    let sure = try database.timeline(matching: QueryFilter(label: "zebra", minConfidence: 0.7), cells: 30)[0]
    #expect(try sure == database.timeline(cells: 30)[0])
  }

  /// A container may claim any times: those that are further apart than can be told are not told.
  @Test func timesThatAreTooFarApart() throws {
    let database = try openForWriting(folder.file("x.db"))
    for times in [[Int64.min / 2 - 10, Int64.max / 2 + 10], [-(1 << 61), 1 << 61]] {
      let writer = try RunWriter(
        database: database, run: run(), batching: .init(rows: 1, interval: nil, capacity: 9))
      for (sequence, time) in times.enumerated() {
        try writer.append(classified(Int64(sequence), [(0, 1)], media: .some(time)))
      }
      try writer.finish(.complete)
      let row = try #require(try database.timeline(cells: 10).first)
      #expect(row.cells.isEmpty && row.width == 0)
    }
  }

  @Test func aRecordingIsToldByItsNewestRunInMediaTime() throws {
    let database = try openForWriting(folder.file("x.db"))
    for label in [1, 2] {
      try write((0..<100).map { classified($0, [($0 < 50 ? label : 3, 0.5)]) }, to: database)
    }
    let row = try #require(try database.timeline(cells: 10).first)
    #expect(row.run == 2 && row.clock == .media && row.start == 0 && row.width == 396_001)
    #expect(told(row) == "dddddzzzzz")
    #expect(row.cells.allSatisfy { $0.unwatched == nil })
    #expect(try database.timeline(matching: QueryFilter(run: 1), cells: 10).map(told) == ["ccccczzzzz"])
  }
}
