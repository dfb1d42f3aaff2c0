extension Duration {
  private static let units: [(suffix: String, seconds: Double)] = [
    ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400),
  ]
  private static let longest = 100_000 * 86_400.0

  /// A number and a unit: `500ms`, `2s`, `1.5m`, `12h`, `7d`; up to 100,000 days. Nil for anything else.
  public init?(text: String) {
    for (suffix, unit) in Self.units where text.hasSuffix(suffix) {
      if let count = Double(text.dropLast(suffix.count)), count >= 0, count * unit <= Self.longest {
        self = .microseconds(Int64((count * unit * 1e6).rounded()))
        return
      }
    }
    return nil
  }

  /// In the largest unit of `init(text:)` that takes no fraction: `1500ms`, `90s`, `7d`.
  public var text: String {
    let microseconds = microseconds
    for (suffix, unit) in Self.units.reversed() {
      let size = Int64(unit * 1e6)
      if microseconds % size == 0, microseconds != 0 { return "\(microseconds / size)\(suffix)" }
    }
    return microseconds == 0 ? "0s" : "\(Double(microseconds) / 1_000)ms"
  }
}
