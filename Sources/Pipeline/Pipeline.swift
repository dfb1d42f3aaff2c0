import Dispatch
import ShuffledCore
import Synchronization

/// Takes a stream from its source through a pool of workers to its sink:
///
///     source --(one queue, bounded)--> workers --(sequencer)--> sink, in frame order
///
/// The source is pulled by the thread that calls `run`; each worker is a Dispatch queue of its own, with a
/// classifier of its own. Every frame that the source gives is handed to the sink exactly once.
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
    precondition(workers > 0, "\(workers) workers")
    self.workers = workers
    self.queueCapacity = queueCapacity
    self.makeClassifier = makeClassifier
  }

  /// Ends a run early: no further frame is taken from the source, those on their way are finished. Any thread,
  /// any time, never blocks; safe to call from a signal's Dispatch source.
  public func stop() { isStopping.store(true, ordering: .relaxed) }

  /// Runs until the source ends or `stop()` is called; blocks until every frame on its way is in the sink.
  /// Throws what the sink or the making of a classifier threw; frames that were stored before stay stored.
  public func run(_ source: any FrameSource, into sink: any FrameSink) throws -> Outcome {
    let queue = FrameQueue<QueuedFrame>(capacity: queueCapacity)
    // Beyond the frames that wait or are worked on, as many records again may wait for a slow one.
    let sequencer = Sequencer(sink: sink, window: 2 * (queueCapacity + workers))
    let fault = Mutex<Failure?>(nil)
    let group = DispatchGroup()
    for number in 0..<workers {
      DispatchQueue(label: "shuffled.worker.\(number)").async(group: group) { [self] in
        do {
          let classifier = try makeClassifier()
          while let queued = queue.pop() {
            try sequencer.finish(Self.classify(queued, with: classifier), ticket: queued.ticket)
          }
        } catch {
          let failure = error as? Failure ?? Failure(.failed, cannot: "classify frame", because: "\(error)")
          fault.withLock { $0 = $0 ?? failure }
          queue.close()
          sequencer.leave()
        }
      }
    }
    let outcome = feed(source, queue, sequencer, hasFailed: { fault.withLock { $0 != nil } })
    queue.close()
    group.wait()
    if let failure = fault.withLock({ $0 }) { throw failure }
    return outcome
  }

  /// A frame, its place in the order, and when it began to wait.
  private struct QueuedFrame: Sendable {
    var frame: Frame
    var ticket: Int
    var queued: Instant
  }

  private func feed(
    _ source: any FrameSource, _ queue: FrameQueue<QueuedFrame>, _ sequencer: Sequencer,
    hasFailed: () -> Bool
  ) -> Outcome {
    var ticket = 0
    while !hasFailed() {
      if isStopping.load(ordering: .relaxed) { return .stopped }
      do {
        guard let frame = try source.next() else { return .completed }
        // From here the frame waits, be it for a ticket, for a place in the queue or for a worker.
        let queued = Instant.now
        sequencer.enter()
        guard queue.push(QueuedFrame(frame: frame, ticket: ticket, queued: queued)) else { break }
        ticket += 1
      } catch {
        let failure = error as? Failure ?? Failure(.failed, cannot: "decode", because: "\(error)")
        return .sourceFailed(failure)
      }
    }
    return .completed
  }

  private static func classify(_ queued: QueuedFrame, with classifier: any FrameClassifier) -> FrameRecord {
    let started = Instant.now
    var latency = StageLatency(decode: queued.frame.decode, wait: started - queued.queued)
    let outcome: FrameOutcome
    do {
      let classification = try classifier.classify(queued.frame.picture)
      latency.preprocess = classification.preprocess
      latency.inference = classification.inference
      outcome = .classified(classification.predictions)
    } catch {
      outcome = .failed((error as? Failure)?.description ?? "\(error)")
    }
    return FrameRecord(
      sequence: queued.frame.sequence, mediaTime: queued.frame.mediaTime, wallTime: queued.frame.wallTime,
      outcome: outcome, latency: latency, finished: .now)
  }
}
