import ShuffledCore

/// What time it is, and how to wait: a test has its own.
package struct PlaybackClock: Sendable {
  package var now: @Sendable () -> Instant
  /// Returns at the moment, or at once where the interruption is there.
  package var wait: @Sendable (Instant, Interruption) -> Void

  package init(
    now: @escaping @Sendable () -> Instant, wait: @escaping @Sendable (Instant, Interruption) -> Void
  ) {
    (self.now, self.wait) = (now, wait)
  }

  package static let system = PlaybackClock(now: { .now }, wait: { $1.wait(until: $0) })
}

/// When a recording's frames are due, if it plays as fast as it was made. Pure.
package struct Pacer: Sendable {
  /// Who is later than that goes on from where it is, and does not catch up.
  package static let stall = Duration.seconds(1)
  /// A gap in the timestamps that is longer by so much than the number of frames in it makes likely is no time that passed.
  package static let jump = Duration.seconds(10)

  /// A moment, and the place in the recording that was due then.
  private var anchor: (moment: Instant, place: Duration)?
  private var last: (place: Duration, sequence: Int64) = (.zero, 0)

  package init() {}

  /// When a frame is due: now, or later.
  /// - Parameters:
  ///   - mediaTime: nil: one frame's duration for each number since the last.
  ///   - frameRate: 25 a second where it is not known.
  package mutating func due(_ mediaTime: MediaTime?, sequence: Int64, frameRate: Double?, now: Instant)
    -> Instant
  {
    let rate = frameRate.flatMap { $0 > 0 && $0.isFinite ? $0 : nil } ?? 25
    let expected = Duration.seconds(Double(max(0, sequence - last.sequence)) / rate)
    let place = mediaTime.map { .microseconds($0.microseconds) } ?? last.place + expected
    let gap = place - last.place
    last = (place, sequence)
    if let anchor, gap - expected <= Self.jump {
      let due = anchor.moment + (place - anchor.place)
      if now - due <= Self.stall { return max(due, now) }
    }
    anchor = (now, place)
    return now
  }
}
