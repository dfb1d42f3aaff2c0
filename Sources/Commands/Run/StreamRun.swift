import Dispatch
import Segmentation
import Service
import ShuffledCore
import Store
import Synchronization

/// A stream's run in the database, from its first change or record on. A full disk is waited for, also at the beginning.
final class StreamRun: RunLog {
  private let database: Database
  private let description: @Sendable () -> RunDescription
  private let segmentation: SegmentationSettings
  private let committed: @Sendable (CommittedBatch) -> Void
  private let report: @Sendable (WritingState) -> Void
  private let state = Mutex(State())
  private let wake = Wakeup()

  private struct State {
    var writer: RunWriter?
    /// There is no space to begin the run.
    var isWaiting = false
    /// Nobody waits any more.
    var isGivenUp = false
  }

  private static let interval = Duration.seconds(5)

  /// - Parameters:
  ///   - description: asked for when the run begins.
  ///   - committed: told on the database's queue of what was committed.
  ///   - report: told when there is no space, and when there is again.
  init(
    database: Database, segmentation: SegmentationSettings,
    description: @escaping @Sendable () -> RunDescription,
    committed: @escaping @Sendable (CommittedBatch) -> Void,
    report: @escaping @Sendable (WritingState) -> Void
  ) {
    self.database = database
    self.segmentation = segmentation
    self.description = description
    self.committed = committed
    self.report = report
  }

  var run: Int64? { state.withLock { $0.writer?.run } }

  var isHeldUp: Bool { state.withLock { $0.writer?.isHeldUp ?? $0.isWaiting } }

  /// From now on a full disk is a failure. Any thread; does not block.
  func stopWaiting() {
    let writer = state.withLock { state in
      state.isGivenUp = true
      return state.writer
    }
    wake.signal()
    writer?.stopWaiting()
  }

  func append(_ record: FrameRecord) throws { try opened().append(record) }

  func note(_ change: StreamChange) throws {
    try opened().note(
      CoverageChange(
        CoverageState(change.state), at: change.at, reason: change.reason,
        wasNoticedLater: change.wasNoticedLater))
  }

  func finish(_ ending: RunEnd, decoded: Int64) throws {
    // What never began has nothing to end.
    guard let writer = state.withLock(\.writer) else { return }
    switch ending {
    case .complete: try writer.finish(.complete, decoded: decoded)
    case .interrupted(let reason): try writer.finish(.interrupted, error: reason, decoded: decoded)
    case .failed(let error): try writer.finish(.failed, error: error, decoded: decoded)
    }
  }

  /// The writer; begins the run where it has not begun, and blocks for as long as there is no space for that.
  private func opened() throws -> RunWriter {
    if let writer = state.withLock(\.writer) { return writer }
    let began = Instant.now
    while true {
      do {
        let writer = try RunWriter(
          database: database, run: description(), segmentation: segmentation,
          onTemporaryFailure: .waitAndRetry(every: Self.interval, report: report), committed: committed)
        let hasWaited = state.withLock { state in
          state.writer = writer
          return state.isWaiting
        }
        if hasWaited { report(.wentOn(after: .now - began)) }
        return writer
      } catch {
        guard let failure = error as? Failure, failure.isTemporary, !state.withLock(\.isGivenUp) else {
          throw error
        }
        let isNew = state.withLock { !exchange(&$0.isWaiting, with: true) }
        if isNew { report(.heldUp(failure)) }
        wake.wait(for: Self.interval)
      }
    }
  }
}

extension CoverageState {
  fileprivate init(_ state: StreamState) {
    switch state {
    case .connecting, .backingOff: self = .connecting
    case .observed: self = .observed
    case .stalled: self = .stalled
    case .frozen: self = .frozen
    case .stopped: self = .stopped
    }
  }
}
