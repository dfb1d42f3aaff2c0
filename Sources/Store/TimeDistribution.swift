import ShuffledCore

/// How often each time occurs, in microseconds.
struct TimeDistribution {
  private var counts: [Int64: Int64] = [:]
  private var count: Int64 = 0
  private var sum: Int64 = 0

  mutating func add(_ microseconds: Int64) {
    counts[microseconds, default: 0] += 1
    count += 1
    sum += microseconds
  }

  /// nil if there is nothing to sum up.
  func summary(of stage: Stage?) -> LatencySummary? {
    guard count > 0 else { return nil }
    let sorted = counts.sorted { $0.key < $1.key }
    /// The smallest time that at least `percent` of all are not above.
    func percentile(_ percent: Int64) -> Duration {
      let rank = (percent * count + 99) / 100
      var seen: Int64 = 0
      for (time, times) in sorted {
        seen += times
        if seen >= rank { return .microseconds(time) }
      }
      preconditionFailure("rank \(rank) of \(count)")
    }
    return LatencySummary(
      stage: stage, count: count, mean: .nanoseconds(Int64((Double(sum) / Double(count) * 1_000).rounded())),
      p50: percentile(50), p90: percentile(90), p99: percentile(99), max: percentile(100),
      isExact: true)
  }
}
