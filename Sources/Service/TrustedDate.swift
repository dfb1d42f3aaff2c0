import ShuffledCore

/// The date that the age of results is told by. A wall clock that jumps is not followed at once, as what was just stored must not look
/// old; but one that has kept its new time for `trial`, as after a boot without a battery, is right. Pure.
public struct TrustedDate: Sendable {
  public static let trial = Duration.seconds(6 * 3_600)
  /// What a clock that is kept right may be moved by between two looks.
  private static let tolerance = Duration.seconds(60)

  /// The last moment that was believed.
  private var last: Moment
  /// Since when there is another date.
  private var other: Moment?

  public init(_ moment: Moment) { last = moment }

  /// To be asked every minute or so.
  public mutating func date(at moment: Moment) -> WallTime {
    let expected = Self.later(last, at: moment)
    if Self.agree(moment.wall, expected) {
      (last, other) = (moment, nil)
      return moment.wall
    }
    guard let other, Self.agree(moment.wall, Self.later(other, at: moment)) else {
      self.other = moment
      return expected
    }
    guard moment.instant - other.instant >= Self.trial else { return expected }
    (last, self.other) = (moment, nil)
    return moment.wall
  }

  private static func later(_ then: Moment, at moment: Moment) -> WallTime {
    WallTime(microseconds: then.wall.microseconds + (moment.instant - then.instant).microseconds)
  }

  private static func agree(_ one: WallTime, _ other: WallTime) -> Bool {
    abs(one.microseconds - other.microseconds) <= tolerance.microseconds
  }
}
