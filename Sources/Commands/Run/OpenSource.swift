import Decoding
import Service
import ShuffledCore
import Synchronization

/// A source that is open, as a supervisor wants it.
final class OpenSource: SupervisedSource {
  private let source: any SelectableSource
  private let levels: LevelSelection
  private let pace = Mutex<(least: Duration, last: WallTime?)>((.zero, nil))

  init(_ source: any SelectableSource, _ levels: LevelSelection) {
    self.source = source
    self.levels = levels
  }

  var decoded: Int64 { source.statistics.frames }

  var received: Int64 { source.statistics.packets }

  func setLevel(_ level: RateLevel) {
    let least = levels.leastDistance(at: level, frameRate: source.information.frameRate)
    pace.withLock { $0.least = least }
    source.select(levels.selection(at: level))
  }

  func next() throws -> Frame? {
    do {
      while let frame = try source.next() {
        if isDue(frame) { return frame }
      }
      return nil
    } catch let failure as SourceFailure {
      throw SourceProblem(failure)
    } catch let failure as Failure {
      throw SourceProblem(.other, failure.cause)
    }
  }

  /// A clock that is set back holds nothing up.
  private func isDue(_ frame: Frame) -> Bool {
    pace.withLock { pace in
      if let last = pace.last {
        let distance = frame.wallTime.microseconds - last.microseconds
        if distance >= 0, distance < pace.least.microseconds { return false }
      }
      pace.last = frame.wallTime
      return true
    }
  }
}

/// What Decoding's sources for a service have in common.
protocol SelectableSource: FrameSource {
  var information: VideoInformation { get }
  var statistics: DecodingStatistics { get }
  func select(_ selection: FrameSelection)
}

extension LiveSource: SelectableSource {}
extension Playback: SelectableSource {}

extension SourceProblem {
  init(_ failure: SourceFailure) {
    let kind: Kind =
      switch failure.kind {
      case .refused, .unreachable: .unreachable
      case .timedOut, .silent: .silent
      case .unauthorized: .denied
      case .notFound: .missing
      case .ended, .reset: .ended
      case .badData, .interrupted, .other: .other
      }
    self.init(kind, failure.failure.cause)
  }
}
