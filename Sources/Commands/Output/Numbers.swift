import ShuffledCore

/// `0:07`, `12:34`, `1:02:03`.
package func clockText(seconds: Double) -> String {
  let whole = Int64(min(max(0, seconds.rounded(.down)), 1e15))
  func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : "\(n)" }
  let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
  return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
}

/// `0.8 s`, `59.9 s`, `1:00`, `1:02:03`.
func lengthText(seconds: Double) -> String {
  seconds < 59.95 ? decimal(seconds, 1) + " s" : clockText(seconds: seconds)
}

/// `1 frame`, `2 frames`.
func counted(_ count: Int64, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
