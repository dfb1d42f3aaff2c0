import ShuffledCore

/// How long a silent server is waited for. Each byte buys a second, up to the limit: so one that sends less than a
/// byte a second runs out of them too.
package struct Patience {
  private let limit: Duration
  private var deadline: Instant

  /// - Parameter first: how much longer than `limit` the first byte may take.
  package init(limit: Duration, first: Duration, now: Instant) {
    self.limit = limit
    deadline = now + limit + first
  }

  /// Whether it has run out.
  /// - Parameter bytes: what came since the last call.
  package mutating func isOver(after bytes: Int, now: Instant) -> Bool {
    if bytes > 0 { deadline = min(now + limit, deadline + .seconds(bytes)) }
    return now > deadline
  }
}
