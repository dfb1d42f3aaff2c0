import ShuffledCore

/// When progress is told: at most ten times a second.
struct ReportPace {
  private var next = Instant.now

  mutating func isDue(_ now: Instant) -> Bool {
    guard now >= next else { return false }
    next = now + .milliseconds(100)
    return true
  }
}
