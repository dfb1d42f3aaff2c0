import Glibc
import ShuffledCore
import Store
import TestSupport
import Testing

/// What a database costs on disk.
@Suite struct SizeTests {
  let folder = TemporaryFolder()

  /// 50,000 frames with 5 predictions each, with times as they are measured at a busy camera, which sees one of 8 things for
  /// 20 s, then another 8.
  private func records(from first: Int64, seed: UInt64) -> [FrameRecord] {
    var random = SeededGenerator(seed: seed)
    return (Int64(0)..<50_000).map { place in
      let sequence = first + place
      return FrameRecord(
        sequence: sequence, mediaTime: MediaTime(microseconds: sequence * 20_000),
        wallTime: WallTime(microseconds: wallOrigin.microseconds + sequence * 20_000),
        outcome: .classified(
          (0..<5).map { rank in
            let scene = Int(place / 1_000 * 8 % 1_000)
            return Prediction(
              index: .random(in: rank == 0 ? scene..<scene + 8 : 0..<1_000, using: &random),
              confidence: .random(in: 0...1, using: &random))
          }),
        latency: StageLatency(
          decode: .microseconds(Int64.random(in: 500...30_000, using: &random)),
          wait: .microseconds(Int64.random(in: 50...90_000, using: &random)),
          preprocess: .microseconds(Int64.random(in: 200...2_000, using: &random)),
          inference: .microseconds(Int64.random(in: 2_000...12_000, using: &random))),
        finished: origin + .microseconds(sequence * 20_000))
    }
  }

  /// In the first minutes of a database's first run, and after two months of a service's hundredth.
  @Test(arguments: [(runs: 1, first: Int64(0)), (runs: 100, first: 260_000_000)])
  func aFrameTakesAtMost64Bytes(_ runs: Int, _ first: Int64) throws {
    let path = folder.file("x.db")
    let database = try openForWriting(path)
    let many = ModelIdentity(
      sha256: "ff", name: "many", architecture: "{}", labels: (0..<1_000).map { "label \($0)" })
    for _ in 1..<runs { try write([], as: run(model: many), to: database) }
    func bytes() throws -> Int {
      let size = try rows(
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", in: database)
      return try #require(Int(size[0][0]))
    }
    let before = try bytes()
    let records = records(from: first, seed: 41)
    // A batch of 512 frames begins when its last frame is finished, some 10 s after its first.
    let clock = SteppingClock(
      origin + .microseconds((first + 512) * 20_000), step: .microseconds(512 * 20_000 / 2))
    try write(records, as: run(model: many), to: database, now: clock.now)
    let perFrame = Double(try bytes() - before) / Double(records.count)
    print("a frame with 5 predictions takes \(perFrame) bytes")
    #expect(perFrame <= 64)
  }

  /// The write-ahead log is brought into the file while a run is written, so it does not grow with the run.
  @Test func theLogStaysSmall() throws {
    let path = folder.file("x.db")
    let database = try openForWriting(path)
    let many = ModelIdentity(
      sha256: "ff", name: "many", architecture: "{}", labels: (0..<1_000).map { "label \($0)" })
    for first: Int64 in [0, 50_000, 100_000] {
      try write(records(from: first, seed: 42), as: run(model: many), to: database)
    }
    func size(_ path: String) -> Int {
      var status = stat()
      #expect(stat(path, &status) == 0)
      return Int(status.st_size)
    }
    // 150,000 frames are 9 MB, of which the last checkpoint's and what came since may still be in the log.
    #expect(size(path) > 4_500_000)
    // 1,000 pages, and what one batch adds to them.
    #expect(size(path + "-wal") < 4_500_000)
  }
}
