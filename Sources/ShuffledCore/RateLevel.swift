/// How much of what was asked for a stream gets while there is more to do than this machine can. What comes later is less.
public enum RateLevel: String, Codable, Sendable, Comparable, CaseIterable {
  case asAsked = "as asked"
  case half = "half rate"
  case quarter = "quarter rate"
  case keyframes

  private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  public static func < (a: RateLevel, b: RateLevel) -> Bool { a.place < b.place }

  /// The next that is less; nil for the last.
  public var lower: RateLevel? { Self.allCases.first { $0 > self } }
  /// The next that is more; nil for the first.
  public var higher: RateLevel? { Self.allCases.last { $0 < self } }
}
