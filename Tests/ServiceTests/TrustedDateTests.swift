import Service
import ShuffledCore
import Testing

@Suite struct TrustedDateTests {
  private static let origin = Moments.at(0)

  /// So many seconds after the origin, by a wall clock that is ahead by `ahead`.
  private func moment(_ seconds: Double, ahead: Double = 0) -> Moment {
    var moment = Moments.at(seconds)
    moment.wall = WallTime(microseconds: moment.wall.microseconds + Int64(ahead * 1e6))
    return moment
  }

  private func seconds(_ date: WallTime) -> Double {
    Double(date.microseconds - Self.origin.wall.microseconds) / 1e6
  }

  @Test func aClockThatIsMovedALittleIsFollowed() {
    var date = TrustedDate(Self.origin)
    for minute in 1...600 {
      #expect(
        seconds(date.date(at: moment(Double(minute) * 60, ahead: Double(minute)))) == Double(minute) * 61)
    }
  }

  @Test(arguments: [86_400.0, -86_400, 1e9, -1e9]) func aJumpIsBelievedAfterSixHours(ahead: Double) {
    var date = TrustedDate(Self.origin)
    #expect(seconds(date.date(at: moment(60))) == 60)
    for minute in 2...361 {
      #expect(seconds(date.date(at: moment(Double(minute) * 60, ahead: ahead))) == Double(minute) * 60)
    }
    #expect(seconds(date.date(at: moment(362 * 60, ahead: ahead))) == 362 * 60 + ahead)
    #expect(seconds(date.date(at: moment(363 * 60, ahead: ahead))) == 363 * 60 + ahead)
  }

  @Test func aJumpThatIsTakenBackWasNone() {
    var date = TrustedDate(Self.origin)
    for minute in 1...1_000 {
      let ahead = minute % 300 == 0 ? 0.0 : 5_000
      #expect(seconds(date.date(at: moment(Double(minute) * 60, ahead: ahead))) == Double(minute) * 60)
    }
  }
}
