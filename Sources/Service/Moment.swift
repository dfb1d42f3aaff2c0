import ShuffledCore

/// A moment on both clocks: the wall's for people and rows, the monotonic one for waiting and measuring.
public struct Moment: Equatable, Sendable {
  public var wall: WallTime
  public var instant: Instant

  public init(wall: WallTime, instant: Instant) {
    self.wall = wall
    self.instant = instant
  }

  public static func now() -> Moment { Moment(wall: .now(), instant: .now) }
}
