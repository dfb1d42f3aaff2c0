import Dispatch
import ShuffledCore
import Synchronization

/// Where a stream's records leave its lane: looks whether they show anything new, and hands them and the stream's changes to its run
/// log, one at a time.
final class StreamSink: FrameSink {
  private let runLog: any RunLog
  private let detector: Mutex<FrozenDetector?>
  private let tell = Mutex<(@Sendable (FrozenDetector.Finding) -> Void)?>(nil)
  /// Held while the run log is called, which may block: its callers must take turns.
  private let turn = Mutex(())
  /// Changes are written in their order, by nobody who has something better to do.
  private let changes = DispatchQueue(label: "shuffled.stream.changes")

  init(_ runLog: any RunLog, frozenTimeout: Duration?) {
    self.runLog = runLog
    detector = Mutex(frozenTimeout.map { FrozenDetector(timeout: $0) })
  }

  /// Who is told of findings, on a worker's thread.
  func onFinding(_ tell: @escaping @Sendable (FrozenDetector.Finding) -> Void) {
    self.tell.withLock { $0 = tell }
  }

  func sourceWasOpened() { detector.withLock { $0?.reset() } }

  func append(_ record: FrameRecord) throws {
    try turn.withLock { _ in try runLog.append(record) }
    guard let signature = record.signature else { return }
    let moment = Moment(wall: record.wallTime, instant: record.finished)
    if let finding = detector.withLock({ $0?.add(signature, at: moment) }) { tell.withLock { $0 }?(finding) }
  }

  /// Does not block.
  func note(_ change: StreamChange, failed: @escaping @Sendable (any Error) -> Void) {
    changes.async { [self] in
      do { try turn.withLock { _ in try runLog.note(change) } } catch { failed(error) }
    }
  }

  /// After the changes that were noted. Blocks.
  func finish(_ ending: RunEnd, decoded: Int64) throws {
    changes.sync {}
    try turn.withLock { _ in try runLog.finish(ending, decoded: decoded) }
  }
}
