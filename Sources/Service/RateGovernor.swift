import ShuffledCore

/// Lowers rates stream by stream while frames are dropped, and raises them again when there is room. Pure: looks at counts, a window
/// at a time.
///
/// In a window with drops the stream that lost most goes down a step, one stream a window, so that what was done is seen before
/// more is done. After `calm` windows without drops and with idle workers the lowest goes up a step; when that was too
/// much, the next try waits twice as long.
public struct RateGovernor: Sendable {
  /// What a live stream did in the window.
  public struct Load: Equatable, Sendable {
    public var taken: Int64
    public var dropped: Int64
    /// The lowest level that makes a difference for it.
    public var lowest: RateLevel

    public init(taken: Int64, dropped: Int64, lowest: RateLevel = .keyframes) {
      self.taken = taken
      self.dropped = dropped
      self.lowest = lowest
    }
  }

  /// The share of a stream's frames that must be dropped in a window before something is done: below it is chance.
  public static let tolerated = 0.05
  /// The workers must be idle for a greater share of the window than this before a rate is raised: one step up may double a
  /// stream's frames.
  public static let roomNeeded = 0.3
  private static let leastCalm = 6
  private static let mostCalm = 120

  public private(set) var levels: [String: RateLevel] = [:]
  private var calmWindows = 0
  /// How many calm windows are waited for.
  private var calmNeeded = leastCalm
  /// The windows since a rate was raised.
  private var sinceRaise = Int.max

  public init() {}

  public struct Change: Equatable, Sendable {
    public var stream: String
    public var from: RateLevel
    public var to: RateLevel

    public init(stream: String, from: RateLevel, to: RateLevel) {
      self.stream = stream
      self.from = from
      self.to = to
    }
  }

  /// Looks at a window; returns what is to change, at most one stream.
  /// - Parameter busy: the share of their time that the workers worked, 0...1.
  public mutating func look(_ loads: [String: Load], busy: Double) -> Change? {
    levels = levels.filter { loads[$0.key] != nil }
    if sinceRaise < Int.max { sinceRaise += 1 }
    let losing = loads.filter {
      $0.value.dropped > 0 && Double($0.value.dropped) > Self.tolerated * Double($0.value.taken)
    }
    guard losing.isEmpty else {
      calmWindows = 0
      if sinceRaise <= 2 { calmNeeded = min(Self.mostCalm, 2 * calmNeeded) }
      sinceRaise = .max
      // Names decide between equals, so that the same loads mean the same change.
      let worst = losing.filter { level(of: $0.key) < $0.value.lowest }
        .max { ($0.value.dropped, $1.key) < ($1.value.dropped, $0.key) }
      return worst.flatMap { set($0.key, level(of: $0.key).lower) }
    }
    calmWindows += 1
    guard calmWindows >= calmNeeded, 1 - busy > Self.roomNeeded,
      let lowest = levels.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })
    else { return nil }
    calmWindows = 0
    sinceRaise = 0
    let change = set(lowest.key, lowest.value.higher)
    if levels.isEmpty { calmNeeded = Self.leastCalm }
    return change
  }

  /// The stream is gone.
  public mutating func forget(_ stream: String) { levels[stream] = nil }

  private func level(of stream: String) -> RateLevel { levels[stream] ?? .asAsked }

  private mutating func set(_ stream: String, _ level: RateLevel?) -> Change? {
    guard let level else { return nil }
    let from = self.level(of: stream)
    levels[stream] = level == .asAsked ? nil : level
    return Change(stream: stream, from: from, to: level)
  }
}
