/// A segment with names instead of numbers.
public struct SegmentRow: Equatable, Sendable {
  public var run: Int64
  /// The stream's name.
  public var stream: String
  /// The label's name.
  public var label: String
  /// Its place among the model's labels.
  public var labelIndex: Int64
  public var clock: SegmentClock
  /// Microseconds of the clock.
  public var start: Int64
  public var end: Int64
  public var frames: Int64
  /// The highest smoothed confidence.
  public var peak: Double
  public var meanConfidence: Double
  /// `faded`, `gap`, `ended`, `abandoned` (its process ended without a word); nil while it goes on.
  public var ending: String?

  package init(
    run: Int64, stream: String, label: String, labelIndex: Int64, clock: SegmentClock, start: Int64,
    end: Int64, frames: Int64,
    peak: Double, meanConfidence: Double, ending: String?
  ) {
    self.run = run
    self.stream = stream
    self.label = label
    self.labelIndex = labelIndex
    self.clock = clock
    self.start = start
    self.end = end
    self.frames = frames
    self.peak = peak
    self.meanConfidence = meanConfidence
    self.ending = ending
  }

  public var seconds: Double { Double(end - start) / 1e6 }
}

/// A segment's place among all.
public struct SegmentPosition: Equatable, Sendable {
  public var run: Int64
  /// Microseconds of its clock.
  public var start: Int64
  /// Its label's index.
  public var label: Int64

  public init(run: Int64, start: Int64, label: Int64) {
    self.run = run
    self.start = start
    self.label = label
  }
}

/// What a replay would change.
public struct SegmentChange: Equatable, Sendable {
  public enum Kind: String, Sendable, CaseIterable { case same, moved, new, gone }

  public var kind: Kind
  /// As recorded; nil for a new one.
  public var recorded: SegmentRow?
  /// As replayed; nil for one that is gone.
  public var replayed: SegmentRow?
}

extension SegmentChange {
  /// What a replay would change: segments of one run and label are the same one where they overlap.
  public static func changes(recorded: [SegmentRow], replayed: [SegmentRow]) -> [SegmentChange] {
    var left = recorded
    var changes: [SegmentChange] = replayed.map { segment in
      let index = left.firstIndex { other in
        other.run == segment.run && other.label == segment.label && other.start <= segment.end
          && segment.start <= other.end
      }
      guard let index else { return SegmentChange(kind: .new, recorded: nil, replayed: segment) }
      let other = left.remove(at: index)
      let isSame = other.start == segment.start && other.end == segment.end
      return SegmentChange(kind: isSame ? .same : .moved, recorded: other, replayed: segment)
    }
    changes += left.map { SegmentChange(kind: .gone, recorded: $0, replayed: nil) }
    return changes.sorted { $0.place < $1.place }
  }

  private var place: (Int64, Int64) {
    let segment = replayed ?? recorded
    return (segment?.run ?? 0, segment?.start ?? 0)
  }
}
