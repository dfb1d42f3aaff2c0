import ShuffledCore

/// Applies a `FrameSelection` to one stream, frame by frame. Pure: no clock, no C.
package struct FrameSelector: Sendable {
  private let selection: FrameSelection
  private let frameDuration: Double
  private let tolerance: Double
  /// Where slot 0 begins, and the last frame's place, in seconds of media time.
  private var origin: Double?
  private var latest = 0.0
  /// The last slot that a frame was chosen for.
  private var slot = -1.0

  /// - Parameters:
  ///   - frameRate: paces frames that carry no timestamp; 25 a second where it is not known.
  ///   - timestampUnit: what timestamps are rounded to. A frame that misses a slot's beginning by one unit, of at
  ///     most a millisecond, counts as in it: Matroska says 33 ms where 33.3 is meant.
  package init(_ selection: FrameSelection, frameRate: Double?, timestampUnit: Duration) {
    switch selection {
    case .all, .keyframes: break
    case .every(let n): precondition(n >= 1, "one frame in \(n) cannot be selected")
    case .rate(let rate):
      precondition(rate > 0 && rate.isFinite, "\(rate) frames a second cannot be selected")
    }
    self.selection = selection
    if let frameRate, frameRate > 0 { frameDuration = 1 / frameRate } else { frameDuration = 1.0 / 25 }
    tolerance = min(max(timestampUnit.seconds, 1e-6), 1e-3)
  }

  /// Whether the frame is wanted. Call once for every frame, in order.
  package mutating func selects(
    sequence: Int64, at mediaTime: MediaTime?, isKeyframe: Bool = false
  ) -> Bool {
    switch selection {
    case .all: return true
    case .keyframes: return isKeyframe
    case .every(let n): return sequence % Int64(n) == 0
    case .rate(let rate):
      guard let start = origin else {
        let time = mediaTime.map(Self.seconds) ?? 0
        (origin, latest, slot) = (time, time, 0)
        return true
      }
      let time = mediaTime.map(Self.seconds) ?? latest + frameDuration
      // Timestamps that jump back by over a second, as where recordings were joined, begin a new count; lesser
      // ones are frames out of order and choose nothing twice.
      if time < latest - 1 {
        (origin, latest, slot) = (time, time, 0)
        return true
      }
      latest = max(latest, time)
      let current = number(ofSlotAt: time, from: start, rate)
      guard current > slot else { return false }
      slot = current
      return true
    }
  }

  /// Notes a frame that was ruled out and is not decoded, in its place among the others.
  package mutating func pass(_ mediaTime: MediaTime?) {
    if origin != nil, let mediaTime { latest = max(latest, Self.seconds(mediaTime)) }
  }

  /// Whether a frame will certainly not be wanted, of which is known what precedes it. False before the first frame.
  /// - Parameters:
  ///   - sequence: its number; nil where that is not certain.
  ///   - predecessor: the latest of the frames before it that `selects` was not asked about; nil where there is none.
  package func rulesOut(sequence: Int64?, at time: MediaTime, after predecessor: MediaTime?) -> Bool {
    switch selection {
    case .all, .keyframes: return false
    case .every(let n): return sequence.map { $0 % Int64(n) != 0 } ?? false
    case .rate(let rate):
      let seconds = Self.seconds(time)
      guard let start = origin, seconds >= latest - 1 else { return false }
      let current = number(ofSlotAt: seconds, from: start, rate)
      // Somebody was chosen for its slot, or will be: the predecessor or one before that.
      return current <= slot
        || predecessor.map { number(ofSlotAt: Self.seconds($0), from: start, rate) >= current } ?? false
    }
  }

  private func number(ofSlotAt time: Double, from start: Double, _ rate: Double) -> Double {
    ((time - start + tolerance) * rate).rounded(.down)
  }

  private static func seconds(_ time: MediaTime) -> Double { Double(time.microseconds) * 1e-6 }
}
