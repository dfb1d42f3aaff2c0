/// What a stream is doing.
public enum StreamState: String, Codable, Sendable, CaseIterable {
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
