import ShuffledCore

/// From a moment on the stream is in another state.
public struct StreamChange: Equatable, Sendable {
  public var state: StreamState
  public var at: WallTime
  /// Why, in a few words; no passwords.
  public var reason: String?
  /// It began before it was noticed, so that what was said of the time since was wrong.
  public var wasNoticedLater: Bool

  public init(_ state: StreamState, at: WallTime, reason: String? = nil, wasNoticedLater: Bool = false) {
    self.state = state
    self.at = at
    self.reason = reason
    self.wasNoticedLater = wasNoticedLater
  }
}
