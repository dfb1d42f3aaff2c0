import Service
import ShuffledCore

/// What a stream's rate levels mean for what was asked of it.
struct LevelSelection: Sendable {
  private let asked: FrameSelection

  init(_ asked: FrameSelection) { self.asked = asked }

  /// Keyframes are the least that can be asked for.
  var lowest: RateLevel { asked == .keyframes ? .asAsked : .keyframes }

  func selection(at level: RateLevel) -> FrameSelection {
    switch level {
    case .asAsked: asked
    case .half: thinned(by: 2)
    case .quarter: thinned(by: 4)
    case .keyframes: .keyframes
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
