import Dispatch
import ShuffledCore

/// Something that a run's writer does in its turn.
enum WritingStep {
  /// To be committed in one transaction; not empty.
  case batch([FrameRecord])
  case change(CoverageChange)
  case end(RunEnding)
  /// Tells somebody that all before it is done.
  case mark(DispatchSemaphore)
}

/// How a run ended.
struct RunEnding {
  var state: RunState
  /// Why, in one line, if something went wrong.
  var error: String?
  var decoded: Int64?
  var ended: WallTime
}

/// What a run's writer has still to do, in order, while there is no space for it. Used on the database's queue only.
struct Backlog {
  private var steps: [WritingStep] = []
  /// Since when there is something.
  private(set) var since: Instant?

  var first: WritingStep? { steps.first }

  /// - Parameter rows: batches that follow each other become one of at most so many.
  mutating func append(_ step: WritingStep, rows: Int, at moment: @autoclosure () -> Instant) {
    if steps.isEmpty { since = moment() }
    if case .batch(let records) = step, case .batch(let last) = steps.last,
      last.count + records.count <= rows
    {
      steps[steps.count - 1] = .batch(last + records)
    } else {
      steps.append(step)
    }
  }

  mutating func removeFirst() { steps.removeFirst() }
}
