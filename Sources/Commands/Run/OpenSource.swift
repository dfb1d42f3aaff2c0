import Decoding
import Service
import ShuffledCore

/// A source that is open, as a supervisor wants it.
final class OpenSource: SupervisedSource {
  private let source: any SelectableSource
  private let levels: LevelSelection

  init(_ source: any SelectableSource, _ levels: LevelSelection) {
    self.source = source
    self.levels = levels
  }

  var decoded: Int64 { source.statistics.frames }

  func setLevel(_ level: RateLevel) { source.select(levels.selection(at: level)) }

  func next() throws -> Frame? {
    do {
      return try source.next()
    } catch let failure as SourceFailure {
      throw SourceProblem(failure)
    } catch let failure as Failure {
      throw SourceProblem(.other, failure.cause)
    }
  }
}

/// What Decoding's sources for a service have in common.
protocol SelectableSource: FrameSource {
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
