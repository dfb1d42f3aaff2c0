import ShuffledCore

/// Whether a stream was watched: what `coverage.state` says.
public enum CoverageState: String, Sendable, CaseIterable {
  /// Frames came.
  case observed
  /// It was being connected to, or waited for between attempts.
  case connecting
  /// Connected, and no frames came.
  case stalled
  /// Frames came and showed the same picture all the time.
  case frozen
  /// It was switched off on purpose.
  case stopped
}

/// A stream's state from a moment on.
public struct CoverageChange: Equatable, Sendable {
  public var state: CoverageState
  public var time: WallTime
  /// Why, in a few words: `connection refused`. No passwords.
  public var reason: String?
  /// It began before it was noticed: what was recorded of the time since `time` was wrong. Otherwise a `time` before that is a clock
  /// that was set back, and takes nothing away.
  public var wasNoticedLater: Bool

  public init(
    _ state: CoverageState, at time: WallTime, reason: String? = nil, wasNoticedLater: Bool = false
  ) {
    self.state = state
    self.time = time
    self.reason = reason
    self.wasNoticedLater = wasNoticedLater
  }
}
