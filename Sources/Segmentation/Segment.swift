/// A stretch of time in which a label was seen.
public struct Segment: Equatable, Sendable {
  /// Why it is over.
  public enum Ending: String, Equatable, Sendable, CaseIterable {
    /// Its score fell below the threshold.
    case faded
    /// Nothing was seen for too long.
    case gap
    /// Nothing more came.
    case ended
  }

  /// The label's index.
  public var label: Int
  /// Microseconds, of the same clock as the frames'; `end` is that of the first frame that is not part of it, or of the last one
  /// where nothing followed.
  public var start: Int64
  public var end: Int64
  /// Numbers of the first and the last frame that are part of it.
  public var firstSequence: Int64
  public var lastSequence: Int64
  /// Frames that are part of it.
  public var frames: Int64
  /// The highest smoothed score.
  public var peak: Double
  /// Sum of the frames' own confidences; divided by `frames` it is their mean.
  public var confidenceSum: Double
  /// nil while it goes on.
  public var ending: Ending?

  public init(
    label: Int, start: Int64, end: Int64, firstSequence: Int64, lastSequence: Int64, frames: Int64,
    peak: Double,
    confidenceSum: Double, ending: Ending?
  ) {
    self.label = label
    self.start = start
    self.end = end
    self.firstSequence = firstSequence
    self.lastSequence = lastSequence
    self.frames = frames
    self.peak = peak
    self.confidenceSum = confidenceSum
    self.ending = ending
  }

  public var meanConfidence: Double { frames > 0 ? confidenceSum / Double(frames) : 0 }
}

/// What a frame changes.
public enum SegmentEvent: Equatable, Sendable {
  /// A segment is one now: its score came up to the threshold and it lasted long enough. It began earlier.
  case opened(Segment)
  case closed(Segment)
}
