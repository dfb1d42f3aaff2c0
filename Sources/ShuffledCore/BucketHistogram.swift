/// A distribution of durations over fixed bounds, as Prometheus wants it: how many are at most as long as each bound.
public struct BucketHistogram: Equatable, Sendable {
  /// Seconds, ascending. From a kernel's share of a frame to what nobody would wait for.
  public static let bounds = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]

  /// How many are at most as long as the bound, and longer than the one before; the last are longer than all.
  private var counts = [UInt64](repeating: 0, count: bounds.count + 1)
  public private(set) var sum = Duration.zero

  public init() {}

  public var count: UInt64 { counts.reduce(0, +) }

  /// Adds a duration; a negative one counts as zero.
  public mutating func add(_ duration: Duration) {
    let clamped = max(duration, .zero)
    let seconds = clamped.seconds
    counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
    sum += clamped
  }

  /// For each bound, how many are at most as long.
  public var cumulative: [(bound: Double, count: UInt64)] {
    var seen: UInt64 = 0
    return zip(Self.bounds, counts).map { bound, count in
      seen += count
      return (bound, seen)
    }
  }
}
