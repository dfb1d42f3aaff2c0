import Glibc

extension WallTime {
  /// RFC 3339 in UTC with microseconds: `2026-01-31T12:00:00.000000Z`.
  public var rfc3339: String {
    var seconds = microseconds / 1_000_000
    var fraction = microseconds % 1_000_000
    if fraction < 0 {
      fraction += 1_000_000
      seconds -= 1
    }
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    func padded(_ value: Int, _ digits: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    let date =
      "\(padded(Int(parts.tm_year) + 1900, 4))-\(padded(Int(parts.tm_mon) + 1, 2))-\(padded(Int(parts.tm_mday), 2))"
    let clock =
      "\(padded(Int(parts.tm_hour), 2)):\(padded(Int(parts.tm_min), 2)):\(padded(Int(parts.tm_sec), 2))"
    return "\(date)T\(clock).\(padded(Int(fraction), 6))Z"
  }

  /// A moment as people write it: RFC 3339 with or without a fraction and an offset (`2026-01-31T12:00:00Z`,
  /// `2026-01-31 12:00:00.5+02:00`; UTC where no offset is given), a date, `today` or `yesterday` (its first moment,
  /// UTC), or a number with `s`, `m`, `h` or `d`: so long before `now`. Nil for anything else.
  public init?(_ text: String, now: WallTime) {
    if text == "today" || text == "yesterday" {
      // UTC's days have no leap seconds here, and those before 1970 have negative numbers.
      let day: Int64 = 86_400_000_000
      let sinceMidnight = (now.microseconds % day + day) % day
      self.init(microseconds: now.microseconds - sinceMidnight - (text == "today" ? 0 : day))
      return
    }
    if let ago = Duration(text: text) {
      self.init(microseconds: now.microseconds - ago.microseconds)
      return
    }
    guard let moment = Self.dateAndTime(text) else { return nil }
    self.init(microseconds: moment)
  }

  private static func dateAndTime(_ text: String) -> Int64? {
    var scanner = DigitScanner(text)
    var parts = tm()
    guard let year = scanner.number(digits: 4), scanner.skip("-"), let month = scanner.number(digits: 2),
      scanner.skip("-"), let day = scanner.number(digits: 2), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    parts.tm_year = Int32(year - 1900)
    parts.tm_mon = Int32(month - 1)
    parts.tm_mday = Int32(day)
    var fraction: Int64 = 0
    var offset: Int64 = 0
    if !scanner.isAtEnd {
      guard scanner.skip("T") || scanner.skip("t") || scanner.skip(" "), let hour = scanner.number(digits: 2),
        scanner.skip(":"), let minute = scanner.number(digits: 2), hour < 24, minute < 60
      else { return nil }
      parts.tm_hour = Int32(hour)
      parts.tm_min = Int32(minute)
      if scanner.skip(":") {
        guard let second = scanner.number(digits: 2), second <= 60 else { return nil }
        parts.tm_sec = Int32(second)
        if scanner.skip(".") {
          guard let value = scanner.fraction() else { return nil }
          fraction = value
        }
      }
      guard let found = scanner.offset() else { return nil }
      offset = found
    }
    // timegm makes the 1st of March of the 30th of February; such a date is refused.
    var midnight = tm()
    (midnight.tm_year, midnight.tm_mon, midnight.tm_mday) = (parts.tm_year, parts.tm_mon, parts.tm_mday)
    timegm(&midnight)
    guard midnight.tm_mday == parts.tm_mday else { return nil }
    let seconds = timegm(&parts)
    return (Int64(seconds) - offset) * 1_000_000 + fraction
  }
}

/// Reads the pieces of a date from left to right.
private struct DigitScanner {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = Substring(text).utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  mutating func number(digits: Int) -> Int? {
    let taken = rest.prefix(digits)
    guard taken.count == digits, taken.allSatisfy({ (48...57).contains($0) }) else { return nil }
    rest = rest.dropFirst(digits)
    return taken.reduce(0) { $0 * 10 + Int($1) - 48 }
  }

  /// One digit or more after the point, in microseconds.
  mutating func fraction() -> Int64? {
    let digits = rest.prefix { (48...57).contains($0) }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    let padded = Array(digits.prefix(6)) + Array(repeating: 48, count: max(0, 6 - digits.count))
    return padded.reduce(0) { $0 * 10 + Int64($1) - 48 }
  }

  /// Seconds east of UTC at the end of the text; nothing means UTC.
  mutating func offset() -> Int64? {
    if isAtEnd { return 0 }
    if skip("Z") || skip("z") { return isAtEnd ? 0 : nil }
    let sign: Int64
    if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
    guard let hours = number(digits: 2), skip(":"), let minutes = number(digits: 2), isAtEnd, hours < 24,
      minutes < 60
    else { return nil }
    return sign * Int64(hours * 3600 + minutes * 60)
  }
}
