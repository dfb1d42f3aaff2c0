import Glibc
import ShuffledCore

/// Finds segments in the scores of a stream's frames, one frame at a time: an exponential moving average over time of each label's
/// confidence, then two thresholds. A segment is a stretch in which the average never falls below `exit` and somewhere comes
/// up to `enter`; so it begins where the score began to rise, not where it had risen.
///
/// Pure: the same frames give the same segments, live or from a database. Used by one thread at a time.
public struct Segmenter: Sendable {
  /// A label that is seen, or was a moment ago. All of the segmenter's memory besides the last frame's time.
  public struct Track: Equatable, Sendable {
    public var label: Int
    /// The moving average.
    public var score: Double
    /// The stretch at or above `exit`, if one goes on.
    public var stretch: Segment?
    /// Whether the stretch came up to `enter`, and whether it was told.
    public var isSegment: Bool
    public var isTold: Bool

    public init(label: Int, score: Double, stretch: Segment?, isSegment: Bool, isTold: Bool) {
      self.label = label
      self.score = score
      self.stretch = stretch
      self.isSegment = isSegment
      self.isTold = isTold
    }
  }

  public let settings: SegmentationSettings
  /// In no order. With the time of the last frame, what another segmenter needs to go on.
  public private(set) var tracks: [Track]
  /// Of the last frame, in microseconds; nil before the first.
  public private(set) var lastTime: Int64?

  /// How far back times go in a stream whose clock runs on, in microseconds.
  private static let jitter: Int64 = 1_000_000
  /// Averages below this are forgotten.
  private static let forgotten = 1e-4

  public init(_ settings: SegmentationSettings) {
    self.init(settings, tracks: [], lastTime: nil)
  }

  /// Goes on where another one was.
  public init(_ settings: SegmentationSettings, tracks: [Track], lastTime: Int64?) {
    self.settings = settings
    self.tracks = tracks
    self.lastTime = lastTime
  }

  /// Takes a frame's scores; labels that are not among them score 0.
  /// - time: microseconds. One that is a little before the last frame's counts as the same moment; one that is further back is of a
  ///   clock that was set or begins anew, and segments end as at a gap.
  public mutating func add(
    _ predictions: some Collection<Prediction>, time: Int64, sequence: Int64
  ) -> [SegmentEvent] {
    var events: [SegmentEvent] = []
    var elapsed = lastTime.map { time.subtractingReportingOverflow($0).partialValue } ?? 0
    if elapsed > settings.longestGap.microseconds || elapsed < -Self.jitter {
      events += finish(.gap)
    }
    elapsed = max(0, elapsed)
    let now = lastTime.map { max($0, time) } ?? time
    let isFirst = lastTime == nil
    // Of the old average, what is left after the time that passed.
    let kept =
      settings.smoothing > .zero ? exp(-Double(elapsed) / Double(settings.smoothing.microseconds)) : 0
    for prediction in predictions where !tracks.contains(where: { $0.label == prediction.index }) {
      tracks.append(
        Track(label: prediction.index, score: 0, stretch: nil, isSegment: false, isTold: false))
    }
    for index in tracks.indices {
      let confidence =
        predictions.first { $0.index == tracks[index].label }.map { Double($0.confidence) } ?? 0
      // The first frame is all that is known.
      tracks[index].score = isFirst ? confidence : confidence + kept * (tracks[index].score - confidence)
      if let event = update(&tracks[index], confidence: confidence, time: now, sequence: sequence) {
        events.append(event)
      }
    }
    tracks.removeAll { $0.stretch == nil && $0.score < Self.forgotten }
    lastTime = now
    return events
  }

  /// Ends every segment at the last frame.
  public mutating func finish(_ ending: Segment.Ending = .ended) -> [SegmentEvent] {
    let events = tracks.compactMap { track in Self.closed(track, ending, settings) }
    tracks = []
    lastTime = nil
    return events
  }

  /// What is going on and was told.
  public var open: [Segment] { tracks.compactMap { $0.isTold ? $0.stretch : nil } }

  private func update(
    _ track: inout Track, confidence: Double, time: Int64, sequence: Int64
  ) -> SegmentEvent? {
    let thresholds = settings.thresholds(of: track.label)
    guard track.score >= thresholds.exit else {
      track.stretch?.end = time
      let event = Self.closed(track, .faded, settings)
      (track.stretch, track.isSegment, track.isTold) = (nil, false, false)
      return event
    }
    var stretch =
      track.stretch
      ?? Segment(
        label: track.label, start: time, end: time, firstSequence: sequence, lastSequence: sequence,
        frames: 0,
        peak: 0, confidenceSum: 0, ending: nil)
    stretch.end = time
    stretch.lastSequence = sequence
    stretch.frames += 1
    stretch.peak = max(stretch.peak, track.score)
    stretch.confidenceSum += confidence
    track.stretch = stretch
    if track.score >= thresholds.enter { track.isSegment = true }
    guard track.isSegment, !track.isTold, Self.isLongEnough(stretch, settings) else { return nil }
    track.isTold = true
    return .opened(stretch)
  }

  /// The end of a track's segment, if it has one that lasted long enough.
  private static func closed(
    _ track: Track, _ ending: Segment.Ending, _ settings: SegmentationSettings
  ) -> SegmentEvent? {
    guard var segment = track.stretch, track.isSegment, isLongEnough(segment, settings) else { return nil }
    segment.ending = ending
    return .closed(segment)
  }

  private static func isLongEnough(_ segment: Segment, _ settings: SegmentationSettings) -> Bool {
    segment.end.subtractingReportingOverflow(segment.start).partialValue
      >= settings.minimumDuration(of: segment.label).microseconds
  }
}
