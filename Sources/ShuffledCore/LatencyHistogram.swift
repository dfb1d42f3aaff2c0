/// A distribution of durations in constant memory: logarithmic buckets, 32 to each doubling, so that a percentile
/// is right to within 1.6 % however many durations there are.
public struct LatencyHistogram: Equatable, Sendable {
  private static let bitsPerDoubling = 5
  private var counts: [UInt64] = []
  public private(set) var count: UInt64 = 0
  public private(set) var sum: Duration = .zero
  public private(set) var max: Duration = .zero

  public init() {}

  /// Adds a duration; a negative one counts as zero.
  public mutating func add(_ duration: Duration) {
    let clamped = Swift.max(duration, .zero)
    let bucket = Self.bucket(
      UInt64(clamped.components.seconds) * 1_000_000_000
        + UInt64(clamped.components.attoseconds / 1_000_000_000))
    add(1, inBucket: bucket)
    sum += clamped
    max = Swift.max(max, clamped)
  }

  private mutating func add(_ times: UInt64, inBucket bucket: Int) {
    if bucket >= counts.count {
      counts.append(contentsOf: repeatElement(0, count: bucket + 1 - counts.count))
    }
    counts[bucket] += times
    count += times
  }

  /// Adds all of another's durations.
  public mutating func merge(_ other: LatencyHistogram) {
    if other.counts.count > counts.count {
      counts.append(contentsOf: repeatElement(0, count: other.counts.count - counts.count))
    }
    for (bucket, inBucket) in other.counts.enumerated() { counts[bucket] += inBucket }
    count += other.count
    sum += other.sum
    max = Swift.max(max, other.max)
  }

  /// Nearest rank: the smallest duration that at least `share` (0...1) of them do not exceed, rounded to its
  /// bucket's middle. Nil while there are none.
  public func percentile(_ share: Double) -> Duration? {
    guard count > 0 else { return nil }
    let rank = Swift.max(1, UInt64((share * Double(count)).rounded(.up)))
    var seen: UInt64 = 0
    for (bucket, inBucket) in counts.enumerated() {
      seen += inBucket
      if seen >= rank { return Swift.min(max, .nanoseconds(Int64(Self.middle(bucket)))) }
    }
    return max
  }

  // MARK: Kept elsewhere

  /// The buckets that hold anything, in order; with sum and maximum, all there is to it.
  public var filledBuckets: [(bucket: Int, count: UInt64)] {
    counts.enumerated().filter { $0.element > 0 }.map { ($0.offset, $0.element) }
  }

  /// No bucket has a higher number.
  public static let lastBucket = bucket(.max)

  /// Adds durations of which only their buckets, their sum and the longest are known.
  public mutating func merge(
    _ buckets: some Sequence<(bucket: Int, count: UInt64)>, sum: Duration, max: Duration
  ) {
    for (bucket, count) in buckets {
      precondition((0...Self.lastBucket).contains(bucket), "there is no bucket \(bucket)")
      add(count, inBucket: bucket)
    }
    self.sum += sum
    self.max = Swift.max(self.max, max)
  }

  /// Below 64 each nanosecond has its own bucket; above, the leading five bits after the first decide.
  private static func bucket(_ nanoseconds: UInt64) -> Int {
    guard nanoseconds >= 1 << bitsPerDoubling else { return Int(nanoseconds) }
    let shift = 63 - nanoseconds.leadingZeroBitCount - bitsPerDoubling
    return (shift << bitsPerDoubling) + Int(nanoseconds >> UInt64(shift))
  }

  private static func middle(_ bucket: Int) -> UInt64 {
    guard bucket >= 2 << bitsPerDoubling else { return UInt64(bucket) }
    let shift = UInt64(bucket >> bitsPerDoubling) - 1
    let leading = UInt64(bucket) - (shift << UInt64(bitsPerDoubling))
    return (leading << shift) + (1 << shift) / 2
  }
}
