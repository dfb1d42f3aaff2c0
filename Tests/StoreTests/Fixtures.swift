import CSQLite
import Foundation
import ShuffledCore
import Store
import Synchronization
import TestSupport
import Testing

/// A folder that goes when the test ends.
final class TemporaryFolder: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/shuffled-store-XXXXXX".utf8CString)
    precondition(mkdtemp(&template) != nil, "no temporary folder: errno \(errno)")
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    chmod(path, 0o755)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// A clock that goes on by one step each time it is asked.
final class SteppingClock: Sendable {
  private let time: Mutex<Instant>
  private let step: Duration

  init(_ start: Instant, step: Duration) {
    time = Mutex(start)
    self.step = step
  }

  func now() -> Instant {
    time.withLock { time in
      defer { time += step }
      return time
    }
  }
}

let labels = ["tench", "cat", "dog", "zebra", "'quoted\"; DROP TABLE frames --", "naïve 猫"]
let model = ModelIdentity(
  sha256: String(repeating: "ab", count: 32), name: "shufflenet_v2_x1_0", architecture: #"{"width": 1.0}"#,
  labels: labels)
let origin = Instant.now
/// 2024-02-29T12:00:00.000007Z.
let wallOrigin = WallTime(microseconds: 1_709_208_000_000_007)

func run(
  _ stream: String = "gate", source: String? = nil, model: ModelIdentity = model,
  at wall: WallTime = wallOrigin
) -> RunDescription {
  RunDescription(
    stream: StreamIdentity(name: stream, source: source ?? "/videos/\(stream).mp4"), model: model,
    settings: #"{"top": 5}"#, program: "shuffled 0.1.0", started: origin, startedAt: wall)
}

func classified(
  _ sequence: Int64, _ predictions: [(Int, Float)], wall: Int64? = nil, media: Int64?? = nil,
  finished: Duration? = nil
) -> FrameRecord {
  FrameRecord(
    sequence: sequence, mediaTime: (media ?? (sequence * 40_000)).map(MediaTime.init(microseconds:)),
    wallTime: WallTime(microseconds: wall ?? (wallOrigin.microseconds + sequence * 40_000)),
    outcome: .classified(predictions.map { Prediction(index: $0.0, confidence: $0.1) }),
    latency: StageLatency(
      decode: .microseconds(1_000 + sequence), wait: .microseconds(200), preprocess: .microseconds(300),
      inference: .microseconds(4_000)),
    finished: origin + (finished ?? .microseconds(sequence * 40_000)))
}

/// Records with every outcome, with and without media time, with 1 to 6 predictions, with gaps in their numbers, and
/// with a wall clock that sometimes goes back.
func mixedRecords(_ count: Int, seed: UInt64) -> [FrameRecord] {
  var random = SeededGenerator(seed: seed)
  var sequence: Int64 = -1
  return (0..<count).map { place in
    sequence += Int64.random(in: 1...4, using: &random)
    let outcome: FrameOutcome
    switch Int.random(in: 0..<10, using: &random) {
    case 0: outcome = .dropped
    case 1: outcome = .failed("no number at logit \(sequence)")
    default:
      // Confidences that 16 bits hold exactly enough: the test compares them after the same rounding.
      let picked = labels.indices.shuffled(using: &random).prefix(Int.random(in: 1...6, using: &random))
      var rest: Float = 1
      outcome = .classified(
        picked.map { index in
          let confidence = Float.random(in: 0...rest, using: &random)
          rest -= confidence
          return Prediction(index: index, confidence: confidence)
        })
    }
    let jump: Int64 = place % 37 == 5 ? -3_600_000_000 : 0
    return FrameRecord(
      sequence: sequence,
      mediaTime: Int.random(in: 0..<5, using: &random) == 0
        ? nil : MediaTime(microseconds: sequence * 33_367 - 5),
      wallTime: WallTime(microseconds: wallOrigin.microseconds + sequence * 33_367 + jump), outcome: outcome,
      latency: StageLatency(
        decode: .microseconds(Int64.random(in: 0...70_000, using: &random)),
        wait: .microseconds(Int64.random(in: 0...5_000_000, using: &random)),
        preprocess: outcome == .dropped ? .zero : .microseconds(Int64.random(in: 0...900, using: &random)),
        inference: outcome == .dropped ? .zero : .microseconds(Int64.random(in: 0...9_000, using: &random))),
      finished: origin + .microseconds(Int64(place) * 1_000))
  }
}

/// Only full batches and explicit flushes: no timer decides what a test sees.
let manual = RunWriter.Batching(rows: 512, interval: nil, capacity: 2_048)

func openForWriting(_ path: String) throws -> Database {
  try Database.openForWriting(
    path: path, command: "shuffled process gate.mp4", busyTimeout: .milliseconds(50))
}

/// Writes a whole run and returns its number.
@discardableResult
func write(
  _ records: [FrameRecord], as description: RunDescription = run(), to database: Database,
  batching: RunWriter.Batching = manual, now: @escaping @Sendable () -> Instant = { .now }
) throws -> Int64 {
  let writer = try RunWriter(database: database, run: description, batching: batching, now: now)
  for record in records { try writer.append(record) }
  try writer.finish(.complete, decoded: (records.last?.sequence ?? -1) + 1)
  return writer.run
}

/// Writes a whole run into a file and closes it.
func write(_ records: [FrameRecord], toFile path: String) throws {
  let database = try openForWriting(path)
  defer { database.close() }
  try write(records, to: database)
}

/// The rows that a person sees who asks with plain `sqlite3`: a text a column, "NULL" for NULL.
func rows(_ sql: String, in database: Database) throws -> [[String]] {
  try database.withConnection { connection in
    var rows: [[String]] = []
    let statement = try connection.prepare(sql)
    try statement.forEachRow { row in
      rows.append((0..<row.columnCount).map { row.text($0) ?? "NULL" })
    }
    return rows
  }
}

/// Another program: a connection that knows nothing of ours.
final class ForeignConnection {
  private var handle: OpaquePointer?

  init(_ path: String) {
    #expect(sqlite3_open(path, &handle) == SQLITE_OK)
  }

  deinit { sqlite3_close(handle) }

  func execute(_ sql: String) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    #expect(code == SQLITE_OK, "\(sql): \(String(cString: sqlite3_errmsg(handle)))")
  }
}

/// The failure that `body` throws.
func failure<R>(of body: () throws -> R, sourceLocation: SourceLocation = #_sourceLocation) -> Failure? {
  do {
    _ = try body()
    Issue.record("no failure", sourceLocation: sourceLocation)
    return nil
  } catch {
    return error as? Failure
  }
}
