import ShuffledCore

/// What a stream is doing.
public enum StreamState: String, Equatable, Sendable, CaseIterable {
  /// Being connected to, or opened.
  case connecting
  /// Frames come.
  case observed
  /// Connected, and no frames come.
  case stalled
  /// Frames come and show nothing new.
  case frozen
  /// It could not be connected to, and is tried again later.
  case backingOff = "backing off"
  /// Over, or switched off.
  case stopped
}

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

/// Why a stream's source could not be opened, or goes on no more.
public struct SourceProblem: Error, Equatable, Sendable {
  public enum Kind: Equatable, Sendable, CaseIterable {
    /// Nobody listens there, or there is no way there. Whether that has changed can be found out by knocking.
    case unreachable
    /// It answers nothing, or sends nothing any more.
    case silent
    /// It wants another password.
    case denied
    /// It does not have what is asked for.
    case missing
    /// It said goodbye, or was cut off.
    case ended
    case other
  }

  public var kind: Kind
  /// One line, without passwords.
  public var text: String

  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}
