import ShuffledCore

/// What a run's frames of one minute sum up to. Times are in microseconds.
///
/// A class, so that the histograms of the minute that is being counted are changed where they lie.
final class RollupTally {
  /// The stages in order, then the whole path.
  static let stages = Stage.allCases.count + 1

  struct Label {
    var frames: Int64 = 0
    /// In 65535ths.
    var confidence: Int64 = 0
    var firstWall = Int64.max
    var lastWall = Int64.min
    var firstMedia: Int64?
    var lastMedia: Int64?
  }

  private(set) var sequences: ClosedRange<Int64>
  private(set) var counts = FrameCounts()
  /// By index.
  private(set) var labels: [Int64: Label] = [:]
  private(set) var latencies = [LatencyHistogram](repeating: LatencyHistogram(), count: stages)

  init(sequence: Int64) { sequences = sequence...sequence }

  /// A frame as it is stored.
  struct Frame {
    var sequence: Int64
    var state: FrameState
    var wall: Int64
    var media: Int64?
    /// The most likely label and its confidence in 65535ths; of classified frames.
    var label: Int64 = 0
    var confidence: Int64 = 0
    /// By stage; nil for what is not known.
    var latency: (decode: Int64, wait: Int64, preprocess: Int64?, inference: Int64?, store: Int64?)
  }

  func add(_ frame: Frame) {
    sequences = min(sequences.lowerBound, frame.sequence)...max(sequences.upperBound, frame.sequence)
    switch frame.state {
    case .failed: counts.failed += 1
    case .dropped: counts.dropped += 1
    case .classified:
      counts.classified += 1
      labels[frame.label, default: Label()].add(frame)
      let times = frame.latency
      add(times.decode, 0)
      add(times.wait, 1)
      if let time = times.preprocess { add(time, 2) }
      if let time = times.inference { add(time, 3) }
      guard let store = times.store else { return }
      add(store, 4)
      add(times.decode + times.wait + (times.preprocess ?? 0) + (times.inference ?? 0) + store, 5)
    }
  }

  private func add(_ time: Int64, _ stage: Int) { latencies[stage].add(.microseconds(time)) }
}

extension RollupTally.Label {
  fileprivate mutating func add(_ frame: RollupTally.Frame) {
    frames += 1
    confidence += frame.confidence
    firstWall = min(firstWall, frame.wall)
    lastWall = max(lastWall, frame.wall)
    guard let media = frame.media else { return }
    firstMedia = min(firstMedia ?? media, media)
    lastMedia = max(lastMedia ?? media, media)
  }
}
