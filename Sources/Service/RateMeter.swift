import ShuffledCore

/// Events a second over the last ten seconds. One thread at a time.
struct RateMeter: Sendable {
  private static let window = 10
  /// Events by second; the newest is `second`.
  private var counts = [Int64](repeating: 0, count: window)
  private var second: Int64 = 0
  private let began: Instant

  init(at moment: Instant) { began = moment }

  mutating func add(at moment: Instant) {
    advance(to: moment)
    counts[index(second)] += 1
  }

  /// nil before the first second is over.
  mutating func rate(at moment: Instant) -> Double? {
    advance(to: moment)
    // The second that goes on is not counted: it is not over.
    let seconds = min(second, Int64(Self.window - 1))
    guard seconds > 0 else { return nil }
    let events = (1...seconds).reduce(0) { $0 + counts[index(second - $1)] }
    return Double(events) / Double(seconds)
  }

  private mutating func advance(to moment: Instant) {
    let now = max(second, Int64((moment - began).seconds))
    for passed in 0..<min(Int64(Self.window), now - second) { counts[index(now - passed)] = 0 }
    second = now
  }

  private func index(_ second: Int64) -> Int { Int(second % Int64(Self.window)) }
}
