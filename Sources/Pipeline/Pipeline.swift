import ShuffledCore
import Synchronization

/// Takes one stream from its source through workers of its own to its sink: a `WorkerPool` with a single lane that waits.
///
/// The source is pulled by the thread that calls `run`. Every frame that the source gives is handed to the sink exactly once.
public final class Pipeline: Sendable {
  /// How a run ended. In every case, each frame that the source gave is in the sink.
  public enum Outcome: Equatable, Sendable {
    /// The source gave its last frame.
    case completed
    /// `stop()` was called.
    case stopped
    /// The source could not go on, and why.
    case sourceFailed(Failure)
  }

  private let makeClassifier: @Sendable () throws -> any FrameClassifier
  private let workers: Int
  private let queueCapacity: Int
  private let isStopping = Atomic(false)

  /// - Parameters:
  ///   - workers: how many frames are classified at a time.
  ///   - queueCapacity: how many decoded frames may wait; each is a whole picture in memory.
  ///   - makeClassifier: called once a worker, on the worker's own queue.
  public init(
    workers: Int, queueCapacity: Int, makeClassifier: @escaping @Sendable () throws -> any FrameClassifier
  ) {
    self.makeClassifier = makeClassifier
    self.workers = workers
    self.queueCapacity = queueCapacity
  }

  /// Ends a run early: no further frame is taken from the source, those on their way are finished. Any thread,
  /// any time, never blocks; safe to call from a signal's Dispatch source.
  public func stop() { isStopping.store(true, ordering: .relaxed) }

  /// Runs until the source ends or `stop()` is called; blocks until every frame on its way is in the sink.
  /// Throws what the sink or the making of a classifier threw; frames that were stored before stay stored.
  public func run(_ source: any FrameSource, into sink: any FrameSink) throws -> Outcome {
    let pool = WorkerPool(workers: workers)
    defer { pool.stop() }
    let lane = pool.addLane(
      FrameLane.Settings(capacity: queueCapacity, overflow: .wait), sink: sink, classifierKey: "",
      makeClassifier: makeClassifier)
    let outcome: Outcome
    do {
      outcome = try feed(source, lane)
    } catch {
      // The first error is the one to tell.
      _ = try? lane.finish()
      throw error
    }
    try lane.finish()
    return outcome
  }

  /// Throws what the lane throws; what the source throws is an outcome.
  private func feed(_ source: any FrameSource, _ lane: FrameLane) throws -> Outcome {
    while !isStopping.load(ordering: .relaxed) {
      let next: Frame?
      do {
        next = try source.next()
      } catch {
        return .sourceFailed(error as? Failure ?? Failure(.failed, cannot: "decode", because: "\(error)"))
      }
      guard let frame = next else { return .completed }
      try lane.submit(frame)
    }
    return .stopped
  }
}
