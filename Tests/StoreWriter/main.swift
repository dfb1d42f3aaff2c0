// StoreWriter DATABASE normal|full ROWS FRAMES: writes a run of FRAMES frames (0: without end) in batches of ROWS, as fast
// as it goes. Standard output has a line for its number, one for the last frame of each commit as soon as that is
// acknowledged, and one for how often it had to wait for the disk. What is written of a frame follows from its number.

import Glibc
import ShuffledCore
import Store

/// Without a buffer: what was said stays said when the process is killed.
func say(_ line: String, to descriptor: Int32 = STDOUT_FILENO) {
  let bytes = Array("\(line)\n".utf8)
  _ = write(descriptor, bytes, bytes.count)
}

let words = CommandLine.arguments
guard words.count == 5, let durability = Durability(rawValue: words[2]), let rows = Int(words[3]),
  let frames = Int64(words[4])
else {
  say("StoreWriter DATABASE normal|full ROWS FRAMES", to: STDERR_FILENO)
  exit(Failure.Kind.usage.exitCode)
}
do {
  let database = try Database.openForWriting(path: words[1], command: "StoreWriter", durability: durability)
  defer { database.close() }
  let writer = try RunWriter(
    database: database,
    run: RunDescription(
      stream: StreamIdentity(name: "made", source: "made:"),
      model: ModelIdentity(
        sha256: "00", name: "made", architecture: "{}", labels: (0..<7).map { "label \($0)" }),
      program: "StoreWriter"),
    batching: RunWriter.Batching(rows: rows, interval: nil, capacity: 4 * rows),
    committed: { batch in if let last = batch.records.last { say("stored \(last.sequence)") } })
  say("run \(writer.run)")
  var sequence: Int64 = 0
  while frames == 0 || sequence < frames {
    try writer.append(
      FrameRecord(
        sequence: sequence, mediaTime: MediaTime(microseconds: sequence * 40_000), wallTime: .now(),
        outcome: .classified([
          Prediction(index: Int(sequence % 7), confidence: Float(sequence % 65_536) / 65_535),
          Prediction(index: Int((sequence + 1) % 7), confidence: 0),
        ]),
        latency: StageLatency(
          decode: .microseconds(1), wait: .microseconds(2), preprocess: .microseconds(3),
          inference: .microseconds(4)),
        finished: .now))
    sequence += 1
  }
  try writer.finish(.complete, decoded: frames)
  say("waited \(writer.stalls)")
} catch {
  let failure = error as? Failure
  say("StoreWriter: \(failure?.description ?? "\(error)")", to: STDERR_FILENO)
  exit(failure?.kind.exitCode ?? 1)
}
