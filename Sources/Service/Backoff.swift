import ShuffledCore

/// How long to wait before a source is tried again. Pure: chance comes from outside.
///
/// Twice as long each time, from `shortest` to `longest`, each less up to half by chance, so that many cameras behind one switch do
/// not come back in step. A source that refuses its visitor by name changes only when a person changes something, and many cameras
/// lock out who asks too often: those wait `slow`, or up to half more. A silent one has already cost a whole timeout and waits `afterSilence` at most.
public struct Backoff: Equatable, Sendable {
  public struct Settings: Equatable, Sendable {
    public var shortest: Duration = .seconds(1)
    public var longest: Duration = .seconds(30)
    public var afterSilence: Duration = .seconds(4)
    public var slow: Duration = .seconds(60)

    public init() {}
  }

  private let settings: Settings
  /// Failures since it last went well.
  public private(set) var failures = 0

  public init(_ settings: Settings = Settings()) { self.settings = settings }

  public mutating func reset() { failures = 0 }

  /// Counts a failure; returns how long to wait now.
  public mutating func next(after kind: SourceProblem.Kind, using chance: inout some RandomNumberGenerator)
    -> Duration
  {
    failures += 1
    // 0..<1, of the generator's upper bits.
    let share = Double(chance.next() >> 11) * 0x1p-53
    let whole: Duration
    switch kind {
    case .denied, .missing: return settings.slow * (1 + 0.5 * share)
    case .silent: whole = min(doubled, settings.afterSilence)
    case .unreachable, .ended, .other: whole = doubled
    }
    return max(settings.shortest / 2, whole * (0.5 + 0.5 * share))
  }

  private var doubled: Duration {
    // Sixteen doublings of anything sensible are beyond any limit.
    min(settings.longest, settings.shortest * (1 << min(16, failures - 1)))
  }
}
