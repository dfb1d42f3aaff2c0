import Glibc
import ShuffledCore
import Store

/// Frames that nobody saw, written as a run writes those that somebody did.
struct StoreBenchmark {
  struct Result {
    var frames: Int
    var elapsed: Duration
    /// Of the closed database, labels and everything else included.
    var bytes: Int64

    var framesPerSecond: Double { Double(frames) / elapsed.seconds }
    var bytesPerFrame: Double { Double(bytes) / Double(frames) }
  }

  /// Of all streams together.
  var frames: Int
  var batch: Int
  var top: Int
  var streams = 1
  /// Of each stream, in frames a second: how far apart their times are.
  var rate = 50.0
  var durability: Durability

  static let labels = 1_000

  /// In microseconds.
  private var interval: Int64 { Int64((1e6 / rate).rounded()) }

  /// Blocks until all is written, brought from the log into the file, and measured: the time is from the first record
  /// until the last one's commit, with whatever checkpoints came between. The frames are the same in every call.
  /// Nil when `isCancelled` said so. Throws `Failure` when `path` cannot be written.
  /// - Parameter path: of a database that is not there yet.
  func run(writing path: String, isCancelled: () -> Bool) throws -> Result? {
    let database = try Database.openForWriting(
      path: path, command: "shuffled bench store", durability: durability)
    defer { database.close() }
    var random = SeededGenerator(seed: 7)
    // Made beforehand: what is measured is storing them.
    let answers = (0..<4_096).map { _ in Self.predictions(top, &random) }
    let started = Instant.now
    let writers = try (0..<streams).map { stream in
      try RunWriter(
        database: database, run: Self.description(stream, started),
        batching: RunWriter.Batching(rows: batch, interval: nil, capacity: max(2_048, 4 * batch)))
    }
    let began = Instant.now
    for frame in 0..<frames {
      if frame % 1_024 == 0, isCancelled() {
        for writer in writers { try writer.finish(.interrupted) }
        return nil
      }
      let sequence = frame / streams
      try writers[frame % streams].append(
        record(Int64(sequence), answers[Self.answer(sequence, &random)], began, &random))
    }
    for writer in writers { try writer.flush() }
    let elapsed = Instant.now - began
    let ended = WallTime(microseconds: Self.firstTime + Int64(frames / streams) * interval)
    for writer in writers { try writer.finish(.complete, ended: ended) }
    // The last to close it checkpoints; measured after that, so the log counts in full.
    database.close()
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw Failure(.inputOutput, cannot: "measure", path, because: systemText(errno))
    }
    return Result(frames: frames, elapsed: elapsed, bytes: Int64(status.st_size))
  }

  /// A camera sees the same for a while: 1,000 frames have one of 8 answers, then come another 8.
  private static func answer(_ sequence: Int, _ random: inout SeededGenerator) -> Int {
    (sequence / 1_000 * 8 + Int(random.next() % 8)) % 4_096
  }

  /// In November 2023.
  private static let firstTime: Int64 = 1_700_000_000_000_000

  private static func description(_ stream: Int, _ started: Instant) -> RunDescription {
    RunDescription(
      stream: StreamIdentity(name: "bench-\(stream)", source: "bench:\(stream)", isLive: true),
      model: ModelIdentity(
        sha256: String(repeating: "0", count: 64), name: "bench", architecture: "{}",
        labels: (0..<labels).map { "label \($0)" }),
      program: "shuffled \(Version.number)", started: started, startedAt: WallTime(microseconds: firstTime))
  }

  /// Different classes, most likely first.
  private static func predictions(_ top: Int, _ random: inout SeededGenerator) -> [Prediction] {
    var indexes: [Int] = []
    while indexes.count < top {
      let index = Int.random(in: 0..<labels, using: &random)
      if !indexes.contains(index) { indexes.append(index) }
    }
    var rest: Float = 1
    return indexes.map { index in
      let confidence = Float.random(in: rest / 2...rest, using: &random)
      rest = min(confidence, 1 - confidence)
      return Prediction(index: index, confidence: confidence)
    }
  }

  /// With times as they are measured at a busy camera, and answers that waited for up to 200 ms for their batch: small
  /// numbers would take fewer bytes.
  private func record(
    _ sequence: Int64, _ answer: [Prediction], _ began: Instant, _ random: inout SeededGenerator
  ) -> FrameRecord {
    let times = random.next()
    func between(_ least: Int64, _ most: Int64, _ shift: UInt64) -> Duration {
      .microseconds(least + Int64(times >> shift & 0xffff) * (most - least) >> 16)
    }
    return FrameRecord(
      sequence: sequence, mediaTime: MediaTime(microseconds: sequence * interval),
      wallTime: WallTime(microseconds: Self.firstTime + sequence * interval),
      outcome: .classified(answer),
      latency: StageLatency(
        decode: between(500, 30_000, 0), wait: between(50, 90_000, 16), preprocess: between(200, 2_000, 32),
        inference: between(2_000, 12_000, 48)),
      finished: .now - between(0, 200_000, 24))
  }
}
