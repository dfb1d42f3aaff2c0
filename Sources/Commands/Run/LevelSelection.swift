import Service
import ShuffledCore

/// What a stream's rate levels mean for what was asked of it.
package struct LevelSelection: Sendable {
  private let asked: FrameSelection

  package init(_ asked: FrameSelection) { self.asked = asked }

  /// Keyframes are the least that can be asked for.
  package var lowest: RateLevel { asked == .keyframes ? .asAsked : .keyframes }

  package func selection(at level: RateLevel) -> FrameSelection {
    switch level {
    case .asAsked: asked
    case .half: thinned(by: 2)
    case .quarter: thinned(by: 4)
    case .keyframes: .keyframes
    }
  }

  /// How far apart frames must at least be at a level. Some cameras send nothing but keyframes: that level must not be more than the
  /// one before it.
  /// - Parameter frameRate: the source's own; 25 where it does not say.
  package func leastDistance(at level: RateLevel, frameRate: Double?) -> Duration {
    guard level == .keyframes else { return .zero }
    return switch thinned(by: 4) {
    case .every(let n): .seconds(Double(n) / (frameRate ?? 25))
    case .rate(let rate): .seconds(1 / rate)
    case .all, .keyframes: .zero
    }
  }

  private func thinned(by factor: Int) -> FrameSelection {
    switch asked {
    case .all: .every(factor)
    case .every(let n): .every(factor * n)
    case .rate(let rate): .rate(rate / Double(factor))
    case .keyframes: .keyframes
    }
  }
}
