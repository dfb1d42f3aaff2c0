import Glibc

/// A position in the media: the container's presentation timestamp, in microseconds.
public struct MediaTime: Hashable, Comparable, Sendable {
  public var microseconds: Int64
  public init(microseconds: Int64) { self.microseconds = microseconds }
  public static func < (a: MediaTime, b: MediaTime) -> Bool { a.microseconds < b.microseconds }
}

/// A moment by the wall clock: microseconds since 1970-01-01T00:00:00Z.
public struct WallTime: Hashable, Comparable, Sendable {
  public var microseconds: Int64
  public init(microseconds: Int64) { self.microseconds = microseconds }
  public static func < (a: WallTime, b: WallTime) -> Bool { a.microseconds < b.microseconds }

  /// Never blocks; any thread.
  public static func now() -> WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }
}

/// The clock that latencies are measured with: it never goes back and does not care about the date.
public typealias Instant = ContinuousClock.Instant

extension Duration {
  /// Whole microseconds, rounded towards zero.
  public var microseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }

  public var milliseconds: Double { seconds * 1_000 }

  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
