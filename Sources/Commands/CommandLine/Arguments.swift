import ShuffledCore

/// What a command line said, by option, with the values checked when they are asked for.
struct Arguments: Sendable {
  private(set) var operands: [String]
  private var values: [String: String]

  init(operands: [String], values: [String: String]) {
    self.operands = operands
    self.values = values
  }

  /// Whether an option was given.
  func has(_ name: String) -> Bool { values[name] != nil }

  func text(_ name: String) -> String? { values[name] }

  /// A whole number in `range`. Throws a usage failure for anything else.
  func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let text = values[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      let wanted =
        range.upperBound == .max
        ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
      throw Self.wrong(name, text, "it takes a whole number \(wanted)")
    }
    return number
  }

  /// A number in `range`. Throws a usage failure for anything else.
  func number(_ name: String, in range: ClosedRange<Double>) throws -> Double? {
    guard let text = values[name] else { return nil }
    guard let number = Double(text), range.contains(number) else {
      throw Self.wrong(
        name, text, "it takes a number from \(decimal(range.lowerBound)) to \(decimal(range.upperBound))")
    }
    return number
  }

  /// One of a few words; `otherwise` where the option is missing. Throws a usage failure for any other word.
  func choice<T: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _: T.Type = T.self, otherwise: T
  ) throws -> T where T.RawValue == String {
    try choice(name) ?? otherwise
  }

  /// One of a few words; nil where the option is missing. Throws a usage failure for any other word.
  func choice<T: RawRepresentable & CaseIterable & Sendable>(_ name: String, _: T.Type = T.self) throws -> T?
  where T.RawValue == String {
    guard let text = values[name] else { return nil }
    guard let choice = T(rawValue: text) else {
      throw Self.wrong(name, text, "it takes " + T.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return choice
  }

  /// A moment: RFC 3339, a date, `today`, `yesterday`, or so long ago (`90s`, `15m`, `2h`, `3d`). Throws a usage failure otherwise.
  func moment(_ name: String, now: WallTime) throws -> WallTime? {
    guard let text = values[name] else { return nil }
    guard let moment = WallTime(text, now: now) else {
      throw Self.wrong(
        name, text,
        "it takes a time such as 2026-01-31T12:00:00Z, 2026-01-31, today, yesterday, or 90s, 15m, 2h, 3d ago")
    }
    return moment
  }

  /// `90s`, `15m`, `12h`, `7d`. Throws a usage failure for anything else.
  func age(_ name: String) throws -> Duration? {
    guard let text = values[name] else { return nil }
    guard let age = Duration(text: text) else {
      throw Self.wrong(name, text, "it takes an age such as 90s, 15m, 12h or 7d")
    }
    return age
  }

  /// Bytes: `500M`, `20G`, `1T` or a plain number. Throws a usage failure for anything else.
  func size(_ name: String) throws -> Int64? {
    guard let text = values[name] else { return nil }
    guard let bytes = ByteCountText.bytes(text) else {
      throw Self.wrong(name, text, "it takes a size such as 500M, 20G or 1T")
    }
    return bytes
  }

  static func wrong(_ name: String, _ value: String, _ cause: String) -> Failure {
    Failure(.usage, cannot: "use --\(name)", value, because: cause)
  }
}
