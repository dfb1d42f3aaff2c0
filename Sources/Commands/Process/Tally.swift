import ShuffledCore
import Synchronization

/// Counts what was committed: the summary tells what is in the database, not what was meant to be.
/// `note` is called on the database's queue; the rest from any thread.
final class Tally: Sendable {
  struct Counts: Sendable {
    var classified: Int64 = 0
    var failed: Int64 = 0
    /// Frames by the index of their most likely class.
    var labels: [Int: Int64] = [:]
    var stages: [Stage: LatencyHistogram] = [:]
    var total = LatencyHistogram()
    var firstError: String?
  }

  private let counts = Mutex(Counts())

  /// What was counted so far.
  var current: Counts { counts.withLock { $0 } }

  var stored: Int64 { counts.withLock { $0.classified + $0.failed } }

  /// Counts a batch that was committed at `moment`.
  func note(_ records: [FrameRecord], committed moment: Instant) {
    counts.withLock { counts in
      for record in records { counts.add(record, committed: moment) }
    }
  }
}

extension Tally.Counts {
  fileprivate mutating func add(_ record: FrameRecord, committed moment: Instant) {
    switch record.outcome {
    case .classified(let predictions):
      classified += 1
      labels[predictions[0].index, default: 0] += 1
    case .failed(let error):
      failed += 1
      firstError = firstError ?? error
      return
    case .dropped: return
    }
    let latency = record.latency
    let store = moment - record.finished
    let stages: [(Stage, Duration)] = [
      (.decode, latency.decode), (.wait, latency.wait), (.preprocess, latency.preprocess),
      (.inference, latency.inference), (.store, store),
    ]
    var whole = Duration.zero
    for (stage, duration) in stages {
      self.stages[stage, default: LatencyHistogram()].add(duration)
      whole += duration
    }
    total.add(whole)
  }
}
