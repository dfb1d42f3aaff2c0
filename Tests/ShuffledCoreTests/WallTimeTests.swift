import ShuffledCore
import Testing

@Suite struct WallTimeTests {
  private let now = WallTime(microseconds: 1_000_000_000_000_000)

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000000Z"), (1, "1970-01-01T00:00:00.000001Z"),
    (-1, "1969-12-31T23:59:59.999999Z"), (1_769_860_800_123_456, "2026-01-31T12:00:00.123456Z"),
    (1_709_164_800_000_000, "2024-02-29T00:00:00.000000Z"),
  ])
  func isWrittenAsRFC3339(microseconds: Int64, text: String) {
    #expect(WallTime(microseconds: microseconds).rfc3339 == text)
    #expect(WallTime(text, now: now) == WallTime(microseconds: microseconds))
  }

  @Test(arguments: [
    ("2026-01-31T12:00:00Z", 1_769_860_800_000_000), ("2026-01-31t12:00:00z", 1_769_860_800_000_000),
    ("2026-01-31 12:00", 1_769_860_800_000_000), ("2026-01-31", 1_769_817_600_000_000),
    ("2026-01-31T14:00:00.5+02:00", 1_769_860_800_500_000),
    ("2026-01-31T00:30:00-11:30", 1_769_860_800_000_000),
    ("2026-01-31T12:00:00.1234567Z", 1_769_860_800_123_456), ("90s", 999_999_910_000_000),
    ("15m", 999_999_100_000_000), ("2h", 999_992_800_000_000), ("3d", 999_740_800_000_000),
    ("0s", 1_000_000_000_000_000),
  ])
  func isReadAsPeopleWriteIt(text: String, microseconds: Int64) {
    #expect(WallTime(text, now: now) == WallTime(microseconds: microseconds))
  }

  /// Days are UTC's, whatever the time zone of the machine; midnight belongs to the day that it begins.
  @Test(arguments: [
    ("2026-03-01T00:00:00Z", "2026-03-01", "2026-02-28"),
    ("2026-03-01T23:59:59.999999Z", "2026-03-01", "2026-02-28"),
    ("2024-03-01T12:00:00Z", "2024-03-01", "2024-02-29"),
    ("2026-01-01T00:30:00+01:00", "2025-12-31", "2025-12-30"),
    ("1969-12-31T23:59:59.999999Z", "1969-12-31", "1969-12-30"),
    ("1970-01-01T00:00:00Z", "1970-01-01", "1969-12-31"),
  ])
  func daysBeginAtMidnightUTC(moment: String, today: String, yesterday: String) throws {
    let moment = try #require(WallTime(moment, now: now))
    #expect(WallTime("today", now: moment) == WallTime(today, now: now))
    #expect(WallTime("yesterday", now: moment) == WallTime(yesterday, now: now))
  }

  @Test(arguments: [
    "Yesterday", "tomorrow", "", "yesterday at noon", "2026", "2026-13-01", "2026-02-30", "2026-01-32",
    "2026-01-31T24:00:00Z",
    "2026-01-31T12:00:00+2:00", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00Zjunk", "-5m", "5", "h", "1.5.h",
    "nand", "infd", "5 h",
    "99999999999999999999d", "2026-1-1",
  ])
  func anythingElseIsRefused(text: String) { #expect(WallTime(text, now: now) == nil) }
}
