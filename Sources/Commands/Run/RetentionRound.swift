import Configuration
import Service
import ShuffledCore
import Store

/// Deletes what is older than a configuration wants it kept, stream by stream where they differ.
struct RetentionRound: Sendable {
  private struct Part: Equatable {
    var retention: Retention
    var scope: Retention.Scope
  }

  private let parts: [Part]

  init(_ configuration: ServiceConfiguration) {
    let database = configuration.database
    let usual = Retention(frames: database.keepFrames, minutes: database.keepMinutes)
    // Switched off or not: what a stream's results are kept for is a matter of the configuration.
    let special = configuration.streams.map { stream in
      (Retention(frames: stream.keepFrames, minutes: stream.keepMinutes), configuration.identity(of: stream))
    }.filter { $0.0 != usual }
    var parts = special.map { Part(retention: $0.0, scope: .only([$0.1])) }
    parts.append(
      Part(retention: usual, scope: special.isEmpty ? .all : .except(special.map(\.1))))
    if let size = database.maximumSize { parts.append(Part(retention: Retention(size: size), scope: .all)) }
    self.parts = parts
  }

  /// Does all there is to do, in small steps, unless `isCancelled`. Blocks. Throws `Failure`.
  func run(_ database: Database, now: WallTime, isCancelled: () -> Bool) throws -> Retention.Progress {
    var sum = Retention.Progress()
    for part in parts {
      var isDone = false
      while !isDone, !isCancelled() {
        let step = try database.prune(part.retention, of: part.scope, now: now)
        sum.add(step)
        isDone = step.isDone
      }
    }
    return sum
  }
}
