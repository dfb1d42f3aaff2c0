import ShuffledCore

/// A number with so many decimals: `decimal(2.5, 3)` is `2.500`. Without a count, no more than needed, at most 6.
package func decimal(_ value: Double, _ places: Int? = nil) -> String {
  guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
  let wanted = places ?? 6
  var scale = 1.0
  for _ in 0..<wanted { scale *= 10 }
  let scaled = (value.magnitude * scale).rounded()
  guard scaled < 9e15 else { return "\(value)" }
  let units = Int64(scaled)
  let fraction = wanted == 0 ? "" : String(units % Int64(scale))
  var text = String(units / Int64(scale))
  if wanted > 0 { text += "." + String(repeating: "0", count: wanted - fraction.count) + fraction }
  if places == nil {
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
  }
  return value < 0 && units != 0 ? "-" + text : text
}

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
